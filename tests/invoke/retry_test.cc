#include "invoke/retry.h"

#include <gtest/gtest.h>

#include <cstdio>

namespace
{
fan_record Ended(fan_outcome outcome, const char *type = "", const char *text = "",
                 uint32_t attempt = 0)
{
    fan_record r{};
    r.outcome = outcome;
    r.attempt = attempt;
    snprintf(r.error_type, sizeof r.error_type, "%s", type);
    snprintf(r.error_text, sizeof r.error_text, "%s", text);
    return r;
}

fan_verdict Verdict(const fan_record &record, bool retry = true)
{
    fan_retry_policy policy = fan_retry_defaults(retry);
    return fan_retry_verdict(&policy, &record);
}
} // namespace

TEST(RetryVerdict, TableOfOutcomes)
{
    struct {
        fan_record record;
        fan_verdict expected;
    } rows[] = {
        { Ended(FAN_OUTCOME_OK), FAN_VERDICT_DONE },
        { Ended(FAN_OUTCOME_THROTTLE), FAN_VERDICT_RETRY },
        { Ended(FAN_OUTCOME_SERVICE), FAN_VERDICT_RETRY },
        { Ended(FAN_OUTCOME_NETWORK), FAN_VERDICT_RETRY },
        { Ended(FAN_OUTCOME_CLIENT), FAN_VERDICT_FAIL },
        { Ended(FAN_OUTCOME_FUNCTION, "MyError", "bad input"), FAN_VERDICT_FAIL },
        { Ended(FAN_OUTCOME_FUNCTION, "Sandbox.Timedout", "Task timed out"),
          FAN_VERDICT_FAIL },
        { Ended(FAN_OUTCOME_FUNCTION, "Runtime.OutOfMemory", "signal: killed"),
          FAN_VERDICT_FAIL },
        { Ended(FAN_OUTCOME_FUNCTION, "Runtime.ExitError",
                "Runtime exited with error: signal: killed"),
          FAN_VERDICT_FAIL },
        { Ended(FAN_OUTCOME_FUNCTION, "Runtime.ExitError",
                "Runtime exited with error: signal: segmentation fault"),
          FAN_VERDICT_FAIL },
        { Ended(FAN_OUTCOME_FUNCTION, "Runtime.ExitError",
                "Runtime exited without providing a reason"),
          FAN_VERDICT_RETRY },
        { Ended(FAN_OUTCOME_FUNCTION, "Runtime.ExitError",
                "Runtime exited with error: signal: terminated"),
          FAN_VERDICT_RETRY },
    };
    for (auto &row : rows) {
        EXPECT_EQ(row.expected, Verdict(row.record)) << row.record.error_text;
        EXPECT_EQ(row.expected == FAN_VERDICT_DONE ? FAN_VERDICT_DONE : FAN_VERDICT_FAIL,
                  Verdict(row.record, false))
            << "count mode never retries";
    }
}

TEST(RetryVerdict, StopsAtTheLastAttempt)
{
    EXPECT_EQ(FAN_VERDICT_RETRY, Verdict(Ended(FAN_OUTCOME_THROTTLE, "", "", 23)));
    EXPECT_EQ(FAN_VERDICT_FAIL, Verdict(Ended(FAN_OUTCOME_THROTTLE, "", "", 24)));
    EXPECT_EQ(FAN_VERDICT_FAIL, Verdict(Ended(FAN_OUTCOME_THROTTLE, "", "", UINT32_MAX)));
}

TEST(RetryWait, FullJitterWithinItsBounds)
{
    fan_retry_policy policy = fan_retry_defaults(true);
    fan_random random;
    fan_random_init(&random, 7, 0);
    for (uint32_t attempt = 1; attempt <= 40; attempt++) {
        double limit = attempt > 8 ? 20000 : 100.0 * (1u << (attempt - 1)), sum = 0;
        if (limit > 20000) limit = 20000;
        uint32_t least = UINT32_MAX, most = 0;
        for (int i = 0; i < 2000; i++) {
            uint32_t wait = fan_retry_wait_ms(&policy, attempt, 0, 0, &random);
            least = wait < least ? wait : least;
            most = wait > most ? wait : most;
            sum += wait;
        }
        EXPECT_LE(most, limit);
        EXPECT_GT(most, 0.98 * limit);
        EXPECT_LT(least, 0.02 * limit);
        EXPECT_NEAR(sum / 2000, limit / 2, 0.05 * limit) << attempt;
    }
}

TEST(RetryWait, NeverBelowWhatTheServiceAsksFor)
{
    fan_retry_policy policy = fan_retry_defaults(true);
    fan_random random;
    fan_random_init(&random, 7, 0);
    for (int i = 0; i < 100; i++)
        EXPECT_GE(fan_retry_wait_ms(&policy, 1, 0, 5000, &random), 5000u);
    fan_retry_policy none = { true, 3, 0, 0, FAN_JITTER_FULL };
    EXPECT_EQ(0u, fan_retry_wait_ms(&none, 30, 0, 0, &random));
}

namespace
{
struct Waits {
    uint32_t least = UINT32_MAX, most = 0;
    double mean = 0;
};

Waits Draw(fan_jitter jitter, uint32_t attempt, uint32_t previous_ms)
{
    fan_retry_policy policy = fan_retry_defaults(true);
    policy.jitter = jitter;
    fan_random random;
    fan_random_init(&random, 11, attempt);
    Waits waits;
    const int n = 20000;
    for (int i = 0; i < n; i++) {
        uint32_t wait = fan_retry_wait_ms(&policy, attempt, previous_ms, 0, &random);
        waits.least = wait < waits.least ? wait : waits.least;
        waits.most = wait > waits.most ? wait : waits.most;
        waits.mean += wait / (double)n;
    }
    return waits;
}
} // namespace

TEST(RetryWait, MeansOfFullJitterAreHalfTheLimit)
{
    const double means[] = { 50, 100, 200, 400, 800, 1600, 3200, 6400 };
    for (uint32_t k = 0; k < 8; k++)
        EXPECT_NEAR(Draw(FAN_JITTER_FULL, k + 1, 0).mean, means[k], 0.02 * means[k]);
}

TEST(RetryWait, EqualJitterIsHalfFixedAndHalfRandom)
{
    for (uint32_t k = 0; k < 10; k++) {
        const double limit = k < 8 ? 100.0 * (1u << k) : 20000.0;
        const Waits waits = Draw(FAN_JITTER_EQUAL, k + 1, 0);
        EXPECT_GE(waits.least, limit / 2);
        EXPECT_LE(waits.most, limit);
        EXPECT_NEAR(waits.mean, 0.75 * limit, 0.01 * limit);
    }
}

TEST(RetryWait, DecorrelatedJitterGoesByTheWaitBefore)
{
    for (uint32_t previous : { 0u, 40u, 100u, 700u, 5000u }) {
        const double most = 3.0 * (previous < 100 ? 100 : previous);
        const Waits waits = Draw(FAN_JITTER_DECORRELATED, 5, previous);
        EXPECT_GE(waits.least, 100u);
        EXPECT_LE(waits.most, most);
        EXPECT_NEAR(waits.mean, (100 + most) / 2, 0.02 * most);
    }
    EXPECT_LE(Draw(FAN_JITTER_DECORRELATED, 5, 20000).most, 20000u);
    EXPECT_LE(Draw(FAN_JITTER_DECORRELATED, 5, UINT32_MAX).most, 20000u);
}
