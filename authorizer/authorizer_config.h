/* authorizer_config.h - what the authorizer accepts, from its environment variables.
 *
 *   JWT_ISSUER          the only issuer that is accepted; must be set
 *   JWT_AUDIENCE        words; a token must be meant for one of them; must be set
 *   JWT_JWKS            a JSON Web Key Set, and ...
 *   JWT_JWKS_FILE       ... a file of the package with one: the keys for RS256 and EdDSA
 *   JWT_HS256_SECRET    the secret for HS256, which is refused without it
 *   JWT_SCOPE           words; a token without all of them gets a Deny policy
 *   JWT_LEEWAY_S        by how much clocks may differ; 30, at most 300
 *   JWT_CONTEXT_CLAIMS  words; claims to hand on to the integration
 *   USAGE_KEY           the API key that all callers are counted under
 *   USAGE_KEY_CLAIM     the claim that holds the caller's API key; goes before USAGE_KEY
 */
#ifndef FAN_AUTHORIZER_CONFIG_H
#define FAN_AUTHORIZER_CONFIG_H

#include "common/err.h"
#include "token/claims.h"
#include "token/jwk_set.h"

#ifdef __cplusplus
extern "C" {
#endif

struct fan_authorizer_config {
    struct fan_jwk_set *keys;
    struct fan_claim_rules rules;
    const char *context_claims, *usage_key, *usage_key_claim;
};

/**
 * Read the variables. `variable` gives a variable's text, "" when it is not set; the
 * texts must stay. folder: where the package lies. Owns: fan_authorizer_config_clear.
 * Errors: FAN_EUSAGE naming the variable; secrets are not quoted.
 */
enum fan_status fan_authorizer_config_read(struct fan_authorizer_config *config,
                                           const char *(*variable)(const char *name),
                                           const char *folder,
                                           struct fan_err *err) FAN_MUST_CHECK;
void fan_authorizer_config_clear(struct fan_authorizer_config *config);

#ifdef __cplusplus
}
#endif
#endif
