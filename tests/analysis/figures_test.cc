/* Each figure's script and data for studies whose truth is known: what is drawn, when it
 * is not, and what its data says. No gnuplot. */
#include "analysis/plot.h"

#include <cmath>
#include <cstring>
#include <map>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "analysis/answers.h"
#include "support/synthetic_study.h"

namespace
{

using Draw = void (*)(const fan_summary *, fan_figure *);
using Rows = std::vector<std::vector<double>>;

const struct {
    const char *name;
    Draw draw;
} kFigures[] = {
    { "spread", fan_figure_spread },         { "tail", fan_figure_tail },
    { "course", fan_figure_course },         { "work", fan_figure_work },
    { "scaling", fan_figure_scaling },       { "concurrent", fan_figure_concurrent },
    { "throttling", fan_figure_throttling }, { "trust", fan_figure_trust },
};

/* A figure of a study, as text. */
struct Drawn {
    fan_figure figure{};
    std::string script, data, caption, title;
    std::map<std::string, Rows> blocks;

    Drawn(const SyntheticStudy &made, Draw draw)
    {
        fan_summary *summary =
            fan_summary_new(&made.study, fan_price_find("us-east-1", "x86_64"));
        Fill(summary, draw, "figure");
        fan_summary_free(summary);
    }

    Drawn(const fan_summary *summary, Draw draw, const char *name)
    {
        Fill(summary, draw, name);
    }

    void Fill(const fan_summary *summary, Draw draw, const char *name)
    {
        fan_buf commands = FAN_BUF_INIT(64u << 20), columns = FAN_BUF_INIT(64u << 20);
        figure.name = name;
        figure.script.out = &commands;
        figure.data.out = &columns;
        draw(summary, &figure);
        EXPECT_EQ(figure.script.status, FAN_OK);
        EXPECT_EQ(figure.data.status, FAN_OK);
        if (commands.data) script = commands.data;
        if (columns.data) data = columns.data;
        caption = figure.caption;
        title = figure.title;
        fan_buf_clear(&commands);
        fan_buf_clear(&columns);
        Read();
    }

    void Read()
    {
        std::stringstream lines(data);
        Rows *rows = nullptr;
        for (std::string line; std::getline(lines, line);) {
            if (line.rfind("# ", 0) == 0) {
                rows = &blocks[line.substr(2, line.size() - 3)];
                continue;
            }
            if (line.empty()) continue;
            ASSERT_NE(rows, nullptr);
            rows->emplace_back();
            std::stringstream fields(line);
            for (std::string field; fields >> field;)
                if (field[0] != '"') rows->back().push_back(std::stod(field));
        }
    }

    bool Says(const char *part) const
    {
        return caption.find(part) != std::string::npos;
    }
    bool Has(const char *part) const
    {
        return script.find(part) != std::string::npos;
    }
};

SyntheticPlan Plan(std::vector<uint32_t> memory, std::vector<uint32_t> work,
                   std::vector<uint32_t> parallelism)
{
    SyntheticPlan plan;
    plan.memory = memory;
    plan.work = work;
    plan.parallelism = parallelism;
    return plan;
}

/* Studies of all shapes that a figure must bear. */
std::vector<SyntheticPlan> Shapes()
{
    std::vector<SyntheticPlan> plans;
    SyntheticPlan one = Plan({ 512 }, { 1 }, { 1 });
    one.ranks = one.blocks = one.repetitions = 1;
    plans.push_back(one);
    SyntheticPlan ten = Plan({ 512 }, { 1 }, { 4 });
    ten.repetitions = 10;
    ten.blocks = 1;
    plans.push_back(ten);
    plans.push_back(Plan({ 128, 512 }, { 1, 2, 5 }, { 1, 2, 4, 8 }));
    SyntheticPlan wide = Plan({ 128, 192, 256, 384, 512, 768, 1024, 1769, 3008, 10240 },
                              { 1, 2, 3, 4, 5 }, { 1, 4, 16, 64 });
    wide.repetitions = 24;
    wide.throttle_share = .1;
    wide.failure_share = .05;
    plans.push_back(wide);
    SyntheticPlan many = Plan({ 128, 1024 }, { 1 }, { 16 });
    many.repetitions = 4000;
    many.throttle_share = .3;
    plans.push_back(many);
    SyntheticPlan failed = Plan({ 128, 256 }, { 1, 2, 3 }, { 1, 8 });
    failed.failure_share = 1;
    plans.push_back(failed);
    SyntheticPlan refused = Plan({ 128, 256 }, { 1 }, { 8 });
    refused.throttle_share = 1;
    refused.give_up = true;
    plans.push_back(refused);
    SyntheticPlan empty;
    empty.repetitions = 0;
    plans.push_back(empty);
    SyntheticPlan limited = Plan({ 512 }, { 1 }, { 2, 16 });
    limited.limit = 8;
    plans.push_back(limited);
    return plans;
}

} // namespace

