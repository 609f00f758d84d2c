/* regression.h - a straight line, what it is uncertain of, and whether it fits.  Pure. */
#ifndef FAN_ANALYSIS_REGRESSION_H
#define FAN_ANALYSIS_REGRESSION_H

#include "analysis/statistics.h"

#ifdef __cplusplus
extern "C" {
#endif

struct fan_line {
    size_t n;
    double intercept, slope;
    double intercept_se, slope_se; /* unknown for n < 3 */
    struct fan_interval intercept_ci, slope_ci;
    double r2, sse;
    double covariance; /* of intercept and slope; unknown for n < 3 */
};

/**
 * Least squares of y on x. Unknown when n < 2 or all x are equal. Source: GSL's
 * gsl_fit_linear; Student's intervals with n - 2 degrees of freedom.
 */
struct fan_line fan_regression_line(const double *x, const double *y, size_t n,
                                    double level);

/**
 * The same line, with standard errors and intervals that hold also when the noise grows
 * with the level, as times do: each value's own squared error, enlarged by its leverage.
 * Source: MacKinnon, White 1985 (HC3); Long, Ervin 2000.
 */
struct fan_line fan_regression_uneven(const double *x, const double *y, size_t n,
                                      double level);

/* Interval of the line's height at x: the band that holds the mean of y there, by the
 * line's own errors (even or uneven). Unknown for n < 3. Source: Draper and Smith 1998,
 * section 3.1; Student's quantile. */
struct fan_interval fan_regression_band(const struct fan_line *line, double x,
                                        double level);

struct fan_lack_of_fit {
    double f, p;
    size_t df_lack, df_pure;
    double sse_pure;  /* squared errors about the means of equal x */
    double deviation; /* largest |mean - line| / line over the levels of x */
};

/**
 * Does the line miss the means of repeated x by more than their noise? x must be grouped:
 * equal values next to each other. Unknown with fewer than 3 levels of x or without
 * repetitions. Source: Draper and Smith 1998, section 2.1.
 */
struct fan_lack_of_fit fan_regression_lack(const struct fan_line *line, const double *x,
                                           const double *y, size_t n);

#ifdef __cplusplus
}
#endif
#endif
