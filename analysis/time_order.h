/* time_order.h - sorted by time, for counts of what is in flight.   Pure. */
#ifndef FAN_ANALYSIS_TIME_ORDER_H
#define FAN_ANALYSIS_TIME_ORDER_H

#include "analysis/throttle_limit.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The number in flight changes by `by` at at_ns. */
struct fan_change {
    int64_t at_ns;
    int by;
};

/* Ascending. Of changes at equal times the ends come first; attempts go by when they were
 * sent. */
void fan_times_sort(int64_t *times_ns, size_t n);
void fan_changes_sort(struct fan_change *changes, size_t n);
void fan_attempts_sort(struct fan_attempt *attempts, size_t n);

#ifdef __cplusplus
}
#endif
#endif
