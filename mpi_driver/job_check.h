/* job_check.h - from the texts of a job file to a checked job with its defaults. */
#ifndef FAN_MPI_DRIVER_JOB_CHECK_H
#define FAN_MPI_DRIVER_JOB_CHECK_H

#include "mpi_driver/job.h"
#include "mpi_driver/job_schema.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Fill a zeroed job from text, checking every value; root and name give messages their
 * line and file. Owns: what the job points to belongs to it (fan_job_free), also after a
 * failure. Errors: FAN_EUSAGE naming file and line or --set argument, key, value and what
 * was expected.
 */
enum fan_status fan_job_check(struct fan_job *job, const struct fan_job_text *text,
                              const struct fan_node *root, const char *name,
                              struct fan_err *err) FAN_MUST_CHECK;

/* Words of the job file for an enum's values, NULL-terminated, in the enum's order. */
extern const char *const fan_job_jitter_words[],
    *const fan_job_throttle_words[], *const fan_job_order_words[],
                                         *const fan_job_handler_words[],
                                             *const fan_job_cpu_words[],
                                                 *const fan_job_objective_words[],
                                                     *const fan_job_transport_words[],
                                                         *const fan_job_gateway_words[],
                                                             *const fan_job_auth_words[];

#ifdef __cplusplus
}
#endif
#endif
