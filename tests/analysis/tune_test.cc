/* What is said of a search: sums of its samples, the answer, and where it is written. */
#include <cmath>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <jansson.h>

#include "analysis/plot.h"
#include "analysis/report_questions.h"
#include "analysis/sizing_sums.h"
#include "analysis/tune_answer.h"
#include "support/synthetic_study.h"

namespace
{

fan_record Warm(double ms)
{
    return SyntheticRecord(0, ms, 128);
}

TEST(SizingSums, AreThoseOfTheLogarithms)
{
    fan_sizing_sums sums = {}, more = {};
    for (double ms : { 10., 20. }) {
        const fan_record r = Warm(ms);
        fan_sizing_sums_take(&sums, &r);
    }
    const fan_record last = Warm(40);
    fan_sizing_sums_take(&more, &last);
    fan_sizing_sums_add(&sums, &more);
    const fan_sizing_sample sample = fan_sizing_sums_sample(&sums, 256);
    EXPECT_EQ(256u, sample.memory_mb);
    EXPECT_EQ(3u, sample.n);
    EXPECT_NEAR(std::log(20), sample.mean_ln_ms, 1e-12);
    EXPECT_NEAR(std::log(2) / std::sqrt(3), sample.se_ln_ms, 1e-12);
}

TEST(SizingSums, LeaveOutColdFailedAndThrottledCalls)
{
    fan_sizing_sums sums = {};
    fan_record r = Warm(10);
    fan_sizing_sums_take(&sums, &r);
    r.duration_ms = 1000;
    r.cold = true;
    fan_sizing_sums_take(&sums, &r);
    r.cold = false;
    r.outcome = FAN_OUTCOME_THROTTLE;
    fan_sizing_sums_take(&sums, &r);
    r.outcome = FAN_OUTCOME_NETWORK;
    fan_sizing_sums_take(&sums, &r);
    const fan_sizing_sample sample = fan_sizing_sums_sample(&sums, 128);
    EXPECT_EQ(1u, sample.n);
    EXPECT_NEAR(std::log(10), sample.mean_ln_ms, 1e-12);
    EXPECT_TRUE(std::isnan(sample.se_ln_ms)) << "one call says nothing of its spread";
}

TEST(SizingSums, ASizeAtWhichCallsFailIsNoSample)
{
    fan_sizing_sums sums = {};
    fan_record r = Warm(10);
    for (int i = 0; i < 10; i++)
        fan_sizing_sums_take(&sums, &r);
    r.outcome = FAN_OUTCOME_FUNCTION;
    fan_sizing_sums_take(&sums, &r);
    EXPECT_EQ(10u, fan_sizing_sums_sample(&sums, 128).n) << "one of eleven may";
    fan_sizing_sums_take(&sums, &r);
    EXPECT_EQ(0u, fan_sizing_sums_sample(&sums, 128).n);
    const fan_sizing_sums none = {};
    EXPECT_EQ(0u, fan_sizing_sums_sample(&none, 128).n);
}

TEST(SizingSums, WithoutAReportTheLatencyCounts)
{
    fan_sizing_sums sums = {};
    fan_record r = Warm(10);
    r.reported = false;
    r.end_ns = 30000000;
    fan_sizing_sums_take(&sums, &r);
    EXPECT_NEAR(std::log(30), fan_sizing_sums_sample(&sums, 128).mean_ln_ms, 1e-12);
}

/* A made-up tune: every cell of the study is a sample, in the order of the sizes given. */
class TuneAnswer : public ::testing::Test
{
  protected:
    void Make(const std::vector<uint32_t> &sizes, fan_sizing_objective objective,
              double time_limit_ms = 0)
    {
        SyntheticPlan plan;
        plan.memory = sizes;
        plan.parallelism = { 1 };
        plan.repetitions = 11;
        plan.blocks = 1;
        plan.ranks = 2;
        plan.spread = .01;
        made = std::make_unique<SyntheticStudy>(plan);
        for (auto &r : made->records)
            r.block = r.cell;
        for (auto &p : made->phases)
            p.block = p.cell;
        for (uint32_t mb = 128; mb <= 3008; mb += 64)
            grid.push_back(mb);
        tune.settings.objective = objective;
        tune.settings.memory_mb = grid.data();
        tune.settings.size_count = grid.size();
        tune.settings.samples_max = 8;
        tune.settings.stop = .01;
        tune.settings.time_limit_ms = time_limit_ms;
        tune.settings.request_usd = 2e-7;
        tune.settings.gb_second_usd = 1.66667e-5;
        tune.repetitions = 10;
        tune.sample_calls = 11;
        tune.listed_mb = 1024;
        made->study.tune = &tune;
        summary =
            fan_summary_new(&made->study, fan_price_find("us-east-1", "x86_64"));
    }
    void TearDown() override
    {
        fan_summary_free(summary);
    }
    std::string Printed()
    {
        std::FILE *file = std::tmpfile();
        fan_summary_print(summary, file, 100);
        std::string text(static_cast<size_t>(std::ftell(file)), '\0');
        std::rewind(file);
        EXPECT_EQ(text.size(), std::fread(text.data(), 1, text.size(), file));
        std::fclose(file);
        return text;
    }
    std::string Reported()
    {
        fan_buf text = FAN_BUF_INIT(1 << 20);
        fan_sink sink = { &text, nullptr, FAN_OK };
        const fan_figures figures = {};
        fan_question_chapter(fan_question_find("tune"), summary, &figures, &sink);
        std::string all(text.data, text.size);
        fan_buf_clear(&text);
        return all;
    }

