/* Where throttling began, and what retries cost; how much sooner calls are done. */
#include "analysis/answers.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "analysis/cell_visits.h"
#include "common/random.h"
#include "support/answered.h"

namespace
{

SyntheticPlan Sweep()
{
    SyntheticPlan plan;
    plan.memory = { 512, 1024 };
    plan.parallelism = { 2, 5, 8, 10, 12, 16, 24, 32 };
    plan.limit = 10;
    plan.spread = 0.3;
    return plan;
}

fan_attempt At(int64_t sent_ns, int64_t end_ns, bool accepted)
{
    return { sent_ns, end_ns, accepted, false, 0 };
}

std::vector<uint32_t> Offered(const std::vector<fan_attempt> &attempts)
{
    std::vector<uint32_t> offered(attempts.size());
    fan_throttle_offered(attempts.data(), attempts.size(), offered.data());
    return offered;
}

} // namespace

TEST(ThrottleOffered, CountsTheAttemptItselfAndWhatHasNotEnded)
{
    EXPECT_TRUE(Offered({}).empty());
    EXPECT_EQ(Offered({ At(0, 10, true), At(1, 2, false),  /* refused: offered too */
                        At(1, 20, true), At(10, 30, true), /* the first has just ended */
                        At(40, 40, true), At(40, 50, true) }),
              (std::vector<uint32_t>{ 1, 2, 3, 2, 1, 1 }));
}

/* Against counting pair by pair. */
TEST(ThrottleOffered, AgreesWithCountingAll)
{
    fan_random random;
    fan_random_init(&random, 3, 0);
    std::vector<fan_attempt> attempts;
    for (int64_t i = 0; i < 500; i++) {
        const int64_t sent = 10 * i;
        attempts.push_back(
            At(sent, sent + 1 + static_cast<int64_t>(fan_random_below(&random, 900)),
               i % 3 > 0));
    }
    const std::vector<uint32_t> offered = Offered(attempts);
    for (size_t i = 0; i < attempts.size(); i++) {
        uint32_t expected = 1;
        for (size_t k = 0; k < i; k++)
            expected += attempts[k].end_ns > attempts[i].sent_ns;
        ASSERT_EQ(offered[i], expected) << i;
    }
}

TEST(AnswersThrottle, FindWhereALimitBegins)
{
    const SyntheticStudy made{ Sweep() };
    const Answered a(made);
    ASSERT_EQ(a->throttle.count, 2u); /* one per function, over all its settings */
    for (size_t i = 0; i < 2; i++) {
        const fan_throttle_answer &answer = a->throttle.function[i];
        EXPECT_EQ(made.cells[answer.cell].memory_mb, i == 0 ? 512u : 1024u);
        EXPECT_EQ(answer.limit.kind, FAN_LIMIT_CONCURRENCY);
        EXPECT_DOUBLE_EQ(answer.limit.concurrency, 10);
        ASSERT_LT(answer.onset, answer.levels);
        EXPECT_EQ(answer.level[answer.onset].low, 11u);
        EXPECT_GT(answer.level[answer.onset].ci.lower, 0.5);
        EXPECT_EQ(answer.level[answer.onset - 1].throttled, 0u);
        uint64_t attempts = 0, throttled = 0;
        for (size_t k = 0; k < answer.levels; k++) {
            attempts += answer.level[k].attempts;
            throttled += answer.level[k].throttled;
            EXPECT_LE(answer.level[k].low, answer.level[k].high);
            if (k > 0) {
                EXPECT_GT(answer.level[k].low, answer.level[k - 1].high);
            }
        }
        EXPECT_EQ(attempts, answer.attempts);
        EXPECT_EQ(throttled, answer.throttled);
    }
    const std::string text = a.Text(fan_report_throttling_details);
    EXPECT_TRUE(Contains(text, "Throttling at 512 MB began with 11 attempts offered at "
                               "once"))
        << text;
    EXPECT_TRUE(Contains(text, "with 10 none of")) << text;
    EXPECT_TRUE(Contains(a.Text(fan_report_throttling_headline),
                         "a limit on concurrency of 10")); /* both functions share it */
    EXPECT_TRUE(Contains(text, "the attempts in vain cost $0")) << text;
    const std::string tables = a.Text(fan_report_throttling_tables);
    EXPECT_TRUE(Contains(tables, "| 512 MB | 11 |")) << tables;
    EXPECT_TRUE(Contains(tables, "| here |")) << tables;
    EXPECT_TRUE(Contains(tables, "| concurrency | 10 |")) << tables;
}

