/*
 * answers_throttle.h - where throttling began, by which limit, and what retries cost.
 * Inside this room only.
 */
#ifndef FAN_ANALYSIS_ANSWERS_THROTTLE_H
#define FAN_ANALYSIS_ANSWERS_THROTTLE_H

#include "analysis/summary_data.h"
#include "analysis/throttle_limit.h"

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_THROTTLE_LEVELS_MAX 40 /* more numbers in flight are taken together */

/* Attempts that left with low to high of their function's attempts in flight, each
 * counted itself. */
struct fan_throttle_level {
    uint32_t low, high;
    uint64_t attempts, throttled;
    struct fan_interval ci; /* of the throttled share, Clopper and Pearson */
};

/* One throttled function over the whole run. */
struct fan_throttle_answer {
    size_t cell; /* its first one: name and memory */
    uint64_t attempts, throttled;
    struct fan_interval ci;           /* of the share */
    struct fan_throttle_level *level; /* those that have attempts, ascending */
    size_t levels;
    size_t onset; /* the least level whose interval excludes 0 */
    struct fan_limit limit;
};

/* Where the calls' time went, in seconds over all calls, and what attempts in vain cost.
 * In vain is every attempt of a call that another one followed. */
struct fan_retry_answer {
    uint64_t calls, in_vain;
    double queue_s;   /* sent after it was meant to be */
    double failed_s;  /* attempts in vain */
    double backoff_s; /* waits between attempts */
    double final_s;   /* the last attempts */
    double usd;       /* of the attempts in vain: throttled ones are free */
};

struct fan_throttle_answers {
    struct fan_throttle_answer *function; /* in order of their first cells */
    size_t count;
    struct fan_retry_answer retry;
};

/* A record as an attempt at its function's limit, with its block as the visit. False when
 * it tells nothing of the limit, as a lost connection. */
bool fan_throttle_attempt(const struct fan_record *record, struct fan_attempt *attempt);

/* Compute from a summary that is complete but for its answers. */
void fan_answers_throttle(struct fan_throttle_answers *answers,
                          const struct fan_summary *summary);
void fan_answers_throttle_clear(struct fan_throttle_answers *answers);

/**
 * How many attempts are in flight when attempt i of n leaves, itself counted: offered[i].
 * The attempts are ascending in sent_ns. Accepted, throttled and failed ones all count
 * until they end.
 */
void fan_throttle_offered(const struct fan_attempt *attempts, size_t n,
                          uint32_t *offered);

#ifdef __cplusplus
}
#endif
#endif
