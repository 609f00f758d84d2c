/* gaussian_process.c - see gaussian_process.h. */
#include "analysis/gaussian_process.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_blas.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_math.h> /* M_PI, which POSIX leaves out */
#include <gsl/gsl_randist.h>

#include "common/buf.h"

#define LENGTHS     25
#define LENGTH_MIN  0.25
#define LENGTH_MAX  8.0
#define JITTER      1e-10 /* added to the diagonal, times 10 at every further try */
#define JITTERS_MAX 8

/* Variances that the likelihood chooses from: a curve that leaves its mean by 10 % to a
 * factor of e, where y is a logarithm. */
static const double variances[] = { 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0 };

struct fan_gp {
    struct fan_gp_kernel kernel;
    size_t n;
    double *x;
    gsl_matrix *factor; /* lower triangle: L, with L L' = K */
    gsl_vector *weight; /* K^-1 y */
    double log_likelihood;
};

double fan_gp_matern52(double distance, double length)
{
    const double u = sqrt(5.0) * fabs(distance) / length;
    return (1.0 + u + u * u / 3.0) * exp(-u);
}

static double covariance(const struct fan_gp *gp, double a, double b)
{
    return gp->kernel.variance * fan_gp_matern52(a - b, gp->kernel.length);
}

static enum fan_status check_points(const struct fan_gp_points *points,
                                    struct fan_err *err)
{
    if (points->n == 0 || points->n > FAN_GP_POINTS_MAX)
        return fan_fail(err, FAN_EINVAL, "%zu points, expected 1 to %d", points->n,
                        FAN_GP_POINTS_MAX);
    for (size_t i = 0; i < points->n; i++)
        if (!isfinite(points->x[i]) || !isfinite(points->y[i]) ||
            !isfinite(points->noise[i]))
            return fan_fail(err, FAN_EINVAL, "point %zu is not a number", i);
    return FAN_OK;
}

static void fill_covariance(struct fan_gp *gp, const struct fan_gp_points *points,
                            double jitter)
{
    for (size_t i = 0; i < gp->n; i++)
        for (size_t j = 0; j < gp->n; j++) {
            double k = covariance(gp, gp->x[i], gp->x[j]);
            if (i == j) k += fmax(points->noise[i], FAN_GP_NOISE_MIN) + jitter;
            gsl_matrix_set(gp->factor, i, j, k);
        }
}

static enum fan_status decompose(struct fan_gp *gp, const struct fan_gp_points *points,
                                 struct fan_err *err)
{
    double jitter = 0.0;
    for (int i = 0; i <= JITTERS_MAX; i++) {
        fill_covariance(gp, points, jitter);
        if (gsl_linalg_cholesky_decomp1(gp->factor) == GSL_SUCCESS) return FAN_OK;
        jitter = JITTER * pow(10.0, i);
    }
    return fan_fail(err, FAN_ELIMIT, "the covariance of %zu points is singular", gp->n);
}

/* -y'K^-1 y / 2 - ln|L| - n/2 ln 2 pi */
static double log_likelihood(const struct fan_gp *gp, const double *y)
{
    double sum = -0.5 * (double)gp->n * log(2.0 * M_PI);
    for (size_t i = 0; i < gp->n; i++)
        sum -= 0.5 * y[i] * gsl_vector_get(gp->weight, i) +
               log(gsl_matrix_get(gp->factor, i, i));
    return sum;
}

static enum fan_status condition(struct fan_gp *gp, const struct fan_gp_points *points,
                                 struct fan_err *err)
{
    memcpy(gp->x, points->x, gp->n * sizeof *gp->x);
    enum fan_status st = decompose(gp, points, err);
    if (st) return st;
    gsl_vector_const_view y = gsl_vector_const_view_array(points->y, gp->n);
    if (gsl_linalg_cholesky_solve(gp->factor, &y.vector, gp->weight) != GSL_SUCCESS)
        return fan_fail(err, FAN_ELIMIT, "cannot solve for the weights");
    gp->log_likelihood = log_likelihood(gp, points->y);
    return FAN_OK;
}