TEST(ThrottleAttempt, KnowsReasonsVisitsAndWhatTellsNothing)
{
    fan_record r = SyntheticRecord(1, 50, 128);
    r.sent_ns = 7;
    r.end_ns = 3;
    r.block = 4;
    fan_attempt attempt;
    EXPECT_TRUE(fan_throttle_attempt(&r, &attempt));
    EXPECT_EQ(attempt.sent_ns, 7);
    EXPECT_EQ(attempt.end_ns, 10);
    EXPECT_EQ(attempt.visit, 4u);
    EXPECT_TRUE(attempt.accepted);
    r.outcome = FAN_OUTCOME_THROTTLE;
    for (int reason = 0; reason < FAN_REASON_COUNT; reason++) {
        r.reason = static_cast<fan_reason>(reason);
        EXPECT_TRUE(fan_throttle_attempt(&r, &attempt));
        EXPECT_FALSE(attempt.accepted);
        EXPECT_EQ(attempt.rate_named, reason == FAN_REASON_FUNCTION_RATE ||
                                          reason == FAN_REASON_RESERVED_RATE ||
                                          reason == FAN_REASON_CALLER_RATE);
    }
    r.outcome = FAN_OUTCOME_NETWORK;
    EXPECT_FALSE(fan_throttle_attempt(&r, &attempt));
}

/* A bucket of 1,000 refilled at 100 a second, asked 500 times a second: first refused
 * after 2.5 s and 1,250 accepted, then four of five are. Calls of equal length run at a
 * steady level meanwhile: the reason tells that it is a rate. */
TEST(AnswersThrottle, FindARateThatTheServiceNames)
{
    SyntheticStudy made{ SyntheticPlan() };
    made.records.clear();
    double tokens = 1000;
    uint64_t before = 0, throttled = 0;
    for (uint64_t i = 0; i < 10000; i++) {
        if (i > 0) tokens = std::min(1000.0, tokens + 100.0 / 500);
        fan_record r = SyntheticRecord(i, 20, 128);
        r.sent_ns = static_cast<int64_t>(i) * 2000000;
        if (tokens >= 1) {
            tokens -= 1;
            before += throttled == 0;
        } else {
            throttled++;
            r.outcome = FAN_OUTCOME_THROTTLE;
            r.reason = FAN_REASON_FUNCTION_RATE;
            r.end_ns = 1000000;
        }
        made.records.push_back(r);
    }
    made.Attach();
    EXPECT_NEAR(static_cast<double>(before), 1250, 1);
    const Answered a(made);
    ASSERT_EQ(a->throttle.count, 1u);
    for (const fan_limit &limit : { a->throttle.function[0].limit, a->cells[0].limit }) {
        EXPECT_EQ(limit.kind, FAN_LIMIT_RATE);
        EXPECT_NEAR(limit.rate, 100, 1);
        EXPECT_NEAR(limit.burst, 1000, 10);
    }
    EXPECT_NEAR(static_cast<double>(throttled) / (10000 - 1250), .8, .001);
    EXPECT_TRUE(
        Contains(a.Text(fan_report_throttling_details), "a limit on the rate of 100"));
}

