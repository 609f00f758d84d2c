/* calibrate_limits.c - is the limit that throttled a run told by its kind and height? */
#include <math.h>

#include "analysis/answers.h"
#include "bench/calibrate.h"
#include "bench/made_study.h"

#define FLIGHT 32 /* calls in flight against the limit */

static struct fan_limit limit_of(const struct fan_made_plan *plan)
{
    struct fan_made_study made;
    fan_made_init(&made, plan);
    struct fan_summary *summary =
        fan_summary_new(&made.study, fan_price_find("us-east-1", "x86_64"));
    const struct fan_limit limit = summary->answers->cells[0].limit;
    fan_summary_free(summary);
    fan_made_clear(&made);
    return limit;
}

static struct fan_made_plan plan_of(struct fan_trial *trial, bool retry)
{
    struct fan_made_plan plan = fan_made_defaults();
    plan.memory = (struct fan_made_levels){ { 1769 }, 1 };
    plan.parallelism = (struct fan_made_levels){ { FLIGHT }, 1 };
    plan.work_ms = 100.0;
    plan.repetitions = (uint32_t)trial->check->n;
    plan.blocks = 4;
    plan.noise = *trial->check->noise;
    plan.limit_at = trial->check->setting;
    plan.retry = retry;
    plan.seed = trial->seed;
    return plan;
}

/* Right kind, and the height within 10 %. */
static int judge(struct fan_trial *trial, const struct fan_made_plan *plan,
                 enum fan_limit_kind kind)
{
    const struct fan_limit limit = limit_of(plan);
    if (limit.kind != kind) return 0;
    const double height = kind == FAN_LIMIT_CONCURRENCY ? limit.concurrency : limit.rate;
    trial->error[0] = 100.0 * fabs(height / plan->limit_at - 1.0);
    return trial->error[0] <= 10.0;
}

static int try_concurrency(struct fan_trial *trial)
{
    struct fan_made_plan plan = plan_of(trial, false);
    plan.limit = FAN_MADE_CONCURRENCY;
    return judge(trial, &plan, FAN_LIMIT_CONCURRENCY);
}

static int try_concurrency_retried(struct fan_trial *trial)
{
    struct fan_made_plan plan = plan_of(trial, true);
    plan.limit = FAN_MADE_CONCURRENCY;
    return judge(trial, &plan, FAN_LIMIT_CONCURRENCY);
}

static int try_rate(struct fan_trial *trial)
{
    struct fan_made_plan plan = plan_of(trial, false);
    plan.limit = FAN_MADE_RATE;
    plan.burst = plan.limit_at;
    plan.work_ms = 20.0; /* else a flood of refusals uses up the calls */
    return judge(trial, &plan, FAN_LIMIT_RATE);
}

static int try_rate_retried(struct fan_trial *trial)
{
    struct fan_made_plan plan = plan_of(trial, true);
    plan.limit = FAN_MADE_RATE;
    plan.burst = plan.limit_at;
    return judge(trial, &plan, FAN_LIMIT_RATE);
}

static int try_rate_unnamed(struct fan_trial *trial)
{
    struct fan_made_plan plan = plan_of(trial, true);
    plan.limit = FAN_MADE_RATE;
    plan.burst = plan.limit_at;
    plan.hide_reason = true;
    return judge(trial, &plan, FAN_LIMIT_RATE);
}

static int try_unlimited(struct fan_trial *trial)
{
    const struct fan_made_plan plan = plan_of(trial, false);
    return limit_of(&plan).kind == FAN_LIMIT_NONE;
}

#define CLOUD &fan_noise_cloud
#define PART  "limits"

/* clang-format off: a table */
const struct fan_check fan_checks_limits[] = {
    { PART, "none", CLOUD, 400, 0, 1, 1, 1, try_unlimited, NULL, NULL, 0 },
    { PART, "20 at once, refused calls counted", CLOUD, 1000, 20, 1, .95, 1,
      try_concurrency, NULL, "error in percent of the limit", 0 },
    { PART, "20 at once, refused calls retried", CLOUD, 1000, 20, 1, .95, 1,
      try_concurrency_retried, NULL, "error in percent of the limit", 0 },
    { PART, "5 at once, refused calls retried", CLOUD, 500, 5, 1, .95, 1,
      try_concurrency_retried, NULL, "error in percent of the limit", 0 },
    { PART, "400 a second, refused calls counted", CLOUD, 6000, 400, 1, .95, 1, try_rate,
      NULL, "error in percent of the limit", 0 },
    { PART, "100 a second, refused calls retried", CLOUD, 2000, 100, 1, .95, 1,
      try_rate_retried, NULL, "error in percent of the limit", 0 },
    { PART, "100 a second, no reason given", CLOUD, 2000, 100, 1, .95, 1,
      try_rate_unnamed, NULL, "error in percent of the limit", 0 },
};
/* clang-format on */
const size_t fan_checks_limits_n = sizeof fan_checks_limits / sizeof *fan_checks_limits;
