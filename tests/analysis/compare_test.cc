/* compare_test.cc - two runs against each other: known differences, and none. */
#include "analysis/compare_data.h"

#include <gtest/gtest.h>
#include <jansson.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <unistd.h>

#include "support/synthetic_study.h"

namespace
{

/* Two made-up runs and what they come to. */
class Pair
{
  public:
    Pair(const SyntheticPlan &before, const SyntheticPlan &after)
        : a(before), b(after), settings{}
    {
        settings.name_a = "before";
        settings.name_b = "after";
    }
    ~Pair()
    {
        Clear();
    }
    Pair(const Pair &) = delete;
    Pair &operator=(const Pair &) = delete;

    fan_status Compare()
    {
        Clear();
        a.Attach();
        b.Attach();
        const fan_price *price = fan_price_find("us-east-1", "x86_64");
        summary_a = fan_summary_new(&a.study, price);
        summary_b = fan_summary_new(&b.study, price);
        err = fan_err{};
        return fan_comparison_new(&c, summary_a, summary_b, &settings, &err);
    }
    fan_compare_outcome Outcome() const
    {
        return fan_comparison_outcome(c);
    }
    std::string Verdict() const
    {
        char text[600];
        fan_comparison_verdict(c, text, sizeof text);
        return text;
    }
    std::string Printed() const
    {
        char *text = nullptr;
        size_t n = 0;
        FILE *out = open_memstream(&text, &n);
        fan_comparison_print(c, out, 110);
        std::fclose(out);
        const std::string printed(text, n);
        std::free(text);
        return printed;
    }
    bool Noted(const std::string &name) const
    {
        for (size_t i = 0; i < c->note_count; i++)
            if (name == c->note[i].name) return true;
        return false;
    }

    SyntheticStudy a, b;
    fan_compare_settings settings;
    fan_comparison *c = nullptr;
    fan_err err{};

  private:
    void Clear()
    {
        fan_comparison_free(c);
        fan_summary_free(summary_a);
        fan_summary_free(summary_b);
        c = nullptr;
        summary_a = summary_b = nullptr;
    }
    fan_summary *summary_a = nullptr, *summary_b = nullptr;
};

SyntheticPlan Plan(uint64_t seed)
{
    SyntheticPlan plan;
    plan.repetitions = 40;
    plan.blocks = 2;
    plan.seed = seed;
    return plan;
}

SyntheticPlan Slower(uint64_t seed, double factor)
{
    SyntheticPlan plan = Plan(seed);
    plan.slow_memory = 512;
    plan.slow_factor = factor;
    return plan;
}

const fan_compare_row &Row(const Pair &pair, uint32_t memory_mb)
{
    for (size_t i = 0; i < pair.c->pair_count; i++)
        if (fan_compare_cell(pair.c, i)->memory_mb == memory_mb) return pair.c->row[i];
    ADD_FAILURE() << "no such setting";
    return pair.c->row[0];
}

/* One cell of warm calls with these durations. */
void SetDurations(SyntheticStudy *study, const std::vector<double> &ms)
{
    study->records.clear();
    for (size_t i = 0; i < ms.size(); i++)
        study->records.push_back(SyntheticRecord(i, ms[i], 512));
}

SyntheticPlan OneCell()
{
    SyntheticPlan plan = Plan(1);
    plan.memory = { 512 };
    return plan;
}

} // namespace

TEST(Compare, FindsTheSlowerSetting)
{
    Pair pair(Plan(1), Slower(2, 1.1));
    ASSERT_EQ(pair.Compare(), FAN_OK) << pair.err.text;
    EXPECT_EQ(pair.Outcome(), FAN_COMPARE_REGRESSION);
    EXPECT_EQ(pair.Verdict(), "regression: 1 of 4 settings slower");
    const fan_compare_row &row = Row(pair, 512);
    EXPECT_EQ(row.verdict, FAN_VERDICT_WORSE);
    EXPECT_NEAR(row.ratio, 1.1, 0.03);
    EXPECT_LT(row.ratio_ci.lower, 1.1);
    EXPECT_GT(row.ratio_ci.upper, 1.1);
    EXPECT_GT(row.test.shift_ci.lower, 0.0);
    EXPECT_GT(row.cost_ci.lower, 1.0);
    EXPECT_TRUE(pair.c->overall.any_worst);
    EXPECT_EQ(pair.c->overall.worst, 2u);
    EXPECT_EQ(Row(pair, 128).verdict, FAN_VERDICT_NONE);
}

