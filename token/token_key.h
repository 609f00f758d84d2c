/* token_key.h - a key that checks or makes signatures of tokens. A key serves exactly one
 * algorithm, its own; what a token says of its algorithm never chooses how a key is used.
 * Source: RFC 7518 section 3; RFC 8037; RFC 8725 section 3.1. */
#ifndef FAN_TOKEN_TOKEN_KEY_H
#define FAN_TOKEN_TOKEN_KEY_H

#include "common/buf.h"

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

#define FAN_TOKEN_RSA_BITS_MIN 2048
#define FAN_TOKEN_RSA_BITS_MAX 8192 /* bounds the work of a check */
#define FAN_TOKEN_SECRET_MIN   32   /* bytes: as many as the digest has */
#define FAN_TOKEN_SECRET_MAX   4096

/* "RS256", "EdDSA", "HS256". */
const char *fan_token_alg_name(enum fan_token_alg alg);
/* FAN_TOKEN_ALG_COUNT when there is no such. text may be NULL. */
enum fan_token_alg fan_token_alg_find(const char *text);

struct json_t;
struct fan_token_key;

struct fan_token_bytes {
    const void *data;
    size_t size;
};

/**
 * The public key of a JWK for this algorithm: an RSA key's "n" and "e", or an Ed25519
 * key's "x". Other members are not looked at.
 * Owns: fan_token_key_free. Errors: FAN_EFORMAT (a member), FAN_EINVAL (no such key).
 */
enum fan_status fan_token_key_new_public(struct fan_token_key **key,
                                         enum fan_token_alg alg, const struct json_t *jwk,
                                         struct fan_err *err) FAN_MUST_CHECK;

/**
 * A shared secret, which is copied.
 * Owns: fan_token_key_free. Errors: FAN_EINVAL (size).
 */
enum fan_status fan_token_key_new_secret(struct fan_token_key **key,
                                         struct fan_token_bytes secret,
                                         struct fan_err *err) FAN_MUST_CHECK;
void fan_token_key_free(struct fan_token_key *key); /* wipes what is secret */

enum fan_token_alg fan_token_key_alg(const struct fan_token_key *key);
/* The key as rhonabwy's jwk_t, for jws.c alone; stays the key's. */
struct json_t *fan_token_key_jwk(const struct fan_token_key *key);

/* --- keys that make signatures --- */

/**
 * A private key from PEM text (RSA or Ed25519, not encrypted).
 * Owns: fan_token_key_free. Errors: FAN_EFORMAT, FAN_EINVAL (a kind or size that serves
 * no algorithm).
 */
enum fan_status fan_token_key_read(struct fan_token_key **key, struct fan_token_bytes pem,
                                   struct fan_err *err) FAN_MUST_CHECK;

/* A new key pair (RS256: 2048 bits). Errors: FAN_EINVAL for HS256; FAN_ESTATE. */
enum fan_status fan_token_key_make(struct fan_token_key **key, enum fan_token_alg alg,
                                   struct fan_err *err) FAN_MUST_CHECK;

/* Append the private key as PEM (PKCS #8). Errors: FAN_ESTATE, FAN_ELIMIT. */
enum fan_status fan_token_key_write(const struct fan_token_key *key, struct fan_buf *pem,
                                    struct fan_err *err) FAN_MUST_CHECK;

/**
 * Append the public half as a JSON Web Key with "use", "alg" and kid, to go into a
 * JWKS. Errors: FAN_ESTATE (a secret has none), FAN_ELIMIT. Source: RFC 7517, RFC 8037.
 */
enum fan_status fan_token_key_publish(const struct fan_token_key *key, const char *kid,
                                      struct fan_buf *jwk,
                                      struct fan_err *err) FAN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
