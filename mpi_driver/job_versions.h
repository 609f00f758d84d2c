/* job_versions.h - versions and aliases of a job's functions: the checks of the keys
 * versions, alias, qualifier and compare. */
#ifndef FAN_MPI_DRIVER_JOB_VERSIONS_H
#define FAN_MPI_DRIVER_JOB_VERSIONS_H

#include "mpi_driver/job.h"
#include "mpi_driver/job_schema.h"
#include "mpi_driver/job_value.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Read these keys of entry `index`, whose other keys are read; failures stay in the
 * reader. */
void fan_job_check_versions(struct fan_value_reader *r,
                            const struct fan_text_function *text, struct fan_job *job,
                            size_t index);

/* Once all entries are read, in the order of the file: what they call exists, as far as
 * the job can tell, and with which memory size it runs. */
void fan_job_check_qualifiers(struct fan_value_reader *r, struct fan_job *job);

/* Make an entry of every version that a `compare` names. */
void fan_job_spread_compared(struct fan_job *job);

/* Free what an entry owns. */
void fan_job_function_clear(struct fan_job_function *function);

#ifdef __cplusplus
}
#endif
#endif
