/* token_command.h - `mpi_driver token`: bearer tokens and key pairs for tests and
 * demonstrations of the authorizer. */
#ifndef FAN_MPI_DRIVER_TOKEN_COMMAND_H
#define FAN_MPI_DRIVER_TOKEN_COMMAND_H

#include "common/err.h"
#include "common/options.h"

#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

struct fan_token_options {
    const char *key;        /* PEM file of a private key, or ... */
    const char *secret_env; /* ... the variable with the secret for HS256 */
    const char *new_key;    /* folder for a new key pair; no token then */
    const char *alg;        /* NULL: the key's; of a new pair EdDSA */
    const char *issuer, *audience, *subject, *scope, *kid;
    const char *expires; /* a duration */
    struct fan_option_list claims;
};

/**
 * Print a token to out; or make a key pair, private.pem (mode 600) and jwks.json, in a
 * new or empty folder and print what belongs to it. Errors: FAN_EUSAGE, FAN_EIO, those of
 * token/.
 */
enum fan_status fan_token_command(const struct fan_token_options *options, FILE *out,
                                  struct fan_err *err) FAN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
