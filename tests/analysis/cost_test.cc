/* What calls cost: the published sweep as a whole study, units of work, months. */
#include <cmath>
#include <cstdio>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "analysis/answers.h"
#include "analysis/report_parts.h"
#include "support/answered.h"

namespace
{

using Summary = std::unique_ptr<fan_summary, decltype(&fan_summary_free)>;

Summary Summarise(const SyntheticStudy &made, const fan_price *price)
{
    return Summary(fan_summary_new(&made.study, price), fan_summary_free);
}

const fan_price *Today()
{
    return fan_price_find("us-east-1", "x86_64");
}

/* A study of these cells without any record yet. */
SyntheticPlan Empty(std::vector<uint32_t> memory, std::vector<uint32_t> work)
{
    SyntheticPlan plan;
    plan.memory = std::move(memory);
    plan.work = std::move(work);
    plan.parallelism = { 1 };
    plan.repetitions = 0;
    return plan;
}

void Add(SyntheticStudy *made, uint32_t cell, double duration_ms, int calls)
{
    for (int i = 0; i < calls; i++) {
        fan_record record = SyntheticRecord(made->records.size(), duration_ms,
                                            made->cells[cell].memory_mb);
        record.cell = cell;
        made->records.push_back(record);
    }
    made->Attach();
}

/* 1,000 calls of each size, each as long as the published mean. */
std::unique_ptr<SyntheticStudy> Published()
{
    auto made = std::make_unique<SyntheticStudy>(Empty({ 128, 256, 512, 1024 }, { 1 }));
    const double ms[] = { 11722.965, 6678.945, 3194.954, 1465.984 };
    for (uint32_t c = 0; c < 4; c++)
        Add(made.get(), c, ms[c], 1000);
    return made;
}

std::string Printed(double usd)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.6f", usd);
    return text;
}

} // namespace

/* The table that AWS Lambda's own guide took over: sweep, prices and scaling. */
TEST(CostOfThePublishedSweep, ComesOutToTheLastDigit)
{
    const auto made = Published();
    const Summary summary = Summarise(*made, fan_price_of_2017());
    const char *usd[] = { "0.024628", "0.028035", "0.026830", "0.024638" };
    for (size_t c = 0; c < 4; c++) {
        EXPECT_EQ(Printed(summary->cells[c].tallies.cost.total), usd[c]);
        EXPECT_EQ(Printed(1000 * summary->answers->cells[c].usd_mean), usd[c]);
    }
    EXPECT_NEAR(summary->total.cost.total, .104130, 5e-7);
    EXPECT_DOUBLE_EQ(summary->total.cost.total, summary->total.usd_2017);
    const fan_memory_answer &memory = summary->answers->memory[0];
    EXPECT_NEAR(memory.scaling.slope, -1.0062, 5e-5);
    EXPECT_LT(memory.scaling.slope_ci.lower, -1);
    EXPECT_GT(memory.scaling.slope_ci.upper, -1);
    EXPECT_TRUE(summary->answers->cells[0].on_front);
    EXPECT_FALSE(summary->answers->cells[1].on_front);
    EXPECT_FALSE(summary->answers->cells[2].on_front);
    EXPECT_TRUE(summary->answers->cells[3].on_front);
    EXPECT_EQ(memory.cheapest, 0u);
    EXPECT_EQ(memory.fastest, 3u);
    EXPECT_EQ(memory.balanced, 3u);
}

TEST(CostOfThePublishedSweep, AtTodaysPrices)
{
    const auto made = Published();
    const Summary summary = Summarise(*made, Today());
    const double usd[] = { .024622966, .028029222, .026825053, .024633382 };
    for (size_t c = 0; c < 4; c++)
        EXPECT_NEAR(summary->cells[c].tallies.cost.total, usd[c], 5e-10);
    EXPECT_NEAR(summary->total.usd_2017, .104130, 5e-7);
}

TEST(CostOfThePublishedSweep, TellsWhereADoublingPays)
{
    const auto made = Published();
    const Summary summary = Summarise(*made, fan_price_of_2017());
    const fan_memory_step *step = summary->answers->memory[0].step;
    const double ratio[] = { 6678.945 / 11722.965, 3194.954 / 6678.945,
                             1465.984 / 3194.954 };
    const char *verdict[] = { "dearer", "cheaper", "cheaper" };
    for (size_t i = 0; i < 3; i++) {
        EXPECT_NEAR(step[i].time_ratio, ratio[i], 1e-9);
        EXPECT_NEAR(step[i].ci.lower, ratio[i], 1e-9);
        EXPECT_EQ(step[i].break_even, 0.5);
        EXPECT_STREQ(fan_report_step_verdict(&step[i]), verdict[i]);
    }
    const std::string text = TextOf(summary.get(), fan_report_cost_findings);
    EXPECT_TRUE(Contains(text, "128 MB to 256 MB 57.0 % [57.0, 57.0], dearer;")) << text;
    EXPECT_TRUE(Contains(text, "million successful calls like these would cost $24.63 at "
                               "128 MB and $28.03 at 256 MB."))
        << text;
}

