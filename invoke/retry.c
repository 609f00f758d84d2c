/* retry.c - see retry.h. */
#include "invoke/retry.h"

#include <string.h>

#include "invoke/front_message.h"

struct fan_retry_policy fan_retry_defaults(bool retry)
{
    struct fan_retry_policy policy = { retry, 25, 100, 20000, FAN_JITTER_FULL };
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

/* The quota of a usage plan comes back by the day at the earliest. */
static bool is_used_up(const struct fan_record *record)
{
    return strcmp(record->error_type, FAN_FRONT_QUOTA) == 0;
}

enum fan_verdict fan_retry_verdict(const struct fan_retry_policy *policy,
                                   const struct fan_record *record)
{
    bool again = false;
    switch (record->outcome) {
    case FAN_OUTCOME_OK: return FAN_VERDICT_DONE;
    case FAN_OUTCOME_THROTTLE: again = !is_used_up(record); break;
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

/* Uniform among low .. high. */
static uint64_t draw(struct fan_random *random, uint64_t low, uint64_t high)
{
    return low + fan_random_below(random, high - low + 1);
}

static uint64_t draw_decorrelated(const struct fan_retry_policy *policy,
                                  uint32_t previous_ms, struct fan_random *random)
{
    uint64_t most = 3 * (uint64_t)previous_ms;
    if (previous_ms < policy->base_ms) most = 3 * (uint64_t)policy->base_ms;
    const uint64_t wait = draw(random, policy->base_ms, most);
    return wait < policy->cap_ms ? wait : policy->cap_ms;
}

uint32_t fan_retry_wait_ms(const struct fan_retry_policy *policy, uint32_t attempt,
                           uint32_t previous_ms, uint32_t floor_ms,
                           struct fan_random *random)
{
    uint64_t limit = policy->base_ms, wait = 0;
    for (uint32_t i = 1; i < attempt && limit < policy->cap_ms; i++)
        limit *= 2;
    if (limit > policy->cap_ms) limit = policy->cap_ms;
    switch (policy->jitter) {
    case FAN_JITTER_FULL: wait = draw(random, 0, limit); break;
    case FAN_JITTER_EQUAL: wait = draw(random, limit / 2, limit); break;
    case FAN_JITTER_DECORRELATED:
        wait = draw_decorrelated(policy, previous_ms, random);
        break;
    }
    return wait > floor_ms ? (uint32_t)wait : floor_ms;
}
