/* authorizer_grant.h - what a Lambda authorizer answered: policy, context, usage key.
 * Pure. Source: API Gateway developer guide, "Output from an API Gateway Lambda
 * authorizer". */
#ifndef FAN_LOCAL_LAMBDA_AUTHORIZER_GRANT_H
#define FAN_LOCAL_LAMBDA_AUTHORIZER_GRANT_H

#include "common/err.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct json_t; /* of jansson */

/* Shared by the cache and the requests that it lets pass. */
struct fan_grant {
    uint32_t references;
    struct json_t *answer;  /* owned */
    struct json_t *policy;  /* in answer; passed fan_policy_check */
    struct json_t *context; /* owned: principalId and the context, all texts */
    const char *usage_key;  /* usageIdentifierKey, in answer; NULL: none */
};

/**
 * Read an answer of n bytes; returned with one reference. Numbers and booleans of the
 * context become texts, as functions see them. Errors: FAN_EFORMAT for what API Gateway
 * answers with AuthorizerConfigurationException: no JSON, no principalId, a policy that
 * fan_policy_check refuses, a context that is not flat.
 */
enum fan_status fan_grant_parse(struct fan_grant **grant, const char *bytes, size_t n,
                                struct fan_err *err) FAN_MUST_CHECK;

struct fan_grant *fan_grant_ref(struct fan_grant *grant);
void fan_grant_unref(struct fan_grant *grant); /* NULL is accepted */

#ifdef __cplusplus
}
#endif
#endif