/* Every curve names one block that exists; numbers are numbers; the files stay small; a
 * figure that is not drawn says nothing. */
TEST(Figures, BearStudiesOfAllShapes)
{
    int shape = 0;
    for (const SyntheticPlan &plan : Shapes()) {
        const SyntheticStudy made{ plan };
        fan_summary *summary =
            fan_summary_new(&made.study, fan_price_find("us-east-1", "x86_64"));
        for (const auto &kind : kFigures) {
            SCOPED_TRACE(std::string(kind.name) + " of shape " + std::to_string(shape));
            const Drawn drawn(summary, kind.draw, kind.name);
            if (!drawn.figure.drawn) {
                EXPECT_EQ(drawn.caption + drawn.title + drawn.script + drawn.data, "");
                continue;
            }
            EXPECT_FALSE(drawn.caption.empty());
            EXPECT_LT(drawn.caption.size(), sizeof drawn.figure.caption - 1);
            EXPECT_LT(drawn.data.size(), 200000u);
            EXPECT_EQ(drawn.data.find("nan"), std::string::npos);
            EXPECT_EQ(drawn.data.find("inf"), std::string::npos);
            EXPECT_EQ(drawn.script.find("nan"), std::string::npos);
            EXPECT_EQ(drawn.script.find("inf]"), std::string::npos);
            EXPECT_NE(drawn.script.find("unset multiplot"), std::string::npos);
            const std::regex index("index '([^']*)'");
            for (std::sregex_iterator i(drawn.script.begin(), drawn.script.end(), index),
                 end;
                 i != end; ++i) {
                const std::string name = (*i)[1].str(), mark = "\n# " + name;
                const size_t first = drawn.data.find(mark);
                EXPECT_NE(first, std::string::npos) << mark;
                EXPECT_EQ(drawn.data.find(mark, first + 1), std::string::npos) << mark;
                EXPECT_EQ(mark.back(), ';');
                const Rows &rows = drawn.blocks.at(name.substr(0, name.size() - 1));
                EXPECT_FALSE(rows.empty()) << mark; /* an element without any data */
            }
        }
        fan_summary_free(summary);
        shape++;
    }
}

TEST(Figures, AreEqualForEqualStudies)
{
    const SyntheticStudy made{ Plan({ 128, 512 }, { 1, 2, 5 }, { 1, 2, 8 }) };
    for (const auto &kind : kFigures) {
        const Drawn first(made, kind.draw), second(made, kind.draw);
        EXPECT_EQ(first.script + first.data, second.script + second.data) << kind.name;
    }
}

TEST(Figures, GiveASizeOneColour)
{
    const SyntheticStudy made{ Plan({ 128, 512 }, { 1, 2, 5 }, { 1, 2, 8 }) };
    for (const auto &kind : kFigures) {
        const Drawn drawn(made, kind.draw);
        if (!drawn.Has("title '512 MB'")) continue;
        const std::regex key("#([0-9a-f]{6})' title '512 MB'");
        std::smatch match;
        ASSERT_TRUE(std::regex_search(drawn.script, match, key)) << kind.name;
        EXPECT_EQ(match[1].str(), "0072b2") << kind.name;
    }
}

/* Names from outside appear in no script unquoted: sizes tell the functions apart. */
TEST(Figures, AreNotScriptedByNames)
{
    SyntheticPlan plan = Plan({ 128, 512 }, { 1, 2, 5 }, { 1, 2, 8 });
    plan.throttle_share = .2;
    SyntheticStudy made{ plan };
    std::strcpy(made.study.job, "x'; system('touch owned')");
    for (fan_study_cell &cell : made.cells)
        std::strcpy(cell.function, "f'\n`touch owned`\";%s%n");
    made.Attach();
    for (const auto &kind : kFigures) {
        const Drawn drawn(made, kind.draw);
        EXPECT_EQ((drawn.script + drawn.data + drawn.caption).find("owned"),
                  std::string::npos)
            << kind.name;
    }
}

