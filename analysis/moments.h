/* moments.h - mean and central moments of a sample, mergeable without loss.  Pure. */
#ifndef FAN_ANALYSIS_MOMENTS_H
#define FAN_ANALYSIS_MOMENTS_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* mk is the sum of the k-th powers of the deviations from the mean. Zeroed: no values. */
struct fan_moments {
    size_t n;
    double mean, m2, m3, m4;
};

/* The moments of a sample in any order: short blocks exactly, then merged in pairs. */
struct fan_moments fan_moments_of(const double *values, size_t n);

/**
 * The moments of two samples together. Source: Chan, Golub, LeVeque 1979; Pebay 2008,
 * equations 2.1 to 2.9 (SAND2008-6212).
 */
struct fan_moments fan_moments_merge(const struct fan_moments *a,
                                     const struct fan_moments *b);

/* Sample variance (n - 1); unknown for n < 2. */
double fan_moments_variance(const struct fan_moments *moments);

/**
 * Skewness and excess kurtosis, adjusted for the sample's size (Joanes and Gill 1998: G1,
 * G2). Unknown for n < 4 or values that are all equal.
 */
double fan_moments_skewness(const struct fan_moments *moments);
double fan_moments_kurtosis(const struct fan_moments *moments);

#ifdef __cplusplus
}
#endif
#endif
