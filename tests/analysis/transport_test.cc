/* The same calls by several transports: tested differences, prices, and what stays apart.
 */
#include "analysis/answers.h"
#include "analysis/plot.h"
#include "analysis/report_parts.h"
#include "analysis/report_questions.h"
#include "support/synthetic_study.h"

#include <cstdio>
#include <cstring>
#include <string>

#include <gtest/gtest.h>
#include <jansson.h>

namespace
{
/* Two sizes, each directly and through a gateway, which takes `extra_ms` more and has no
 * log. The synthetic study's own cells are the direct ones. */
struct TwoWays : SyntheticStudy {
    static SyntheticPlan Plan()
    {
        SyntheticPlan plan;
        plan.memory = { 512, 1024 };
        plan.repetitions = 60;
        plan.ranks = 1;
        return plan;
    }
    explicit TwoWays(double extra_ms) : SyntheticStudy(Plan())
    {
        const size_t direct = cells.size(), n = records.size();
        for (size_t c = 0; c < direct; c++) {
            fan_study_cell other = cells[c];
            cells[c].target = other.target = (uint32_t)c;
            Name(&cells[c], c, "invoke");
            Name(&other, c, "gateway");
            other.gateway_usd = 3.5e-6;
            cells.push_back(other);
        }
        for (size_t i = 0; i < n; i++) {
            fan_record r = records[i];
            r.cell += (uint32_t)direct;
            r.call += study.calls_planned;
            r.seq += n;
            r.end_ns += (int64_t)(extra_ms * 1e6);
            r.reported = false;
            r.duration_ms = r.init_ms = 0;
            r.billed_ms = 0;
            records.push_back(r);
        }
        study.calls_planned *= 2;
        Attach();
        summary = fan_summary_new(&study, fan_price_find("us-east-1", "x86_64"));
    }
    ~TwoWays()
    {
        fan_summary_free(summary);
    }
    static void Name(fan_study_cell *cell, size_t function, const char *transport)
    {
        snprintf(cell->function, sizeof cell->function, "f%zu via %s", function,
                 transport);
        snprintf(cell->transport, sizeof cell->transport, "%s", transport);
    }
    std::string Chapter(const char *key) const
    {
        fan_buf out = FAN_BUF_INIT(1 << 20);
        fan_sink sink = { &out, nullptr, FAN_OK };
        const fan_figures none{};
        fan_question_chapter(fan_question_find(key), summary, &none, &sink);
        std::string text = out.data ? out.data : "";
        fan_buf_clear(&out);
        return text;
    }
    std::string Terminal() const
    {
        char *text = nullptr;
        size_t n = 0;
        FILE *out = open_memstream(&text, &n);
        fan_summary_print(summary, out, 100);
        fclose(out);
        std::string copy(text, n);
        free(text);
        return copy;
    }
    fan_summary *summary;
};
} // namespace

TEST(TransportAnswer, ASlowerWayIsShownAndMeasuredByLatency)
{
    TwoWays made(5);
    const fan_answers *answers = made.summary->answers;
    EXPECT_EQ(FAN_METRIC_LATENCY, made.summary->metric) << "both ways have that";
    ASSERT_EQ(2u, answers->transport_count);
    for (size_t i = 0; i < 2; i++) {
        const fan_transport_pair &pair = answers->transport[i];
        EXPECT_EQ(i, pair.base);
        EXPECT_EQ(i + 2, pair.cell);
        EXPECT_LT(pair.p, 0.001);
        EXPECT_GT(pair.ratio, 1.0);
        EXPECT_NEAR(5.0, pair.test.shift, 1.0);
        EXPECT_LE(pair.test.shift_ci.lower, 5.2);
        EXPECT_GE(pair.test.shift_ci.upper, 4.8);
    }
    ASSERT_TRUE(fan_report_transport_arises(made.summary));
    const std::string text = made.Chapter("transport");
    EXPECT_NE(std::string::npos,
              text.find("The latency of warm calls at 512 MB, against invoke: gateway +"))
        << text;
    EXPECT_NE(std::string::npos, text.find("; 2 of 2 comparisons show a difference"));
    EXPECT_NE(std::string::npos, text.find("- gateway against invoke at 512 MB: a "
                                           "difference in the latency"));
    EXPECT_NE(std::string::npos, text.find("| f1 via gateway | 1024 MB | invoke |"));
    const std::string table = made.Terminal();
    const size_t line = table.find("  transport gateway against invoke at 512 MB: +");
    ASSERT_NE(std::string::npos, line) << table;
    EXPECT_EQ(
        std::string::npos,
        table.substr(line, table.find('\n', line) - line).find("no difference shown"));
    EXPECT_NE(std::string::npos, table.find(" against invoke at 1024 MB: +"));
}

