/* trend.h - does a series drift, and does it remember itself?  Pure. */
#ifndef FAN_ANALYSIS_TREND_H
#define FAN_ANALYSIS_TREND_H

#include "analysis/statistics.h"

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_TREND_MAX 2000 /* values: all pairs are looked at */

struct fan_trend {
    double s;        /* rising pairs minus falling pairs */
    double variance; /* of s, with the correction for ties */
    double z, p;     /* two-sided */
    double tau;      /* Kendall's tau-b against the order */
    double slope;    /* Sen's: median of all pairs' slopes, per step */
    struct fan_interval slope_ci;
};

/**
 * Mann and Kendall's test and Sen's slope of values in order of time, n <= FAN_TREND_MAX
 * (asserted). Unknown for n < 4. Source: Gilbert 1987, sections 16.4 and 17.3; Sen 1968.
 */
struct fan_trend fan_trend_of(const double *values, size_t n, double level);

/**
 * The same for values that resemble their neighbours: S varies `inflation` times as much
 * as among independent ones. Source: Yue, Wang 2004.
 */
struct fan_trend fan_trend_related(const double *values, size_t n, double level,
                                   double inflation);

/* (1 + r) / (1 - r): how much more sums of values with this first-order autocorrelation
 * vary than sums of independent ones. 1 for r <= 0 or unknown. */
double fan_trend_inflation(double r1);

/* Autocorrelation at a lag; unknown for lag >= n or values that are all equal. */
double fan_trend_autocorrelation(const double *values, size_t n, size_t lag);

struct fan_ljung_box {
    double q, p;
};

/* Are the autocorrelations up to `lags` all zero? Source: Ljung and Box 1978. */
struct fan_ljung_box fan_trend_ljung_box(const double *values, size_t n, size_t lags);

/* How many independent values n autocorrelated ones are worth (first order). */
double fan_trend_effective_n(size_t n, double r1);

#ifdef __cplusplus
}
#endif
#endif
