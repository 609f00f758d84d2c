/* environment.h - where a run runs: kept with the results, for the report's method. */
#ifndef FAN_MPI_DRIVER_ENVIRONMENT_H
#define FAN_MPI_DRIVER_ENVIRONMENT_H

#include "analysis/study.h"
#include "common/err.h"
#include "mpi_driver/comm.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Look around: CPU, cores, system, MPI, hosts of all ranks, sources; collective. */
void fan_environment_look(struct fan_study_environment *environment,
                          struct fan_comm *comm);

/* dir/environment.json. Reading a folder without one, or with a damaged one, leaves the
 * environment unknown: it is no result. Errors of writing: FAN_EIO. */
enum fan_status fan_environment_write(const struct fan_study_environment *environment,
                                      const char *dir,
                                      struct fan_err *err) FAN_MUST_CHECK;
void fan_environment_read(struct fan_study_environment *environment, const char *dir);

#ifdef __cplusplus
}
#endif
#endif
