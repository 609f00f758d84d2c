/* calibrate_intervals.c - does each interval hold the truth as often as it says? */
#include <math.h>
#include <stdlib.h>

#include "analysis/bootstrap.h"
#include "analysis/equivalence.h"
#include "analysis/mean_interval.h"
#include "analysis/moments.h"
#include "analysis/rank_tests.h"
#include "analysis/regression.h"
#include "analysis/statistics.h"
#include "analysis/trend.h"
#include "bench/calibrate.h"
#include "common/buf.h"

#define LEVEL_MS      300.0 /* of a call */
#define SIZES         4
#define WORKS         5
#define PILOT         30
#define BLOCK         10
#define SAMPLE_CAP    1000
#define TRUE_RATIO    1.3
#define TRUE_SPEEDUP  2.0
#define TRUE_SHIFT_MS 20.0
#define FIXED_MS      50.0 /* of a call, whatever its work */

static int holds(struct fan_interval ci, double truth)
{
    return ci.lower <= truth && truth <= ci.upper;
}

static double *sample(struct fan_trial *trial, double level)
{
    double *values = fan_alloc(trial->check->n * sizeof *values);
    fan_trial_sample(trial, level, values, trial->check->n);
    return values;
}

/* Milliseconds as they are billed: whole ones. Their mean is half a one higher. */
static void round_up(double *values, size_t n)
{
    for (size_t i = 0; i < n; i++)
        values[i] = ceil(values[i]);
}

static double exact_quantile(const struct fan_check *check)
{
    size_t lower, upper;
    return fan_stats_quantile_ranks(check->n, check->setting, FAN_STATS_LEVEL, &lower,
                                    &upper);
}

static int try_quantile(struct fan_trial *trial)
{
    const double p = trial->check->setting;
    double *values = sample(trial, LEVEL_MS);
    const struct fan_interval ci =
        fan_stats_quantile_interval(values, trial->check->n, p, FAN_STATS_LEVEL);
    free(values);
    return holds(ci, LEVEL_MS * fan_noise_quantile(trial->check->noise, p));
}

static int try_mean(struct fan_trial *trial)
{
    double *values = sample(trial, LEVEL_MS);
    const struct fan_description d = fan_stats_describe(values, trial->check->n);
    free(values);
    return holds(d.mean_ci, LEVEL_MS * fan_noise_mean(trial->check->noise));
}

/* Mean and its replicates of a sample of billed milliseconds. */
static double billed_means(struct fan_trial *trial, double level, uint64_t seed,
                           double *values, double *means)
{
    const size_t n = trial->check->n;
    fan_trial_sample(trial, level, values, n);
    round_up(values, n);
    fan_bootstrap_means(values, n, seed, means, FAN_BOOTSTRAP_REPLICATES);
    return fan_moments_of(values, n).mean;
}

static int try_bca(struct fan_trial *trial)
{
    double *values = fan_alloc(trial->check->n * sizeof *values);
    double *means = fan_alloc(FAN_BOOTSTRAP_REPLICATES * sizeof *means);
    billed_means(trial, LEVEL_MS, trial->seed, values, means);
    fan_stats_sort(values, trial->check->n);
    const struct fan_interval bca =
        fan_bootstrap_bca(values, trial->check->n, means, FAN_BOOTSTRAP_REPLICATES,
                          fan_bootstrap_level(trial->check->n, FAN_STATS_LEVEL));
    const struct fan_interval ci = fan_interval_hull(
        bca, fan_mean_interval(values, trial->check->n, FAN_STATS_LEVEL));
    free(means);
    free(values);
    return holds(ci, LEVEL_MS * fan_noise_mean(trial->check->noise) + 0.5);
}

static int try_cost_ratio(struct fan_trial *trial)
{
    const size_t replicates = FAN_BOOTSTRAP_REPLICATES;
    double *values = fan_alloc(trial->check->n * sizeof *values);
    double *means = fan_alloc(2 * replicates * sizeof *means),
           *other = means + replicates;
    const double a =
        billed_means(trial, TRUE_RATIO * LEVEL_MS, 2 * trial->seed, values, means);
    const double b = billed_means(trial, LEVEL_MS, 2 * trial->seed + 1, values, other);
    const struct fan_equivalence same = fan_equivalence_of(
        a, means, b, other, replicates, trial->check->n, FAN_EQUIVALENCE_MARGIN);
    free(means);
    free(values);
    const double mean = LEVEL_MS * fan_noise_mean(trial->check->noise);
    return holds(same.ci, (TRUE_RATIO * mean + 0.5) / (mean + 0.5));
}