/* gnuplot 5.4 crashes on labels of which none has a place. */
TEST(FigureMemory, OfARunThatWasCutShortLabelsWhatIsThere)
{
    SyntheticStudy made{ Plan({ 128, 1024 }, { 1, 2, 3 }, { 1 }) };
    auto &records = made.records;
    for (size_t i = records.size(); i-- > 0;) {
        const fan_study_cell &cell = made.cells[records[i].cell];
        if (cell.work == 3 || (cell.work == 2 && cell.memory_mb == 1024))
            records.erase(records.begin() + (long)i);
    }
    made.Attach();
    const Drawn drawn(made, fan_figure_memory);
    ASSERT_TRUE(drawn.figure.drawn);
    EXPECT_NE(drawn.script.find("($1 == 1024 ? $1 : NaN):2:('1x')"), std::string::npos);
    EXPECT_NE(drawn.script.find("($1 == 128 ? $1 : NaN):2:('2x')"), std::string::npos);
    EXPECT_EQ(drawn.script.find("('3x')"), std::string::npos);
    EXPECT_EQ(drawn.script.find("index 'median_w3_p1;'"), std::string::npos);
}

TEST(FigureSpread, ShowsQuartilesWhiskersAndTheMediansInterval)
{
    SyntheticStudy made{ Plan({ 128, 256 }, { 1 }, { 1 }) };
    made.records.clear();
    for (uint64_t i = 1; i <= 100; i++) { /* 1 to 99 and one far away; 201 to 300 */
        made.records.push_back(
            SyntheticRecord(i, i == 100 ? 1000 : static_cast<double>(i), 128));
        made.records.push_back(
            SyntheticRecord(1000 + i, 200 + static_cast<double>(i), 256));
        made.records.back().cell = 1;
    }
    made.Attach();
    const Drawn drawn(made, fan_figure_spread);
    ASSERT_TRUE(drawn.figure.drawn);
    const std::vector<double> box = drawn.blocks.at("box_128").at(0);
    EXPECT_NEAR(box[1], 25.75, 1e-9); /* type 7 */
    EXPECT_DOUBLE_EQ(box[2], 1);
    EXPECT_DOUBLE_EQ(box[3], 99); /* the whisker ends before the far one */
    EXPECT_NEAR(box[4], 75.25, 1e-9);
    EXPECT_NEAR(box[5], 50.5, 1e-9);
    EXPECT_DOUBLE_EQ(box[6], 40); /* ranks 40 and 61 of 100 */
    EXPECT_DOUBLE_EQ(box[7], 61);
    double largest = 0;
    for (const auto &row : drawn.blocks.at("points_128"))
        largest = std::max(largest, row[1]);
    EXPECT_DOUBLE_EQ(largest, 1000); /* but it is drawn */
    EXPECT_TRUE(drawn.Has("\nset logscale y"));
    EXPECT_TRUE(drawn.Says("n = 200 in 2 settings"));
    EXPECT_TRUE(drawn.Says("95 % interval"));
}

TEST(FigureSpread, NeedsTwoSettingsAndThinsManyPoints)
{
    EXPECT_FALSE(Drawn(SyntheticStudy{ Plan({ 512 }, { 1 }, { 4 }) }, fan_figure_spread)
                     .figure.drawn);
    SyntheticPlan plan = Plan({ 512, 1024 }, { 1 }, { 4 });
    plan.repetitions = 3000;
    const Drawn many(SyntheticStudy{ plan }, fan_figure_spread);
    EXPECT_EQ(many.blocks.at("points_512").size(), 500u);
    EXPECT_TRUE(many.Says("500 values per box, least and largest included"));
    EXPECT_FALSE(many.Has("\nset logscale y"));
}

