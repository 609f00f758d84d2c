/*
 * search.h - throttle: find-limit: how many calls in flight does a function bear?
 *
 * The ranks keep `level` calls in flight together, each its share of places. Every window
 * rank 0 looks at what all have met: without a refusal (429) the level grows by a step;
 * after any it is halved. So it climbs to the limit, falls, and climbs again, as a
 * network's congestion control does (additive increase, multiplicative decrease: Chiu,
 * Jain 1989). A refused call is not repeated, and its place rests to the window's end:
 * what is wanted is the limit, not a flood of refusals.
 */
#ifndef FAN_MPI_DRIVER_SEARCH_H
#define FAN_MPI_DRIVER_SEARCH_H

#include "mpi_driver/comm.h"
#include "mpi_driver/fanout.h"
#include "mpi_driver/ledger.h"
#include "mpi_driver/past.h"
#include "mpi_driver/progress.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The level of the next window: 1 <= level <= most. Pure. */
uint32_t fan_search_next(uint32_t level, uint32_t step, uint32_t most, bool refused);

/* Refusals of attempts that left in the window at hand. Answers to earlier ones have had
 * their effect: so the level falls once per round trip. */
struct fan_search_refusals {
    int64_t since_ns; /* run clock */
    uint64_t count;
};

/* Pointers are the caller's. */
struct fan_search_cfg {
    struct fan_comm *comm;
    const struct fan_job *job;
    const struct fan_plan *plan;
    const struct fan_past *past;
    const struct fan_visit *visit;        /* its calls are the most that are made */
    struct fan_fanout_cfg *fanout;        /* its budget is shared anew in every window */
    struct fan_task *tasks;               /* room for visit->calls */
    struct fan_search_refusals *refusals; /* the caller counts them as they are stored */
    struct fan_progress *progress;        /* NULL: nobody is told */
    uint64_t worst_pico;                  /* of a call */
    double *unaffordable_usd;             /* out, as in struct fan_visits; may be NULL */
    uint64_t *next_call; /* id of the search's first call; advanced beyond its last */
};

/* What the search did on this rank. */
struct fan_search_done {
    int64_t start_ns, end_ns; /* run clock; start -1: there was nothing left to do */
    uint32_t calls;
};

/**
 * Search for the job's time, or until the visit's calls are made; collective. A resumed
 * search goes on at the last level, for the time and the calls that are left. *ending is
 * changed when the budget or the user ended it. Errors: those of the fan-out, the same on
 * all ranks.
 */
enum fan_status fan_search_run(const struct fan_search_cfg *cfg, enum fan_ending *ending,
                               struct fan_search_done *done,
                               struct fan_err *err) FAN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
