/* Answers about made-up studies whose truth is known, and the sentences made of them. */
#include "analysis/answers.h"

#include <cmath>
#include <cstring>
#include <string>

#include <gtest/gtest.h>

#include "support/answered.h"

TEST(AnswersMemory, FindTheInverseLaw)
{
    const SyntheticStudy made{ SyntheticPlan() };
    const Answered a(made);
    ASSERT_EQ(a->memory_count, 1u);
    const fan_memory_answer &memory = a->memory[0];
    EXPECT_EQ(memory.scaled, 4u);
    EXPECT_NEAR(memory.scaling.slope, -1, 0.03);
    EXPECT_LT(memory.scaling.slope_ci.lower, -1);
    EXPECT_GT(memory.scaling.slope_ci.upper, -1);
    for (size_t i = 1; i < 4; i++) {
        EXPECT_NEAR(memory.pair[i].same.ratio, 1, 0.05);
        EXPECT_TRUE(memory.pair[i].same.equivalent);
    }
    EXPECT_EQ(memory.fastest, 3u);
    const std::string text = a.Findings();
    EXPECT_TRUE(Contains(text, "Time goes with memory")) << text;
    EXPECT_TRUE(Contains(text, "is inside the interval")) << text;
    EXPECT_TRUE(Contains(text, "the same within 5 %")) << text;
}

/* Beyond one CPU more memory is no more speed: the fit stops there, the cost doubles. */
TEST(AnswersMemory, StopTheFitAtOneCpuAndSeeTheCost)
{
    SyntheticPlan plan;
    plan.memory = { 512, 1024, 1769, 3538 };
    const SyntheticStudy made{ plan };
    const Answered a(made);
    EXPECT_EQ(a->memory[0].scaled, 3u);
    EXPECT_NEAR(a->memory[0].pair[3].same.ratio, 1.8,
                0.1); /* the fee of a request stays */
    EXPECT_LT(a->memory[0].pair[3].p, 1e-6);
    EXPECT_FALSE(a->memory[0].pair[3].same.equivalent);
    EXPECT_TRUE(Contains(a.Findings(), ", different"));
}

TEST(AnswersWork, GrowInAStraightLine)
{
    SyntheticPlan plan;
    plan.memory = { 1024 };
    plan.work = { 1, 2, 3, 4, 5 };
    plan.work_ms = 40;
    const SyntheticStudy made{ plan };
    const Answered a(made);
    ASSERT_EQ(a->work_count, 1u);
    EXPECT_NEAR(a->work[0].line.slope, 40 * 1769 / 1024.0, 3);
    EXPECT_LT(a->work[0].lack.deviation, 0.05);
    EXPECT_LT(a->work[0].line.slope_ci.lower, a->work[0].line.slope_ci.upper);
    EXPECT_TRUE(Contains(a.Findings(), "each 1x of work takes"));
}

TEST(AnswersLoad, NeverCallSequentialAndConcurrentEqual)
{
    SyntheticPlan plan;
    plan.memory = { 512, 1024 };
    plan.parallelism = { 1, 2, 4, 8 };
    const SyntheticStudy made{ plan };
    const Answered a(made);
    ASSERT_EQ(a->load_count, 2u);
    EXPECT_EQ(a->pair_count, 6u);
    for (size_t i = 0; i < a->pair_count; i++)
        EXPECT_LT(std::fabs(a->pair[i].test.delta), 0.33);
    EXPECT_TRUE(a->load[0].fitted_usl);
    EXPECT_TRUE(a->load[0].fitted_amdahl);
    EXPECT_GT(a->load[0].per_s[3], 4 * a->load[0].per_s[0]);
    const std::string text = a.Findings("concurrent");
    EXPECT_TRUE(Contains(text, "no difference shown")) << text;
    EXPECT_TRUE(Contains(text, "sequential calling")) << text;
    EXPECT_FALSE(Contains(text, "equal")) << text;
}

TEST(AnswersLoad, SeeAShift)
{
    SyntheticPlan plan;
    plan.memory = { 1024 };
    plan.parallelism = { 1, 8 };
    SyntheticStudy made{ plan };
    for (fan_record &r : made.records)
        if (r.cell == 1) r.duration_ms += 5;
    const Answered a(made);
    ASSERT_EQ(a->pair_count, 1u);
    EXPECT_LT(a->pair[0].p, 1e-6);
    EXPECT_NEAR(a->pair[0].test.shift, 5, 0.7);
    EXPECT_TRUE(Contains(a.Findings(), "a difference in the duration"));
}