TEST(FigureTail, EndsAtTheLargestValue)
{
    SyntheticStudy made{ Plan({ 128 }, { 1 }, { 1 }) };
    made.records.clear();
    for (uint64_t i = 1; i <= 1000; i++)
        made.records.push_back(SyntheticRecord(i, static_cast<double>(i), 128));
    made.Attach();
    const Drawn drawn(made, fan_figure_tail);
    ASSERT_TRUE(drawn.figure.drawn);
    const Rows &curve = drawn.blocks.at("cell_0");
    EXPECT_LE(curve.size(), 2u * 160);
    for (size_t i = 0; i < curve.size(); i++) {
        /* Before or after the step at x, the share that took longer. */
        const double after = (1000 - curve[i][0]) / 1000;
        if (i + 1 == curve.size() || curve[i + 1][0] > curve[i][0]) {
            EXPECT_NEAR(curve[i][1], i + 1 == curve.size() ? .001 : after, 1e-5);
        }
        EXPECT_GT(curve[i][1], 0);
        if (i > 0) {
            EXPECT_LE(curve[i][1], curve[i - 1][1]);
        }
    }
    EXPECT_DOUBLE_EQ(curve.back()[0], 1000);
    const Rows &quantiles = drawn.blocks.at("quantiles_0");
    ASSERT_EQ(quantiles.size(), 2u);
    EXPECT_NEAR(quantiles[0][0], 950.05, 1e-9);
    EXPECT_DOUBLE_EQ(quantiles[0][2], 936); /* ranks of p95 and p99 at n = 1000 */
    EXPECT_DOUBLE_EQ(quantiles[0][3], 964);
    EXPECT_DOUBLE_EQ(quantiles[1][2], 983);
    EXPECT_DOUBLE_EQ(quantiles[1][3], 997);
}

TEST(FigureTail, NeedsCallsEnough)
{
    SyntheticPlan plan = Plan({ 512 }, { 1 }, { 1 });
    plan.repetitions = 15;
    plan.ranks = 1;
    EXPECT_FALSE(Drawn(SyntheticStudy{ plan }, fan_figure_tail).figure.drawn);
}

TEST(FigureCourse, MarksDriftJumpThrottlesAndFailures)
{
    SyntheticPlan plan;
    plan.blocks = 10;
    plan.jump = .2;
    plan.drift = .05;
    plan.throttle_share = .1;
    plan.failure_share = .05;
    const SyntheticStudy made{ plan };
    const Drawn drawn(made, fan_figure_course);
    ASSERT_TRUE(drawn.figure.drawn);
    EXPECT_TRUE(drawn.Has("drift (Sen)"));
    EXPECT_TRUE(drawn.Has("level changes"));
    EXPECT_TRUE(drawn.Has("median of 31 calls"));
    EXPECT_TRUE(drawn.Has("'429' 1"));
    EXPECT_TRUE(drawn.Has("'failed' 0"));
    EXPECT_TRUE(drawn.Says("A drift (Mann and Kendall, p < 0.001"));
    uint64_t throttled = 0, failed = 0, cold = 0;
    for (const fan_record &r : made.records) {
        throttled += r.outcome == FAN_OUTCOME_THROTTLE;
        failed += r.outcome == FAN_OUTCOME_FUNCTION;
        cold += r.outcome == FAN_OUTCOME_OK && r.cold;
    }
    EXPECT_EQ(drawn.blocks.at("throttles").size(), throttled);
    EXPECT_EQ(drawn.blocks.at("failures").size(), failed);
    EXPECT_EQ(drawn.blocks.at("cold").size(), cold);
    /* Sen's line rises from one end to the other. */
    const Rows &trend = drawn.blocks.at("trend");
    EXPECT_GT(trend.back()[1], trend.front()[1] + .1);
}

TEST(FigureCourse, OfASteadyRunDrawsNoTrend)
{
    SyntheticPlan plan = Plan({ 512 }, { 1 }, { 4 });
    plan.repetitions = 400;
    const Drawn drawn(SyntheticStudy{ plan }, fan_figure_course);
    ASSERT_TRUE(drawn.figure.drawn);
    EXPECT_FALSE(drawn.Has("drift (Sen)"));
    EXPECT_FALSE(drawn.Has("level changes"));
    EXPECT_FALSE(drawn.Has("429"));
    EXPECT_TRUE(drawn.Has("duration (ms, from REPORT)")); /* one setting: in ms */
    /* Rolling medians against sorting each window. */
    const Rows &rolling = drawn.blocks.at("rolling");
    EXPECT_GT(rolling.size(), 300u);
    for (const auto &row : rolling)
        EXPECT_NEAR(row[1], 20 * 1769 / 512.0, 2.5);
}