TEST(Compare, TheOtherWayRoundIsAnImprovement)
{
    Pair pair(Slower(2, 1.1), Plan(1));
    ASSERT_EQ(pair.Compare(), FAN_OK);
    EXPECT_EQ(pair.Outcome(), FAN_COMPARE_PASSED);
    EXPECT_EQ(pair.Verdict(), "no regression shown; 1 of 4 settings faster");
    EXPECT_EQ(Row(pair, 512).verdict, FAN_VERDICT_BETTER);
    EXPECT_TRUE(pair.c->overall.any_best);
    EXPECT_FALSE(pair.c->overall.any_worst);
}

/* R's help page of wilcox.test; here y is A and x is B. */
TEST(Compare, GivesTheTestsOfThePublishedExample)
{
    Pair pair(OneCell(), OneCell());
    SetDurations(&pair.a, { 1.15, .88, .90, .74, 1.21, 1.0 });
    SetDurations(&pair.b, { .80, .83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, .73, 1.46 });
    ASSERT_EQ(pair.Compare(), FAN_OK);
    const double x[] = { .73, .80, .83, 1.04, 1.38, 1.45, 1.46, 1.64, 1.89, 1.91 };
    const double y[] = { .74, .88, .90, 1.0, 1.15, 1.21 };
    const fan_two_samples known = fan_rank_mann_whitney(x, 10, y, 6, 0.95);
    const fan_compare_row &row = pair.c->row[0];
    EXPECT_DOUBLE_EQ(row.p, known.p); /* a family of one */
    EXPECT_DOUBLE_EQ(row.test.shift, known.shift);
    EXPECT_NEAR(row.ratio, 1.415 / 0.95, 1e-12);
    EXPECT_EQ(row.verdict, FAN_VERDICT_NONE);
}

TEST(Compare, ItselfIsNoRegression)
{
    Pair pair(Plan(1), Plan(1));
    for (int m = 0; m < FAN_COMPARE_METRICS; m++) {
        pair.settings.metric = static_cast<fan_compare_metric>(m);
        ASSERT_EQ(pair.Compare(), FAN_OK);
        EXPECT_EQ(pair.Outcome(), FAN_COMPARE_PASSED);
        for (size_t i = 0; i < pair.c->pair_count; i++) {
            EXPECT_DOUBLE_EQ(pair.c->row[i].ratio, 1.0);
            /* Equal samples, yet their intervals are as wide as those of any two: the
             * replicates of both sides must not be drawn alike. */
            EXPECT_LT(pair.c->row[i].cost_ci.lower, 1.0);
            EXPECT_GT(pair.c->row[i].cost_ci.upper, 1.0);
        }
    }
}

/* Of 300 comparisons of equal runs, 15 false regressions would be 5 %. */
TEST(Compare, EqualRunsSeldomRegress)
{
    SyntheticPlan before = Plan(0), after = Plan(0);
    before.memory = after.memory = { 256, 1024 };
    before.parallelism = after.parallelism = { 2 };
    before.repetitions = after.repetitions = 20;
    before.failure_share = after.failure_share = 0.1;
    int regressions = 0, differences = 0;
    for (uint64_t i = 0; i < 300; i++) {
        before.seed = 1000 + 2 * i;
        after.seed = 1001 + 2 * i;
        Pair pair(before, after);
        ASSERT_EQ(pair.Compare(), FAN_OK);
        regressions += pair.Outcome() == FAN_COMPARE_REGRESSION;
        differences += pair.c->count[FAN_VERDICT_BETTER] > 0;
    }
    EXPECT_LE(regressions, 15);
    EXPECT_GT(regressions + differences, 0); /* and yet the tests can speak */
}

TEST(Compare, HolmCoversAllSettings)
{
    SyntheticPlan before = Plan(1), after = Slower(2, 1.012);
    after.repetitions = before.repetitions = 200;
    Pair pair(before, after);
    ASSERT_EQ(pair.Compare(), FAN_OK);
    for (size_t i = 0; i < pair.c->row_count; i++)
        EXPECT_GE(pair.c->row[i].p, pair.c->row[i].test.p);
    const fan_compare_row &row = Row(pair, 512);
    EXPECT_NEAR(row.p, 4.0 * row.test.p, 1e-12); /* the smallest of four */
}

