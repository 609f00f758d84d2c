/* job_load.h - a job from its file, the command line laid over it, on all ranks. */
#ifndef FAN_MPI_DRIVER_JOB_LOAD_H
#define FAN_MPI_DRIVER_JOB_LOAD_H

#include "common/options.h"
#include "mpi_driver/comm.h"
#include "mpi_driver/job.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What the command line lays over a job file. */
struct fan_job_overlay {
    const struct fan_option_list *set;
    const char *profile; /* of AWS's settings; NULL: as they say themselves */
};

/**
 * Read and parse a job file, and find its region; collective. Errors: FAN_EUSAGE, also
 * when the file cannot be read. Owns: fan_job_free.
 */
enum fan_status fan_job_load(struct fan_job **job, const char *path,
                             const struct fan_job_overlay *overlay, struct fan_comm *comm,
                             struct fan_err *err) FAN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