TEST(FigureWork, DrawsTheLineItsBandAndWhatItMisses)
{
    SyntheticPlan plan = Plan({ 1024 }, { 1, 2, 3, 4, 5 }, { 4 });
    plan.work_ms = 40;
    const Drawn drawn(SyntheticStudy{ plan }, fan_figure_work);
    ASSERT_TRUE(drawn.figure.drawn);
    EXPECT_TRUE(drawn.Has("1024 MB"));
    const Rows &line = drawn.blocks.at("line_0");
    const double slope = (line.back()[1] - line.front()[1]) / line.back()[0];
    EXPECT_NEAR(slope, 40 * 1769 / 1024.0, 3);
    for (const auto &row : line) {
        EXPECT_LT(row[2], row[1]);
        EXPECT_GT(row[3], row[1]);
    }
    const Rows &means = drawn.blocks.at("means_0");
    ASSERT_EQ(means.size(), 5u);
    for (const auto &row : means) {
        const double expected = line.front()[1] + slope * row[0];
        EXPECT_NEAR(row[2], 100 * (row[1] / expected - 1), .01); /* per cent of it */
        EXPECT_LT(row[3], row[2]);
        EXPECT_GT(row[4], row[2]);
    }
    EXPECT_TRUE(drawn.Has("no lack of fit shown"));
    EXPECT_TRUE(drawn.Says("95 % band"));
}

TEST(FigureWork, SeesABendAndNeedsThreeWorks)
{
    SyntheticPlan plan = Plan({ 1024 }, { 1, 2, 3, 4, 5 }, { 4 });
    plan.bend = .1;
    const Drawn bent(SyntheticStudy{ plan }, fan_figure_work);
    EXPECT_NE(bent.title.find("not quite a straight line"), std::string::npos);
    EXPECT_FALSE(bent.Has("no lack of fit shown"));
    plan.work = { 1, 5 };
    EXPECT_FALSE(Drawn(SyntheticStudy{ plan }, fan_figure_work).figure.drawn);
}

TEST(FigureScaling, DrawsLawsAndThePeak)
{
    SyntheticPlan plan = Plan({ 256, 1024 }, { 1 }, { 1, 2, 4, 8, 16, 32, 64 });
    plan.repetitions = 640;
    plan.blocks = 4;
    plan.serial = .02;
    plan.crosstalk = .002;
    const Drawn drawn(SyntheticStudy{ plan }, fan_figure_scaling);
    ASSERT_TRUE(drawn.figure.drawn);
    for (const char *part : { "'USL'", "'Amdahl'", "'ideal'", "'peak N*'" })
        EXPECT_TRUE(drawn.Has(part)) << part;
    EXPECT_TRUE(drawn.Says("256 MB: N* = "));
    const Rows &measured = drawn.blocks.at("measured_0");
    ASSERT_EQ(measured.size(), 7u);
    EXPECT_DOUBLE_EQ(measured[0][2], 100); /* efficiency of the base */
    EXPECT_LT(measured[6][2], measured[3][2]);
    const Rows &ideal = drawn.blocks.at("ideal_0");
    EXPECT_NEAR(ideal[1][1] / ideal[0][1], 64, 1e-3);
    const std::vector<double> peak = drawn.blocks.at("peak_0").at(0);
    EXPECT_NEAR(peak[0], std::sqrt(.98 / .002), 4);
    EXPECT_LT(peak[2], peak[0]);
    EXPECT_GT(peak[3], peak[0]);
    EXPECT_EQ(drawn.blocks.at("blocks_0").size(), 7u * 4);
}

TEST(FigureScaling, OfTwoLevelsHasNoLawsAndOfOneNoFigure)
{
    const Drawn two(SyntheticStudy{ Plan({ 512 }, { 1 }, { 1, 8 }) }, fan_figure_scaling);
    ASSERT_TRUE(two.figure.drawn);
    EXPECT_FALSE(two.Has("title 'USL'"));
    EXPECT_FALSE(two.Has("title 'Amdahl'"));
    const SyntheticStudy one{ Plan({ 512, 1024 }, { 1, 2 }, { 8 }) };
    EXPECT_FALSE(Drawn(one, fan_figure_scaling).figure.drawn);
    EXPECT_FALSE(Drawn(one, fan_figure_concurrent).figure.drawn);
}