/* Hundreds of numbers in flight are taken together, and none is lost. */
TEST(AnswersThrottle, JoinManyLevels)
{
    SyntheticStudy made{ SyntheticPlan() };
    made.records.clear();
    for (uint64_t i = 0; i < 300; i++) {
        fan_record r = SyntheticRecord(i, 1000, 128);
        r.sent_ns = static_cast<int64_t>(i * 1000);
        if (i >= 250) r.outcome = FAN_OUTCOME_THROTTLE;
        made.records.push_back(r);
    }
    made.Attach();
    const Answered a(made);
    ASSERT_EQ(a->throttle.count, 1u);
    const fan_throttle_answer &answer = a->throttle.function[0];
    EXPECT_LE(answer.levels, static_cast<size_t>(FAN_THROTTLE_LEVELS_MAX));
    EXPECT_EQ(answer.level[0].low, 1u);
    EXPECT_EQ(answer.level[answer.levels - 1].high, 300u);
    EXPECT_LE(answer.level[answer.onset].low, 251u);
    EXPECT_GE(answer.level[answer.onset].high, 251u);
}

TEST(AnswersThrottle, OfNothingThrottledAreSilent)
{
    const SyntheticStudy made{ SyntheticPlan() };
    const Answered a(made);
    EXPECT_EQ(a->throttle.count, 0u);
    EXPECT_EQ(a->throttle.retry.in_vain, 0u);
    EXPECT_EQ(a.Text(fan_report_throttling_details), "");
    EXPECT_EQ(a.Text(fan_report_throttling_tables), "");
}

TEST(AnswersThrottle, OfEverythingThrottledSayTheLeastTried)
{
    SyntheticPlan plan;
    plan.throttle_share = 1;
    plan.give_up = true;
    plan.repetitions = 10;
    const SyntheticStudy made{ plan };
    const Answered a(made);
    ASSERT_EQ(a->throttle.count, 4u);
    EXPECT_EQ(a->throttle.function[0].onset, 0u);
    EXPECT_EQ(a->throttle.function[0].limit.kind, FAN_LIMIT_UNKNOWN);
    EXPECT_TRUE(
        Contains(a.Text(fan_report_throttling_details), "the least that was tried"));
}

/* One call: due at 0, sent 1 ms late, refused for 2 ms, 30 ms of waiting, sent 4 ms late,
 * failed for 40 ms (billed), 50 ms of waiting, done in 100 ms. */
TEST(AnswersRetry, SplitACallsTime)
{
    SyntheticStudy made{ SyntheticPlan() };
    made.records.clear();
    const struct {
        int64_t due, sent, span, backoff;
        fan_outcome outcome;
    } attempts[] = { { 0, 1, 2, 0, FAN_OUTCOME_THROTTLE },
                     { 33, 37, 40, 30, FAN_OUTCOME_FUNCTION },
                     { 127, 127, 100, 50, FAN_OUTCOME_OK } };
    for (uint32_t i = 0; i < 3; i++) {
        fan_record r = SyntheticRecord(7, i == 1 ? 39 : 99, 128);
        r.seq = r.attempt = i;
        r.intended_ns = attempts[i].due * 1000000;
        r.sent_ns = attempts[i].sent * 1000000;
        r.end_ns = attempts[i].span * 1000000;
        r.backoff_ns = attempts[i].backoff * 1000000;
        r.outcome = attempts[i].outcome;
        made.records.push_back(r);
    }
    made.Attach();
    const Answered a(made);
    const fan_retry_answer &retry = a->throttle.retry;
    EXPECT_EQ(retry.calls, 1u);
    EXPECT_EQ(retry.in_vain, 2u);
    EXPECT_DOUBLE_EQ(retry.queue_s, .005);
    EXPECT_DOUBLE_EQ(retry.failed_s, .042);
    EXPECT_DOUBLE_EQ(retry.backoff_s, .08);
    EXPECT_DOUBLE_EQ(retry.final_s, .1);
    /* The throttled attempt is free: what the failed one cost is the whole. */
    EXPECT_DOUBLE_EQ(retry.usd,
                     fan_price_attempt(&a.summary->price, &made.records[1], 128).total);
    EXPECT_GT(retry.usd, 0);
    const std::string tables = a.Text(fan_report_throttling_tables);
    EXPECT_TRUE(Contains(tables, "waits between attempts | 0.08000 | 35.2 %")) << tables;
}

