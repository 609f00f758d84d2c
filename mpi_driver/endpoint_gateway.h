/* endpoint_gateway.h - the API Gateway stage of the embedded endpoint, as local_lambda
 * takes it: a path for each function of the job.  Pure. */
#ifndef FAN_MPI_DRIVER_ENDPOINT_GATEWAY_H
#define FAN_MPI_DRIVER_ENDPOINT_GATEWAY_H

#include "common/buf.h"
#include "mpi_driver/job.h"

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_GATEWAY_KEY_VARIABLE      "FAN_EMBEDDED_GATEWAY_KEY"
#define FAN_GATEWAY_DESCRIPTION_BYTES (256 * 1024)

/**
 * Append the description (format: docs/gateway.md). Where calls of a way send a key, its
 * paths want the one in the environment variable above, whose usage plan has no limits
 * but the stage's own, which are AWS's; where they show a token, its paths ask the
 * function "authorizer". Errors: FAN_ELIMIT.
 */
enum fan_status fan_endpoint_gateway_describe(const struct fan_job *job,
                                              struct fan_buf *out,
                                              struct fan_err *err) FAN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
