/* robust.c - see robust.h. */
#include "analysis/robust.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_statistics_double.h>

#include "analysis/statistics.h"
#include "common/buf.h"

#define TUKEY_SPREADS 1.5
#define MAD_MOST      3.5

struct fan_scales fan_robust_scales(const double *sorted, size_t n)
{
    struct fan_scales scales = { FAN_UNKNOWN, FAN_UNKNOWN, FAN_UNKNOWN };
    if (n < 2) return scales;

    double *work = fan_alloc_zero(3 * n, sizeof *work);
    int *work_int = fan_alloc_zero(5 * n, sizeof *work_int);
    scales.mad = gsl_stats_mad(sorted, 1, n, work);
    scales.sn = gsl_stats_Sn_from_sorted_data(sorted, 1, n, work);
    scales.qn = gsl_stats_Qn_from_sorted_data(sorted, 1, n, work, work_int);
    free(work_int);
    free(work);
    return scales;
}

/* Median of the ascending values [first, first + n). */
static double median_of(const double *first, size_t n)
{
    return fan_stats_quantile(first, n, 0.5);
}

struct fan_outliers fan_robust_outliers(const double *sorted, size_t n)
{
    struct fan_outliers marked = { 0, 0, FAN_UNKNOWN, FAN_UNKNOWN };
    if (n < 4) return marked;

    const size_t half = (n + 1) / 2; /* a hinge is the median of its half */
    const double low = median_of(sorted, half);
    const double high = median_of(sorted + (n - half), half);
    const double median = median_of(sorted, n);
    const double mad = fan_robust_scales(sorted, n).mad;

    marked.tukey_low = low - TUKEY_SPREADS * (high - low);
    marked.tukey_high = high + TUKEY_SPREADS * (high - low);
    for (size_t i = 0; i < n; i++) {
        marked.tukey += sorted[i] < marked.tukey_low || sorted[i] > marked.tukey_high;
        marked.mad += mad > 0.0 && fabs(sorted[i] - median) > MAD_MOST * mad;
    }
    return marked;
}
