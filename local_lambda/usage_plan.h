/* usage_plan.h - how much the holder of an API key may ask: rate, burst and quota. Pure.
 */
#ifndef FAN_LOCAL_LAMBDA_USAGE_PLAN_H
#define FAN_LOCAL_LAMBDA_USAGE_PLAN_H

#include "local_lambda/token_bucket.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_PLAN_METHODS_MAX 64

enum fan_quota_period { FAN_QUOTA_DAY, FAN_QUOTA_WEEK, FAN_QUOTA_MONTH };

struct fan_quota {
    uint64_t limit; /* requests in a period */
    enum fan_quota_period period;
    uint32_t offset_days; /* by which periods begin later */
};

/* A throttle for one method of one resource, instead of the plan's. */
struct fan_plan_method {
    const char *method, *path;
    struct fan_throttle throttle;
};

struct fan_usage_plan {
    const char *name;
    bool has_throttle, has_quota;
    struct fan_throttle throttle;
    struct fan_quota quota;
    struct fan_plan_method method[FAN_PLAN_METHODS_MAX];
    size_t method_count;
};

/* What one key has used. Zeroed is nothing. */
struct fan_key_use {
    struct fan_token_bucket bucket, method_bucket[FAN_PLAN_METHODS_MAX];
    int64_t period;
    uint64_t used;
};

/* A stage's own limit, for all callers together. */
struct fan_stage_use {
    struct fan_throttle throttle;
    struct fan_token_bucket bucket;
};

enum fan_usage { FAN_USAGE_ADMITTED, FAN_USAGE_THROTTLED, FAN_USAGE_QUOTA_USED_UP };

struct fan_usage_request {
    const char *method, *path; /* of the route */
    int64_t mono_ns, wall_s;
};

/**
 * May this request pass? plan and use are those of its key (both NULL without one). The
 * key's throttle is asked first, then the stage's, then the quota; a refused request uses
 * up nothing. Source: API Gateway developer guide, "Throttle requests to your REST APIs".
 */
enum fan_usage fan_usage_admit(const struct fan_usage_plan *plan, struct fan_key_use *use,
                               struct fan_stage_use *stage,
                               const struct fan_usage_request *request);

/**
 * Number of the period that a time (seconds since 1970, not negative) lies in. Periods
 * begin at 00:00 UTC: days, weeks from Sunday, months from the 1st, each offset_days
 * later.
 */
int64_t fan_quota_period_at(const struct fan_quota *quota, int64_t wall_s);

#ifdef __cplusplus
}
#endif
#endif
