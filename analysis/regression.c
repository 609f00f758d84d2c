/* regression.c - see regression.h. */
#include "analysis/regression.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_fit.h>
#include <gsl/gsl_statistics_double.h>

#include "analysis/mean_interval.h"
#include "analysis/moments.h"
#include "common/buf.h"

static struct fan_interval around(double middle, double half)
{
    const struct fan_interval interval = { middle - half, middle + half };
    return interval;
}

static int has_two_levels(const double *x, size_t n)
{
    for (size_t i = 1; i < n; i++)
        if (x[i] != x[0]) return 1;
    return 0;
}

struct fan_line fan_regression_line(const double *x, const double *y, size_t n,
                                    double level)
{
    const struct fan_interval none = { FAN_UNKNOWN, FAN_UNKNOWN };
    struct fan_line line = { n,    FAN_UNKNOWN, FAN_UNKNOWN, FAN_UNKNOWN, FAN_UNKNOWN,
                             none, none,        FAN_UNKNOWN, FAN_UNKNOWN, FAN_UNKNOWN };
    if (!has_two_levels(x, n)) return line;

    double cov00, cov01, cov11;
    gsl_fit_linear(x, 1, y, 1, n, &line.intercept, &line.slope, &cov00, &cov01, &cov11,
                   &line.sse);
    const double tss = gsl_stats_tss(y, 1, n);
    line.r2 = tss > 0.0 ? 1.0 - line.sse / tss : FAN_UNKNOWN;
    if (n < 3) return line;
    const double t = gsl_cdf_tdist_Pinv((1.0 + level) / 2.0, (double)(n - 2));
    line.intercept_se = sqrt(cov00);
    line.slope_se = sqrt(cov11);
    line.covariance = cov01;
    line.intercept_ci = around(line.intercept, t * line.intercept_se);
    line.slope_ci = around(line.slope, t * line.slope_se);
    return line;
}

/* Slow calls move the slope as they move a mean (of what the line misses, by the line),
 * but those with little work and those with much pull against each other: half of the
 * widening, in its logarithm, is what the calibration asks for. */
static void widen_slope(struct fan_line *line, const double *x, const double *y, size_t n,
                        double level)
{
    double *miss = fan_alloc(n * sizeof *miss);
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        const double fitted = line->intercept + line->slope * x[i];
        if (fitted > 0.0) miss[count++] = y[i] / fitted;
    }
    fan_stats_sort(miss, count);
    const struct fan_interval wider = fan_mean_widening(miss, count, level);
    const double half = line->slope_ci.upper - line->slope;
    line->slope_ci.lower = line->slope - half * sqrt(fmax(wider.lower, 1.0));
    line->slope_ci.upper = line->slope + half * sqrt(fmax(wider.upper, 1.0));
    free(miss);
}

struct fan_line fan_regression_uneven(const double *x, const double *y, size_t n,
                                      double level)
{
    struct fan_line line = fan_regression_line(x, y, n, level);
    if (!isfinite(line.slope_se)) return line;
    const double mean = fan_moments_of(x, n).mean, all = (double)n;
    double sxx = 0.0, slope = 0.0, intercept = 0.0, both = 0.0;
    for (size_t i = 0; i < n; i++)
        sxx += (x[i] - mean) * (x[i] - mean);
    for (size_t i = 0; i < n; i++) {
        const double d = x[i] - mean;
        const double leverage = 1.0 / all + d * d / sxx;
        const double error =
            (y[i] - line.intercept - line.slope * x[i]) / fmax(1.0 - leverage, 1.0 / all);
        /* How much this value's error moves the slope and the intercept. */
        const double in_slope = d / sxx, in_intercept = 1.0 / all - mean * d / sxx;
        slope += in_slope * in_slope * error * error;
        intercept += in_intercept * in_intercept * error * error;
        both += in_slope * in_intercept * error * error;
    }
    const double t = gsl_cdf_tdist_Pinv((1.0 + level) / 2.0, all - 2.0);
    line.slope_se = sqrt(slope);
    line.intercept_se = sqrt(intercept);
    line.covariance = both;
    line.slope_ci = around(line.slope, t * line.slope_se);
    line.intercept_ci = around(line.intercept, t * line.intercept_se);
    widen_slope(&line, x, y, n, level);
    return line;
}

struct fan_interval fan_regression_band(const struct fan_line *line, double x,
                                        double level)
{
    if (line->n < 3 || !isfinite(line->covariance)) return around(FAN_UNKNOWN, 0.0);
    const double variance = line->intercept_se * line->intercept_se +
                            2.0 * x * line->covariance +
                            x * x * line->slope_se * line->slope_se;
    const double t = gsl_cdf_tdist_Pinv((1.0 + level) / 2.0, (double)(line->n - 2));
    return around(line->intercept + line->slope * x, t * sqrt(fmax(variance, 0.0)));
}

struct fan_lack_of_fit fan_regression_lack(const struct fan_line *line, const double *x,
                                           const double *y, size_t n)
{
    struct fan_lack_of_fit lack = { FAN_UNKNOWN, FAN_UNKNOWN, 0, 0, 0.0, FAN_UNKNOWN };
    size_t levels = 0;
    for (size_t first = 0, next; first < n; first = next, levels++) {
        for (next = first + 1; next < n && x[next] == x[first];)
            next++;
        const struct fan_moments m = fan_moments_of(y + first, next - first);
        const double expected = line->intercept + line->slope * x[first];
        lack.sse_pure += m.m2;
        lack.deviation = fmax(lack.deviation, fabs(m.mean / expected - 1.0));
    }
    if (levels < 3 || n <= levels) return lack;
    lack.df_lack = levels - 2;
    lack.df_pure = n - levels;
    const double missed = fmax(line->sse - lack.sse_pure, 0.0);
    const double noise = lack.sse_pure / (double)lack.df_pure;
    if (!(noise > 0.0)) return lack;
    lack.f = missed / (double)lack.df_lack / noise;
    lack.p = gsl_cdf_fdist_Q(lack.f, (double)lack.df_lack, (double)lack.df_pure);
    return lack;
}
