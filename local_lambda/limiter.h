/* limiter.h - who may run now: account and reserved concurrency, ramp, request rate.
 * Pure. */
#ifndef FAN_LOCAL_LAMBDA_LIMITER_H
#define FAN_LOCAL_LAMBDA_LIMITER_H

#include "local_lambda/token_bucket.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* AWS's numbers are the defaults of fan_limits_defaults. 0 switches a rule off. */
struct fan_limits {
    uint32_t concurrency;       /* account, 1000 */
    uint32_t ramp_environments; /* new environments per function and ramp period, 1000 */
    uint32_t ramp_period_ms;    /* 10,000; refilled continuously */
    uint32_t rate_factor;       /* requests per second per unit of concurrency, 10 */
};

struct fan_limits fan_limits_defaults(void);

/* Use of the account. Zeroed is empty. */
struct fan_account_use {
    uint32_t unreserved_running; /* over all functions without reservation */
    struct fan_token_bucket rate;
};

/* Use of a function. Zeroed is empty (the ramp then starts full). */
struct fan_function_use {
    uint32_t running;
    struct fan_token_bucket ramp, rate;
};

/**
 * May one more invocation start at now_ns (a monotonic clock)? Returns NULL and books it
 * (one running more, tokens taken), or the Reason of the 429; a refused call takes
 * nothing. reserved: the function's reservation, or -1 without one; unreserved_limit:
 * account concurrency not reserved by any function; needs_environment: no warm instance
 * is free. Rules, in this order:
 * - concurrency: running < reserved, or running unreserved < unreserved_limit;
 * - request rate: rate_factor x that limit per second, a token bucket that holds one
 *   second's worth and starts full; per function and, without reservation, also over all
 *   functions together (CallerRateLimitExceeded);
 * - ramp: a token bucket of new environments per function, see struct fan_limits.
 * Source: AWS Lambda developer guide, "Understanding Lambda function scaling".
 */
const char *fan_limiter_admit(const struct fan_limits *limits,
                              struct fan_account_use *account,
                              struct fan_function_use *function, int64_t reserved,
                              uint32_t unreserved_limit, bool needs_environment,
                              int64_t now_ns);

/* An admitted invocation ended. reserved: as at its admission. */
void fan_limiter_release(struct fan_account_use *account,
                         struct fan_function_use *function, bool reserved);

#ifdef __cplusplus
}
#endif
#endif
