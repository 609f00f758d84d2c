/* deadline.h - does the invocation at hand still have time?
 *
 * The platform grants a function share = memory / 1769 MB CPUs. On AWS the
 * kernel takes the rest away while the function runs, so wall time passes faster than CPU
 * time. On the local endpoint the function runs at full speed and its answer is held back
 * to the time that the share gives. One rule is right in both places: elapsed time is the
 * greater of wall time and CPU time / share. On AWS the two are equal for work that only
 * computes, and wall time is greater for work that waits. */
#ifndef FAN_LAMBDA_KERNEL_DEADLINE_H
#define FAN_LAMBDA_KERNEL_DEADLINE_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Time kept back for the error to reach the platform before it kills the function. */
#define FAN_DEADLINE_MARGIN_NS INT64_C(50000000)

struct fan_deadline {
    int64_t start_mono_ns, start_cpu_ns;
    int64_t limit_ns; /* elapsed time at which to give up; INT64_MAX: none */
    double share;     /* CPUs, above 0 */
};

/* CPUs that come with a function's memory size; 0 (unknown) counts as one. */
double fan_deadline_share(uint64_t memory_mb);

/* Threads worth starting: those CPUs, to the nearest whole, since one that gets less than
 * half a CPU is not worth its start-up; at least 1. The CPUs that a function sees do not
 * tell: there are two from the smallest size on. */
unsigned fan_deadline_threads(uint64_t memory_mb);

/**
 * Elapsed time after which to give up: what is left until the deadline less the margin,
 * or less a fifth where the margin would be more. deadline_ms: wall time since 1970 as
 * the runtime API states it, 0 for none.
 */
int64_t fan_deadline_limit_ns(int64_t deadline_ms, int64_t wall_now_ns);

/* The greater of wall time and CPU time / share. */
int64_t fan_deadline_elapsed_ns(int64_t wall_ns, int64_t cpu_ns, double share);

/* Start the clock of an invocation. */
void fan_deadline_start(struct fan_deadline *deadline, int64_t deadline_ms,
                        uint64_t memory_mb);

/* True when it is time to give up. context is a struct fan_deadline; a stop callback. */
bool fan_deadline_near(void *context);

#ifdef __cplusplus
}
#endif
#endif
