/* prices.h - which price table a job is priced with: found, read and shared here. */
#ifndef FAN_MPI_DRIVER_PRICES_H
#define FAN_MPI_DRIVER_PRICES_H

#include "mpi_driver/comm.h"
#include "mpi_driver/job.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Set job->price, alike on all ranks; collective. Rank 0 reads the first of: prices.json
 * in `folder`, where an earlier run kept what it was priced with (NULL: there is none);
 * the job's own `prices`; the newest table of the installation's share folder (the
 * greatest name); without any, the newest that is built in. Errors: FAN_EUSAGE naming the
 * table, the place in it and what was expected.
 */
enum fan_status fan_prices_open(struct fan_job *job, const char *folder,
                                struct fan_comm *comm,
                                struct fan_err *err) FAN_MUST_CHECK;

/* Keep job->price as prices.json in a result folder. Errors: FAN_EIO. */
enum fan_status fan_prices_keep(const struct fan_job *job, const char *folder,
                                struct fan_err *err) FAN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
