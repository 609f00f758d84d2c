/* run_state.h - a run on its way, and its phases. Only run.c and run_*.c include it. */
#ifndef FAN_MPI_DRIVER_RUN_STATE_H
#define FAN_MPI_DRIVER_RUN_STATE_H

#include "mpi_driver/endpoint.h"
#include "mpi_driver/progress.h"
#include "mpi_driver/run.h"
#include "mpi_driver/visits.h"
#include "mpi_driver/ways.h"

#include <limits.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct fan_run {
    const struct fan_run_options *options;
    struct fan_comm *comm;
    struct fan_job *job;
    struct fan_plan *plan;
    const struct fan_price *price;
    struct fan_calls *calls;
    uint64_t job_mark;
    char dir[PATH_MAX];
    bool goes_on; /* what dir holds is taken over */
    struct fan_past past;
    struct fan_endpoint endpoint;
    struct fan_ways ways;
    struct fan_journal *journal;
    struct fan_ledger *ledger;
    struct fan_progress progress;
    bool synced;    /* after a SIGTERM */
    pid_t reporter; /* rank 0's late report; 0: none */
    int64_t epoch_ns;
    struct fan_reduced *reduced;
    enum fan_ending ending;
    double unaffordable_usd; /* as in struct fan_visits */
    bool good;
};

/* Print an error, on rank 0. */
void fan_run_complain(const struct fan_run *r, const struct fan_err *err);

/* All that a call needs; collective. What is open when it fails is for
 * fan_run_close_calls. Errors: those of the phases, the same on all ranks. */
enum fan_status fan_run_prepare(struct fan_run *r, struct fan_err *err) FAN_MUST_CHECK;

/* Make the calls; collective. Sets ending. Errors: as fan_visits_run. */
enum fan_status fan_run_calls(struct fan_run *r, struct fan_err *err) FAN_MUST_CHECK;

/* The first rank to be terminated stops all of them: the others may hear of it only now.
 * Collective. */
void fan_run_heed_termination(struct fan_run *r);

/* No more calls: give back what they needed, before the analysis takes its time.
 * Collective. */
void fan_run_close_calls(struct fan_run *r);

#ifdef __cplusplus
}
#endif
#endif
