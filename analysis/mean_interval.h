/* mean_interval.h - the interval of a mean that hangs on few slow calls.  Pure. */
#ifndef FAN_ANALYSIS_MEAN_INTERVAL_H
#define FAN_ANALYSIS_MEAN_INTERVAL_H

#include "analysis/statistics.h"

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_MEAN_TAIL_MIN 8 /* values; fewer have no quartiles to speak of */

/**
 * Interval of the mean of n sorted values with a long upper tail. Student's interval and
 * the bootstrap know only the slow calls that the sample caught; with one in fifty they
 * hold in 88 % of the cases instead of 95 %. Here the mean is taken as that of the body
 * plus, for values beyond the fence, their share times their mean excess, each with an
 * interval of its own (Student; Clopper and Pearson; gamma), put together by their
 * squares. None beyond the fence: the share's upper end, times the fence's distance,
 * counts all the same. Fewer than FAN_MEAN_TAIL_MIN values, or no spread between the
 * quartiles: Student's. How often it holds: docs/calibration.md. Sources: Tukey 1977
 * (fences: 1.5 quartile distances, the far ones, 3, from 200 values on); Zou and Donner,
 * Statistics in Medicine 27 (2008), 1693-1702 (MOVER).
 */
struct fan_interval fan_mean_interval(const double *sorted, size_t n, double level);

/* Lower and upper half-width by those of Student's interval: how much wider an estimate
 * that hangs on such values as a mean does has to be. {1, 1} where Student's is taken. */
struct fan_interval fan_mean_widening(const double *sorted, size_t n, double level);

/* The least interval that holds both; an unknown end stays as the other has it. */
struct fan_interval fan_interval_hull(struct fan_interval a, struct fan_interval b);

#ifdef __cplusplus
}
#endif
#endif
