/* study_run.h - the commands `run`, `plan` and `report` for a study of several jobs. */
#ifndef FAN_MPI_DRIVER_STUDY_RUN_H
#define FAN_MPI_DRIVER_STUDY_RUN_H

#include "mpi_driver/comm.h"
#include "mpi_driver/job_load.h"
#include "mpi_driver/run.h"

#include <stdbool.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Whether the file is a study; collective. One that cannot be read is none. */
bool fan_study_is_file(const char *path, struct fan_comm *comm);

/* Whether the result folder is a study's; rank 0 alone. */
bool fan_study_is_folder(const char *dir);

/**
 * Run the study's jobs one after the other, each in its own folder below the study's,
 * and report them together; collective. All jobs are checked before anything is sent.
 * After an interruption or when the budget is used up, the parts that follow are left
 * out; options->resume goes on. Returns the exit status, the same on all ranks.
 */
enum fan_exit fan_study_run(const struct fan_run_options *options, struct fan_comm *comm);

/* Print the plans of all parts; rank 0 alone. */
enum fan_exit fan_study_plan(const char *path, const struct fan_job_overlay *overlay,
                             FILE *out);

/* Write the report of a study's folder anew and print where it is; rank 0 alone. */
enum fan_exit fan_study_report_folder(const char *dir, FILE *out);

#ifdef __cplusplus
}
#endif
#endif
