/* retry.c - see retry.h. */
#include "invoke/retry.h"

#include <string.h>

struct fan_retry_policy fan_retry_defaults(bool retry)
{
    struct fan_retry_policy policy = { retry, 25, 100, 20000 };
    return policy;
}

/*
 * A process that ended without a word or was asked to end by its host may do better the
 * next time. Killed (out of memory), crashed, timed out or failed by its own handler, it
 * would end the same way and be billed again.
 */
static bool ended_by_chance(const struct fan_record *record)
{
    return strcmp(record->error_type, "Runtime.ExitError") == 0 &&
           (strstr(record->error_text, "without providing a reason") ||
            strstr(record->error_text, "signal: terminated"));
}

enum fan_verdict fan_retry_verdict(const struct fan_retry_policy *policy,
                                   const struct fan_record *record)
{
    bool again = false;
    switch (record->outcome) {
    case FAN_OUTCOME_OK: return FAN_VERDICT_DONE;
    case FAN_OUTCOME_THROTTLE:
    case FAN_OUTCOME_SERVICE:
    case FAN_OUTCOME_NETWORK: again = true; break;
    case FAN_OUTCOME_FUNCTION: again = ended_by_chance(record); break;
    case FAN_OUTCOME_CLIENT:
    case FAN_OUTCOME_COUNT: break;
    }
    again = again && policy->retry && record->attempt < policy->attempts_max &&
            policy->attempts_max - record->attempt > 1;
    return again ? FAN_VERDICT_RETRY : FAN_VERDICT_FAIL;
}

uint32_t fan_retry_wait_ms(const struct fan_retry_policy *policy, uint32_t attempt,
                           uint32_t floor_ms, struct fan_random *random)
{
    uint64_t limit = policy->base_ms;
    for (uint32_t i = 1; i < attempt && limit < policy->cap_ms; i++)
        limit *= 2;
    if (limit > policy->cap_ms) limit = policy->cap_ms;
    uint32_t wait = (uint32_t)fan_random_below(random, limit + 1);
    return wait > floor_ms ? wait : floor_ms;
}
