/* job_tune.h - the job's section `tune`: its checks, and what the search gets of it. */
#ifndef FAN_MPI_DRIVER_JOB_TUNE_H
#define FAN_MPI_DRIVER_JOB_TUNE_H

#include "analysis/price.h"
#include "mpi_driver/job.h"
#include "mpi_driver/job_schema.h"
#include "mpi_driver/job_value.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Check the section, if there is one, into a job whose functions are known. Afterwards
 * the functions are the candidates, ascending in memory: those of the list or, of a
 * function that is resized, one entry per size. Failures stay in the reader.
 */
void fan_job_check_tune(struct fan_value_reader *r, const struct fan_job_text *text,
                        struct fan_job *job);

/* Settings of the search. memory_mb: room for the job's functions, kept by the settings.
 */
struct fan_sizing_settings fan_job_sizing(const struct fan_job *job,
                                          const struct fan_price *price,
                                          uint32_t *memory_mb);

/* Calls of one sample: those that find every place cold, then the repetitions. */
uint32_t fan_job_sample_calls(const struct fan_job *job);

#ifdef __cplusplus
}
#endif
#endif
