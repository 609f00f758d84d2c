/* mint.h - new tokens, for tests and demonstrations. */
#ifndef FAN_TOKEN_MINT_H
#define FAN_TOKEN_MINT_H

#include <stdint.h>

#include "common/buf.h"
#include "token/token_key.h"

#ifdef __cplusplus
extern "C" {
#endif

struct fan_mint {
    const char *issuer, *audience, *subject;
    const char *scope, *kid;   /* NULL: none */
    const char *const *claims; /* further ones, "name=value" */
    size_t claim_count;
    int64_t now_s, lifetime_s;
};

/**
 * Append a token that is valid from now_s on for lifetime_s, with an id drawn at random.
 * Errors: FAN_EUSAGE (a further claim), FAN_ESTATE (the key cannot sign), FAN_ELIMIT.
 */
enum fan_status fan_mint_token(const struct fan_mint *mint,
                               const struct fan_token_key *key, struct fan_buf *token,
                               struct fan_err *err) FAN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