TEST(TransportAnswer, EqualWaysShowNoDifference)
{
    TwoWays made(0);
    ASSERT_EQ(2u, made.summary->answers->transport_count);
    for (size_t i = 0; i < 2; i++) {
        EXPECT_DOUBLE_EQ(1.0, made.summary->answers->transport[i].ratio);
        EXPECT_GT(made.summary->answers->transport[i].p, 0.9);
    }
    EXPECT_NE(
        std::string::npos,
        made.Chapter("transport").find("; none of 2 comparisons shows a difference"));
    EXPECT_NE(std::string::npos, made.Terminal().find(", no difference shown (p "));
}

TEST(TransportAnswer, FiguresFoldLongNames)
{
    fan_buf out = FAN_BUF_INIT(100);
    fan_sink sink = { &out, nullptr, FAN_OK };
    fan_plot_fold(&sink, "gateway+key");
    EXPECT_STREQ("gateway\\n+key", out.data);
    fan_buf_clear(&out);
}

TEST(TransportAnswer, TheTerminalComparesWithTheFirstAlone)
{
    TwoWays made(5);
    fan_sink sink = { nullptr, nullptr, FAN_OK };
    std::strcpy(made.cells[0].transport, "gateway"); // the pairs are others' then
    std::strcpy(made.cells[1].transport, "other");
    EXPECT_FALSE(fan_report_transport_line(made.summary, 1, &sink));
}

TEST(TransportAnswer, OtherQuestionsKeepTheWaysApart)
{
    TwoWays made(50);
    const fan_summary *s = made.summary;
    ASSERT_EQ(2u, s->answers->memory_count);
    for (size_t i = 0; i < 2; i++) {
        const fan_row &row = s->answers->memory[i].row;
        ASSERT_EQ(2u, row.n);
        EXPECT_STREQ(s->cells[row.cell[0]].cell->transport,
                     s->cells[row.cell[1]].cell->transport);
    }
    EXPECT_EQ(0u, s->cells[1].base);
    EXPECT_EQ(2u, s->cells[3].base) << "each way has its own smallest size";
    EXPECT_NE(std::string::npos, made.Chapter("memory").find("Via gateway: 1024 MB"))
        << made.Chapter("memory");
}

TEST(TransportAnswer, OnlyThoseWhoPassAGatewayPayForIt)
{
    TwoWays made(0);
    const fan_summary *s = made.summary;
    for (size_t c = 0; c < 4; c++) {
        const fan_tallies &t = s->cells[c].tallies;
        const double each = c < 2 ? 0 : 3.5e-6;
        EXPECT_DOUBLE_EQ(each, fan_summary_cell_price(s, c).gateway_request);
        EXPECT_NEAR(each * (double)t.attempts, t.cost.gateway, 1e-12);
    }
    const std::string cost = made.Chapter("cost");
    EXPECT_NE(std::string::npos, cost.find("| API Gateway |"));
    EXPECT_EQ(std::string::npos, cost.find("| authorizer"));
}

TEST(TransportAnswer, AnAuthorizerIsCountedWhereItIsAskedEachTime)
{
    TwoWays made(0);
    made.study.authorizer = { true, 0, 2.1e-7 };
    for (size_t c = 2; c < 4; c++)
        made.cells[c].authorizer_usd = 2.1e-7;
    fan_summary_free(made.summary);
    made.summary = fan_summary_new(&made.study, fan_price_find("us-east-1", "x86_64"));
    const fan_tallies &t = made.summary->cells[3].tallies;
    EXPECT_NEAR(2.1e-7 * (double)t.attempts, t.cost.authorizer, 1e-12);
    EXPECT_NEAR(t.cost.requests + t.cost.compute + t.cost.init + t.cost.gateway +
                    t.cost.authorizer,
                t.cost.total, 1e-12);
    EXPECT_DOUBLE_EQ(0, made.summary->cells[0].tallies.cost.authorizer);
    EXPECT_NE(std::string::npos,
              made.Chapter("cost").find("| authorizer (estimate) | $"));
    EXPECT_NE(std::string::npos, made.Terminal().find(", authorizer about $"));
    made.study.authorizer.cache_s = 300;
    EXPECT_NE(std::string::npos,
              made.Chapter("cost").find("| authorizer | not counted | about $0.00000021 "
                                        "per invocation, once for each token and 300 s"));
}

TEST(TransportAnswer, DoesNotAriseWithOneTransport)
{
    SyntheticStudy made{ SyntheticPlan{} };
    fan_summary *s = fan_summary_new(&made.study, fan_price_find("us-east-1", "x86_64"));
    EXPECT_EQ(0u, s->answers->transport_count);
    EXPECT_FALSE(fan_report_transport_arises(s));
    EXPECT_EQ(FAN_METRIC_DURATION, s->metric);
    fan_summary_free(s);
}