TEST(Compare, SmallerThanTheThresholdIsNoRegression)
{
    Pair pair(Plan(1), Slower(2, 1.1));
    pair.settings.threshold = 0.2;
    ASSERT_EQ(pair.Compare(), FAN_OK);
    EXPECT_EQ(Row(pair, 512).verdict, FAN_VERDICT_MINOR);
    EXPECT_EQ(pair.Outcome(), FAN_COMPARE_PASSED);
    EXPECT_NE(pair.Verdict().find("threshold of 20 %"), std::string::npos);
    pair.settings.threshold = 0.02;
    ASSERT_EQ(pair.Compare(), FAN_OK);
    EXPECT_EQ(pair.Outcome(), FAN_COMPARE_REGRESSION);
}

TEST(Compare, EquivalenceMustBeShown)
{
    SyntheticPlan before = Plan(1), after = Plan(2);
    before.repetitions = after.repetitions = 200;
    Pair same(before, after);
    same.settings.margin = 0.05;
    ASSERT_EQ(same.Compare(), FAN_OK);
    EXPECT_EQ(same.Outcome(), FAN_COMPARE_PASSED);
    EXPECT_EQ(same.Verdict(), "the same within 5 % in all 4 settings");

    before.spread = after.spread = 0.3; /* too noisy to be sure */
    before.repetitions = after.repetitions = 30;
    Pair noisy(before, after);
    ASSERT_EQ(noisy.Compare(), FAN_OK);
    EXPECT_EQ(noisy.Outcome(), FAN_COMPARE_PASSED);
    noisy.settings.margin = 0.05;
    ASSERT_EQ(noisy.Compare(), FAN_OK);
    EXPECT_EQ(noisy.Outcome(), FAN_COMPARE_NOT_SAME);
    EXPECT_NE(noisy.Printed().find("no difference shown"), std::string::npos);
}

/* A difference that is surely there and surely small passes within the margin. */
TEST(Compare, DifferentAndTheSameWithinTheMargin)
{
    SyntheticPlan before = Plan(1), after = Slower(2, 1.015);
    before.memory = after.memory = { 512, 1024 };
    before.repetitions = after.repetitions = 1000;
    before.spread = after.spread = 0.02;
    Pair pair(before, after);
    pair.settings.margin = 0.05;
    ASSERT_EQ(pair.Compare(), FAN_OK);
    EXPECT_EQ(Row(pair, 512).verdict, FAN_VERDICT_WORSE);
    EXPECT_TRUE(Row(pair, 512).same);
    EXPECT_EQ(pair.Outcome(), FAN_COMPARE_PASSED);
    pair.settings.margin = 0;
    ASSERT_EQ(pair.Compare(), FAN_OK);
    EXPECT_EQ(pair.Outcome(), FAN_COMPARE_REGRESSION);
}

TEST(Compare, ColdCallsAreTestedApart)
{
    SyntheticPlan before = Plan(1), after = Plan(2);
    before.parallelism = after.parallelism = { 20 };
    Pair pair(before, after);
    for (fan_record &record : pair.b.records)
        if (record.cold) record.duration_ms *= 1.5;
    ASSERT_EQ(pair.Compare(), FAN_OK);
    ASSERT_EQ(pair.c->row_count, 8u);
    EXPECT_EQ(pair.c->row[4].stratum, FAN_STRATUM_COLD);
    EXPECT_EQ(pair.c->count[FAN_VERDICT_WORSE], 0u);
    EXPECT_EQ(pair.c->other_worse, 4u);
    EXPECT_EQ(pair.Verdict(), "regression: cold calls slower in 4 of 4 settings");
}

TEST(Compare, MoreFailuresAreARegression)
{
    SyntheticPlan after = Plan(2);
    after.failure_share = 0.3;
    Pair pair(Plan(1), after);
    ASSERT_EQ(pair.Compare(), FAN_OK);
    EXPECT_EQ(pair.Outcome(), FAN_COMPARE_REGRESSION);
    EXPECT_EQ(pair.Verdict(), "regression: more calls failed");
    EXPECT_NE(pair.Printed().find("0 of 160"), std::string::npos);
}

