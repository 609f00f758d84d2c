/* change_point.h - where the level of a series jumps.  Pure. */
#ifndef FAN_ANALYSIS_CHANGE_POINT_H
#define FAN_ANALYSIS_CHANGE_POINT_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Cut a series into segments of constant mean: least sum of squared errors plus `penalty`
 * per cut, each segment at least `shortest` >= 1 values. Writes the cuts, ascending, each
 * as the number of values before it (cuts: room for n entries, the caller's), and returns
 * how many there are. Source: Killick, Fearnhead, Eckley 2012 (PELT).
 */
size_t fan_change_pelt(const double *values, size_t n, double penalty, size_t shortest,
                       size_t *cuts);

/* Standard deviation of the noise, from the differences of neighbours: jumps and drift
 * hardly count. 0 for n < 3. */
double fan_change_noise(const double *values, size_t n);

struct fan_pettitt {
    double k;
    size_t before; /* values before the change */
    double p;      /* approximate, at most 1 */
};

/* Is there one change of level? n >= 1 (asserted). Source: Pettitt 1979. */
struct fan_pettitt fan_change_pettitt(const double *values, size_t n);

/* Its p among n values whose sums vary `inflation` times as much as those of independent
 * ones (fan_trend_inflation). */
double fan_change_pettitt_p(double k, size_t n, double inflation);

#ifdef __cplusplus
}
#endif
#endif
