/* Limits, Erlang's formula and the laws of queueing. */
#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "analysis/little_law.h"
#include "analysis/statistics.h"
#include "analysis/throttle_limit.h"
#include "common/random.h"

namespace
{

using Attempts = std::vector<fan_attempt>;

fan_limit Estimate(Attempts attempts)
{
    return fan_limit_estimate(attempts.data(), attempts.size());
}

} // namespace

TEST(LimitErlang, MatchesPublishedShares)
{
    EXPECT_NEAR(fan_limit_erlang_b(5, 3), .1100543478, 5e-11);
    EXPECT_NEAR(fan_limit_erlang_b(10, 8), .1216610643, 5e-11);
    EXPECT_NEAR(fan_limit_erlang_b(100, 80), .0039920286, 5e-11);
    EXPECT_DOUBLE_EQ(fan_limit_erlang_b(0, 3), 1);
}

/* Poisson arrivals of constant length at a cap: the formula's share, and the cap found.
 */
TEST(LimitEstimate, FindsAConcurrencyCap)
{
    fan_random random;
    fan_random_init(&random, 9, 0);
    Attempts attempts;
    std::vector<double> running;
    double now = 0;
    size_t throttled = 0;
    for (int i = 0; i < 40000; i++) {
        now += -std::log(1 - fan_random_unit(&random)) / 3;
        running.erase(std::remove_if(running.begin(), running.end(),
                                     [&](double end) { return end <= now; }),
                      running.end());
        const bool accepted = running.size() < 5;
        if (accepted) running.push_back(now + 1);
        throttled += !accepted;
        attempts.push_back({ static_cast<int64_t>(now * 1e9),
                             static_cast<int64_t>((now + (accepted ? 1 : .001)) * 1e9),
                             accepted, false, 0 });
    }
    EXPECT_NEAR(static_cast<double>(throttled) / 40000, .11, .01);
    std::reverse(attempts.begin(), attempts.end()); /* any order will do */
    const fan_limit limit = Estimate(attempts);
    EXPECT_EQ(limit.kind, FAN_LIMIT_CONCURRENCY);
    EXPECT_DOUBLE_EQ(limit.concurrency, 5);
    EXPECT_TRUE(std::isnan(limit.rate));
}

/* A bucket of 1,000 refilled at 100 a second, asked 500 times a second. */
TEST(LimitEstimate, FindsARate)
{
    Attempts attempts;
    double tokens = 1000;
    size_t before = 0;
    int64_t first = -1;
    for (int i = 0; i < 10000; i++) {
        if (i > 0) tokens = std::min(1000.0, tokens + 100.0 / 500);
        const bool accepted = tokens >= 1;
        if (accepted) tokens -= 1;
        const int64_t sent = static_cast<int64_t>(i) * 2000000;
        if (!accepted && first < 0) first = sent;
        before += first < 0;
        attempts.push_back(
            { sent, sent + 500000 + (i % 7) * 300000, accepted, false, 0 });
    }
    EXPECT_NEAR(static_cast<double>(first) / 1e9, 2.5, .01);
    EXPECT_NEAR(static_cast<double>(before), 1250, 1);
    const fan_limit limit = Estimate(attempts);
    EXPECT_EQ(limit.kind, FAN_LIMIT_RATE);
    EXPECT_NEAR(limit.rate, 100, 1);
    EXPECT_NEAR(limit.burst, 1000, 10);
}

TEST(LimitEstimate, SaysWhenItIsNeither)
{
    EXPECT_EQ(Estimate({}).kind, FAN_LIMIT_NONE);
    EXPECT_EQ(Estimate({ { 0, 5, true, false, 0 }, { 1, 6, true, false, 0 } }).kind,
              FAN_LIMIT_NONE);
    EXPECT_DOUBLE_EQ(
        Estimate({ { 0, 5, true, false, 0 }, { 1, 6, true, false, 0 } }).concurrency, 2);
    EXPECT_EQ(Estimate({ { 0, 5, false, false, 0 }, { 1, 6, false, false, 0 } }).kind,
              FAN_LIMIT_UNKNOWN);
    /* Throttled while nothing ran, though two ran at once before. */
    EXPECT_EQ(Estimate({ { 0, 5, true, false, 0 },
                         { 1, 6, true, false, 0 },
                         { 9, 10, false, false, 0 } })
                  .kind,
              FAN_LIMIT_UNKNOWN);
}

/* Calls of one length at a steady rate: the level is steady too, the reason decides. */
TEST(LimitEstimate, BelievesAReasonThatNamesARate)
{
    Attempts attempts;
    for (int i = 0; i < 4000; i++) {
        const int64_t sent = static_cast<int64_t>(i) * 2500000; /* 400 a second */
        const bool accepted = i < 40 || i % 4 == 0;             /* 100 of them pass */
        attempts.push_back({ sent, sent + 100500000, accepted, !accepted, 0 });
    }
    EXPECT_EQ(Estimate(attempts).kind, FAN_LIMIT_RATE);
    EXPECT_NEAR(Estimate(attempts).rate, 100, 1);
}

/* A bucket that fills up between two visits makes a jump, not a bend. */
TEST(LimitEstimate, FitsEachVisitApart)
{
    Attempts attempts;
    for (uint32_t visit = 0; visit < 3; visit++) {
        double tokens = 300;
        for (int i = 0; i < 2000; i++) {
            tokens = std::min(300.0, tokens + .2);
            const bool accepted = tokens >= 1;
            if (accepted) tokens -= 1;
            const int64_t sent = visit * 90000000000 + static_cast<int64_t>(i) * 2000000;
            attempts.push_back(
                { sent, sent + 500000 + (i % 7) * 900000, accepted, false, visit });
        }
    }
    const fan_limit limit = Estimate(attempts);
    EXPECT_EQ(limit.kind, FAN_LIMIT_RATE);
    EXPECT_NEAR(limit.rate, 100, 1);
    EXPECT_NEAR(limit.burst, 300, 5);
}

TEST(LittleLaw, HoldsWhenAllIsInside)
{
    const std::vector<fan_span> spans = { { 0, 60, 0, 1 },
                                          { 70, 100, 0, 1 },
                                          { 10, 90, 0, 2 } };
    const fan_little law = fan_little_law(spans.data(), 3, 0, 100);
    EXPECT_DOUBLE_EQ(law.in_flight, 1.7);
    EXPECT_DOUBLE_EQ(law.expected, 1.7);
    const fan_little cut = fan_little_law(spans.data(), 3, 50, 100);
    EXPECT_DOUBLE_EQ(cut.in_flight, 1.6);
    EXPECT_GT(cut.expected, 3);
}

TEST(LittleClosedLoop, FindsTimeThatNobodyCounted)
{
    const std::vector<fan_span> tight = { { 0, 50, 0, 1 },
                                          { 60, 100, 10, 1 },
                                          { 5, 9, 0, 2 } };
    EXPECT_DOUBLE_EQ(fan_little_closed_loop(tight.data(), 3), 1);
    const std::vector<fan_span> gap = { { 0, 40, 0, 1 }, { 60, 100, 0, 1 } };
    EXPECT_DOUBLE_EQ(fan_little_closed_loop(gap.data(), 2), .8);
    EXPECT_TRUE(std::isnan(fan_little_closed_loop(gap.data(), 0)));
}
