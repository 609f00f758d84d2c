/* calibrate_tests.c - how often does each test see what is not there? */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/bootstrap.h"
#include "analysis/change_point.h"
#include "analysis/equivalence.h"
#include "analysis/moments.h"
#include "analysis/rank_tests.h"
#include "analysis/regression.h"
#include "analysis/trend.h"
#include "bench/calibrate.h"
#include "common/buf.h"

#define LEVEL_MS 300.0
#define GROUPS   4
#define WORKS    5
#define LAGS     10
#define ALPHA    0.05

/* setting 1: whole milliseconds. */
static double *sample(struct fan_trial *trial, double level)
{
    const size_t n = trial->check->n;
    double *values = fan_alloc(n * sizeof *values);
    fan_trial_sample(trial, level, values, n);
    for (size_t i = 0; trial->check->setting > 0.0 && i < n; i++)
        values[i] = ceil(values[i]);
    return values;
}

static double *series(struct fan_trial *trial)
{
    double *values = fan_alloc(trial->check->n * sizeof *values);
    for (size_t i = 0; i < trial->check->n; i++)
        values[i] = fan_noise_next(&trial->stream, trial->check->noise);
    return values;
}

static int try_mann_whitney(struct fan_trial *trial)
{
    const size_t n = trial->check->n;
    double *x = sample(trial, LEVEL_MS), *y = sample(trial, LEVEL_MS);
    const double p = fan_rank_mann_whitney(x, n, y, n, FAN_STATS_LEVEL).p;
    free(y);
    free(x);
    return p < ALPHA;
}

static int try_kruskal_wallis(struct fan_trial *trial)
{
    struct fan_sample group[GROUPS];
    double *values[GROUPS];
    for (size_t g = 0; g < GROUPS; g++) {
        values[g] = sample(trial, LEVEL_MS);
        group[g].value = values[g];
        group[g].n = trial->check->n;
    }
    const double p = fan_rank_kruskal_wallis(group, GROUPS).p;
    for (size_t g = 0; g < GROUPS; g++)
        free(values[g]);
    return p < ALPHA;
}

/* n pairs of rows: logarithms of ratios of two factors of one law. */
static int try_signed(struct fan_trial *trial)
{
    const size_t n = trial->check->n;
    double *d = fan_alloc(n * sizeof *d);
    for (size_t i = 0; i < n; i++) {
        const double x = fan_noise_next(&trial->stream, trial->check->noise);
        d[i] = log(x / fan_noise_next(&trial->stream, trial->check->noise));
    }
    const double p = fan_rank_signed(d, n).p;
    free(d);
    return p < ALPHA;
}

/* The exact size of the signed rank test of n: P(V <= largest v with two-sided p < 5 %).
 */
static double exact_signed(const struct fan_check *check)
{
    const size_t n = check->n, most = n * (n + 1) / 2;
    double *chance = fan_alloc_zero(most + 1, sizeof *chance);
    chance[0] = 1.0;
    for (size_t rank = 1; rank <= n; rank++)
        for (size_t s = most + 1; s-- > 0;)
            chance[s] = 0.5 * (chance[s] + (s >= rank ? chance[s - rank] : 0.0));
    double below = 0.0, share = 0.0;
    for (size_t v = 0; v <= most / 2; v++) {
        below += chance[v];
        if (2.0 * below < ALPHA) share = 2.0 * below;
    }
    free(chance);
    return share;
}

static int try_lack(struct fan_trial *trial)
{
    const size_t n = trial->check->n;
    double *x = fan_alloc(WORKS * n * sizeof *x), *y = fan_alloc(WORKS * n * sizeof *y);
    for (size_t w = 0; w < WORKS; w++) {
        fan_trial_sample(trial, 50.0 + LEVEL_MS * (double)(w + 1), y + w * n, n);
        for (size_t i = 0; i < n; i++)
            x[w * n + i] = (double)(w + 1);
    }
    const struct fan_line line = fan_regression_line(x, y, WORKS * n, FAN_STATS_LEVEL);
    const double p = fan_regression_lack(&line, x, y, WORKS * n).p;
    free(y);
    free(x);
    return p < ALPHA;
}

/* Means whose ratio is just the margin must not be called the same too often. */
static int try_tost(struct fan_trial *trial)
{
    const size_t replicates = FAN_BOOTSTRAP_REPLICATES, n = trial->check->n;
    double *means = fan_alloc(2 * replicates * sizeof *means), mean[2];
    for (size_t k = 0; k < 2; k++) {
        double *values =
            sample(trial, k == 0 ? LEVEL_MS * (1.0 + FAN_EQUIVALENCE_MARGIN) : LEVEL_MS);
        fan_bootstrap_means(values, n, 2 * trial->seed + k, means + k * replicates,
                            replicates);
        mean[k] = fan_moments_of(values, n).mean;
        free(values);
    }
    const struct fan_equivalence same =
        fan_equivalence_of(mean[0], means, mean[1], means + replicates, replicates, n,
                           FAN_EQUIVALENCE_MARGIN);
    free(means);
    return same.equivalent;
}

