/* limiter.c - see limiter.h. */
#include "local_lambda/limiter.h"

#include <assert.h>
#include <stddef.h>

/* Refilled in small steps, a bucket holds 1 token only up to rounding. */
#define ONE_TOKEN (1 - 1e-9)

struct fan_limits fan_limits_defaults(void)
{
    return (struct fan_limits){ .concurrency = 1000,
                                .ramp_environments = 1000,
                                .ramp_period_ms = 10000,
                                .rate_factor = 10 };
}

/* A bucket starts full, is refilled continuously and never holds more than capacity. */
static void refill(double *tokens, int64_t *last_ns, bool *started, double per_second,
                   double capacity, int64_t now_ns)
{
    if (!*started) {
        *tokens = capacity;
        *last_ns = now_ns;
        *started = true;
    }
    if (now_ns > *last_ns) {
        *tokens += (double)(now_ns - *last_ns) * 1e-9 * per_second;
        *last_ns = now_ns;
    }
    if (*tokens > capacity) *tokens = capacity;
}

/* the request rate: a second's worth is the most that can come at once */
static bool rate_allows(double *tokens, int64_t *last_ns, bool *started,
                        double per_second, int64_t now_ns)
{
    refill(tokens, last_ns, started, per_second, per_second, now_ns);
    return *tokens >= ONE_TOKEN;
}

static bool ramp_allows(const struct fan_limits *limits,
                        struct fan_function_use *function, int64_t now_ns)
{
    if (!limits->ramp_environments || !limits->ramp_period_ms) return true;
    double per_second = 1000.0 * limits->ramp_environments / limits->ramp_period_ms;
    refill(&function->ramp_tokens, &function->ramp_ns, &function->ramp_started,
           per_second, limits->ramp_environments, now_ns);
    return function->ramp_tokens >= ONE_TOKEN;
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
        return rate_allows(&function->rate_tokens, &function->rate_ns,
                           &function->rate_started, factor * (double)reserved, now_ns)
                   ? NULL
                   : "ReservedFunctionInvocationRateLimitExceeded";
    if (!limits->concurrency) return NULL;
    if (!rate_allows(&function->rate_tokens, &function->rate_ns, &function->rate_started,
                     factor * unreserved_limit, now_ns))
        return "FunctionInvocationRateLimitExceeded";
    return rate_allows(&account->rate_tokens, &account->rate_ns, &account->rate_started,
                       factor * unreserved_limit, now_ns)
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
    function->rate_tokens -= 1;
    if (needs_environment) function->ramp_tokens -= 1;
    if (reserved < 0) {
        account->unreserved_running++;
        account->rate_tokens -= 1;
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
