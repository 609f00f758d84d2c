/* auth_header.h - the Authorization header of Signature Version 4, taken apart. Pure. */
#ifndef FAN_LOCAL_LAMBDA_AUTH_HEADER_H
#define FAN_LOCAL_LAMBDA_AUTH_HEADER_H

#include "common/err.h"

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The parts; pointers go into the header's text. */
struct fan_auth_header {
    char access_key_id[129], day[9], region[65], service[65], terminator[65];
    const char *signed_headers; /* "host;x-amz-date" */
    size_t signed_headers_bytes;
    const char *signature;
    size_t signature_bytes;
};

/**
 * Parse "AWS4-HMAC-SHA256 Credential=ID/DAY/REGION/SERVICE/aws4_request,
 * SignedHeaders=..., Signature=..." in any order of its parts. has_date: whether the
 * request carries a date header, which the error text also asks for. Errors: FAN_EFORMAT
 * with the text that AWS sends. Source: AWS General Reference, Signature Version 4,
 * "Authorization header".
 */
enum fan_status fan_auth_header_parse(struct fan_auth_header *auth, const char *text,
                                      bool has_date, struct fan_err *err) FAN_MUST_CHECK;

/* Is this (lower-case) header among the signed ones? */
bool fan_auth_header_signs(const struct fan_auth_header *auth, const char *name);

#ifdef __cplusplus
}
#endif
#endif