TEST(Visits, JoinRanksAndBlocks)
{
    SyntheticPlan plan;
    plan.memory = { 512 };
    plan.repetitions = 20;
    plan.blocks = 4;
    SyntheticStudy made{ plan };
    fan_cell_visit *visits;
    ASSERT_EQ(fan_cell_visits_of(&made.study, &visits), 4u);
    for (size_t i = 0; i < 4; i++) {
        EXPECT_EQ(visits[i].ranks, 4u);
        EXPECT_EQ(visits[i].calls, 5u);
        EXPECT_LE(visits[i].first_ns, visits[i].start_ns);
        EXPECT_GT(fan_cell_visit_seconds(&visits[i]), 0);
    }
    free(visits);
    /* A block that a run was interrupted in has a visit more, and is one block still. */
    fan_phase_mark again = made.phases.back();
    again.phase = 99;
    again.start_ns += 1000000000;
    again.end_ns = again.start_ns + 500000000;
    made.phases.push_back(again);
    made.phase_rank.push_back(0);
    made.Attach();
    fan_cell_block *blocks;
    ASSERT_EQ(fan_cell_blocks_of(&made.study, &blocks), 4u);
    EXPECT_GT(blocks[3].seconds, .5 + .5 * blocks[2].seconds);
    EXPECT_EQ(blocks[0].done + blocks[1].done + blocks[2].done + blocks[3].done, 20u);
    EXPECT_NEAR(fan_cell_block_rate(&blocks[0]), 5 / blocks[0].seconds, 1e-9);
    free(blocks);
}

TEST(AnswersSpeedup, CompareTheTimeForTheSameCalls)
{
    SyntheticPlan plan;
    plan.memory = { 1024 };
    plan.parallelism = { 1, 4 };
    plan.blocks = 6;
    plan.repetitions = 120;
    const SyntheticStudy made{ plan };
    const Answered a(made);
    ASSERT_EQ(a->speedup_count, 1u);
    const fan_speedup &speedup = a->speedup[0];
    EXPECT_EQ(speedup.blocks, 6u);
    EXPECT_EQ(speedup.calls, 120u);
    EXPECT_NEAR(speedup.low_s / speedup.high_s, speedup.factor, .05 * speedup.factor);
    EXPECT_GT(speedup.factor, 3);
    EXPECT_LT(speedup.ci.lower, speedup.factor);
    EXPECT_GT(speedup.ci.upper, speedup.factor);
    EXPECT_LE(speedup.ci.upper, 4.2);
    const std::string text = a.Text(fan_report_speedups);
    EXPECT_TRUE(Contains(text, "one after the other")) << text;
    EXPECT_TRUE(Contains(text, "of 4.00x that were possible")) << text;
    EXPECT_TRUE(
        Contains(a.Text(fan_report_speedup_table), "### Time for the same calls"));
}

TEST(AnswersSpeedup, WithOneBlockHaveNoInterval)
{
    SyntheticPlan plan;
    plan.parallelism = { 1, 4 };
    plan.blocks = 1;
    const SyntheticStudy made{ plan };
    const Answered a(made);
    ASSERT_EQ(a->speedup_count, 4u);
    EXPECT_TRUE(std::isnan(a->speedup[0].ci.lower));
    EXPECT_GT(a->speedup[0].factor, 2);
}

TEST(LawsOfCells, FindTheOneThatDoesNotAddUp)
{
    SyntheticStudy made{ SyntheticPlan() };
    /* Attempts of cell 2 appear shorter than they were: their places have holes. */
    for (fan_record &r : made.records)
        if (r.cell == 2) r.end_ns /= 2;
    const Answered a(made);
    EXPECT_LT(a.summary->cells[2].laws.closed_loop, .6);
    EXPECT_GT(a.summary->cells[1].laws.closed_loop, .95);
    EXPECT_NEAR(a.summary->cells[1].laws.little_error, 0, 1e-9);
}
