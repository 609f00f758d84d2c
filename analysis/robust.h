/* robust.h - spread that single values cannot spoil, and marks for such values.  Pure. */
#ifndef FAN_ANALYSIS_ROBUST_H
#define FAN_ANALYSIS_ROBUST_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Scales that estimate the standard deviation of a normal sample. */
struct fan_scales {
    double mad; /* 1.4826 x median absolute deviation from the median */
    double sn, qn;
};

/**
 * Scales of an ascending sample; unknown for n < 2. Source: Rousseeuw and Croux 1993, as
 * GSL computes them (O(n log n)).
 */
struct fan_scales fan_robust_scales(const double *sorted, size_t n);

/* How many values are marked as outliers, by two rules. Marked is not dropped. */
struct fan_outliers {
    size_t tukey; /* beyond 1.5 hinge spreads from the hinges */
    size_t mad;   /* further than 3.5 MAD from the median; 0 where the MAD is 0 */
    double tukey_low, tukey_high; /* the fences; unknown for n < 4 */
};

/* Source: Tukey 1977 (hinges as in R's boxplot.stats); Iglewicz and Hoaglin 1993. */
struct fan_outliers fan_robust_outliers(const double *sorted, size_t n);

#ifdef __cplusplus
}
#endif
#endif
