/* plan_command.h - the command `plan`: what a job would do. */
#ifndef FAN_MPI_DRIVER_PLAN_COMMAND_H
#define FAN_MPI_DRIVER_PLAN_COMMAND_H

#include "mpi_driver/job_load.h"

#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Print the plan of a job file; rank 0 alone. Errors: FAN_EUSAGE. */
enum fan_status fan_plan_command(const char *path, const struct fan_job_overlay *overlay,
                                 FILE *out, struct fan_err *err) FAN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
