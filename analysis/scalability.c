/* scalability.c - see scalability.h. */
#include "analysis/scalability.h"

#include <math.h>

#include <gsl/gsl_blas.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_multifit_nlinear.h>

#define KAPPA_SCALE 1e-4 /* brings kappa to the size of the other parameters */
#define TURNS_MAX   500
#define TOLERANCE   1e-12

/* The points, and which of sigma and kappa are free. Parameters: gamma, then these. */
struct points {
    const double *n, *x;
    size_t count;
    double gamma_scale;
    bool sigma, kappa;
};

static size_t parameter_count(const struct points *p)
{
    return 1u + p->sigma + p->kappa;
}

static void unpack(const struct points *p, const gsl_vector *v, double *gamma,
                   double *sigma, double *kappa)
{
    size_t next = 1;
    *gamma = gsl_vector_get(v, 0) * p->gamma_scale;
    *sigma = p->sigma ? gsl_vector_get(v, next++) : 0.0;
    *kappa = p->kappa ? gsl_vector_get(v, next) * KAPPA_SCALE : 0.0;
}

static int residuals(const gsl_vector *v, void *params, gsl_vector *f)
{
    const struct points *p = params;
    double gamma, sigma, kappa;
    unpack(p, v, &gamma, &sigma, &kappa);
    for (size_t i = 0; i < p->count; i++) {
        const double n = p->n[i];
        const double d = 1.0 + sigma * (n - 1.0) + kappa * n * (n - 1.0);
        gsl_vector_set(f, i, gamma * n / d - p->x[i]);
    }
    return GSL_SUCCESS;
}

static int derivatives(const gsl_vector *v, void *params, gsl_matrix *j)
{
    const struct points *p = params;
    double gamma, sigma, kappa;
    unpack(p, v, &gamma, &sigma, &kappa);
    for (size_t i = 0; i < p->count; i++) {
        const double n = p->n[i];
        const double d = 1.0 + sigma * (n - 1.0) + kappa * n * (n - 1.0);
        const double by_d = -gamma * n / (d * d);
        size_t next = 1;
        gsl_matrix_set(j, i, 0, p->gamma_scale * n / d);
        if (p->sigma) gsl_matrix_set(j, i, next++, by_d * (n - 1.0));
        if (p->kappa) gsl_matrix_set(j, i, next, by_d * n * (n - 1.0) * KAPPA_SCALE);
    }
    return GSL_SUCCESS;
}

/* ln peak_n = (ln(1 - sigma) - ln kappa) / 2: its error by that of both, and what they
 * share. Only where both are free. */
static void bound_peak(const struct points *p, const gsl_matrix *covariance, double noise,
                       struct fan_scaling *out)
{
    const size_t m = parameter_count(p);
    out->peak_ci.lower = out->peak_ci.upper = FAN_UNKNOWN;
    if (m < 3 || p->count <= m || !(out->kappa > 0.0) || !(out->sigma < 1.0)) return;
    const double by_sigma = -0.5 / (1.0 - out->sigma);
    const double by_kappa = -0.5 / out->kappa * KAPPA_SCALE;
    const double variance =
        noise * (by_sigma * by_sigma * gsl_matrix_get(covariance, 1, 1) +
                 by_kappa * by_kappa * gsl_matrix_get(covariance, 2, 2) +
                 2.0 * by_sigma * by_kappa * gsl_matrix_get(covariance, 1, 2));
    const double t =
        gsl_cdf_tdist_Pinv((1.0 + FAN_STATS_LEVEL) / 2.0, (double)(p->count - m));
    const double peak = sqrt((1.0 - out->sigma) / out->kappa);
    out->peak_ci.lower = peak * exp(-t * sqrt(variance));
    out->peak_ci.upper = peak * exp(t * sqrt(variance));
}

/* Read the solution and its standard errors from the solver. */
static void read_fit(const struct points *p, gsl_multifit_nlinear_workspace *w,
                     struct fan_scaling *out)
{
    const size_t m = parameter_count(p);
    const gsl_vector *f = gsl_multifit_nlinear_residual(w);
    gsl_matrix *covariance = gsl_matrix_alloc(m, m);
    size_t next = 1;

