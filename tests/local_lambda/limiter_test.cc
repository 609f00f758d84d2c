// Admission: concurrency, request rate and ramp, on a clock that the test turns.
#include "local_lambda/limiter.h"

#include "common/random.h"

#include <gtest/gtest.h>

#include <cmath>
#include <queue>
#include <string>
#include <vector>

namespace
{

const int64_t second_ns = 1000000000;

struct Account {
    struct fan_limits limits = fan_limits_defaults();
    struct fan_account_use use = {};
    uint32_t unreserved = 1000;

    // "" when admitted
    std::string admit(struct fan_function_use *function, int64_t now_ns,
                      int64_t reserved = -1, bool needs_environment = false)
    {
        const char *reason = fan_limiter_admit(&limits, &use, function, reserved,
                                               unreserved, needs_environment, now_ns);
        return reason ? reason : "";
    }
};

TEST(LimiterDefaults, AreThoseOfAws)
{
    struct fan_limits limits = fan_limits_defaults();
    EXPECT_EQ(limits.concurrency, 1000u);
    EXPECT_EQ(limits.ramp_environments, 1000u);
    EXPECT_EQ(limits.ramp_period_ms, 10000u);
    EXPECT_EQ(limits.rate_factor, 10u);
}

TEST(LimiterConcurrency, AccountIsSharedByUnreservedFunctions)
{
    Account account;
    account.unreserved = 3;
    struct fan_function_use a = {}, b = {};
    EXPECT_EQ(account.admit(&a, 0), "");
    EXPECT_EQ(account.admit(&b, 0), "");
    EXPECT_EQ(account.admit(&a, 0), "");
    EXPECT_EQ(account.admit(&b, 0), "ConcurrentInvocationLimitExceeded");
    fan_limiter_release(&account.use, &a, false);
    EXPECT_EQ(account.admit(&b, 0), "");
    EXPECT_EQ(account.use.unreserved_running, 3u);
    EXPECT_EQ(a.running + b.running, 3u);
}

TEST(LimiterConcurrency, ReservationIsLimitAndGuarantee)
{
    Account account;
    account.unreserved = 1;
    struct fan_function_use other = {}, own = {};
    EXPECT_EQ(account.admit(&other, 0), "");
    EXPECT_EQ(account.admit(&other, 0), "ConcurrentInvocationLimitExceeded");
    EXPECT_EQ(account.admit(&own, 0, 2), "");
    EXPECT_EQ(account.admit(&own, 0, 2), "");
    EXPECT_EQ(account.admit(&own, 0, 2),
              "ReservedFunctionConcurrentInvocationLimitExceeded");
    EXPECT_EQ(account.use.unreserved_running, 1u);
    fan_limiter_release(&account.use, &own, true);
    EXPECT_EQ(account.admit(&own, 0, 2), "");
}

TEST(LimiterConcurrency, AReservationOfZeroBlocks)
{
    Account account;
    struct fan_function_use function = {};
    EXPECT_EQ(account.admit(&function, 0, 0),
              "ReservedFunctionConcurrentInvocationLimitExceeded");
}

TEST(LimiterRate, ATokenBucketRunsDryWhenItsFormulaSays)
{
    // B = 1000, r = 100/s at 500 calls/s: dry after B / (500 - 100) = 2.5 s and 1250
    // calls. The ramp is such a bucket: 1000 environments, refilled by 1000 per 10 s.
    Account account;
    account.limits.rate_factor = 0;
    account.limits.concurrency = 0;
    struct fan_function_use function = {};
    int accepted = 0, first_refused = -1, refused = 0;
    for (int i = 0; i < 10000; i++) {
        if (account.admit(&function, i * second_ns / 500, -1, true).empty()) {
            accepted++;
            fan_limiter_release(&account.use, &function, false);
        } else {
            if (first_refused < 0) {
                first_refused = i;
                EXPECT_NEAR(accepted, 1250, 1);
            }
            refused++;
        }
    }
    EXPECT_NEAR(first_refused / 500.0, 2.5, 0.005);
    EXPECT_NEAR(refused / (10000.0 - first_refused), 0.8, 0.001);
}

TEST(LimiterRate, TenRequestsPerSecondAndUnitOfConcurrency)
{
    Account account;
    struct fan_function_use function = {};
    int accepted = 0;
    std::string reason;
    for (int i = 0; i < 2000; i++) { // 200 calls per second for 10 s, reserved 5: 50/s
        std::string refused = account.admit(&function, i * second_ns / 200, 5);
        if (refused.empty()) {
            accepted++;
            fan_limiter_release(&account.use, &function, true);
        } else {
            reason = refused;
        }
    }
    EXPECT_EQ(reason, "ReservedFunctionInvocationRateLimitExceeded");
    EXPECT_NEAR(accepted, 50 + 10 * 50, 2); // a full bucket, and what came in since
}

TEST(LimiterRate, NamesFunctionOrCaller)
{
    Account account;
    account.unreserved = 10;
    struct fan_function_use a = {}, b = {};
    std::string last;
    for (int i = 0; i < 100; i++) {
        EXPECT_EQ(account.admit(&a, 1), "");
        fan_limiter_release(&account.use, &a, false);
    }
    EXPECT_EQ(account.admit(&a, 1), "FunctionInvocationRateLimitExceeded");
    EXPECT_EQ(account.admit(&b, 1), "CallerRateLimitExceeded");
    EXPECT_EQ(account.admit(&b, 1 + second_ns / 100), "");
}

TEST(LimiterRate, ARefusedCallTakesNothing)
{
    Account account;
    account.unreserved = 10;
    account.limits.ramp_environments = 1;
    struct fan_function_use function = {};
    EXPECT_EQ(account.admit(&function, 0, -1, true), "");
    double tokens = function.rate.tokens;
    for (int i = 0; i < 50; i++)
        EXPECT_EQ(account.admit(&function, 0, -1, true),
                  "ConcurrentInvocationLimitExceeded");
    EXPECT_EQ(function.rate.tokens, tokens);
    EXPECT_EQ(function.running, 1u);
    EXPECT_EQ(account.admit(&function, 0, -1, false), "")
        << "a warm instance needs no ramp";
}

TEST(LimiterRamp, IsPerFunction)
{
    Account account;
    account.limits.ramp_environments = 2;
    struct fan_function_use a = {}, b = {};
    EXPECT_EQ(account.admit(&a, 0, -1, true), "");
    EXPECT_EQ(account.admit(&a, 0, -1, true), "");
    EXPECT_EQ(account.admit(&a, 0, -1, true), "ConcurrentInvocationLimitExceeded");
    EXPECT_EQ(account.admit(&b, 0, -1, true), "");
    EXPECT_EQ(account.admit(&a, 5 * second_ns, -1, true), "")
        << "half a period, one more";
}

TEST(LimiterRules, ZeroSwitchesEachOff)
{
    Account account;
    account.limits = {};
    account.unreserved = 0;
    struct fan_function_use function = {};
    for (int i = 0; i < 30000; i++)
        ASSERT_EQ(account.admit(&function, 0, -1, true), "");
}

TEST(LimiterClock, MayStandStillButNotRefillTwice)
{
    Account account;
    account.unreserved = 1;
    struct fan_function_use function = {};
    auto drain = [&](int64_t now_ns) {
        int n = 0;
        while (account.admit(&function, now_ns).empty()) {
            fan_limiter_release(&account.use, &function, false);
            n++;
        }
        return n;
    };
    EXPECT_EQ(drain(5 * second_ns), 10);
    EXPECT_EQ(drain(5 * second_ns), 0);
    EXPECT_EQ(drain(4 * second_ns), 0) << "an earlier time refills nothing";
    EXPECT_EQ(drain(6 * second_ns), 10);
}

double erlang_b(int servers, double load)
{
    double b = 1;
    for (int k = 1; k <= servers; k++)
        b = load * b / (k + load * b);
    return b;
}

// share of refused calls: Poisson arrivals, `servers` at most in service, no retries
double refused_share(int servers, double load, bool constant_service, int calls)
{
    Account account;
    account.limits.rate_factor = 0;
    account.unreserved = (uint32_t)servers;
    struct fan_function_use function = {};
    struct fan_random random;
    fan_random_init(&random, 7, (uint64_t)servers);
    std::priority_queue<double, std::vector<double>, std::greater<double>> ends;
    double now = 0;
    int refused = 0;
    for (int i = 0; i < calls; i++) {
        now -=
            std::log(1 - fan_random_unit(&random)) / load; // service takes 1 on average
        for (; !ends.empty() && ends.top() <= now; ends.pop())
            fan_limiter_release(&account.use, &function, false);
        if (account.admit(&function, (int64_t)(now * 1e9)).empty())
            ends.push(now +
                      (constant_service ? 1 : -std::log(1 - fan_random_unit(&random))));
        else
            refused++;
    }
    return (double)refused / calls;
}

TEST(LimiterErlang, RefusedShareIsErlangB)
{
    EXPECT_NEAR(erlang_b(5, 3), .1100543478, 1e-9);
    EXPECT_NEAR(erlang_b(10, 8), .1216610643, 1e-9);
    EXPECT_NEAR(erlang_b(100, 80), .0039920286, 1e-9);
    for (bool constant : { false, true }) { // insensitive to how long calls take
        EXPECT_NEAR(refused_share(5, 3, constant, 60000), erlang_b(5, 3), .005);
        EXPECT_NEAR(refused_share(10, 8, constant, 60000), erlang_b(10, 8), .006);
        EXPECT_NEAR(refused_share(100, 80, constant, 60000), erlang_b(100, 80), .001);
    }
}

} // namespace
