/* jwk_set.h - the keys that tokens may be signed with, from a JSON Web Key Set.
 * Source: RFC 7517. */
#ifndef FAN_TOKEN_JWK_SET_H
#define FAN_TOKEN_JWK_SET_H

#include "common/err.h"
#include "token/token_key.h"

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_JWK_SET_KEYS_MAX  32
#define FAN_JWK_SET_BYTES_MAX (256 * 1024)
#define FAN_JWK_KID_MAX       256 /* bytes */

struct fan_jwk_set;

/* An empty set. Owns: fan_jwk_set_free, which frees its keys too. */
struct fan_jwk_set *fan_jwk_set_new(void);
void fan_jwk_set_free(struct fan_jwk_set *set);

/* Add a key, which the set then owns, also on failure. Errors: FAN_ELIMIT. */
enum fan_status fan_jwk_set_add(struct fan_jwk_set *set, struct fan_token_key *key,
                                struct fan_err *err) FAN_MUST_CHECK;

/**
 * Add the keys of a JWKS that serve an algorithm of ours (RSA for RS256, Ed25519 for
 * EdDSA). Keys of other kinds and uses are passed over, as RFC 7517 section 5 says. A
 * private or a shared key among them is an error: a JWKS is published.
 * Errors: FAN_EFORMAT and FAN_EINVAL naming the key's place, FAN_ELIMIT.
 */
enum fan_status fan_jwk_set_read(struct fan_jwk_set *set, struct fan_token_bytes json,
                                 struct fan_err *err) FAN_MUST_CHECK;

size_t fan_jwk_set_size(const struct fan_jwk_set *set);

/**
 * The next key from *i (0 at first) on that serves this algorithm, and *i behind it; NULL
 * after the last. kid: which key the token names, NULL when none. A key with another kid
 * is passed over; one without kid is not.
 */
const struct fan_token_key *fan_jwk_set_next(const struct fan_jwk_set *set, size_t *i,
                                             enum fan_token_alg alg, const char *kid);

#ifdef __cplusplus
}
#endif
#endif
