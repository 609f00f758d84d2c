/* archive.h - a result folder read back: its job, its plan and all its records. */
#ifndef FAN_MPI_DRIVER_ARCHIVE_H
#define FAN_MPI_DRIVER_ARCHIVE_H

#include "mpi_driver/calls.h"
#include "mpi_driver/comm.h"
#include "mpi_driver/history.h"
#include "mpi_driver/results.h"

#ifdef __cplusplus
extern "C" {
#endif

struct fan_archive {
    const char *dir; /* the caller's */
    struct fan_job *job;
    struct fan_plan *plan;
    struct fan_calls *calls;
    struct fan_history history;
    struct fan_sieve_audit *audits; /* of a sieve that is whole */
    size_t audit_count;
};

/**
 * Read the folder of a run. What is damaged or unfinished in it is logged as a warning.
 * comm has one rank, which recomputes the audited partitions of a sieve. Owns:
 * fan_archive_close, also after an error. Errors: FAN_EIO, FAN_ENOTFOUND (no journal),
 * FAN_EUSAGE (its job).
 */
enum fan_status fan_archive_open(struct fan_archive *archive, const char *dir,
                                 struct fan_comm *comm,
                                 struct fan_err *err) FAN_MUST_CHECK;
void fan_archive_close(struct fan_archive *archive);

/* What fan_results_* need of it; points into the archive. */
struct fan_results fan_archive_results(const struct fan_archive *archive);

#ifdef __cplusplus
}
#endif
#endif
