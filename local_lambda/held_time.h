/* held_time.h - how long an invocation lasts at its memory size, from what was measured
 * of it here. Pure. */
#ifndef FAN_LOCAL_LAMBDA_HELD_TIME_H
#define FAN_LOCAL_LAMBDA_HELD_TIME_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Milliseconds of one invocation. */
struct fan_measured {
    double wall_ms;
    double cpu_ms;       /* used by the function */
    double runqueue_ms;  /* ready to run, but this host had no CPU for it */
    double stretched_ms; /* wall time that the CPU share gives to cpu_ms */
    double timeout_ms;
    double vcpus; /* that the memory size grants; one counts for less */
};

struct fan_held {
    double duration_ms; /* the answer is held until then; never less than wall_ms, unless
                           timed out */
    bool timed_out;     /* duration_ms is timeout_ms */
    bool host_limited;  /* this host was slower than the share allows */
};

/**
 * The time the function waited by itself (neither running nor ready) plus its stretched
 * CPU time. Threads at work at once share that among them, as far as there are vCPUs for
 * them. A host that overran this by more than max(2 ms, 5 %) limited the invocation.
 */
struct fan_held fan_held_time(const struct fan_measured *measured);

/* Did an answer leave so late after its duration that this host limited it? The same
 * bound. */
bool fan_held_late(double late_ms, double duration_ms);

#ifdef __cplusplus
}
#endif
#endif