static int try_ljung_box(struct fan_trial *trial)
{
    double *values = series(trial), *rank = fan_rank_midranks(values, trial->check->n);
    const double p =
        fan_trend_ljung_box(rank, trial->check->n, (size_t)trial->check->setting).p;
    free(rank);
    free(values);
    return p < ALPHA;
}

static int try_mann_kendall(struct fan_trial *trial)
{
    double *values = series(trial);
    const double p = fan_trend_of(values, trial->check->n, FAN_STATS_LEVEL).p;
    free(values);
    return p < ALPHA;
}

static int try_pettitt(struct fan_trial *trial)
{
    double *values = series(trial);
    const double p = fan_change_pettitt(values, trial->check->n).p;
    free(values);
    return p < ALPHA;
}

#define QUIET &fan_noise_quiet
#define CLOUD &fan_noise_cloud
#define HEAVY &fan_noise_heavy
#define PART  "tests"

/* clang-format off: a table */
const struct fan_check fan_checks_tests[] = {
    { PART, "Mann and Whitney, exact", CLOUD, 20, 0, .05, .03, .07, try_mann_whitney,
      NULL, NULL, 0 },
    { PART, "Mann and Whitney, normal", CLOUD, 100, 0, .05, .03, .07, try_mann_whitney,
      NULL, NULL, 0 },
    { PART, "Mann and Whitney, whole milliseconds", CLOUD, 100, 1, .05, .03, .07,
      try_mann_whitney, NULL, NULL, 0 },
    { PART, "Mann and Whitney, normal", HEAVY, 100, 0, .05, .03, .07, try_mann_whitney,
      NULL, NULL, 0 },
    { PART, "Kruskal and Wallis, 4 sizes", CLOUD, 20, 0, .05, .03, .07,
      try_kruskal_wallis, NULL, NULL, 0 },
    { PART, "Kruskal and Wallis, 4 sizes", HEAVY, 100, 1, .05, .03, .07,
      try_kruskal_wallis, NULL, NULL, 0 },
    { PART, "signed ranks, exact", CLOUD, 8, 0, 0, 0, .07, try_signed, exact_signed, NULL,
      0 },
    { PART, "signed ranks, exact", HEAVY, 20, 0, 0, 0, .07, try_signed, exact_signed,
      NULL, 0 },
    { PART, "lack of fit, work 1x to 5x", QUIET, 100, 0, .05, .03, .07, try_lack, NULL,
      NULL, 0 },
    { PART, "lack of fit, work 1x to 5x", CLOUD, 20, 0, .05, .03, .07, try_lack, NULL,
      NULL, 0 },
    { PART, "lack of fit, work 1x to 5x", CLOUD, 100, 0, .05, .03, .07, try_lack, NULL,
      NULL, 0 },
    { PART, "lack of fit, work 1x to 5x", HEAVY, 100, 0, .05, 0, .07, try_lack, NULL,
      NULL, 0 },
    { PART, "the same within 5 %, at the margin", QUIET, 100, 0, .05, .03, .07, try_tost,
      NULL, NULL, 0 },
    { PART, "the same within 5 %, at the margin", CLOUD, 100, 0, .05, 0, .07, try_tost,
      NULL, NULL, 0 },
    { PART, "the same within 5 %, at the margin", CLOUD, 1000, 0, .05, 0, .07, try_tost,
      NULL, NULL, 0 },
    { PART, "the same within 5 %, at the margin", HEAVY, 1000, 0, .05, 0, .07, try_tost,
      NULL, NULL, 0 },
    { PART, "Ljung and Box, 10 lags of ranks", CLOUD, 100, LAGS, .05, 0, .07,
      try_ljung_box, NULL, NULL, 0 },
    { PART, "Ljung and Box, 10 lags of ranks", CLOUD, 1000, LAGS, .05, 0, .07,
      try_ljung_box, NULL, NULL, 0 },
    { PART, "Ljung and Box, 10 lags of ranks", HEAVY, 1000, LAGS, .05, 0, .07,
      try_ljung_box, NULL, NULL, 0 },
    { PART, "Mann and Kendall, independent values", CLOUD, 20, 0, .05, .03, .07,
      try_mann_kendall, NULL, NULL, 0 },
    { PART, "Mann and Kendall, independent values", HEAVY, 400, 0, .05, .03, .07,
      try_mann_kendall, NULL, NULL, 0 },
    { PART, "Pettitt, independent values", CLOUD, 50, 0, .05, 0, .07, try_pettitt, NULL,
      NULL, 0 },
    { PART, "Pettitt, independent values", HEAVY, 400, 0, .05, 0, .07, try_pettitt, NULL,
      NULL, 0 },
};
/* clang-format on */
const size_t fan_checks_tests_n = sizeof fan_checks_tests / sizeof *fan_checks_tests;
