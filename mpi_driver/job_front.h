/* job_front.h - how a job's calls travel: its keys `transport`, `gateway`, `url_auth`,
 * and the addresses of its functions. */
#ifndef FAN_MPI_DRIVER_JOB_FRONT_H
#define FAN_MPI_DRIVER_JOB_FRONT_H

#include "mpi_driver/job.h"
#include "mpi_driver/job_schema.h"
#include "mpi_driver/job_value.h"

#ifdef __cplusplus
extern "C" {
#endif

/* All fill a job whose endpoint is known; failures stay in the reader. */

/* The list of transports. */
void fan_job_check_transports(struct fan_value_reader *r, const struct fan_job_text *text,
                              struct fan_job *job);

/* Address and path of one function of the list. */
void fan_job_check_address(struct fan_value_reader *r, size_t index,
                           const struct fan_text_function *text, struct fan_job *job);

/**
 * The rest, in a job whose functions are known. Afterwards every function is there once
 * for each transport, those of one function side by side.
 */
void fan_job_check_front(struct fan_value_reader *r, const struct fan_job_text *text,
                         struct fan_job *job);

#ifdef __cplusplus
}
#endif
#endif
