/* scalability.h - throughput against the number of calls in flight.  Pure. */
#ifndef FAN_ANALYSIS_SCALABILITY_H
#define FAN_ANALYSIS_SCALABILITY_H

#include "analysis/statistics.h"
#include "common/err.h"

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* X(N) = gamma N / (1 + sigma (N - 1) + kappa N (N - 1)). Units of X as given. */
struct fan_scaling {
    double gamma; /* throughput of one */
    double sigma; /* contention, 0 to 1: the serial share of Amdahl's law */
    double kappa; /* coherency: what makes more become less; 0 is Amdahl's law */
    double gamma_se, sigma_se, kappa_se; /* 0 for one held at its bound; unknown when
                                            there are no more points than parameters */
    double rss;
    double peak_n, peak_x;       /* unknown when kappa is 0: no peak in range */
    struct fan_interval peak_ci; /* of peak_n at FAN_STATS_LEVEL: delta method on its
                                    logarithm, Student's; unknown without spare points */
    double limit; /* gamma / sigma, Amdahl's ceiling; unknown when sigma is 0 */
};

/**
 * Fit the universal scalability law, or Amdahl's (with_kappa false), to `count` points.
 * A parameter that would become negative is held at 0. Errors: FAN_EINVAL (fewer points
 * than parameters, or values that are not > 0), FAN_ESTATE (no convergence). Source:
 * Gunther 2007, chapter 4; GSL's gsl_multifit_nlinear.
 */
enum fan_status fan_scaling_fit(const double *n, const double *x, size_t count,
                                bool with_kappa, struct fan_scaling *out,
                                struct fan_err *err) FAN_MUST_CHECK;

/* Throughput that a fit expects of n. */
double fan_scaling_at(const struct fan_scaling *scaling, double n);

/* Karp and Flatt's 1990 serial fraction of a speed-up with n > 1. */
double fan_scaling_karp_flatt(double speedup, double n);

#ifdef __cplusplus
}
#endif
#endif
