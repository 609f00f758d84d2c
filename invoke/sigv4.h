/*
 * sigv4.h - AWS Signature Version 4 for requests whose payload is in memory. Signing does
 * no I/O and allocates nothing; the signing key of the day is kept.
 */
#ifndef FAN_INVOKE_SIGV4_H
#define FAN_INVOKE_SIGV4_H

#include "common/err.h"
#include "invoke/credentials.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct fan_signer;

/**
 * A signer for one region and service ("lambda"). Keeps copies of the credentials and
 * wipes them when freed. Owns: fan_signer_free. Errors: FAN_EINVAL for credentials,
 * region or service that cannot stand in a header (the text never shows a secret).
 */
enum fan_status fan_signer_new(struct fan_signer **signer, const char *region,
                               const char *service,
                               const struct fan_credentials *credentials,
                               struct fan_err *err) FAN_MUST_CHECK;

/**
 * Sign with other keys from now on. Errors: FAN_EINVAL as above; the old ones stay then.
 */
enum fan_status fan_signer_set_keys(struct fan_signer *signer,
                                    const struct fan_credentials *credentials,
                                    struct fan_err *err) FAN_MUST_CHECK;
void fan_signer_free(struct fan_signer *signer);

struct fan_signing_header {
    const char *name, *value; /* any case; outer and repeated blanks are dealt with */
};

#define FAN_SIGNING_HEADERS_MAX 24

/* A request as it goes over the wire. */
struct fan_signing_request {
    const char *method;
    const char *path;  /* percent-encoded, begins with '/' */
    const char *query; /* behind '?', percent-encoded; "" for none */
    const char *host;  /* value of the Host header: without the scheme's default port */
    const struct fan_signing_header *header; /* others to sign, at most
                                                FAN_SIGNING_HEADERS_MAX */
    size_t header_count;
    const void *payload;
    size_t payload_bytes;
};

/* What to send with it. */
struct fan_signature {
    char date[17];            /* X-Amz-Date, "20260131T100000Z" */
    char authorization[1024]; /* Authorization */
    const char *token;        /* X-Amz-Security-Token, the signer's; NULL without one */
};

/**
 * Sign for wall time wall_ns. Host, X-Amz-Date and, with a session token,
 * X-Amz-Security-Token are signed besides request->header. The path is normalised and
 * encoded once more, as every service but S3 wants it. Errors: FAN_ELIMIT (path, query
 * or headers too long or too many), FAN_EINVAL (path without '/').
 * Source: AWS General Reference, "Create a signed AWS API request".
 */
enum fan_status fan_signer_sign(struct fan_signer *signer,
                                const struct fan_signing_request *request,
                                int64_t wall_ns, struct fan_signature *signature,
                                struct fan_err *err) FAN_MUST_CHECK;

/* The canonical request of the last signature, for tests and for reading a mismatch. */
const char *fan_signer_canonical(const struct fan_signer *signer);

#ifdef __cplusplus
}
#endif
#endif
