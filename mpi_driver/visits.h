/*
 * visits.h - the collective part of a run: visit after visit, a barrier around each.
 *
 * An experiment visits its cells in the order of the plan, less what its schedule leaves
 * out (schedule.h); a sieve is one visit of all its partitions. All ranks start a visit
 * together, make their own calls of it, and meet again.
 */
#ifndef FAN_MPI_DRIVER_VISITS_H
#define FAN_MPI_DRIVER_VISITS_H

#include "mpi_driver/calls.h"
#include "mpi_driver/comm.h"
#include "mpi_driver/ledger.h"
#include "mpi_driver/past.h"
#include "mpi_driver/progress.h"
#include "mpi_driver/reduced.h"
#include "mpi_driver/ways.h"
#include "record/journal.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Everything a rank needs to make calls. Pointers are the caller's. */
struct fan_visits {
    struct fan_comm *comm;
    const struct fan_job *job;
    const struct fan_plan *plan;
    const struct fan_calls *calls;
    struct fan_past *past;
    const struct fan_way *way; /* by index of the job's function (ways.h) */
    struct fan_journal *journal;
    struct fan_ledger *ledger;
    struct fan_reach *reach;
    struct fan_reduced *reduced;   /* counts every attempt; may be NULL */
    struct fan_progress *progress; /* is told what is to come; may be NULL */
    struct fan_fanout_clock clock; /* zeroed: the run clock by epoch_ns */
    double *unaffordable_usd; /* out, when the budget ends the run: the worst price of a
                                 call that the dollars left do not cover; may be NULL */
    /* For a run that decides as it goes, NULL otherwise. Before visit `index`, on all
     * ranks: may set visit->cell, and *more to false to end the run whole. Errors end the
     * run; the same on all ranks. */
    enum fan_status (*choose)(void *context, size_t index, struct fan_visit *visit,
                              bool *more, struct fan_err *err);
    void (*seen)(void *context,
                 const struct fan_record *record); /* each one journalled */
    void *choose_context;
    int64_t epoch_ns; /* run clock zero on this host's CLOCK_MONOTONIC */
    /* Called at every turn of the loop and about every millisecond while waiting for
     * other ranks: the place for progress and signals. */
    void (*turn)(void *context);
    void *turn_context;
};

/**
 * The pending calls among `calls` consecutive ones from first_call that `rank` makes:
 * they are dealt to the places in flight in turn, so that every rank's share is as costly
 * as any other's wherever in the range the costly calls are, also after a resumption.
 * tasks: room for `calls` entries. Returns how many. Pure.
 */
uint32_t fan_visits_deal(const struct fan_visit *visit, const uint32_t *call_state,
                         uint32_t parallelism, uint32_t ranks, uint32_t rank,
                         struct fan_task *tasks);

/**
 * Make all calls of the plan that are not over. *ending tells why it ended; the same on
 * all ranks. Errors: the same on all ranks; what was recorded before stays.
 */
enum fan_status fan_visits_run(const struct fan_visits *visits, enum fan_ending *ending,
                               struct fan_err *err) FAN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