/* By call: a call that was throttled eight times is one throttled call. */
TEST(Compare, ThrottlesAreCountedByCall)
{
    SyntheticPlan after = Plan(2);
    after.throttle_share = 0.5;
    Pair pair(Plan(1), after);
    ASSERT_EQ(pair.Compare(), FAN_OK);
    EXPECT_EQ(pair.Verdict(), "regression: more calls throttled");
    for (size_t i = 0; i < pair.c->share_count; i++) {
        const fan_compare_share &share = pair.c->share[i];
        EXPECT_EQ(share.counts.n_b, share.all ? 160u : 40u);
        EXPECT_LE(share.counts.hits_b, share.counts.n_b);
        EXPECT_EQ(share.counts.hits_b > 0, share.kind == FAN_SHARE_THROTTLED);
    }
}

TEST(Compare, OverallTestNeedsSixSettings)
{
    SyntheticPlan before = Plan(1), after = Plan(2);
    before.memory = after.memory = { 128, 256, 512, 1024, 2048, 3008, 4096, 10240 };
    before.repetitions = after.repetitions = 8;
    before.parallelism = after.parallelism = { 1 };
    before.ranks = after.ranks = 1;
    after.work_ms *= 1.03; /* too little for eight calls, not for eight settings */
    Pair pair(before, after);
    ASSERT_EQ(pair.Compare(), FAN_OK);
    EXPECT_EQ(pair.c->overall.cells, 8u);
    EXPECT_NEAR(pair.c->overall.ratio, 1.03, 0.03);
    EXPECT_FALSE(std::isnan(pair.c->overall.p));
    Pair few(Plan(1), Plan(2));
    ASSERT_EQ(few.Compare(), FAN_OK);
    EXPECT_TRUE(std::isnan(few.c->overall.p));
}

TEST(Compare, MatchesByLevelsWhenOnlyTheNameDiffers)
{
    Pair pair(Plan(1), Plan(2));
    for (fan_study_cell &cell : pair.b.cells)
        std::snprintf(cell.function, sizeof cell.function, "renamed-%u", cell.memory_mb);
    pair.b.cells[3].memory_mb = 3008;
    ASSERT_EQ(pair.Compare(), FAN_OK);
    EXPECT_EQ(pair.c->pair_count, 3u);
    EXPECT_EQ(pair.c->renamed, 3u);
    EXPECT_EQ(pair.c->only_a_count, 1u);
    EXPECT_EQ(pair.c->only_b_count, 1u);
    EXPECT_TRUE(pair.Noted("renamed functions"));
    EXPECT_TRUE(pair.Noted("settings without a partner"));
    EXPECT_NE(pair.Printed().find("only B  renamed-1024: 3008 MB"), std::string::npos);
}

/* Two functions of one size: their names decide, and a new name is ambiguous. */
TEST(Compare, DoesNotGuessBetweenFunctionsOfOneSize)
{
    SyntheticPlan plan = Plan(1);
    plan.memory = { 512, 1024 };
    Pair pair(plan, plan);
    const char *const names[2][2] = { { "left", "right" }, { "right", "left" } };
    for (size_t i = 0; i < 2; i++) {
        pair.a.cells[i].memory_mb = pair.b.cells[i].memory_mb = 512;
        std::snprintf(pair.a.cells[i].function, 80, "%s", names[0][i]);
        std::snprintf(pair.b.cells[i].function, 80, "%s", names[1][i]);
    }
    ASSERT_EQ(pair.Compare(), FAN_OK);
    ASSERT_EQ(pair.c->pair_count, 2u);
    EXPECT_EQ(pair.c->pair[0].b, 1u);
    EXPECT_TRUE(pair.c->factors.function);
    std::snprintf(pair.b.cells[0].function, 80, "new");
    std::snprintf(pair.b.cells[1].function, 80, "newer");
    EXPECT_EQ(pair.Compare(), FAN_EUSAGE);
    EXPECT_NE(std::string(pair.err.text).find("no setting"), std::string::npos);
}

TEST(Compare, RefusesAnotherWorkload)
{
    Pair pair(Plan(1), Plan(2));
    std::snprintf(pair.b.study.workload, sizeof pair.b.study.workload, "isprime 7");
    EXPECT_EQ(pair.Compare(), FAN_EUSAGE);
    EXPECT_NE(std::string(pair.err.text).find("isprime 7"), std::string::npos);
    EXPECT_NE(std::string(pair.err.text).find("--force"), std::string::npos);
    pair.settings.other_workload = true;
    ASSERT_EQ(pair.Compare(), FAN_OK);
    EXPECT_TRUE(pair.Noted("other workload"));
}

