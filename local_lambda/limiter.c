/* limiter.c - see limiter.h. */
#include "local_lambda/limiter.h"

#include <assert.h>
#include <stddef.h>

struct fan_limits fan_limits_defaults(void)
{
    return (struct fan_limits){ .concurrency = 1000,
                                .ramp_environments = 1000,
                                .ramp_period_ms = 10000,
                                .rate_factor = 10 };
}

/* the request rate: a second's worth is the most that can come at once */
static bool rate_allows(struct fan_token_bucket *bucket, double per_second,
                        int64_t now_ns)
{
    return fan_token_bucket_ready(bucket, per_second, per_second, now_ns);
}

static bool ramp_allows(const struct fan_limits *limits,
                        struct fan_function_use *function, int64_t now_ns)
{
    if (!limits->ramp_environments || !limits->ramp_period_ms) return true;
    double per_second = 1000.0 * limits->ramp_environments / limits->ramp_period_ms;
    return fan_token_bucket_ready(&function->ramp, per_second, limits->ramp_environments,
                                  now_ns);
}

static const char *check_concurrency(const struct fan_limits *limits,
                                     const struct fan_account_use *account,
                                     const struct fan_function_use *function,
                                     int64_t reserved, uint32_t unreserved_limit)
{
    if (reserved >= 0)
        return function->running >= reserved
                   ? "ReservedFunctionConcurrentInvocationLimitExceeded"
                   : NULL;
    return limits->concurrency && account->unreserved_running >= unreserved_limit
               ? "ConcurrentInvocationLimitExceeded"
               : NULL;
}

static const char *check_rate(const struct fan_limits *limits,
                              struct fan_account_use *account,
                              struct fan_function_use *function, int64_t reserved,
                              uint32_t unreserved_limit, int64_t now_ns)
{
    if (!limits->rate_factor) return NULL;
    double factor = limits->rate_factor;
    if (reserved >= 0)
        return rate_allows(&function->rate, factor * (double)reserved, now_ns)
                   ? NULL
                   : "ReservedFunctionInvocationRateLimitExceeded";
    if (!limits->concurrency) return NULL;
    if (!rate_allows(&function->rate, factor * unreserved_limit, now_ns))
        return "FunctionInvocationRateLimitExceeded";
    return rate_allows(&account->rate, factor * unreserved_limit, now_ns)
               ? NULL
               : "CallerRateLimitExceeded";
}

const char *fan_limiter_admit(const struct fan_limits *limits,
                              struct fan_account_use *account,
                              struct fan_function_use *function, int64_t reserved,
                              uint32_t unreserved_limit, bool needs_environment,
                              int64_t now_ns)
{
    const char *reason =
        check_concurrency(limits, account, function, reserved, unreserved_limit);
    if (reason) return reason;
    reason = check_rate(limits, account, function, reserved, unreserved_limit, now_ns);
    if (reason) return reason;
    if (needs_environment && !ramp_allows(limits, function, now_ns))
        return "ConcurrentInvocationLimitExceeded";

    /* Tokens are taken only now: a refused call uses up nothing. */
    function->running++;
    fan_token_bucket_take(&function->rate);
    if (needs_environment) fan_token_bucket_take(&function->ramp);
    if (reserved < 0) {
        account->unreserved_running++;
        fan_token_bucket_take(&account->rate);
    }
    return NULL;
}

void fan_limiter_release(struct fan_account_use *account,
                         struct fan_function_use *function, bool reserved)
{
    assert(function->running > 0);
    function->running--;
    if (reserved) return;
    assert(account->unreserved_running > 0);
    account->unreserved_running--;
}
