/* job_schedule.h - when a job's calls are made, and how many: the checks of its keys. */
#ifndef FAN_MPI_DRIVER_JOB_SCHEDULE_H
#define FAN_MPI_DRIVER_JOB_SCHEDULE_H

#include "mpi_driver/job.h"
#include "mpi_driver/job_schema.h"
#include "mpi_driver/job_value.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Check repetitions, blocks, every, for and find_limit into job, whose throttle mode is
 * known; failures stay in the reader.
 */
void fan_job_check_schedule(struct fan_value_reader *r, const struct fan_job_text *text,
                            struct fan_job *job);

#ifdef __cplusplus
}
#endif
#endif
