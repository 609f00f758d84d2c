/* statistics.c - GSL does the mathematics; this file says what is asked of it. */
#include "analysis/statistics.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_statistics_double.h>

#include "analysis/mean_interval.h"

#define RATIO_SAMPLE_MIN 6 /* fewer values have no 95 % interval of the median either */
#define RATIO_REPLICATES 4000
#define BISECTIONS       100
#define EXACT_TRIALS_MAX 1000000 /* GSL's continued fraction ends soon after */

static const struct fan_interval interval_unknown = { FAN_UNKNOWN, FAN_UNKNOWN };

static int compare_doubles(const void *left, const void *right)
{
    const double a = *(const double *)left;
    const double b = *(const double *)right;
    return (a > b) - (a < b);
}

void fan_stats_sort(double *values, size_t n)
{
    if (n > 1) qsort(values, n, sizeof *values, compare_doubles);
}

struct fan_description fan_stats_describe(const double *sorted, size_t n)
{
    struct fan_description d;
    d.n = n;
    d.mean = d.sd = d.cv = FAN_UNKNOWN;
    d.min = d.q1 = d.median = d.q3 = d.p95 = d.p99 = d.max = FAN_UNKNOWN;
    d.mean_ci = d.median_ci = d.p95_ci = d.p99_ci = interval_unknown;
    if (n == 0) return d;

    d.mean = gsl_stats_mean(sorted, 1, n);
    if (n > 1) d.sd = gsl_stats_sd_m(sorted, 1, n, d.mean);
    if (d.mean != 0.0) d.cv = d.sd / d.mean;
    d.min = sorted[0];
    d.q1 = fan_stats_quantile(sorted, n, 0.25);
    d.median = fan_stats_quantile(sorted, n, 0.5);
    d.q3 = fan_stats_quantile(sorted, n, 0.75);
    d.p95 = fan_stats_quantile(sorted, n, 0.95);
    d.p99 = fan_stats_quantile(sorted, n, 0.99);
    d.max = sorted[n - 1];
    d.mean_ci = fan_mean_interval(sorted, n, FAN_STATS_LEVEL);
    d.median_ci = fan_stats_quantile_interval(sorted, n, 0.5, FAN_STATS_LEVEL);
    d.p95_ci = fan_stats_quantile_interval(sorted, n, 0.95, FAN_STATS_LEVEL);
    d.p99_ci = fan_stats_quantile_interval(sorted, n, 0.99, FAN_STATS_LEVEL);
    return d;
}

double fan_stats_quantile(const double *sorted, size_t n, double p)
{
    assert(n > 0 && p >= 0.0 && p <= 1.0);
    return gsl_stats_quantile_from_sorted_data(sorted, 1, n, p);
}

/* P(Binomial(n, p) <= k); of very many trials by the normal law. */
static double binomial_below(unsigned k, double p, unsigned n)
{
    if (n <= EXACT_TRIALS_MAX) return gsl_cdf_binomial_P(k, p, n);
    const double mean = p * (double)n, sd = sqrt(mean * (1.0 - p));
    return gsl_cdf_ugaussian_P(((double)k + 0.5 - mean) / sd);
}