/* setting 1: whole milliseconds, so that there are ties. */
static int try_shift(struct fan_trial *trial)
{
    const size_t n = trial->check->n;
    double *x = sample(trial, LEVEL_MS), *y = sample(trial, LEVEL_MS);
    if (trial->check->setting > 0.0) {
        round_up(x, n);
        round_up(y, n);
    }
    for (size_t i = 0; i < n; i++)
        x[i] += TRUE_SHIFT_MS;
    const struct fan_two_samples r = fan_rank_mann_whitney(x, n, y, n, FAN_STATS_LEVEL);
    free(y);
    free(x);
    return holds(r.shift_ci, TRUE_SHIFT_MS);
}

static int try_speedup(struct fan_trial *trial)
{
    const size_t n = trial->check->n;
    double *above = sample(trial, TRUE_SPEEDUP * LEVEL_MS);
    double *below = sample(trial, LEVEL_MS);
    const struct fan_interval ci =
        fan_stats_median_ratio_interval(above, n, below, n, FAN_STATS_LEVEL, trial->seed);
    free(below);
    free(above);
    return holds(ci, TRUE_SPEEDUP);
}

static int try_scaling(struct fan_trial *trial)
{
    double x[SIZES], y[SIZES];
    for (int i = 0; i < SIZES; i++) {
        const double memory = 128 << i;
        double *values = sample(trial, LEVEL_MS * 1769.0 / memory);
        x[i] = log(memory);
        y[i] = log(fan_stats_quantile(values, trial->check->n, 0.5));
        free(values);
    }
    return holds(fan_regression_line(x, y, SIZES, FAN_STATS_LEVEL).slope_ci, -1.0);
}

/* Work 1x to 5x: setting 0 for the slope, 1 for the intercept. */
static int try_work(struct fan_trial *trial)
{
    const size_t n = trial->check->n;
    double *x = fan_alloc(WORKS * n * sizeof *x), *y = fan_alloc(WORKS * n * sizeof *y);
    for (size_t w = 0; w < WORKS; w++) {
        fan_trial_sample(trial, FIXED_MS + LEVEL_MS * (double)(w + 1), y + w * n, n);
        for (size_t i = 0; i < n; i++)
            x[w * n + i] = (double)(w + 1);
    }
    const struct fan_line line = fan_regression_uneven(x, y, WORKS * n, FAN_STATS_LEVEL);
    free(y);
    free(x);
    const double mean = fan_noise_mean(trial->check->noise);
    return trial->check->setting > 0.0 ? holds(line.intercept_ci, FIXED_MS * mean)
                                       : holds(line.slope_ci, LEVEL_MS * mean);
}

/* Hits among n at this share: the exact chance that the interval holds the share. */
static double exact_proportion(const struct fan_check *check)
{
    const double p = check->setting, n = (double)check->n;
    double kept = 0.0;
    for (uint64_t k = 0; k <= check->n; k++) {
        const double x = (double)k;
        if (holds(fan_stats_proportion_interval(k, check->n, FAN_STATS_LEVEL), p))
            kept += exp(lgamma(n + 1.0) - lgamma(x + 1.0) - lgamma(n - x + 1.0) +
                        x * log(p) + (n - x) * log1p(-p));
    }
    return kept;
}

static int try_proportion(struct fan_trial *trial)
{
    uint64_t hits = 0;
    for (size_t i = 0; i < trial->check->n; i++)
        hits += fan_random_unit(&trial->stream.random) < trial->check->setting;
    return holds(fan_stats_proportion_interval(hits, trial->check->n, FAN_STATS_LEVEL),
                 trial->check->setting);
}

/* A pilot, then block after block until half the median's interval is within `setting`
 * of the median: does the last interval hold the truth? error: values that it took. */
