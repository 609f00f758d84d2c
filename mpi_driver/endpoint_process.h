/* endpoint_process.h - a local_lambda of our own, which ends with this process. */
#ifndef FAN_MPI_DRIVER_ENDPOINT_PROCESS_H
#define FAN_MPI_DRIVER_ENDPOINT_PROCESS_H

#include "common/err.h"
#include "mpi_driver/endpoint_authorizer.h"
#include "mpi_driver/job.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct fan_endpoint_process;

#define FAN_ENDPOINT_URL_MAX 128
#define FAN_ENDPOINT_KEY_MAX 48

/* Where it listens and the keys it accepts: random ones, made for it alone. gateway is
 * the address of its stage, "" without one, api_key what its paths want there, and
 * token_key what signs the tokens that its authorizer lets in. */
struct fan_endpoint_access {
    char url[FAN_ENDPOINT_URL_MAX];
    char gateway[FAN_ENDPOINT_URL_MAX];
    char api_key[FAN_ENDPOINT_KEY_MAX];
    char token_key[FAN_AUTHORIZER_KEY_MAX];
    char access_key_id[FAN_ENDPOINT_KEY_MAX];
    char secret_access_key[FAN_ENDPOINT_KEY_MAX];
};

/**
 * Start local_lambda on a free loopback port with the settings of job->local, and wait
 * until it listens (10 s at most); with a gateway stage, where the job uses one. Its keys
 * go through its environment, never its arguments. It holds one end of a pipe whose other
 * end only this process has, and ends when that closes: at fan_endpoint_process_stop as
 * well as at any death of this process. The program is searched beside this one, then in
 * PATH. Owns: fan_endpoint_process_stop. Errors: FAN_ENOTFOUND (no program), FAN_EIO (it
 * cannot be started, or ends or says nothing of where it listens).
 */
enum fan_status fan_endpoint_process_start(struct fan_endpoint_process **process,
                                           const struct fan_job *job,
                                           struct fan_endpoint_access *access,
                                           struct fan_err *err) FAN_MUST_CHECK;

/* Whether it has ended by itself; `how` in words ("was ended by signal 9"). NULL: no. */
bool fan_endpoint_process_ended(struct fan_endpoint_process *process, char *how,
                                size_t capacity);

/* End it and wait for it: 5 s, then by force. NULL is accepted. */
void fan_endpoint_process_stop(struct fan_endpoint_process *process);

/**
 * Path of a file of this installation: relative to the folder of the running program
 * ("local_lambda", "../share/lambda-fanout/function.zip"). Errors: FAN_ENOTFOUND naming
 * the path that was tried.
 */
enum fan_status fan_installed_path(char *path, size_t capacity, const char *relative,
                                   struct fan_err *err) FAN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
