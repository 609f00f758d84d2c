/* retry.h - after an attempt: done, again (when), or give up.  Pure. */
#ifndef FAN_INVOKE_RETRY_H
#define FAN_INVOKE_RETRY_H

#include "common/random.h"
#include "record/record.h"

#ifdef __cplusplus
extern "C" {
#endif

enum fan_verdict { FAN_VERDICT_DONE, FAN_VERDICT_RETRY, FAN_VERDICT_FAIL };

/* How a wait is drawn. */
enum fan_jitter { FAN_JITTER_FULL, FAN_JITTER_EQUAL, FAN_JITTER_DECORRELATED };

struct fan_retry_policy {
    bool retry;            /* false (count mode): every failure is final */
    uint32_t attempts_max; /* per call, the first included */
    uint32_t base_ms, cap_ms;
    enum fan_jitter jitter;
};

/* Defaults: 100 ms base, 20 s cap, 25 attempts, full jitter. */
struct fan_retry_policy fan_retry_defaults(bool retry);

/**
 * What to do after `record` was attempt number record->attempt of its call. Retried:
 * throttles, 5xx, network failures, and function errors that are the platform's or the
 * host's fault by chance (Runtime.ExitError: "signal: killed" is not, it would die
 * again). FAN_OUTCOME_CLIENT is never retried, nor is a throttle by a quota that is used
 * up.
 */
enum fan_verdict fan_retry_verdict(const struct fan_retry_policy *policy,
                                   const struct fan_record *record);

/**
 * Wait before attempt `attempt` (>= 1), at least floor_ms. With limit = min(cap, base
 * 2^(attempt-1)): full jitter is uniform in [0, limit]; equal jitter in [limit/2, limit];
 * decorrelated jitter, min(cap, uniform in [base, 3 previous]), goes by the wait before,
 * previous_ms (0: there was none, base counts). Source: Brooker, "Exponential Backoff And
 * Jitter", AWS, 2015.
 */
uint32_t fan_retry_wait_ms(const struct fan_retry_policy *policy, uint32_t attempt,
                           uint32_t previous_ms, uint32_t floor_ms,
                           struct fan_random *random);

#ifdef __cplusplus
}
#endif
#endif
