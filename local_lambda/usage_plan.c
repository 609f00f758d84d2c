/* usage_plan.c - see usage_plan.h. */
#include "local_lambda/usage_plan.h"

#include <string.h>
#include <time.h>

#define DAY_S 86400

int64_t fan_quota_period_at(const struct fan_quota *quota, int64_t wall_s)
{
    int64_t day = wall_s / DAY_S - (int64_t)quota->offset_days;
    if (quota->period == FAN_QUOTA_DAY) return day;
    if (quota->period == FAN_QUOTA_WEEK) return (day + 4) / 7; /* day 0 is a Thursday */
    time_t shifted = (time_t)(day * DAY_S);
    struct tm utc;
    gmtime_r(&shifted, &utc);
    return (int64_t)utc.tm_year * 12 + utc.tm_mon;
}

/* A limit to ask and, when all agree, to take from. */
struct limit {
    const struct fan_throttle *throttle;
    struct fan_token_bucket *bucket;
};

static bool has_token(const struct limit *limit, int64_t now_ns)
{
    return fan_token_bucket_ready(limit->bucket, limit->throttle->rate,
                                  limit->throttle->burst, now_ns);
}

static bool same_method(const struct fan_plan_method *method,
                        const struct fan_usage_request *request)
{
    return strcmp(method->path, request->path) == 0 &&
           (strcmp(method->method, "*") == 0 ||
            strcmp(method->method, request->method) == 0);
}

/* The throttle of a key for this request; false: it has none. */
static bool key_limit(const struct fan_usage_plan *plan, struct fan_key_use *use,
                      const struct fan_usage_request *request, struct limit *limit)
{
    for (size_t i = 0; i < plan->method_count; i++)
        if (same_method(&plan->method[i], request)) {
            *limit = (struct limit){ &plan->method[i].throttle, &use->method_bucket[i] };
            return true;
        }
    *limit = (struct limit){ &plan->throttle, &use->bucket };
    return plan->has_throttle;
}

static bool quota_left(const struct fan_usage_plan *plan, struct fan_key_use *use,
                       int64_t wall_s)
{
    if (!plan->has_quota) return true;
    int64_t period = fan_quota_period_at(&plan->quota, wall_s);
    if (period != use->period) {
        use->period = period;
        use->used = 0;
    }
    return use->used < plan->quota.limit;
}

enum fan_usage fan_usage_admit(const struct fan_usage_plan *plan, struct fan_key_use *use,
                               struct fan_stage_use *stage,
                               const struct fan_usage_request *request)
{
    struct limit key, all = { &stage->throttle, &stage->bucket };
    bool throttled = plan && key_limit(plan, use, request, &key);
    if (throttled && !has_token(&key, request->mono_ns)) return FAN_USAGE_THROTTLED;
    if (!has_token(&all, request->mono_ns)) return FAN_USAGE_THROTTLED;
    if (plan && !quota_left(plan, use, request->wall_s)) return FAN_USAGE_QUOTA_USED_UP;
    if (throttled) fan_token_bucket_take(key.bucket);
    fan_token_bucket_take(all.bucket);
    if (plan) use->used++;
    return FAN_USAGE_ADMITTED;
}