enum fan_status fan_gp_new(struct fan_gp **gp, const struct fan_gp_points *points,
                           struct fan_gp_kernel kernel, struct fan_err *err)
{
    enum fan_status st = check_points(points, err);
    if (st) return st;
    if (!(kernel.length > 0.0) || !(kernel.variance > 0.0))
        return fan_fail(err, FAN_EINVAL, "the kernel's length or variance is not > 0");
    struct fan_gp *fresh = fan_alloc_zero(1, sizeof *fresh);
    fresh->kernel = kernel;
    fresh->n = points->n;
    fresh->x = fan_alloc_zero(points->n, sizeof *fresh->x);
    /* A failed factorisation is an answer here, not the end of the program. */
    gsl_error_handler_t *const handler = gsl_set_error_handler_off();
    fresh->factor = gsl_matrix_alloc(points->n, points->n);
    fresh->weight = gsl_vector_alloc(points->n);
    st = fresh->factor && fresh->weight
             ? condition(fresh, points, err)
             : fan_fail(err, FAN_ELIMIT, "no memory for %zu points", points->n);
    gsl_set_error_handler(handler);
    if (st)
        fan_gp_free(fresh);
    else
        *gp = fresh;
    return st;
}

void fan_gp_free(struct fan_gp *gp)
{
    if (!gp) return;
    gsl_matrix_free(gp->factor);
    gsl_vector_free(gp->weight);
    free(gp->x);
    free(gp);
}

enum fan_status fan_gp_new_likeliest(struct fan_gp **gp,
                                     const struct fan_gp_points *points,
                                     struct fan_err *err)
{
    struct fan_gp *best = NULL;
    for (size_t i = 0; i < LENGTHS; i++)
        for (size_t j = 0; j < sizeof variances / sizeof *variances; j++) {
            struct fan_gp_kernel kernel;
            struct fan_gp *next = NULL;
            kernel.length =
                LENGTH_MIN * pow(LENGTH_MAX / LENGTH_MIN, (double)i / (LENGTHS - 1));
            kernel.variance = variances[j];
            enum fan_status st = fan_gp_new(&next, points, kernel, err);
            if (st) {
                fan_gp_free(best);
                return st;
            }
            if (!best || next->log_likelihood > best->log_likelihood) {
                struct fan_gp *worse = best;
                best = next;
                next = worse;
            }
            fan_gp_free(next);
        }
    *gp = best;
    return FAN_OK;
}

struct fan_gp_kernel fan_gp_kernel_of(const struct fan_gp *gp)
{
    return gp->kernel;
}

void fan_gp_predict(const struct fan_gp *gp, double x, double *mean, double *variance)
{
    gsl_vector *k = gsl_vector_alloc(gp->n);
    for (size_t i = 0; i < gp->n; i++)
        gsl_vector_set(k, i, covariance(gp, x, gp->x[i]));
    gsl_blas_ddot(k, gp->weight, mean);
    /* k becomes L^-1 k, whose square is what the points tell about x */
    double told = 0.0;
    gsl_blas_dtrsv(CblasLower, CblasNoTrans, CblasNonUnit, gp->factor, k);
    gsl_blas_ddot(k, k, &told);
    *variance = fmax(gp->kernel.variance - told, 0.0);
    gsl_vector_free(k);
}

double fan_gp_log_likelihood(const struct fan_gp *gp)
{
    return gp->log_likelihood;
}

double fan_gp_weight(const struct fan_gp *gp, size_t i)
{
    return gsl_vector_get(gp->weight, i);
}

double fan_gp_factor(const struct fan_gp *gp, size_t row, size_t column)
{
    return gsl_matrix_get(gp->factor, row, column);
}

double fan_expected_improvement(double best, double mean, double sd, double xi)
{
    if (!(sd > 0.0)) return 0.0;
    const double gain = best - mean - xi;
    const double z = gain / sd;
    return gain * gsl_cdf_ugaussian_P(z) + sd * gsl_ran_ugaussian_pdf(z);
}
