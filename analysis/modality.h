/* modality.h - is a sample one heap or two?  Pure. */
#ifndef FAN_ANALYSIS_MODALITY_H
#define FAN_ANALYSIS_MODALITY_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_MODES_SAMPLE_MAX 2000 /* more values: as many, evenly spaced, stand in */

/* The best cut of an ascending sample into two clusters. */
struct fan_two_means {
    size_t below;               /* values under the cut */
    double last, first;         /* the neighbours of the cut */
    double mean[2], within, ss; /* squared errors with two means, and with one */
    double ashman;              /* distance of the means in spreads: Ashman's D */
};

/* Exact, by prefix sums; n >= 2 (asserted). Source: Ashman, Bird, Zepf 1994 for D. */
struct fan_two_means fan_modes_cut(const double *sorted, size_t n);

/* Two normal distributions fitted by maximum likelihood. */
struct fan_mixture {
    double share; /* of the lower one */
    double mean[2], variance[2];
    double log_likelihood, bic; /* two distributions */
    double bic_one;             /* a single one */
    double ashman;
};

/* Expectation maximisation from the two clusters on; n >= 4 and values that are not all
 * equal (asserted). Source: Dempster, Laird, Rubin 1977; Schwarz 1978 (BIC). */
struct fan_mixture fan_modes_mixture(const double *sorted, size_t n);

/* (G1^2 + 1) / (G2 + ...): above 5/9, a uniform sample's, one heap is doubtful. Unknown
 * for n < 4. Source: SAS/STAT user's guide, procedure CLUSTER. */
double fan_modes_coefficient(const double *sorted, size_t n);

struct fan_modes {
    bool two;           /* all signs agree, and each heap has 10 % of the values */
    double coefficient; /* unknown: too few values to look */
    struct fan_two_means cut;
    struct fan_mixture mixture;
};

/* Look for two heaps: bimodality coefficient above 5/9, BIC lower by more than 10,
 * Ashman's D above 2. Fewer than 20 values are never called two heaps. */
struct fan_modes fan_modes_of(const double *sorted, size_t n);

#ifdef __cplusplus
}
#endif
#endif