TEST(AnswersTime, StayQuietInASteadyRunAndFindAJump)
{
    SyntheticPlan plan;
    plan.memory = { 512 };
    plan.repetitions = 1000;
    SyntheticStudy made{ plan };
    {
        const Answered a(made);
        EXPECT_GT(a->time.n, 900u);
        EXPECT_EQ(a->time.cut_count, 0u);
        EXPECT_GT(a->time.trend.p, 0.01);
        EXPECT_TRUE(Contains(a.Findings(), "no drift shown"));
    }
    int64_t half_ns = 0;
    for (const fan_record &r : made.records)
        half_ns = std::max(half_ns, r.sent_ns / 2);
    for (fan_record &r : made.records)
        if (r.sent_ns > half_ns) r.duration_ms *= 1.2;
    const Answered a(made);
    ASSERT_EQ(a->time.cut_count, 1u);
    EXPECT_NEAR(a->time.cut_ratio[0], 1.2, 0.02);
    EXPECT_NEAR(a->time.cut_s[0], static_cast<double>(half_ns) / 1e9,
                0.1 * static_cast<double>(half_ns) / 1e9);
    EXPECT_LT(a->time.pettitt.p, 1e-4);
    EXPECT_LT(a->time.effective_n, 0.5 * static_cast<double>(a->time.n));
    EXPECT_TRUE(Contains(a.Findings(), "Changes of level: +"));
}

TEST(AnswersCells, MarkHeapsAndOutliersButKeepThem)
{
    SyntheticPlan plan;
    plan.memory = { 1769 };
    plan.spread = 0.01;
    plan.repetitions = 300;
    SyntheticStudy made{ plan };
    for (fan_record &r : made.records)
        if (r.call % 3 == 0) r.duration_ms *= 1.5;
    const Answered a(made);
    EXPECT_TRUE(a->cells[0].modes.two);
    EXPECT_TRUE(Contains(a.Findings(), "Two heaps at 1769 MB"));
    EXPECT_EQ(fan_summary_main(a.summary, 0)->n, a->time.n); /* nothing was dropped */
    EXPECT_GT(a->cells[0].needed[2], a->cells[0].needed[1]);
}

/* Six calls want in, four fit: the refused ones met four that ran. */
TEST(AnswersCells, FindTheLimitThatThrottled)
{
    SyntheticPlan plan;
    plan.memory = { 512 };
    plan.parallelism = { 6 };
    plan.ranks = 1;
    SyntheticStudy made{ plan };
    made.records.clear();
    for (uint64_t i = 0; i < 100; i++) {
        for (uint64_t k = 0; k < 6; k++) {
            fan_record r = SyntheticRecord(6 * i + k, 50, 512);
            r.slot = static_cast<uint32_t>(k);
            r.sent_ns = static_cast<int64_t>(i * 100000000 + k * 1000);
            if (k >= 4) {
                r.outcome = FAN_OUTCOME_THROTTLE;
                r.reason = FAN_REASON_RESERVED_CONCURRENCY;
                r.end_ns = 1000000;
            }
            made.records.push_back(r);
        }
    }
    made.Attach();
    const Answered a(made);
    EXPECT_EQ(a->cells[0].limit.kind, FAN_LIMIT_CONCURRENCY);
    EXPECT_DOUBLE_EQ(a->cells[0].limit.concurrency, 4);
    EXPECT_NEAR(a->cells[0].throttled_share.lower, 0.3, 0.05);
    EXPECT_TRUE(Contains(a.Findings(), "a limit on concurrency of 4"));
}

TEST(AnswersLaws, HoldForASoundRunAndBreakForABrokenOne)
{
    SyntheticStudy made{ SyntheticPlan() };
    {
        const Answered a(made);
        EXPECT_NEAR(a.summary->laws.little_error, 0, 1e-9);
        EXPECT_GT(a.summary->laws.closed_loop, 0.95);
        EXPECT_FALSE(a.Warns("Little's law"));
    }
    for (fan_phase_mark &mark : made.phases)
        mark.end_ns = mark.start_ns + (mark.end_ns - mark.start_ns) / 2;
    EXPECT_TRUE(Answered(made).Warns("Little's law"));
}

TEST(AnswersSmall, SaySomethingSensibleOfLittleOrNothing)
{
    SyntheticPlan plan;
    plan.repetitions = 3;
    plan.blocks = 1;
    const SyntheticStudy few{ plan };
    EXPECT_FALSE(Contains(Answered(few).Findings(), "nan"));
    plan.failure_share = 1;
    const SyntheticStudy failed{ plan };
    const Answered none(failed);
    EXPECT_EQ(none->memory_count, 0u);
    EXPECT_EQ(none->time.windows, 0u);
    plan.repetitions = 0;
    const SyntheticStudy empty{ plan };
    EXPECT_FALSE(Contains(Answered(empty).Findings(), "nan"));
    for (const fan_question *q = fan_questions; q->key; q++) /* only trust is left */
        EXPECT_EQ(q->arises(Answered(empty).summary), !std::strcmp(q->key, "trust"));
}
