/* job_work.h - what a job does: the checks of its experiment or sieve section. */
#ifndef FAN_MPI_DRIVER_JOB_WORK_H
#define FAN_MPI_DRIVER_JOB_WORK_H

#include "mpi_driver/job.h"
#include "mpi_driver/job_schema.h"
#include "mpi_driver/job_value.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Check exactly one of experiment and sieve into job; failures stay in the reader. */
void fan_job_check_work(struct fan_value_reader *r, const struct fan_job_text *text,
                        struct fan_job *job);

/* Once the functions are known: all factors together fit what the driver can hold. */
void fan_job_check_size(struct fan_value_reader *r, const struct fan_job *job);

#ifdef __cplusplus
}
#endif
#endif
