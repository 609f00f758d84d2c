/* ways.h - the transports of a rank: which of them a function's calls take. */
#ifndef FAN_MPI_DRIVER_WAYS_H
#define FAN_MPI_DRIVER_WAYS_H

#include "invoke/transport.h"
#include "mpi_driver/endpoint.h"
#include "mpi_driver/job.h"
#include "mpi_driver/plan.h"

#ifdef __cplusplus
extern "C" {
#endif

struct fan_way {
    const struct fan_transport_ops *ops;
    struct fan_transport *transport;
    const char *address; /* as messages call it */
};

struct fan_ways {
    struct fan_way *way; /* by index of the job's function; some share a transport */
    size_t count;
};

/**
 * Open what the job's functions need: one transport for the Invoke API, one for each
 * variant of the gateway, one for each function URL. places and times are rank `rank`'s
 * of `ranks`. The endpoint outlives them. Owns: fan_ways_close, after an error too.
 * Errors: those of the transports.
 */
enum fan_status fan_ways_open(struct fan_ways *ways, const struct fan_job *job,
                              const struct fan_plan *plan,
                              const struct fan_endpoint *endpoint, uint32_t rank,
                              int64_t epoch_ns, struct fan_err *err) FAN_MUST_CHECK;

/* Drop everything, attempts in flight too. Zeroed is accepted. */
void fan_ways_close(struct fan_ways *ways);

#ifdef __cplusplus
}
#endif
#endif
