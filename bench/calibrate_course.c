/* calibrate_course.c - the run's course, through whole studies: does a steady run look
 * steady, also when neighbours are alike, and is a jump found where it is? */
#include <math.h>

#include "analysis/answers.h"
#include "bench/calibrate.h"
#include "bench/made_study.h"

#define STEP_AT 0.6 /* of the calls */

/* One cell, one call at a time, the check's noise with `likeness`. */
static struct fan_made_plan plan_of(struct fan_trial *trial, double likeness)
{
    struct fan_made_plan plan = fan_made_defaults();
    plan.memory = (struct fan_made_levels){ { 512 }, 1 };
    plan.parallelism = (struct fan_made_levels){ { 1 }, 1 };
    plan.ranks = 1;
    plan.repetitions = (uint32_t)trial->check->n;
    plan.noise = *trial->check->noise;
    plan.noise.likeness = likeness;
    plan.seed = trial->seed;
    return plan;
}

/* The course of a study made by a plan; seconds: from its first call to its last. */
static struct fan_time_answer course_of(const struct fan_made_plan *plan, double *seconds)
{
    struct fan_made_study made;
    fan_made_init(&made, plan);
    struct fan_summary *summary =
        fan_summary_new(&made.study, fan_price_find("us-east-1", "x86_64"));
    const struct fan_time_answer time = summary->answers->time;
    *seconds = (double)(summary->last_ns - summary->first_ns) / 1e9;
    fan_summary_free(summary);
    fan_made_clear(&made);
    return time;
}

/* Bits of a trial. */
enum { DRIFT, PETTITT, PELT };

/* What a steady run is said to do. */
static int try_steady(struct fan_trial *trial)
{
    double seconds;
    const struct fan_made_plan plan = plan_of(trial, trial->check->setting);
    const struct fan_time_answer time = course_of(&plan, &seconds);
    return (time.trend.p < FAN_ANSWER_ALPHA) << DRIFT |
           (time.pettitt.p < FAN_ANSWER_ALPHA) << PETTITT | (time.cut_count > 0) << PELT;
}

/* One jump by the factor `setting`: found at all, and the right number of times? error:
 * percent of the run between where it is and where it is said to be. */
static int try_jump(struct fan_trial *trial)
{
    double seconds;
    struct fan_made_plan plan = plan_of(trial, 0.0);
    plan.step_at = STEP_AT;
    plan.step_factor = trial->check->setting;
    const struct fan_time_answer time = course_of(&plan, &seconds);
    const double truth = STEP_AT / (STEP_AT + (1.0 - STEP_AT) * plan.step_factor);
    const int pettitt = time.pettitt.p < FAN_ANSWER_ALPHA, pelt = time.cut_count == 1;
    if (pettitt) trial->error[PETTITT] = 100.0 * fabs(time.pettitt_s / seconds - truth);
    if (pelt) trial->error[PELT] = 100.0 * fabs(time.cut_s[0] / seconds - truth);
    return pettitt << PETTITT | pelt << PELT;
}

/* A drift of `setting` of the level. error: percent of the level by Sen's slope. */
static int try_drift(struct fan_trial *trial)
{
    double seconds;
    struct fan_made_plan plan = plan_of(trial, 0.0);
    plan.drift = trial->check->setting;
    const struct fan_time_answer time = course_of(&plan, &seconds);
    const double drift = time.trend.slope * (double)(time.windows - 1);
    trial->error[DRIFT] = 100.0 * fabs(drift - plan.drift);
    return (time.trend.p < FAN_ANSWER_ALPHA) << DRIFT;
}

#define CLOUD &fan_noise_cloud
#define HEAVY &fan_noise_heavy
#define PART  "course"
#define OFF   "error in percent of the run"

/* clang-format off: a table */
#define STEADY(noise, n, likeness, words, most)                                          \
    { PART,       "a drift in a steady run" words,                                       \
      noise,      n,                                                                     \
      likeness,   .05,                                                                   \
      0,          most,                                                                  \
      try_steady, NULL,                                                                  \
      NULL,       DRIFT },                                                               \
        { PART,       "a jump in it, Pettitt",                                           \
          noise,      n,                                                                 \
          likeness,   .05,                                                               \
          0,          most,                                                              \
          try_steady, NULL,                                                              \
          NULL,       PETTITT },                                                         \
    {                                                                                    \
        PART, "a jump in it, PELT", noise, n, likeness, .05, 0, most, try_steady, NULL,  \
            NULL, PELT                                                                   \
    }
#define JUMP(n, factor, words, least)                                                    \
    { PART,     "a jump of " words " found, Pettitt",                                    \
      CLOUD,    n,                                                                       \
      factor,   1,                                                                       \
      least,    1,                                                                       \
      try_jump, NULL,                                                                    \
      OFF,      PETTITT },                                                               \
    {                                                                                    \
        PART, "a jump of " words " found, PELT", CLOUD, n, factor, 1, least, 1,          \
            try_jump, NULL, OFF, PELT                                                    \
    }
const struct fan_check fan_checks_course[] = {
    STEADY(CLOUD, 100, 0, "", .07),
    STEADY(CLOUD, 1000, 0, "", .07),
    STEADY(HEAVY, 1000, 0, "", .07),
    STEADY(CLOUD, 1000, .3, ", likeness .3", .07),
    STEADY(CLOUD, 200, .6, ", likeness .6", .09),
    STEADY(CLOUD, 1000, .6, ", likeness .6", .07),
    STEADY(CLOUD, 1000, .9, ", likeness .9", .07),
    JUMP(1000, 1.1, "10 %", .95),
    JUMP(1000, 1.05, "5 %", .9),
    JUMP(200, 1.1, "10 %", .8),
    { PART, "a drift of 5 % found", CLOUD, 1000, .05, 1, .9, 1, try_drift, NULL,
      "error in percent of the level", DRIFT },
};
/* clang-format on */
const size_t fan_checks_course_n = sizeof fan_checks_course / sizeof *fan_checks_course;