static int try_stopping(struct fan_trial *trial)
{
    double *drawn = fan_alloc(2 * SAMPLE_CAP * sizeof *drawn),
           *sorted = drawn + SAMPLE_CAP;
    struct fan_interval ci = { FAN_UNKNOWN, FAN_UNKNOWN };
    size_t n = 0;
    for (size_t wanted = PILOT; wanted <= SAMPLE_CAP; wanted += BLOCK) {
        for (; n < wanted; n++)
            drawn[n] = fan_noise_next(&trial->stream, trial->check->noise);
        for (size_t i = 0; i < n; i++)
            sorted[i] = drawn[i];
        fan_stats_sort(sorted, n);
        ci = fan_stats_quantile_interval(sorted, n, 0.5, FAN_STATS_LEVEL);
        const double half = (ci.upper - ci.lower) / 2.0;
        if (half <= trial->check->setting * fan_stats_quantile(sorted, n, 0.5)) break;
    }
    free(drawn);
    trial->error[0] = (double)n;
    return holds(ci, fan_noise_quantile(trial->check->noise, 0.5));
}

/* Drift of 10 % over n windows. */
static int try_sen(struct fan_trial *trial)
{
    const size_t n = trial->check->n;
    const double slope = 0.1 / (double)n;
    double *values = fan_alloc(n * sizeof *values);
    for (size_t i = 0; i < n; i++)
        values[i] =
            fan_noise_next(&trial->stream, trial->check->noise) + slope * (double)i;
    const struct fan_trend trend = fan_trend_of(values, n, FAN_STATS_LEVEL);
    free(values);
    return holds(trend.slope_ci, slope);
}

#define QUIET &fan_noise_quiet
#define CLOUD &fan_noise_cloud
#define HEAVY &fan_noise_heavy
#define PART  "intervals"

/* Nothing in a sample tells of slow calls that it did not catch (docs/calibration.md). */
#define SKEWED "hangs on few slow calls"
#define FEW    "wide: slow calls not yet seen"