TEST(FigureConcurrent, NamesTheBase)
{
    SyntheticPlan plan = Plan({ 512, 1024 }, { 1 }, { 1, 4, 8 });
    const Drawn drawn(SyntheticStudy{ plan }, fan_figure_concurrent);
    ASSERT_TRUE(drawn.figure.drawn);
    EXPECT_TRUE(drawn.Says("with 1 in flight ("));
    EXPECT_TRUE(drawn.Says("at 512 MB"));
    EXPECT_TRUE(drawn.Has("sequential\\n1 in flight"));
    EXPECT_TRUE(drawn.Has("concurrent\\n8 in flight"));
    const Rows &pair = drawn.blocks.at("pair_0");
    ASSERT_EQ(pair.size(), 2u);
    EXPECT_GT(pair[0][1], 5 * pair[1][1]);
    const Rows &factors = drawn.blocks.at("factors");
    ASSERT_EQ(factors.size(), 4u); /* two settings, two levels each */
    for (const auto &row : factors) {
        EXPECT_LE(row[2], row[1]);
        EXPECT_GE(row[3], row[1]);
        EXPECT_LE(row[1], row[4] * 1.02); /* no faster than possible */
    }
    plan.blocks = 1;
    EXPECT_TRUE(Drawn(SyntheticStudy{ plan }, fan_figure_concurrent)
                    .Says("No interval: it takes two blocks"));
}

TEST(FigureThrottling, ShowsTheLimit)
{
    SyntheticPlan plan = Plan({ 512, 1024 }, { 1 }, { 2, 8, 12, 24 });
    plan.limit = 10;
    plan.spread = .3;
    const SyntheticStudy made{ plan };
    const Drawn drawn(made, fan_figure_throttling);
    ASSERT_TRUE(drawn.figure.drawn);
    EXPECT_TRUE(drawn.Has("'limit 10'"));
    EXPECT_TRUE(drawn.Says("512 MB: limit of 10 at once."));
    for (const auto &row : drawn.blocks.at("share_0")) {
        EXPECT_LE(row[2], row[1]);
        EXPECT_GE(row[3], row[1]);
        if (row[0] < 10.4) {
            EXPECT_DOUBLE_EQ(row[1], 0) << row[0];
        }
        if (row[0] > 10.9) {
            EXPECT_GT(row[1], 50) << row[0];
        }
    }
    double most = 0, sent = 0, accepted = 0;
    const Rows &time = drawn.blocks.at("time");
    for (const auto &row : time) {
        most = std::max(most, row[1]);
        accepted += row[2] * (time[1][0] - time[0][0]);
        sent += row[3] * (time[1][0] - time[0][0]);
    }
    EXPECT_DOUBLE_EQ(most, 10);
    double throttled = 0;
    for (const fan_record &r : made.records)
        throttled += r.outcome == FAN_OUTCOME_THROTTLE;
    const double all = static_cast<double>(made.records.size());
    EXPECT_NEAR(sent, all, .01 * all); /* rates over bins add up to the attempts */
    EXPECT_NEAR(sent - accepted, throttled, .01 * all);
}

TEST(FigureThrottling, NeedsAThrottle)
{
    EXPECT_FALSE(
        Drawn(SyntheticStudy{ SyntheticPlan() }, fan_figure_throttling).figure.drawn);
}

TEST(FigureTrust, HasAPanelForEachThatIsKnown)
{
    const SyntheticStudy made{ SyntheticPlan() };
    const Drawn drawn(made, fan_figure_trust);
    ASSERT_TRUE(drawn.figure.drawn);
    double visits = 0, attempts = 0;
    for (const auto &row : drawn.blocks.at("skew"))
        visits += row[5];
    for (const auto &row : drawn.blocks.at("delay"))
        attempts += row[5];
    EXPECT_DOUBLE_EQ(visits, 20); /* four settings in five blocks */
    EXPECT_DOUBLE_EQ(attempts, 400);
    EXPECT_EQ(drawn.blocks.at("memory").size(), 20u); /* lags */
    ASSERT_EQ(drawn.blocks.at("laws").size(), 4u);
    for (const auto &row : drawn.blocks.at("laws")) {
        EXPECT_NEAR(row[1], 0, 1e-6);
        EXPECT_NEAR(row[2], 0, 1);
    }
    SyntheticPlan plan;
    plan.ranks = 1; /* alone: no skew */
    plan.parallelism = { 1 };
    EXPECT_EQ(Drawn(SyntheticStudy{ plan }, fan_figure_trust).blocks.count("skew"), 0u);
}
