/* trend.c - see trend.h. */
#include "analysis/trend.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_statistics_double.h>

#include "common/buf.h"

#define LIKENESS_MAX 0.95 /* of neighbours; more is no noise about a level */

/* Sums over the ties of t equal values: of t(t-1)(2t+5), and of the pairs within them. */
static void sum_ties(const double *values, size_t n, double *weight, double *pairs)
{
    double *sorted = fan_alloc(n * sizeof *sorted);
    memcpy(sorted, values, n * sizeof *sorted);
    fan_stats_sort(sorted, n);
    *weight = *pairs = 0.0;
    for (size_t first = 0, next; first < n; first = next) {
        for (next = first + 1; next < n && sorted[next] == sorted[first];)
            next++;
        const double t = (double)(next - first);
        *weight += t * (t - 1.0) * (2.0 * t + 5.0);
        *pairs += t * (t - 1.0) / 2.0;
    }
    free(sorted);
}

static void find_slope(struct fan_trend *trend, double *slopes, size_t pairs,
                       double level)
{
    fan_stats_sort(slopes, pairs);
    trend->slope = fan_stats_quantile(slopes, pairs, 0.5);
    const double half =
        gsl_cdf_ugaussian_Pinv((1.0 + level) / 2.0) * sqrt(trend->variance);
    const double low = round(((double)pairs - half) / 2.0);
    const double high = round(((double)pairs + half) / 2.0 + 1.0);
    if (low >= 1.0) trend->slope_ci.lower = slopes[(size_t)low - 1];
    if (high <= (double)pairs) trend->slope_ci.upper = slopes[(size_t)high - 1];
}

struct fan_trend fan_trend_of(const double *values, size_t n, double level)
{
    return fan_trend_related(values, n, level, 1.0);
}

double fan_trend_inflation(double r1)
{
    const double r = fmin(r1, LIKENESS_MAX);
    return r > 0.0 ? (1.0 + r) / (1.0 - r) : 1.0;
}

struct fan_trend fan_trend_related(const double *values, size_t n, double level,
                                   double inflation)
{
    struct fan_trend trend = { FAN_UNKNOWN,
                               FAN_UNKNOWN,
                               FAN_UNKNOWN,
                               FAN_UNKNOWN,
                               FAN_UNKNOWN,
                               FAN_UNKNOWN,
                               { FAN_UNKNOWN, FAN_UNKNOWN } };
    assert(n <= FAN_TREND_MAX);
    if (n < 4) return trend;

    const size_t pairs = n * (n - 1) / 2;
    double *slopes = fan_alloc(pairs * sizeof *slopes);
    double weight, tied, s = 0.0;
    size_t k = 0;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = i + 1; j < n; j++) {
            s += (values[j] > values[i]) - (values[j] < values[i]);
            slopes[k++] = (values[j] - values[i]) / (double)(j - i);
        }
    }
    sum_ties(values, n, &weight, &tied);
    const double all = (double)n, possible = (double)pairs;
    trend.s = s;
    trend.variance = inflation * (all * (all - 1.0) * (2.0 * all + 5.0) - weight) / 18.0;
    trend.z =
        trend.variance > 0.0 ? (s - (s > 0.0) + (s < 0.0)) / sqrt(trend.variance) : 0.0;
    trend.p = 2.0 * gsl_cdf_ugaussian_Q(fabs(trend.z));
    trend.tau = tied < possible ? s / sqrt((possible - tied) * possible) : 0.0;
    find_slope(&trend, slopes, pairs, level);
    free(slopes);
    return trend;
}

double fan_trend_autocorrelation(const double *values, size_t n, size_t lag)
{
    if (lag >= n) return FAN_UNKNOWN;
    const double mean = gsl_stats_mean(values, 1, n);
    double product = 0.0, square = 0.0;
    for (size_t i = 0; i < n; i++) {
        const double d = values[i] - mean;
        square += d * d;
        if (i + lag < n) product += d * (values[i + lag] - mean);
    }
    return square > 0.0 ? product / square : FAN_UNKNOWN;
}

struct fan_ljung_box fan_trend_ljung_box(const double *values, size_t n, size_t lags)
{
    struct fan_ljung_box result = { FAN_UNKNOWN, FAN_UNKNOWN };
    const double all = (double)n;
    double q = 0.0;
    if (lags == 0 || lags >= n) return result;
    for (size_t k = 1; k <= lags; k++) {
        const double r = fan_trend_autocorrelation(values, n, k);
        if (isnan(r)) return result;
        q += r * r / (all - (double)k);
    }
    result.q = all * (all + 2.0) * q;
    result.p = gsl_cdf_chisq_Q(result.q, (double)lags);
    return result;
}

double fan_trend_effective_n(size_t n, double r1)
{
    return (double)n * (1.0 - r1) / (1.0 + r1);
}
