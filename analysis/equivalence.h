/* equivalence.h - are two means the same for every practical purpose?  Pure. */
#ifndef FAN_ANALYSIS_EQUIVALENCE_H
#define FAN_ANALYSIS_EQUIVALENCE_H

#include "analysis/statistics.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_EQUIVALENCE_MARGIN                                                           \
    0.05 /* a ratio within 1/1.05 to 1.05 counts as the same                             \
          */

struct fan_equivalence {
    double ratio;             /* mean of the first / mean of the second */
    struct fan_interval ci;   /* at FAN_STATS_LEVEL */
    struct fan_interval tost; /* at 2 x FAN_STATS_LEVEL - 1: two one-sided tests */
    bool equivalent;          /* tost lies within the margin */
    bool different;           /* ci excludes 1 */
};

/**
 * Compare two means by their bootstrap replicates (fan_bootstrap_means of different
 * seeds, `replicates` each, in drawing order); n: values of the smaller sample, for
 * fan_bootstrap_level. All means must be > 0; otherwise everything is unknown. Source:
 * Schuirmann 1987 (two one-sided tests); percentile intervals of the ratio.
 */
struct fan_equivalence fan_equivalence_of(double mean_a, const double *means_a,
                                          double mean_b, const double *means_b,
                                          size_t replicates, size_t n, double margin);

#ifdef __cplusplus
}
#endif
#endif
