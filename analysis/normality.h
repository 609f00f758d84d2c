/* normality.h - does a sample look like one from a normal distribution?  Pure. */
#ifndef FAN_ANALYSIS_NORMALITY_H
#define FAN_ANALYSIS_NORMALITY_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_NORMALITY_MAX 5000 /* values that the test's coefficients are fitted for */

struct fan_normality {
    double w; /* 1: as normal as can be; the squared correlation of a QQ plot, nearly */
    double p; /* of a W as small as this from a normal distribution */
};

/**
 * Shapiro and Wilk's test of an ascending sample. Of more than FAN_NORMALITY_MAX values
 * as many evenly spaced ones are looked at. Unknown for n < 3 or values that are all
 * equal. Source: Shapiro, Wilk 1965; Royston 1995 (algorithm AS R94).
 */
struct fan_normality fan_normality_of(const double *sorted, size_t n);

#ifdef __cplusplus
}
#endif
#endif
