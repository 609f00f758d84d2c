/* endpoint.h - where a job's calls go: found, prepared and known to all ranks. */
#ifndef FAN_MPI_DRIVER_ENDPOINT_H
#define FAN_MPI_DRIVER_ENDPOINT_H

#include "common/err.h"
#include "invoke/control.h"
#include "mpi_driver/comm.h"
#include "mpi_driver/endpoint_process.h"
#include "mpi_driver/job.h"

#include <limits.h>

#ifdef __cplusplus
extern "C" {
#endif

struct fan_endpoint {
    char url[512];
    char ca_file[PATH_MAX];                  /* "": the system's certificates */
    struct fan_provider *provider;           /* of keys to sign with; NULL: nothing is */
    const char *api_key;                     /* for the gateway; NULL: none */
    struct fan_bearer *token;                /* likewise */
    struct fan_token_command *token_command; /* of the embedded endpoint's; NULL: none */
    char (*function_url)[FAN_FUNCTION_URL_MAX]; /* of the embedded endpoint, by index of
                                                   the job's function; NULL: none */
    struct fan_endpoint_access access;          /* of the embedded endpoint */
    struct fan_endpoint_process *process; /* rank 0, endpoint: local; NULL otherwise */
};

/**
 * Complete a parsed job by what AWS's settings say: its region, when it is to go
 * elsewhere than to the embedded endpoint and names none; collective. profile: kept in
 * the job. Errors: FAN_EUSAGE, for endpoint `aws` also when no region is found; the same
 * on all ranks.
 */
enum fan_status fan_endpoint_settle(struct fan_job *job, const char *profile,
                                    struct fan_comm *comm,
                                    struct fan_err *err) FAN_MUST_CHECK;

/**
 * Make the job's endpoint ready; collective. `local`: rank 0 starts local_lambda, creates
 * the job's functions, sets their reservations, publishes their versions and names these,
 * with the authorizer of its stage where a token is shown; all ranks must be on its host,
 * and each makes tokens of its own. `aws`: rank 0 checks that every function exists with
 * the memory (unless the job resizes it) and at most the time-out that the job declares,
 * since prices are reckoned with them, and that an alias splits its calls as the job
 * says. A URL is taken as it is. For the latter two each rank finds its own keys,
 * certificates and proxy, tries whether a connection is possible at all, and has the
 * gateway's key and token of its environment; a command that prints a token is asked here
 * for the first time. Where nothing is signed, no keys are looked for. Zeroed is closed.
 * Owns: close with fan_endpoint_close. Errors: the same on all ranks.
 */
enum fan_status fan_endpoint_open(struct fan_endpoint *endpoint,
                                  const struct fan_job *job, struct fan_comm *comm,
                                  struct fan_err *err) FAN_MUST_CHECK;

/* Where calls of a function of the job go: base URL of its transport. The endpoint's or
 * the job's. */
const char *fan_endpoint_address(const struct fan_endpoint *endpoint,
                                 const struct fan_job *job, size_t function);

/**
 * Give a function another memory size and wait until it has it; rank 0 alone. *before:
 * the size it had; NULL: not asked for. Errors: those of the control calls, FAN_EREMOTE
 * when the change fails, FAN_ENET when it does not come about in a minute.
 */
enum fan_status fan_endpoint_resize(const struct fan_endpoint *endpoint,
                                    const struct fan_job *job, const char *function,
                                    uint32_t memory_mb, uint32_t *before,
                                    struct fan_err *err) FAN_MUST_CHECK;
/* Add to an error's text that the embedded endpoint has ended, and how; if it has. */
void fan_endpoint_explain(struct fan_endpoint *endpoint, struct fan_err *err);
void fan_endpoint_close(struct fan_endpoint *endpoint);

#ifdef __cplusplus
}
#endif
#endif
