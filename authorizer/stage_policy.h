/* stage_policy.h - the answer of an authorizer: an IAM policy with its context.
 * Pure. Source: API Gateway developer guide, "Output from an API Gateway Lambda
 * authorizer". */
#ifndef FAN_AUTHORIZER_STAGE_POLICY_H
#define FAN_AUTHORIZER_STAGE_POLICY_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

struct json_t;

struct fan_stage_policy {
    const char *resource;
    bool allow;
    const char *context_claims;  /* names, words: handed on beside the usual ones */
    const char *usage_key;       /* usageIdentifierKey when no claim gives one; "" none */
    const char *usage_key_claim; /* the claim that gives it; "" none */
};

/**
 * The policy as JSON text for the bearer of these claims; the principal is "sub". An
 * allowed one's context has iss, scope, jti, exp and the claims named, as far as they
 * are scalars; a denied one's has error: insufficient_scope.
 * Owns: the caller frees the text. NULL when it cannot be written.
 */
char *fan_stage_policy_text(const struct fan_stage_policy *policy,
                            const struct json_t *claims);

#ifdef __cplusplus
}
#endif
#endif
