/* signing_key.h - keys that make signatures: read, made, written. */
#ifndef FAN_TOKEN_SIGNING_KEY_H
#define FAN_TOKEN_SIGNING_KEY_H

#include "common/buf.h"
#include "token/token_key.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * A private key from PEM text (RSA or Ed25519, not encrypted).
 * Owns: fan_token_key_free. Errors: FAN_EFORMAT, FAN_EINVAL (a kind or size that serves
 * no algorithm).
 */
enum fan_status fan_signing_key_read(struct fan_token_key **key,
                                     struct fan_token_bytes pem,
                                     struct fan_err *err) FAN_MUST_CHECK;

/* A new key pair (RS256: 2048 bits). Errors: FAN_EINVAL for HS256; FAN_ESTATE. */
enum fan_status fan_signing_key_make(struct fan_token_key **key, enum fan_token_alg alg,
                                     struct fan_err *err) FAN_MUST_CHECK;

/* Append the private key as PEM (PKCS #8). Errors: FAN_ESTATE, FAN_ELIMIT. */
enum fan_status fan_signing_key_write(const struct fan_token_key *key,
                                      struct fan_buf *pem,
                                      struct fan_err *err) FAN_MUST_CHECK;

/**
 * Append the public half as a JSON Web Key with "use", "alg" and kid, to go into a
 * JWKS. Errors: FAN_ESTATE (a secret has none), FAN_ELIMIT. Source: RFC 7517, RFC 8037.
 */
enum fan_status fan_signing_key_publish(const struct fan_token_key *key, const char *kid,
                                        struct fan_buf *jwk,
                                        struct fan_err *err) FAN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
