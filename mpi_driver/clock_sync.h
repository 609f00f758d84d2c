/* clock_sync.h - one run clock for all ranks, also of several hosts. */
#ifndef FAN_MPI_DRIVER_CLOCK_SYNC_H
#define FAN_MPI_DRIVER_CLOCK_SYNC_H

#include "mpi_driver/comm.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One exchange: the root's clock when it asked, the client's when it answered, the root's
 * when the answer came. Nanoseconds, each of its own clock. */
struct fan_ping {
    int64_t asked_ns, answered_ns, heard_ns;
};

/**
 * Offset (client minus root) from n exchanges: each bounds it to [answered - heard,
 * answered
 * - asked], and all of them together to the intersection; *error_ns is half its width.
 * Returns false when the intersection is empty: a clock drifted or was set. n >= 1
 * (asserted). Source: the SKaMPI benchmark's offset estimation (Worsch, Reussner,
 * Augustin, PVM/MPI 2002). Pure.
 */
bool fan_clock_offset(const struct fan_ping *pings, size_t n, int64_t *offset_ns,
                      int64_t *error_ns);

/**
 * Zero of the run clock on this host's CLOCK_MONOTONIC; collective. epoch_ns: rank 0's
 * (others' is ignored). Ranks of rank 0's host share its clock; each of the others
 * measures its offset in turn. A measurement that fails three times is logged and taken
 * as it is.
 */
int64_t fan_clock_sync(struct fan_comm *comm, int64_t epoch_ns);

#ifdef __cplusplus
}
#endif
#endif
