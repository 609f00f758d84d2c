/* endpoint_authorizer.h - the authorizer of the embedded endpoint's stage, and the tokens
 * that it lets in: signed by a key pair that is made for the run and goes with it. */
#ifndef FAN_MPI_DRIVER_ENDPOINT_AUTHORIZER_H
#define FAN_MPI_DRIVER_ENDPOINT_AUTHORIZER_H

#include "invoke/control.h"
#include "mpi_driver/job.h"

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_AUTHORIZER_NAME    "authorizer"  /* of the function */
#define FAN_AUTHORIZER_KEY_MAX 512           /* bytes of a private key as PEM text */
#define FAN_TOKEN_MAKER        "token_maker" /* the program behind `mpi_driver token` */

/**
 * Make a key pair, and the function that checks tokens signed with it, of the
 * installation's own package. pem: the private key, which is the caller's to wipe; on
 * disk it was only in a private folder that is gone. Errors: FAN_ENOTFOUND (no package or
 * program), FAN_EIO, those of invoke/child_output.h and of the control calls.
 */
enum fan_status fan_endpoint_authorizer_create(struct fan_control *control,
                                               const struct fan_job *job,
                                               char pem[FAN_AUTHORIZER_KEY_MAX],
                                               struct fan_err *err) FAN_MUST_CHECK;

struct fan_token_command;

/**
 * A command that prints a token signed with this key, which lives for lifetime_ns, whole
 * seconds. The key lies in a file without a name that this process alone has open; the
 * command's arguments show no secret. Owns: fan_token_command_close. Errors:
 * FAN_ENOTFOUND (no program), FAN_EIO.
 */
enum fan_status fan_token_command_open(struct fan_token_command **command,
                                       const char *pem, int64_t lifetime_ns,
                                       struct fan_err *err) FAN_MUST_CHECK;
void fan_token_command_close(struct fan_token_command *command);

/* Its words, for fan_bearer_command; they are the command's. */
char *const *fan_token_command_words(const struct fan_token_command *command);

#ifdef __cplusplus
}
#endif
#endif
