/* claims.h - what a token says, held against what is expected.   Pure.
 * Source: RFC 7519 section 4.1; scopes: RFC 8693 section 4.2. */
#ifndef FAN_TOKEN_CLAIMS_H
#define FAN_TOKEN_CLAIMS_H

#include "common/err.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct json_t;

struct fan_claim_rules {
    const char *issuer;
    const char *audiences; /* words; the token must be meant for one of them */
    const char *scopes;    /* words; the token must have all of them. "" asks for none */
    int64_t leeway_s;      /* clocks may differ by so much */
};

/**
 * Check issuer, audience, expiry (must be there), not-before, issue time and subject
 * (must be there). now_s: wall time since 1970. The texts of failures quote nothing of
 * the token. Errors: FAN_EINVAL.
 */
enum fan_status fan_claims_check(const struct json_t *claims,
                                 const struct fan_claim_rules *rules, int64_t now_s,
                                 struct fan_err *err) FAN_MUST_CHECK;

/* Has the token all scopes of the rules, in "scope" or "scp" (words, or an array)? */
bool fan_claims_have_scopes(const struct json_t *claims,
                            const struct fan_claim_rules *rules);

#ifdef __cplusplus
}
#endif
#endif
