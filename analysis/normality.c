/* normality.c - see normality.h. */
#include "analysis/normality.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_poly.h>

#include "analysis/statistics.h"
#include "common/buf.h"

#define COUNT_OF(array) ((int)(sizeof(array) / sizeof *(array)))
#define EXACT_MAX       11 /* up to it the law of W has coefficients of its own */

/* Polynomials of AS R94, constant term first. */
static const double last_weight[] = {
    0, .221157, -.147981, -2.07119, 4.434685, -2.706056
};
static const double next_weight[] = {
    0, .042981, -.293762, -1.752461, 5.682633, -3.582633
};
static const double small_gamma[] = { -2.273, .459 };
static const double small_mean[] = { .544, -.39978, .025054, -6.714e-4 };
static const double small_ln_sd[] = { 1.3822, -.77857, .062767, -.0020322 };
static const double large_mean[] = { -1.5861, -.31082, -.083751, .0038915 };
static const double large_ln_sd[] = { -.4803, -.082676, .0030302 };

/* The weights of the upper half's values, the largest first; the lower half mirrors. */
static void find_weights(double *weight, size_t n)
{
    const size_t half = n / 2;
    double square = 0.0;
    if (n == 3) {
        weight[0] = sqrt(0.5);
        return;
    }
    for (size_t i = 0; i < half; i++) {
        weight[i] =
            gsl_cdf_ugaussian_Qinv(((double)i + 1.0 - 0.375) / ((double)n + 0.25));
        square += 2.0 * weight[i] * weight[i];
    }
    const double root = 1.0 / sqrt((double)n), length = sqrt(square);
    const size_t fitted = n > 5 ? 2 : 1; /* the outermost are corrected one by one */
    double rest = square, taken = 1.0, corrected[2];
    corrected[0] =
        weight[0] / length + gsl_poly_eval(last_weight, COUNT_OF(last_weight), root);
    corrected[1] = half > 1 ? weight[1] / length +
                                  gsl_poly_eval(next_weight, COUNT_OF(next_weight), root)
                            : 0.0;
    for (size_t i = 0; i < fitted; i++) {
        rest -= 2.0 * weight[i] * weight[i];
        taken -= 2.0 * corrected[i] * corrected[i];
        weight[i] = corrected[i];
    }
    for (size_t i = fitted; i < half; i++)
        weight[i] /= sqrt(rest / taken);
}

static double p_of(double w, size_t n)
{
    const double all = (double)n, ln = log(all);
    double y = log(1.0 - w), mean, sd;
    if (n == 3) return fmax(0.0, 6.0 / M_PI * (asin(sqrt(w)) - asin(sqrt(0.75))));
    if (n <= EXACT_MAX) {
        const double gamma = gsl_poly_eval(small_gamma, COUNT_OF(small_gamma), all);
        if (y >= gamma) return 0.0;
        y = -log(gamma - y);
        mean = gsl_poly_eval(small_mean, COUNT_OF(small_mean), all);
        sd = exp(gsl_poly_eval(small_ln_sd, COUNT_OF(small_ln_sd), all));
    } else {
        mean = gsl_poly_eval(large_mean, COUNT_OF(large_mean), ln);
        sd = exp(gsl_poly_eval(large_ln_sd, COUNT_OF(large_ln_sd), ln));
    }
    return gsl_cdf_ugaussian_Q((y - mean) / sd);
}

struct fan_normality fan_normality_of(const double *sorted, size_t n)
{
    struct fan_normality result = { FAN_UNKNOWN, FAN_UNKNOWN };
    const size_t m = n < FAN_NORMALITY_MAX ? n : FAN_NORMALITY_MAX;
    if (n < 3 || !(sorted[n - 1] > sorted[0])) return result;

    double *weight = fan_alloc_zero(2 * m, sizeof *weight), *value = weight + m;
    double mean = 0.0, spread = 0.0, line = 0.0;
    for (size_t i = 0; i < m; i++) {
        value[i] = sorted[i * (n - 1) / (m - 1)] - sorted[0];
        mean += (value[i] - mean) / (double)(i + 1);
    }
    for (size_t i = 0; i < m; i++)
        spread += (value[i] - mean) * (value[i] - mean);
    find_weights(weight, m);
    for (size_t i = 0; i < m / 2; i++)
        line += weight[i] * (value[m - 1 - i] - value[i]);
    free(weight);
    if (!(spread > 0.0)) return result;
    result.w = fmin(1.0, line * line / spread);
    result.p = result.w < 1.0 ? p_of(result.w, m) : 1.0;
    return result;
}