/* Smallest k in [0, n] with P(Binomial(n, p) <= k) >= level. */
static unsigned binomial_quantile(double level, double p, unsigned n)
{
    unsigned low = 0, high = n;
    while (low < high) {
        const unsigned middle = low + (high - low) / 2;
        if (binomial_below(middle, p, n) >= level)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

double fan_stats_quantile_ranks(size_t n, double p, double level, size_t *lower,
                                size_t *upper)
{
    assert(n > 0 && n < 1u << 31);
    const unsigned trials = (unsigned)n;
    const unsigned l = binomial_quantile((1.0 - level) / 2.0, p, trials);
    const unsigned u = binomial_quantile((1.0 + level) / 2.0, p, trials) + 1;

    *lower = l;
    *upper = u;
    const double below = l > 0 ? binomial_below(l - 1, p, trials) : 0.0;
    return binomial_below(u - 1, p, trials) - below;
}

struct fan_interval fan_stats_quantile_interval(const double *sorted, size_t n, double p,
                                                double level)
{
    struct fan_interval interval = interval_unknown;
    if (n == 0) return interval;

    size_t lower, upper;
    fan_stats_quantile_ranks(n, p, level, &lower, &upper);
    if (lower >= 1) interval.lower = sorted[lower - 1];
    if (upper <= n) interval.upper = sorted[upper - 1];
    return interval;
}

struct fan_interval fan_stats_mean_interval(double mean, double sd, size_t n,
                                            double level)
{
    if (n < 2) return interval_unknown;
    const double t = gsl_cdf_tdist_Pinv((1.0 + level) / 2.0, (double)(n - 1));
    const double half = t * sd / sqrt((double)n);
    const struct fan_interval interval = { mean - half, mean + half };
    return interval;
}

/*
 * The share at which `hits` or fewer of n have the chance `tail`, by halving. GSL's own
 * inverse of the beta distribution does not converge for some pairs (49 of 787 is one)
 * and then ends the program.
 */
static double share_with_tail(uint64_t hits, uint64_t n, double tail)
{
    double low = 0.0, high = 1.0;
    for (int i = 0; i < BISECTIONS; i++) {
        const double share = (low + high) / 2.0;
        if (binomial_below((unsigned)hits, share, (unsigned)n) > tail)
            low = share;
        else
            high = share;
    }
    return (low + high) / 2.0;
}

struct fan_interval fan_stats_proportion_interval(uint64_t hits, uint64_t n, double level)
{
    if (n == 0) return interval_unknown;
    assert(n < UINT32_MAX && hits <= n);
    const double tail = (1.0 - level) / 2.0;
    struct fan_interval interval = { 0.0, 1.0 };

    if (hits > 0) interval.lower = share_with_tail(hits - 1, n, 1.0 - tail);
    if (hits < n) interval.upper = share_with_tail(hits, n, tail);
    return interval;
}

double fan_stats_dkw(size_t n, double level)
{
    assert(n > 0);
    return sqrt(log(2.0 / (1.0 - level)) / (2.0 * (double)n));
}

/*
 * The median of a resample of n values drawn with replacement. Its middle order
 * statistic is the value at a rank that is distributed as the middle one of n uniforms.
 */
static double resampled_median(const gsl_rng *rng, const double *sorted, size_t n)
{
    const double middle = ((double)n + 1.0) / 2.0;
    const double u = gsl_ran_beta(rng, middle, middle);
    size_t index = (size_t)(u * (double)n);
    if (index >= n) index = n - 1;
    return sorted[index];
}

struct fan_interval fan_stats_median_ratio_interval(const double *above, size_t n_above,
                                                    const double *below, size_t n_below,
                                                    double level, uint64_t seed)
{
    if (n_above < RATIO_SAMPLE_MIN || n_below < RATIO_SAMPLE_MIN) return interval_unknown;
    if (above[0] <= 0.0 || below[0] <= 0.0) return interval_unknown;

    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    if (!rng) return interval_unknown;
    gsl_rng_set(rng, (unsigned long)seed);

    double ratio[RATIO_REPLICATES];
    for (size_t i = 0; i < RATIO_REPLICATES; i++)
        ratio[i] =
            resampled_median(rng, above, n_above) / resampled_median(rng, below, n_below);
    gsl_rng_free(rng);

    fan_stats_sort(ratio, RATIO_REPLICATES);
    const struct fan_interval interval = {
        fan_stats_quantile(ratio, RATIO_REPLICATES, (1.0 - level) / 2.0),
        fan_stats_quantile(ratio, RATIO_REPLICATES, (1.0 + level) / 2.0)
    };
    return interval;
}
