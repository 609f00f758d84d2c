/* little_law.h - do the recorded times add up? Two laws of queueing as self-checks. Pure.
 */
#ifndef FAN_ANALYSIS_LITTLE_LAW_H
#define FAN_ANALYSIS_LITTLE_LAW_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One attempt of a closed loop: its place had waited wait_ns on purpose before it. */
struct fan_span {
    int64_t start_ns, end_ns, wait_ns;
    uint64_t place;
};

struct fan_little {
    double
        in_flight; /* mean number in flight within the window: its curve's area by time */
    double expected; /* arrivals per second x mean latency */
};

/**
 * Little's law over the window [from_ns, to_ns], from_ns < to_ns (asserted): both numbers
 * are equal when every attempt began and ended within it. Source: Little 1961.
 */
struct fan_little fan_little_law(const struct fan_span *spans, size_t n, int64_t from_ns,
                                 int64_t to_ns);

/**
 * X (R + Z) / N of a closed loop, per place and then over all: the share of the time from
 * each place's first start to its last end that attempts and intended waits explain. 1
 * when nothing is missing. Spans: by place, then by time. Unknown without any time.
 * Source: the interactive response time law, Denning and Buzen 1978.
 */
double fan_little_closed_loop(const struct fan_span *spans, size_t n);

/* The same law's two sums, added to what is there: sums of several sets of places. */
void fan_little_closed_loop_add(const struct fan_span *spans, size_t n,
                                double *explained_ns, double *span_ns);

#ifdef __cplusplus
}
#endif
#endif
