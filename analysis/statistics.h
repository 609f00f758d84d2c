/* statistics.h - descriptive statistics and intervals of sorted samples.  Pure. */
#ifndef FAN_ANALYSIS_STATISTICS_H
#define FAN_ANALYSIS_STATISTICS_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_STATS_LEVEL 0.95 /* confidence level of every interval of a report */

/* A number that is not known. Printed as "-", null in JSON. */
#define FAN_UNKNOWN ((double)NAN)

/* A side that the sample is too small to give is FAN_UNKNOWN. */
struct fan_interval {
    double lower, upper;
};

/* What is said of one sample. Values that n is too small for are unknown (all, when n is
 * 0).
 */
struct fan_description {
    size_t n;
    double mean, sd, cv; /* sd with n - 1; cv = sd / mean */
    double min, q1, median, q3, p95, p99, max;
    struct fan_interval mean_ci, median_ci, p95_ci, p99_ci;
};

/* Sort ascending, in place. */
void fan_stats_sort(double *values, size_t n);

/* Describe an ascending sample at FAN_STATS_LEVEL. */
struct fan_description fan_stats_describe(const double *sorted, size_t n);

/**
 * Quantile p in [0, 1] of an ascending sample, n >= 1 (asserted): linear interpolation
 * between order statistics. Source: Hyndman and Fan 1996, type 7.
 */
double fan_stats_quantile(const double *sorted, size_t n, double p);

/**
 * 1-based ranks whose order statistics bracket the quantile p of the population with
 * confidence `level`, whatever the distribution; rank 0 or n + 1: no such bound. Returns
 * the exact coverage. n >= 1. Source: Le Boudec 2010, section 2.2 (binomial ranks).
 */
double fan_stats_quantile_ranks(size_t n, double p, double level, size_t *lower,
                                size_t *upper);

/* The same as values of an ascending sample. */
struct fan_interval fan_stats_quantile_interval(const double *sorted, size_t n, double p,
                                                double level);

/* Student's interval of a mean; unknown when n < 2. */
struct fan_interval fan_stats_mean_interval(double mean, double sd, size_t n,
                                            double level);

/* Clopper and Pearson's interval of a proportion of `hits` in n; unknown when n is 0. */
struct fan_interval fan_stats_proportion_interval(uint64_t hits, uint64_t n,
                                                  double level);

/**
 * Half-width of the band around an empirical distribution function that holds the true
 * one with confidence `level`, n >= 1. Source: Massart 1990 (DKW inequality).
 */
double fan_stats_dkw(size_t n, double level);

/**
 * Interval of median(above) / median(below) of two independent ascending samples, by
 * the bootstrap (percentile, 4,000 replicates, reproducible by seed). The median of a
 * resample is drawn from its exact distribution (a beta-distributed rank), so the cost
 * does not grow with n. Unknown when a sample has fewer than 6 values or a median is not
 * > 0.
 */
struct fan_interval fan_stats_median_ratio_interval(const double *above, size_t n_above,
                                                    const double *below, size_t n_below,
                                                    double level, uint64_t seed);

#ifdef __cplusplus
}
#endif
#endif
