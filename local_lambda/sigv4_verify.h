/* sigv4_verify.h - check a request's AWS Signature Version 4; written apart from our
 * signer. */
#ifndef FAN_LOCAL_LAMBDA_SIGV4_VERIFY_H
#define FAN_LOCAL_LAMBDA_SIGV4_VERIFY_H

#include "local_lambda/http_message.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Who may call. Strings are the caller's and outlive the verifier. */
struct fan_signers {
    const char *access_key_id, *secret_access_key;
    const char *region;
    const char *service; /* NULL: "lambda" */
};

struct fan_verifier; /* caches the signing key of the day */

/* Owns: fan_verifier_free. */
struct fan_verifier *fan_verifier_new(const struct fan_signers *signers);
void fan_verifier_free(struct fan_verifier *verifier);

/**
 * Check request at wall time now_ns. Returns 1 when the signature is right; otherwise 0
 * and fills answer with the 403 that AWS sends: MissingAuthenticationToken,
 * IncompleteSignature, UnrecognizedClient, InvalidSignature (wrong, expired, not yet
 * current: 5 minutes). Signatures are compared in constant time. Source: AWS General
 * Reference, Signature Version 4.
 */
int fan_verifier_check(struct fan_verifier *verifier,
                       const struct fan_http_request *request, int64_t now_ns,
                       struct fan_http_answer *answer);

#ifdef __cplusplus
}
#endif
#endif