TEST(CostMonth, GrowsWithTiersAndShrinksByTheFreeTier)
{
    SyntheticStudy made(Empty({ 1024 }, { 1 }));
    Add(&made, 0, 8000, 10); /* 8 GB-s a call: a billion of them are 8e9 GB-s */
    made.study.free_tier = true;
    const Summary summary = Summarise(made, Today());
    EXPECT_NEAR(fan_answers_month_usd(summary.get(), 0, 1e9, false),
                200 + 6e9 * 1.66667e-5 + 2e9 * 1.5e-5, 1e-3);
    EXPECT_NEAR(fan_answers_month_usd(summary.get(), 0, 1e5, true), 400000 * 1.66667e-5,
                1e-6);
    EXPECT_EQ(fan_answers_free_tier_usd(summary.get()), 0);
    const std::string text = TextOf(summary.get(), fan_report_cost_tables);
    EXPECT_TRUE(Contains(text, "| total with the free tier | $0 | 1,000,000 requests and "
                               "400,000 GB-seconds a month are free |"))
        << text;
    EXPECT_TRUE(Contains(text, "| 1 million, free tier |"));
    EXPECT_TRUE(Contains(TextOf(summary.get(), fan_report_cost_findings),
                         "With a month's free tier all unused, this run would cost $0 "
                         "instead of $0.001335."));
}

TEST(CostMonth, IsUnknownWhereTheTableEnds)
{
    SyntheticStudy made(Empty({ 1024 }, { 1 }));
    Add(&made, 0, 30000, 4);
    const Summary summary = Summarise(made, fan_price_find("us-east-1", "arm64"));
    EXPECT_TRUE(std::isnan(fan_answers_month_usd(summary.get(), 0, 1e9, false)));
    EXPECT_TRUE(std::isfinite(fan_answers_month_usd(summary.get(), 0, 1e8, false)));
    EXPECT_TRUE(std::isnan(fan_answers_month_usd(
        Summarise(SyntheticStudy(Empty({ 128 }, { 1 })), Today()).get(), 0, 1e5, false)));
}

TEST(CostOfWork, IsALineWithAFixedPart)
{
    SyntheticStudy made(Empty({ 1024 }, { 1, 2, 4 }));
    for (uint32_t c = 0; c < 3; c++)
        Add(&made, c, 50 + 100.0 * made.cells[c].work, 20 + 5 * static_cast<int>(c));
    const Summary summary = Summarise(made, Today());
    ASSERT_EQ(summary->answers->work_cost_count, 1u);
    const fan_work_cost &cost = summary->answers->work_cost[0];
    EXPECT_NEAR(cost.unit_usd, .1 * 1.66667e-5, 1e-15);
    EXPECT_NEAR(cost.fixed_usd, 2e-7 + .05 * 1.66667e-5, 1e-15);
    EXPECT_NEAR(cost.unit_ci.lower, cost.unit_usd, 1e-15);
    EXPECT_NEAR(cost.fixed_ci.upper, cost.fixed_usd, 1e-15);
    const std::string text = TextOf(summary.get(), fan_report_cost_tables);
    /* 4x: (2e-7 + .45 s) / 4 per unit */
    EXPECT_TRUE(Contains(text, "| $0.001925 |")) << text;
    EXPECT_TRUE(Contains(TextOf(summary.get(), fan_report_cost_findings),
                         "each further 1x of work costs $0.001667 per 1,000 calls"));
}

/* A call's failed attempts are part of what it costs; throttles are free. */
TEST(CostOfACall, HoldsAllItsAttempts)
{
    SyntheticStudy made(Empty({ 1024 }, { 1 }));
    Add(&made, 0, 100, 3);
    fan_record failed = made.records[1];
    failed.outcome = FAN_OUTCOME_FUNCTION;
    fan_record refused = made.records[2];
    refused.outcome = FAN_OUTCOME_THROTTLE;
    made.records.push_back(failed);
    made.records.push_back(refused);
    made.Attach();
    const Summary summary = Summarise(made, Today());
    const fan_cell_answer &answer = summary->answers->cells[0];
    const double one = 2e-7 + .1 * 1.66667e-5;
    EXPECT_EQ(answer.usd_n, 3u);
    EXPECT_NEAR(answer.usd_mean, one, 1e-15);
    EXPECT_NEAR(summary->cells[0].usd_per_call, 4 * one / 3, 1e-15);
    EXPECT_GE(answer.call_usd_ci.lower, one - 1e-15);
    EXPECT_GT(answer.call_usd_ci.upper, 4 * one / 3);
    EXPECT_LE(answer.call_usd_ci.upper, 2 * one + 1e-15);
    EXPECT_EQ(summary->total.cost.billed, 4);
}

TEST(CostChapter, SaysHowATableBills)
{
    const auto made = Published();
    const std::string then =
        TextOf(Summarise(*made, fan_price_of_2017()).get(), fan_report_cost_tables);
    EXPECT_TRUE(Contains(then, "per GB-second, not rounded |")) << then;
    EXPECT_TRUE(Contains(then, "| INIT | $0 | free |"));
    EXPECT_TRUE(Contains(then, "List prices of us-east-1, x86_64, 2017, first tier"));
    const std::string now =
        TextOf(Summarise(*made, Today()).get(), fan_report_cost_tables);
    EXPECT_TRUE(Contains(now, "per GB-second, billed to 1 ms |")) << now;
    EXPECT_TRUE(Contains(now, "INIT and duration together, rounded up to 1 ms"));
    EXPECT_TRUE(Contains(now, "| 128 MB | 256 MB | 0.5697 |"));
    EXPECT_FALSE(Contains(now, "free tier |"));
}