    unpack(p, gsl_multifit_nlinear_position(w), &out->gamma, &out->sigma, &out->kappa);
    gsl_blas_ddot(f, f, &out->rss);
    gsl_multifit_nlinear_covar(gsl_multifit_nlinear_jac(w), 0.0, covariance);
    const double noise = p->count > m ? out->rss / (double)(p->count - m) : FAN_UNKNOWN;
    out->gamma_se = sqrt(noise * gsl_matrix_get(covariance, 0, 0)) * p->gamma_scale;
    out->sigma_se = out->kappa_se = 0.0;
    if (p->sigma) {
        out->sigma_se = sqrt(noise * gsl_matrix_get(covariance, next, next));
        next++;
    }
    if (p->kappa)
        out->kappa_se =
            sqrt(noise * gsl_matrix_get(covariance, next, next)) * KAPPA_SCALE;
    bound_peak(p, covariance, noise, out);
    gsl_matrix_free(covariance);
}

static enum fan_status solve(struct points *p, struct fan_scaling *out,
                             struct fan_err *err)
{
    const size_t m = parameter_count(p);
    gsl_multifit_nlinear_parameters settings = gsl_multifit_nlinear_default_parameters();
    gsl_multifit_nlinear_workspace *w =
        gsl_multifit_nlinear_alloc(gsl_multifit_nlinear_trust, &settings, p->count, m);
    gsl_vector *start = gsl_vector_calloc(m);
    gsl_multifit_nlinear_fdf problem = { residuals, derivatives, NULL, p->count, m,
                                         p,         0,           0,    0 };
    int info, failed = GSL_ENOMEM;
    if (w && start) {
        gsl_vector_set(start, 0, 1.0);
        if (m > 1) gsl_vector_set(start, 1, p->sigma ? 0.05 : 1.0);
        if (m > 2) gsl_vector_set(start, 2, 1.0);
        gsl_multifit_nlinear_init(start, &problem, w);
        failed = gsl_multifit_nlinear_driver(TURNS_MAX, TOLERANCE, TOLERANCE, TOLERANCE,
                                             NULL, NULL, &info, w);
        /* No further progress from the minimum itself is what an exact fit ends with. */
        if (failed == GSL_ENOPROG) failed = GSL_SUCCESS;
        if (!failed) read_fit(p, w, out);
    }
    gsl_vector_free(start);
    gsl_multifit_nlinear_free(w);
    if (failed)
        return fan_fail(err, FAN_ESTATE, "cannot fit the scaling law: %s",
                        gsl_strerror(failed));
    return FAN_OK;
}

static void derive(struct fan_scaling *s)
{
    s->peak_n = s->peak_x = s->limit = FAN_UNKNOWN;
    if (s->sigma > 0.0) s->limit = s->gamma / s->sigma;
    if (s->kappa > 0.0 && s->sigma < 1.0) {
        s->peak_n = sqrt((1.0 - s->sigma) / s->kappa);
        s->peak_x = fan_scaling_at(s, s->peak_n);
    }
}

enum fan_status fan_scaling_fit(const double *n, const double *x, size_t count,
                                bool with_kappa, struct fan_scaling *out,
                                struct fan_err *err)
{
    struct points p = { n, x, count, 0.0, true, with_kappa };
    struct fan_scaling fit;
    if (count < parameter_count(&p))
        return fan_fail(err, FAN_EINVAL,
                        "cannot fit a scaling law to %zu points: "
                        "expected at least %zu",
                        count, parameter_count(&p));
    for (size_t i = 0; i < count; i++) {
        if (!(n[i] > 0.0) || !(x[i] > 0.0) || !isfinite(n[i] + x[i]))
            return fan_fail(err, FAN_EINVAL,
                            "cannot fit a scaling law to %g at %g: expected values > 0",
                            x[i], n[i]);
        p.gamma_scale = fmax(p.gamma_scale, x[i] / n[i]);
    }
    /* GSL aborts the program on a singular matrix unless told not to. */
    gsl_error_handler_t *const handler = gsl_set_error_handler_off();
    enum fan_status st = solve(&p, &fit, err);
    if (!st && p.kappa && fit.kappa < 0.0) {
        p.kappa = false;
        st = solve(&p, &fit, err);
    }
    if (!st && fit.sigma < 0.0) {
        p.sigma = false;
        p.kappa = with_kappa;
        st = solve(&p, &fit, err);
        if (!st && p.kappa && fit.kappa < 0.0) {
            p.kappa = false;
            st = solve(&p, &fit, err);
        }
    }
    gsl_set_error_handler(handler);
    if (st) return st;
    derive(&fit);
    *out = fit;
    return FAN_OK;
}

double fan_scaling_at(const struct fan_scaling *s, double n)
{
    return s->gamma * n / (1.0 + s->sigma * (n - 1.0) + s->kappa * n * (n - 1.0));
}

double fan_scaling_karp_flatt(double speedup, double n)
{
    return (1.0 / speedup - 1.0 / n) / (1.0 - 1.0 / n);
}
