/* bootstrap.c - see bootstrap.h. */
#include "analysis/bootstrap.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "analysis/moments.h"
#include "common/buf.h"
#include "common/random.h"

#define LEVEL_MOST 0.9999 /* what 2,000 replicates can tell of two or three values */
#define TAIL_MIN   5.0    /* replicates beyond a bound; fewer do not place it */

static void normal_means(const double *values, size_t n, struct fan_random *random,
                         double *means, size_t replicates)
{
    const struct fan_moments m = fan_moments_of(values, n);
    const double se = sqrt(fan_moments_variance(&m) / (double)n);
    for (size_t b = 0; b < replicates; b++) {
        /* The open interval: both ends would be infinite. */
        const double u = fan_random_unit(random) + 0x1p-54;
        means[b] = m.mean + se * gsl_cdf_ugaussian_Pinv(u);
    }
}

/* Sum of n values drawn with replacement. A random number serves two draws: with 32 bits
 * each, no value of 20,000 is drawn 1 in 200,000 times too often. */
static double resampled_sum(const double *values, size_t n, struct fan_random *random)
{
    const uint64_t count = n;
    double sum = 0.0;
    for (size_t i = 0; i < n; i += 2) {
        const uint64_t bits = fan_random_u64(random);
        sum += values[(size_t)((bits >> 32) * count >> 32)];
        if (i + 1 < n) sum += values[(size_t)((bits & UINT32_MAX) * count >> 32)];
    }
    return sum;
}

void fan_bootstrap_means(const double *values, size_t n, uint64_t seed, double *means,
                         size_t replicates)
{
    assert(n > 0);
    struct fan_random random;
    fan_random_init(&random, seed, n);
    if (n > FAN_BOOTSTRAP_SAMPLE_MAX) {
        normal_means(values, n, &random, means, replicates);
        return;
    }
    for (size_t b = 0; b < replicates; b++)
        means[b] = resampled_sum(values, n, &random) / (double)n;
}

double fan_bootstrap_acceleration(const double *values, size_t n)
{
    /* Leaving value i out moves the mean by (mean - value) / (n - 1), so the jackknife's
     * deviations are those of the sample, turned around twice. */
    const struct fan_moments m = fan_moments_of(values, n);
    return m.m2 > 0.0 ? m.m3 / (6.0 * pow(m.m2, 1.5)) : 0.0;
}

double fan_bootstrap_level(size_t n, double level)
{
    if (n < 2) return level;
    const double t = gsl_cdf_tdist_Pinv((1.0 + level) / 2.0, (double)(n - 1));
    const double wide = t * sqrt((double)n / (double)(n - 1));
    return fmin(2.0 * gsl_cdf_ugaussian_P(wide) - 1.0, LEVEL_MOST);
}

struct fan_interval fan_bootstrap_shares(double bias_z, double acceleration, double level)
{
    const double z = gsl_cdf_ugaussian_Pinv((1.0 + level) / 2.0);
    const double low = bias_z - z, high = bias_z + z;
    const struct fan_interval shares = {
        gsl_cdf_ugaussian_P(bias_z + low / (1.0 - acceleration * low)),
        gsl_cdf_ugaussian_P(bias_z + high / (1.0 - acceleration * high))
    };
    return shares;
}

/* Which shares of the replicates bound the interval. */
static struct fan_interval choose_shares(const double *values, size_t n, double mean,
                                         const double *sorted, size_t replicates,
                                         double level)
{
    const struct fan_interval percentile = { (1.0 - level) / 2.0, (1.0 + level) / 2.0 };
    const double all = (double)replicates;
    size_t below = 0;
    while (below < replicates && sorted[below] < mean)
        below++;
    if (below == 0 || below == replicates) return percentile;

    const double bias_z = gsl_cdf_ugaussian_Pinv((double)below / all);
    const struct fan_interval shares =
        fan_bootstrap_shares(bias_z, fan_bootstrap_acceleration(values, n), level);
    if (shares.lower * all < TAIL_MIN || (1.0 - shares.upper) * all < TAIL_MIN)
        return percentile;
    return shares;
}

struct fan_interval fan_bootstrap_bca(const double *values, size_t n, const double *means,
                                      size_t replicates, double level)
{
    struct fan_interval interval = { FAN_UNKNOWN, FAN_UNKNOWN };
    if (n < 2 || replicates == 0) return interval;

    double *sorted = fan_alloc(replicates * sizeof *sorted);
    memcpy(sorted, means, replicates * sizeof *sorted);
    fan_stats_sort(sorted, replicates);
    const struct fan_interval shares = choose_shares(
        values, n, fan_moments_of(values, n).mean, sorted, replicates, level);
    interval.lower = fan_stats_quantile(sorted, replicates, shares.lower);
    interval.upper = fan_stats_quantile(sorted, replicates, shares.upper);
    free(sorted);
    return interval;
}
