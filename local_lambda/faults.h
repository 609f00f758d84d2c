/* faults.h - faults on demand, seeded: which one, if any, strikes the next request. Pure.
 */
#ifndef FAN_LOCAL_LAMBDA_FAULTS_H
#define FAN_LOCAL_LAMBDA_FAULTS_H

#include "common/err.h"
#include "common/random.h"

#ifdef __cplusplus
extern "C" {
#endif

enum fan_fault {
    FAN_FAULT_NONE,
    FAN_FAULT_THROTTLE, /* 429, before anything runs */
    FAN_FAULT_ERROR,    /* 500 ServiceException, before anything runs */
    FAN_FAULT_DROP, /* the connection is closed without an answer, after the function ran
                     */
    FAN_FAULT_CUT,  /* the answer's body ends early, after the function ran */
    FAN_FAULT_SLOW, /* the answer is held back by slow_ms */
    FAN_FAULT_KILL, /* the instance is killed while it runs */
    FAN_FAULT_COUNT
};

struct fan_faults {
    double rate[FAN_FAULT_COUNT]; /* probability per request; [NONE] is unused */
    uint32_t slow_ms;             /* 1000 */
    struct fan_random random;
};

/**
 * Parse "throttle=0.1,error=10%,slow=1%,slow_ms=200" (empty: none). Errors: FAN_EINVAL
 * naming the part, the known names, or a sum over 1.
 */
enum fan_status fan_faults_parse(struct fan_faults *faults, const char *text,
                                 uint64_t seed, struct fan_err *err) FAN_MUST_CHECK;

/* Draw for one request; at most one fault strikes. */
enum fan_fault fan_faults_draw(struct fan_faults *faults);

#ifdef __cplusplus
}
#endif
#endif