    std::unique_ptr<SyntheticStudy> made;
    std::vector<uint32_t> grid;
    fan_study_tune tune = {};
    fan_summary *summary = nullptr;
};

void ExpectPart(const std::string &text, const std::string &part)
{
    EXPECT_NE(std::string::npos, text.find(part)) << text << "\n  lacks: " << part;
}

TEST_F(TuneAnswer, HasTheSamplesInOrderWithWhatTheModelSaidBefore)
{
    Make({ 128, 1088, 2048, 3008, 1600 }, FAN_SIZING_TIME);
    const fan_tune_answer *answer = summary->tune;
    ASSERT_EQ(5u, answer->n);
    EXPECT_EQ(5u, answer->size_count);
    for (size_t i = 0; i < 5; i++) {
        EXPECT_EQ(i + 1, answer->sample[i].number);
        EXPECT_EQ(10u, answer->sample[i].ms.n) << "the cold call is kept apart";
        EXPECT_EQ(10u, answer->sample[i].told.n);
    }
    EXPECT_EQ(FAN_SIZING_START, answer->sample[3].step.reason);
    EXPECT_TRUE(std::isnan(answer->sample[3].expected_ms));
    const fan_tune_sample &last = answer->sample[4];
    EXPECT_EQ(1600u, last.memory_mb);
    EXPECT_LT(last.expected.lower, last.expected_ms);
    EXPECT_GT(last.expected.upper, last.expected_ms);
    EXPECT_NEAR(20 * 1769 / 1600., last.expected_ms, 8);
    EXPECT_GE(answer->choice_mb, 2048u) << "no size below a whole vCPU is as fast";
    EXPECT_TRUE(answer->within_limits);
    EXPECT_TRUE(fan_summary_ok(summary));
    EXPECT_GT(answer->all_usd, answer->spent_usd);
}

TEST_F(TuneAnswer, IsPrintedReportedAndWritten)
{
    Make({ 128, 1088, 2048, 3008, 192 }, FAN_SIZING_COST);
    const std::string printed = Printed(), reported = Reported();
    const uint32_t choice = summary->tune->choice_mb;
    ASSERT_LE(choice, 192u) << "time is proportional, and the request costs extra";
    const std::string size = std::to_string(choice) + " MB";
    ExpectPart(printed, "samples in order; duration of warm calls in ms");
    ExpectPart(printed, "\n  choice    " + size + ": ");
    ExpectPart(printed, "power tuning chooses: cost ");
    ExpectPart(printed, "against 1024 MB (as in the job): ");
    ExpectPart(printed, "  search    5 of 46 sizes for $");
    ExpectPart(printed, "ok      a size was found: " + size);
    ExpectPart(reported, "**" + size + "** is the best size for the least cost a call: ");
    ExpectPart(reported, "- Against 1024 MB, the size in the job: ");
    ExpectPart(reported, "### Samples in order");
    fan_buf text = FAN_BUF_INIT(1 << 20);
    ASSERT_EQ(FAN_OK, fan_summary_json(summary, &text, nullptr));
    json_t *root = json_loadb(text.data, text.size, 0, nullptr);
    const json_t *object = json_object_get(root, "tune");
    EXPECT_EQ(choice, json_integer_value(json_object_get(object, "choice_memory_mb")));
    EXPECT_STREQ("cost", json_string_value(json_object_get(object, "objective")));
    EXPECT_EQ(5u, json_array_size(json_object_get(object, "samples")));
    EXPECT_TRUE(json_is_null(json_object_get(object, "time_limit_ms")));
    EXPECT_EQ(46, json_integer_value(json_object_get(object, "candidates")));
    const json_t *savings = json_object_get(object, "savings");
    const json_t *saving = json_array_get(savings, json_array_size(savings) - 1);
    EXPECT_EQ(1024, json_integer_value(json_object_get(saving, "against_memory_mb")));
    EXPECT_LT(json_real_value(json_object_get(saving, "time")), 0) << "it is slower";
    json_decref(root);
    fan_buf_clear(&text);
}

TEST_F(TuneAnswer, LimitsThatNoSizeKeepsFailTheRun)
{
    Make({ 128, 1088, 2048, 3008 }, FAN_SIZING_COST, 5);
    EXPECT_FALSE(summary->tune->within_limits);
    EXPECT_FALSE(fan_summary_ok(summary));
    ExpectPart(Printed(), "FAILED  a size was found: none that keeps the limits: ");
    ExpectPart(Reported(), "**No size keeps the limits.**");
}

TEST_F(TuneAnswer, AllCallsFailed)
{
    Make({ 128, 1088, 2048, 3008 }, FAN_SIZING_COST);
    for (auto &r : made->records)
        r.outcome = FAN_OUTCOME_FUNCTION;
    fan_summary_free(summary);
    summary = fan_summary_new(&made->study, fan_price_find("us-east-1", "x86_64"));
    EXPECT_EQ(0u, summary->tune->choice_mb);
    ExpectPart(Printed(), "FAILED  a size was found: no size has enough");
    ExpectPart(Reported(), "**No size was found:**");
}

TEST_F(TuneAnswer, WithoutAnyRecord)
{
    Make({ 128 }, FAN_SIZING_COST);
    made->study.record_count = 0;
    fan_summary_free(summary);
    summary = fan_summary_new(&made->study, fan_price_find("us-east-1", "x86_64"));
    EXPECT_EQ(0u, summary->tune->n);
    EXPECT_FALSE(summary->tune->ended);
    ExpectPart(Printed(), "choice    none");
}

TEST_F(TuneAnswer, FigureHasItsBlocksAndCaption)
{
    Make({ 128, 1088, 2048, 3008, 704 }, FAN_SIZING_BALANCED, 400);
    fan_buf script = FAN_BUF_INIT(1 << 20), data = FAN_BUF_INIT(1 << 20);
    fan_figure figure = {};
    figure.name = "sizing";
    figure.script.out = &script;
    figure.data.out = &data;
    fan_figure_sizing(summary, &figure);
    EXPECT_TRUE(figure.drawn);
    ExpectPart(figure.caption, "n = 50 warm calls at 5 of 46 sizes");
    const std::string blocks(data.data, data.size);
    for (const char *name : { "curve;", "samples;", "choice;", "improvement;", "best;" })
        ExpectPart(blocks, std::string("# ") + name);
    EXPECT_EQ(FAN_OK, figure.script.status);
    fan_buf_clear(&script);
    fan_buf_clear(&data);
}

TEST(TuneFigure, OtherRunsHaveNone)
{
    SyntheticStudy made{ SyntheticPlan() };
    fan_summary *summary =
        fan_summary_new(&made.study, fan_price_find("us-east-1", "x86_64"));
    fan_figure figure = {};
    fan_figure_sizing(summary, &figure);
    EXPECT_FALSE(figure.drawn);
    EXPECT_STREQ("", figure.caption);
    fan_summary_free(summary);
}

} // namespace
