/* jws.h - a signed token in its compact form: three parts in base64url, joined by dots.
 * Source: RFC 7515, RFC 7519; what to refuse: RFC 8725. */
#ifndef FAN_TOKEN_JWS_H
#define FAN_TOKEN_JWS_H

#include "common/buf.h"
#include "token/jwk_set.h"

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_JWS_BYTES_MAX 8192 /* more does not fit into the headers of API Gateway */

struct json_t;

/**
 * Check that a token is signed by a key of the set, and give its claims, an object.
 * Nothing of the payload is looked at before the signature holds. The texts of failures
 * quote nothing of the token.
 * Owns: the caller json_decrefs *claims.
 * Errors: FAN_ELIMIT (size), FAN_EFORMAT (malformed), FAN_EINVAL (an algorithm, type or
 * extension that is not accepted, or no key with that signature).
 */
enum fan_status fan_jws_verify(struct fan_token_bytes token,
                               const struct fan_jwk_set *keys, struct json_t **claims,
                               struct fan_err *err) FAN_MUST_CHECK;

/**
 * Append the token whose payload is `claims`, a JSON text that is not looked at.
 * kid: NULL for none. Errors: FAN_EFORMAT (kid), FAN_ESTATE, FAN_ELIMIT.
 */
enum fan_status fan_jws_sign(struct fan_token_bytes claims, const char *kid,
                             const struct fan_token_key *key, struct fan_buf *token,
                             struct fan_err *err) FAN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
