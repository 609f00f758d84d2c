/* stage_policy.c - see stage_policy.h. */
#include "authorizer/stage_policy.h"

#include <string.h>

#include <jansson.h>

#define USUAL_CLAIMS "iss scope jti exp"

/* Context values are texts, numbers and truths; whatever else a claim is stays behind. */
static bool is_scalar(const json_t *value)
{
    return json_is_string(value) || json_is_number(value) || json_is_boolean(value);
}

static void hand_on(json_t *context, const json_t *claims, const char *names)
{
    while (*(names += strspn(names, " "))) {
        char name[64];
        size_t n = strcspn(names, " ");
        if (n < sizeof name) {
            memcpy(name, names, n);
            name[n] = '\0';
            json_t *value = json_object_get(claims, name);
            if (is_scalar(value)) json_object_set(context, name, value);
        }
        names += n;
    }
}

static const char *usage_key_of(const struct fan_stage_policy *policy,
                                const json_t *claims)
{
    const json_t *claim = *policy->usage_key_claim
                              ? json_object_get(claims, policy->usage_key_claim)
                              : NULL;
    return json_string_length(claim) ? json_string_value(claim) : policy->usage_key;
}

char *fan_stage_policy_text(const struct fan_stage_policy *policy, const json_t *claims)
{
    json_t *context = json_object();
    if (policy->allow) {
        hand_on(context, claims, USUAL_CLAIMS);
        hand_on(context, claims, policy->context_claims);
    } else {
        json_object_set_new(context, "error", json_string("insufficient_scope"));
    }
    json_t *whole = json_pack("{s:O, s:{s:s, s:[{s:s, s:s, s:s}]}, s:o}", "principalId",
                              json_object_get(claims, "sub"), "policyDocument", "Version",
                              "2012-10-17", "Statement", "Action", "execute-api:Invoke",
                              "Effect", policy->allow ? "Allow" : "Deny", "Resource",
                              policy->resource, "context", context);
    const char *usage_key = usage_key_of(policy, claims);
    if (whole && policy->allow && *usage_key)
        json_object_set_new(whole, "usageIdentifierKey", json_string(usage_key));
    char *text = whole ? json_dumps(whole, JSON_COMPACT) : NULL;
    json_decref(whole);
    return text;
}
