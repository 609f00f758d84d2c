/* jwt_expiry.h - when a JSON Web Token says that it ends.  Pure. */
#ifndef FAN_INVOKE_JWT_EXPIRY_H
#define FAN_INVOKE_JWT_EXPIRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_JWT_MAX 8192 /* bytes of a token */

/**
 * The claim `exp` of a token in compact form, as wall time since 1970. Nothing is
 * verified: that is for those who take the token. False, *expires_ns untouched: it is no
 * such token or has no such claim. Source: RFC 7519, section 4.1.4; RFC 7515, section
 * 3.1.
 */
bool fan_jwt_expiry(const char *token, size_t n, int64_t *expires_ns);

#ifdef __cplusplus
}
#endif
#endif
