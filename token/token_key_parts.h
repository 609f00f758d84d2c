/* token_key_parts.h - the inside of a key, for those files of token/ that hand it to
 * rhonabwy. */
#ifndef FAN_TOKEN_TOKEN_KEY_PARTS_H
#define FAN_TOKEN_TOKEN_KEY_PARTS_H

#include "token/token_key.h"

#ifdef __cplusplus
extern "C" {
#endif

struct fan_token_key {
    enum fan_token_alg alg;
    struct json_t *jwk; /* rhonabwy's jwk_t */
};

/**
 * Make a key around a JWK, which it then owns, also on failure.
 * Errors: FAN_EINVAL for a kind or size that serves no algorithm of key pairs.
 */
enum fan_status fan_token_key_wrap(struct fan_token_key **key, struct json_t *jwk,
                                   struct fan_err *err) FAN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
