/*
 * late_report.h - a report that outlives its run.
 *
 * mpirun answers Ctrl-C and SIGTERM by terminating the ranks and killing them a second
 * later, which is too short to drain and to write a report. So rank 0, once it is
 * terminated, leaves the report to a process that mpirun does not reach: it waits until
 * all ranks have ended or finished, whichever comes, and reports what they left.
 */
#ifndef FAN_MPI_DRIVER_LATE_REPORT_H
#define FAN_MPI_DRIVER_LATE_REPORT_H

#include "common/err.h"

#include <stdbool.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Start `mpi_driver report --wait DIR` in a session of its own, without our standard
 * streams and other open files. It begins when no rank has its journal open any more.
 * Owns: *reporter, until fan_late_report_wait or our own end. Errors: FAN_EIO.
 */
enum fan_status fan_late_report_start(pid_t *reporter, const char *dir,
                                      struct fan_err *err) FAN_MUST_CHECK;

/* Wait for it. *good: it ended with status 0. Errors: FAN_EIO (it wrote no report). */
enum fan_status fan_late_report_wait(pid_t reporter, bool *good,
                                     struct fan_err *err) FAN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