/* clang-format off: a table */
const struct fan_check fan_checks_intervals[] = {
    { PART, "median, order statistics", CLOUD, 20, .5, 0, .93, 1, try_quantile,
      exact_quantile, NULL, 0 },
    { PART, "median, order statistics", CLOUD, 100, .5, 0, .93, 1, try_quantile,
      exact_quantile, NULL, 0 },
    { PART, "median, order statistics", HEAVY, 100, .5, 0, .93, 1, try_quantile,
      exact_quantile, NULL, 0 },
    { PART, "median, order statistics", CLOUD, 1000, .5, 0, .93, 1, try_quantile,
      exact_quantile, NULL, 0 },
    { PART, "p95, order statistics", CLOUD, 100, .95, 0, .93, 1, try_quantile,
      exact_quantile, NULL, 0 },
    { PART, "p95, order statistics", HEAVY, 1000, .95, 0, .93, 1, try_quantile,
      exact_quantile, NULL, 0 },
    { PART, "p99, order statistics", CLOUD, 1000, .99, 0, .93, 1, try_quantile,
      exact_quantile, NULL, 0 },
    { PART, "mean", QUIET, 20, 0, .95, .93, .99, try_mean, NULL, FEW, 0 },
    { PART, "mean", QUIET, 100, 0, .95, .93, .975, try_mean, NULL, NULL, 0 },
    { PART, "mean", CLOUD, 20, 0, .95, .93, .99, try_mean, NULL, FEW, 0 },
    { PART, "mean", CLOUD, 100, 0, .95, .93, .97, try_mean, NULL, NULL, 0 },
    { PART, "mean", CLOUD, 1000, 0, .95, .93, .98, try_mean, NULL, NULL, 0 },
    { PART, "mean", HEAVY, 100, 0, .95, .92, .97, try_mean, NULL, NULL, 0 },
    { PART, "mean", HEAVY, 1000, 0, .95, .90, .97, try_mean, NULL, SKEWED, 0 },
    { PART, "mean cost", QUIET, 20, 0, .95, .93, .99, try_bca, NULL, FEW, 0 },
    { PART, "mean cost", CLOUD, 30, 0, .95, .93, .99, try_bca, NULL, FEW, 0 },
    { PART, "mean cost", CLOUD, 100, 0, .95, .93, .97, try_bca, NULL, NULL, 0 },
    { PART, "mean cost", CLOUD, 1000, 0, .95, .93, .99, try_bca, NULL, FEW, 0 },
    { PART, "mean cost", HEAVY, 100, 0, .95, .93, .97, try_bca, NULL, NULL, 0 },
    { PART, "mean cost", HEAVY, 1000, 0, .95, .93, .97, try_bca, NULL, NULL, 0 },
    { PART, "ratio of mean costs", QUIET, 20, 0, .95, .93, .97, try_cost_ratio, NULL,
      NULL, 0 },
    { PART, "ratio of mean costs", CLOUD, 100, 0, .95, .91, .97, try_cost_ratio, NULL,
      SKEWED, 0 },
    { PART, "ratio of mean costs", CLOUD, 1000, 0, .95, .91, .97, try_cost_ratio, NULL,
      SKEWED, 0 },
    { PART, "ratio of mean costs", HEAVY, 100, 0, .95, .91, .97, try_cost_ratio, NULL,
      SKEWED, 0 },
    { PART, "shift, Hodges and Lehmann", CLOUD, 20, 0, .95, .93, .97, try_shift, NULL,
      NULL, 0 },
    { PART, "shift, Hodges and Lehmann", CLOUD, 100, 0, .95, .93, .97, try_shift, NULL,
      NULL, 0 },
    { PART, "shift, whole milliseconds", CLOUD, 100, 1, .95, .93, 1, try_shift, NULL,
      NULL, 0 },
    { PART, "shift, Hodges and Lehmann", HEAVY, 100, 0, .95, .93, .97, try_shift, NULL,
      NULL, 0 },
    { PART, "speed-up, ratio of medians", CLOUD, 20, 0, .95, .93, 1, try_speedup, NULL,
      NULL, 0 },
    { PART, "speed-up, ratio of medians", CLOUD, 100, 0, .95, .93, .97, try_speedup, NULL,
      NULL, 0 },
    { PART, "speed-up, ratio of medians", HEAVY, 100, 0, .95, .93, .97, try_speedup, NULL,
      NULL, 0 },
    { PART, "exponent of memory, 4 sizes", CLOUD, 20, 0, .95, .93, .97, try_scaling, NULL,
      NULL, 0 },
    { PART, "exponent of memory, 4 sizes", CLOUD, 100, 0, .95, .93, .97, try_scaling,
      NULL, NULL, 0 },
    { PART, "exponent of memory, 4 sizes", HEAVY, 100, 0, .95, .93, .97, try_scaling,
      NULL, NULL, 0 },
    { PART, "work, slope", CLOUD, 100, 0, .95, .93, .99, try_work, NULL, FEW, 0 },
    { PART, "work, intercept", CLOUD, 100, 1, .95, .93, .97, try_work, NULL, NULL, 0 },
    { PART, "work, slope", HEAVY, 100, 0, .95, .90, .98, try_work, NULL, SKEWED, 0 },
    { PART, "work, intercept", HEAVY, 100, 1, .95, .93, .97, try_work, NULL, NULL, 0 },
    { PART, "share of 1 %, Clopper and Pearson", NULL, 200, .01, 0, .93, 1,
      try_proportion, exact_proportion, NULL, 0 },
    { PART, "share of 30 %, Clopper and Pearson", NULL, 200, .3, 0, .93, 1,
      try_proportion, exact_proportion, NULL, 0 },
    { PART, "median when stopped within 2 %", CLOUD, 0, .02, .95, .93, 1, try_stopping,
      NULL, NULL, 0 },
    { PART, "median when stopped within 5 %", HEAVY, 0, .05, .95, .93, 1, try_stopping,
      NULL, NULL, 0 },
    { PART, "drift, Sen's slope", CLOUD, 100, 0, .95, .93, .97, try_sen, NULL, NULL, 0 },
};
/* clang-format on */
const size_t fan_checks_intervals_n =
    sizeof fan_checks_intervals / sizeof *fan_checks_intervals;
