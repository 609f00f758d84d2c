/*
 * gaussian_process.h - a curve through noisy points, with how sure it is in between, and
 * how much a further point may improve on the best so far.  Pure.
 */
#ifndef FAN_ANALYSIS_GAUSSIAN_PROCESS_H
#define FAN_ANALYSIS_GAUSSIAN_PROCESS_H

#include "common/err.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_GP_POINTS_MAX 128
#define FAN_GP_NOISE_MIN  1e-6 /* variance; less makes the matrix ill-conditioned */

/* Covariance variance x k(distance / length), Matern 5/2. Both > 0. */
struct fan_gp_kernel {
    double length, variance;
};

/* Observations of a curve whose mean is 0: residuals of what is known otherwise. */
struct fan_gp_points {
    const double *x, *y;
    const double *noise; /* variance of each y */
    size_t n;
};

struct fan_gp;

/**
 * Correlation at a distance: (1 + u + u^2/3) e^-u, u = sqrt(5) distance / length. Source:
 * Rasmussen and Williams 2006, equation 4.17.
 */
double fan_gp_matern52(double distance, double length);

/**
 * Condition on the points. The points are copied. Owns: *gp until fan_gp_free. Errors:
 * FAN_EINVAL (no or too many points, a number that is not finite), FAN_ELIMIT (the
 * covariance has no Cholesky factor, even with jitter). Source: Rasmussen and Williams
 * 2006, algorithm 2.1.
 */
enum fan_status fan_gp_new(struct fan_gp **gp, const struct fan_gp_points *points,
                           struct fan_gp_kernel kernel,
                           struct fan_err *err) FAN_MUST_CHECK;
void fan_gp_free(struct fan_gp *gp);

/**
 * The same with the kernel of the greatest marginal likelihood: length one of 25 values
 * from 0.25 to 8, in equal ratios, variance one of 9 from 0.01 to 1. Errors: as above.
 */
enum fan_status fan_gp_new_likeliest(struct fan_gp **gp,
                                     const struct fan_gp_points *points,
                                     struct fan_err *err) FAN_MUST_CHECK;

struct fan_gp_kernel fan_gp_kernel_of(const struct fan_gp *gp);

/* Mean and variance (>= 0, without the noise of an observation) of the curve at x. */
void fan_gp_predict(const struct fan_gp *gp, double x, double *mean, double *variance);

/* Log marginal likelihood of the points. */
double fan_gp_log_likelihood(const struct fan_gp *gp);

/* The i-th weight K^-1 y, and the lower Cholesky factor's element: for tests. */
double fan_gp_weight(const struct fan_gp *gp, size_t i);
double fan_gp_factor(const struct fan_gp *gp, size_t row, size_t column);

/**
 * By how much a value drawn from a normal distribution is expected to fall below best,
 * where it does; xi is the least gain that counts. 0 when sd is 0. Source: Jones,
 * Schonlau and Welch 1998, equation 15.
 */
double fan_expected_improvement(double best, double mean, double sd, double xi);

#ifdef __cplusplus
}
#endif
#endif