TEST(Compare, RefusesOtherPartitions)
{
    SyntheticPlan plan = OneCell();
    plan.sieve = true;
    SyntheticPlan finer = plan;
    finer.repetitions = 80;
    Pair pair(plan, finer);
    EXPECT_EQ(pair.Compare(), FAN_EUSAGE);
    EXPECT_NE(std::string(pair.err.text).find("partitions"), std::string::npos);
}

TEST(Compare, WarnsOfOtherConditions)
{
    Pair pair(Plan(1), Plan(2));
    std::snprintf(pair.b.study.endpoint, sizeof pair.b.study.endpoint, "aws");
    std::snprintf(pair.b.study.region, sizeof pair.b.study.region, "eu-west-1");
    std::snprintf(pair.b.study.host, sizeof pair.b.study.host, "elsewhere");
    std::snprintf(pair.b.study.program, sizeof pair.b.study.program, "0.2.0");
    pair.b.study.local = false;
    pair.b.study.interrupted = true;
    for (fan_record &record : pair.a.records)
        record.host_limited = true;
    ASSERT_EQ(pair.Compare(), FAN_OK);
    for (const char *name :
         { "other endpoint", "other region", "other host", "other program version",
           "local against remote", "host limited", "incomplete run" })
        EXPECT_TRUE(pair.Noted(name)) << name;
    Pair alike(Plan(1), Plan(2));
    ASSERT_EQ(alike.Compare(), FAN_OK);
    EXPECT_EQ(alike.c->note_count, 0u);
}

TEST(Compare, TooFewCallsAreNotTested)
{
    SyntheticPlan few = Plan(1);
    few.repetitions = 5;
    few.blocks = 1;
    Pair pair(few, few);
    ASSERT_EQ(pair.Compare(), FAN_OK);
    EXPECT_EQ(pair.Outcome(), FAN_COMPARE_UNTESTED);
    EXPECT_NE(pair.Verdict().find("nothing tested"), std::string::npos);
}

TEST(Compare, WithoutReportLinesLatenciesAreCompared)
{
    Pair pair(Plan(1), Plan(2));
    for (fan_record &record : pair.b.records)
        record.reported = false;
    ASSERT_EQ(pair.Compare(), FAN_OK);
    EXPECT_EQ(pair.c->settings.metric, FAN_COMPARE_LATENCY);
    EXPECT_TRUE(pair.Noted("latency, not duration"));
}

TEST(Compare, CostIsTheRatioOfMeans)
{
    Pair pair(OneCell(), OneCell());
    SetDurations(&pair.a, { 100, 100, 100, 100, 100, 100, 100, 100 });
    SetDurations(&pair.b, { 100, 100, 100, 100, 100, 100, 100, 900 });
    pair.settings.metric = FAN_COMPARE_COST;
    ASSERT_EQ(pair.Compare(), FAN_OK);
    const double call = 0.2e-6, ms = 0.0000166667 / 1000 / 2;
    EXPECT_NEAR(pair.c->row[0].ratio, (call + 200 * ms) / (call + 100 * ms), 1e-9);
    pair.settings.metric = FAN_COMPARE_DURATION;
    ASSERT_EQ(pair.Compare(), FAN_OK);
    EXPECT_DOUBLE_EQ(pair.c->row[0].ratio, 1.0);
}

TEST(Compare, IsTheSameEveryTime)
{
    Pair pair(Plan(1), Slower(2, 1.1));
    std::string json[2];
    for (std::string &text : json) {
        fan_buf out = FAN_BUF_INIT(1 << 20);
        ASSERT_EQ(pair.Compare(), FAN_OK);
        ASSERT_EQ(fan_comparison_json(pair.c, &out, nullptr), FAN_OK);
        text.assign(out.data, out.size);
        fan_buf_clear(&out);
    }
    EXPECT_EQ(json[0], json[1]);
}

