/* token_key_parts.h - the inside of a key, for token_key.c and signing_key.c alone. */
#ifndef FAN_TOKEN_TOKEN_KEY_PARTS_H
#define FAN_TOKEN_TOKEN_KEY_PARTS_H

#include "token/token_key.h"

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_TOKEN_HS256_BYTES 32

struct evp_pkey_st; /* libcrypto's EVP_PKEY */

struct fan_token_key {
    enum fan_token_alg alg;
    struct evp_pkey_st *pair; /* RS256, EdDSA */
    unsigned char *secret;    /* HS256 */
    size_t secret_bytes;
};

/**
 * Make a key around a public or a private one of libcrypto's, which it then owns, also on
 * failure. Errors: FAN_EINVAL for a kind or size that serves no algorithm.
 */
enum fan_status fan_token_key_wrap(struct fan_token_key **key, struct evp_pkey_st *pair,
                                   struct fan_err *err) FAN_MUST_CHECK;

/* HMAC-SHA-256 of text; false when libcrypto fails. */
bool fan_token_key_mac(const struct fan_token_key *key, struct fan_token_bytes text,
                       unsigned char mac[FAN_TOKEN_HS256_BYTES]);

#ifdef __cplusplus
}
#endif
#endif
