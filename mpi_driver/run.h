/* run.h - the commands `run` and `tune`: a job from its file to its report, on all ranks.
 */
#ifndef FAN_MPI_DRIVER_RUN_H
#define FAN_MPI_DRIVER_RUN_H

#include "common/options.h"
#include "mpi_driver/comm.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Exit statuses of mpi_driver. */
enum fan_exit {
    FAN_EXIT_GOOD = 0,
    FAN_EXIT_FAILURES = 1, /* calls failed, a check failed, or the driver did */
    FAN_EXIT_USAGE = 2,
    FAN_EXIT_BUDGET = 3,
    FAN_EXIT_INTERRUPTED = 130
};

/* The exit status that an error means. */
enum fan_exit fan_exit_of(enum fan_status status);

struct fan_run_options {
    const char *job_path; /* NULL: the job of the folder that is resumed */
    struct fan_option_list set;
    const char *profile; /* of AWS's settings; NULL: as they say themselves */
    const char *out;     /* NULL: a new folder under out/ */
    const char *resume;  /* NULL: a new run */
    bool quiet;
    /* A part of a study: begins or goes on in this folder, which has its job.yaml, within
     * what is left of the study's budget, and leaves the report to the study. */
    const char *part;          /* NULL: a run of its own */
    uint64_t invocations_left; /* 0: no limit */
    double usd_left;
    bool tune; /* the command is `tune`: the job must be one to tune, or must not */
};

/**
 * Run the job; collective. Results go to stdout of rank 0, errors and progress to stderr.
 * Returns the exit status, the same on all ranks.
 */
enum fan_exit fan_run(const struct fan_run_options *options, struct fan_comm *comm);

#ifdef __cplusplus
}
#endif
#endif