TEST(Compare, JsonSaysWhatTheTableSays)
{
    Pair pair(Plan(1), Slower(2, 1.1));
    pair.settings.name_b = "a \"folder\"\xff";
    ASSERT_EQ(pair.Compare(), FAN_OK);
    fan_buf out = FAN_BUF_INIT(1 << 20);
    ASSERT_EQ(fan_comparison_json(pair.c, &out, nullptr), FAN_OK);
    json_t *root = json_loadb(out.data, out.size, 0, nullptr);
    ASSERT_NE(root, nullptr);
    EXPECT_STREQ(json_string_value(json_object_get(root, "outcome")), "regression");
    EXPECT_TRUE(json_is_null(json_object_get(root, "margin")));
    json_t *cell = json_array_get(json_object_get(root, "cells"), 2);
    EXPECT_EQ(json_integer_value(json_object_get(cell, "memory_mb")), 512);
    json_t *warm = json_object_get(json_object_get(cell, "strata"), "warm");
    EXPECT_STREQ(json_string_value(json_object_get(warm, "verdict")), "worse");
    EXPECT_NEAR(json_real_value(json_object_get(warm, "ratio")), Row(pair, 512).ratio,
                1e-9);
    EXPECT_EQ(json_integer_value(json_object_get(json_object_get(cell, "failed"), "b")),
              0);
    json_decref(root);
    fan_buf_clear(&out);
}

/* --- the files --- */

class CompareFiles : public ::testing::Test
{
  protected:
    void SetUp() override
    {
        char name[] = "/tmp/fan-compare-XXXXXX";
        ASSERT_NE(mkdtemp(name), nullptr);
        dir = name;
    }
    void TearDown() override
    {
        ASSERT_EQ(std::system(("rm -rf " + dir).c_str()), 0);
    }
    std::string Read(const std::string &name)
    {
        std::ifstream in(dir + "/" + name);
        std::stringstream text;
        text << in.rdbuf();
        return text.str();
    }
    void Write(Pair &pair)
    {
        ASSERT_EQ(pair.Compare(), FAN_OK) << pair.err.text;
        ASSERT_EQ(fan_comparison_write(pair.c, dir.c_str(), &pair.err), FAN_OK)
            << pair.err.text;
    }
    std::string dir;
};

TEST_F(CompareFiles, PageStandsAlone)
{
    Pair pair(Plan(1), Slower(2, 1.1));
    pair.settings.name_a = "<b>before|</b>";
    Write(pair);
    const std::string html = Read("compare.html"), svg = Read("figures/compare.svg");
    EXPECT_NE(html.find("regression: 1 of 4 settings slower"), std::string::npos);
    EXPECT_NE(html.find("<svg"), std::string::npos);
    EXPECT_NE(html.find("<strong>slower</strong>"), std::string::npos);
    EXPECT_EQ(html.find("<img"), std::string::npos);
    EXPECT_EQ(html.find("<b>"), std::string::npos); /* outside text stays text */
    EXPECT_NE(svg.find("512 MB"), std::string::npos);
    EXPECT_NE(svg.find("M0,-1.33 L-1.33,.8"), std::string::npos); /* its own shape */
    EXPECT_FALSE(Read("compare.json").empty());
    EXPECT_FALSE(Read("figures/compare.dat").empty());
}

TEST_F(CompareFiles, OneSettingAndManyAreDrawn)
{
    SyntheticPlan plan = OneCell();
    Pair one(plan, plan);
    Write(one);
    EXPECT_NE(Read("figures/compare.svg").find("512 MB"), std::string::npos);
    plan.memory = { 128, 192, 256, 384, 512, 768, 1024, 1769, 3008, 10240 };
    plan.work = { 1, 2, 3, 4, 5, 6 };
    plan.parallelism = { 1, 2, 4, 8, 16 };
    plan.repetitions = 16;
    Pair many(plan, plan);
    Write(many);
    EXPECT_NE(Read("figures/compare.svg").find("</svg>"), std::string::npos);
    EXPECT_NE(Read("compare.md").find("Shown: 240 of 300 settings"), std::string::npos);
    EXPECT_NE(Read("compare.html").find("more rows are in"), std::string::npos);
}

TEST_F(CompareFiles, NothingToDrawIsSaid)
{
    SyntheticPlan few = Plan(1);
    few.repetitions = 0;
    Pair pair(few, few);
    Write(pair);
    EXPECT_NE(Read("compare.html").find("Nothing to draw"), std::string::npos);
    EXPECT_TRUE(Read("figures/compare.svg").empty());
}
