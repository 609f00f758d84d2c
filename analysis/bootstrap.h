/* bootstrap.h - how far a mean would move if the run were repeated.  Pure, seeded. */
#ifndef FAN_ANALYSIS_BOOTSTRAP_H
#define FAN_ANALYSIS_BOOTSTRAP_H

#include "analysis/statistics.h"

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_BOOTSTRAP_REPLICATES 2000
#define FAN_BOOTSTRAP_SAMPLE_MAX                                                         \
    20000 /* beyond it a mean is normal for every purpose                                \
           */

/**
 * Means of `replicates` samples drawn with replacement from the n >= 1 values, in drawing
 * order; equal seeds give equal means. With more than FAN_BOOTSTRAP_SAMPLE_MAX values the
 * means are drawn from the normal distribution that they then follow.
 */
void fan_bootstrap_means(const double *values, size_t n, uint64_t seed, double *means,
                         size_t replicates);

/**
 * The level at which a bootstrap interval of the mean of n values holds as often as
 * `level` says: replicates spread too little by (n - 1) / n, and Student's law is wider
 * than the normal one. Source: Hesterberg 2015, section 5.3 (expanded percentiles).
 */
double fan_bootstrap_level(size_t n, double level);

/**
 * Bias-corrected and accelerated interval of the mean from its replicates (any order).
 * Falls back to the percentile interval when all values are equal, when no replicate
 * lies on one side of the mean, or when fewer than 5 replicates lie beyond a bound.
 * Unknown for n < 2. Source: Efron 1987, section 2.
 */
struct fan_interval fan_bootstrap_bca(const double *values, size_t n, const double *means,
                                      size_t replicates, double level);

/* Its parts: the acceleration by the jackknife, and the corrected tail shares. */
double fan_bootstrap_acceleration(const double *values, size_t n);
struct fan_interval fan_bootstrap_shares(double bias_z, double acceleration,
                                         double level);

#ifdef __cplusplus
}
#endif
#endif
