/* token_key.h - a key that checks signatures of tokens. A key serves exactly one
 * algorithm, its own; what a token says of its algorithm never chooses how a key is used.
 * Source: RFC 7518 section 3; RFC 8037; RFC 8725 section 3.1. */
#ifndef FAN_TOKEN_TOKEN_KEY_H
#define FAN_TOKEN_TOKEN_KEY_H

#include "common/err.h"

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum fan_token_alg {
    FAN_TOKEN_RS256, /* RSASSA-PKCS1-v1_5 with SHA-256 */
    FAN_TOKEN_EDDSA, /* Ed25519 */
    FAN_TOKEN_HS256, /* HMAC with SHA-256 */
    FAN_TOKEN_ALG_COUNT
};

#define FAN_TOKEN_RSA_BITS_MIN  2048
#define FAN_TOKEN_RSA_BITS_MAX  8192 /* bounds the work of a check */
#define FAN_TOKEN_SIGNATURE_MAX (FAN_TOKEN_RSA_BITS_MAX / 8)
#define FAN_TOKEN_SECRET_MIN    32 /* bytes: as many as the digest has */
#define FAN_TOKEN_SECRET_MAX    4096

/* "RS256", "EdDSA", "HS256". */
const char *fan_token_alg_name(enum fan_token_alg alg);
/* FAN_TOKEN_ALG_COUNT when there is no such. text may be NULL. */
enum fan_token_alg fan_token_alg_find(const char *text);

struct fan_token_key;

struct fan_token_bytes {
    const void *data;
    size_t size;
};

/**
 * Keys from their numbers: an RSA key's modulus and exponent (big endian), an Ed25519
 * public key's 32 bytes, a shared secret. Copies what it is given.
 * Owns: fan_token_key_free. Errors: FAN_EINVAL (size, or no such key).
 */
enum fan_status fan_token_key_new_rsa(struct fan_token_key **key,
                                      struct fan_token_bytes modulus,
                                      struct fan_token_bytes exponent,
                                      struct fan_err *err) FAN_MUST_CHECK;
enum fan_status fan_token_key_new_ed25519(struct fan_token_key **key,
                                          struct fan_token_bytes public_key,
                                          struct fan_err *err) FAN_MUST_CHECK;
enum fan_status fan_token_key_new_secret(struct fan_token_key **key,
                                         struct fan_token_bytes secret,
                                         struct fan_err *err) FAN_MUST_CHECK;
void fan_token_key_free(struct fan_token_key *key); /* wipes a secret */

enum fan_token_alg fan_token_key_alg(const struct fan_token_key *key);

/* Is the signature this key's? Secrets are compared in constant time. */
bool fan_token_key_verify(const struct fan_token_key *key, struct fan_token_bytes text,
                          struct fan_token_bytes signature);

#ifdef __cplusplus
}
#endif
#endif
