/* authorizer_grant.c - see authorizer_grant.h. */
#include "local_lambda/authorizer_grant.h"

#include "common/buf.h"
#include "local_lambda/authorizer_policy.h"

#include <assert.h>
#include <jansson.h>
#include <stdlib.h>

/* A scalar as a text; NULL when value is none. */
static json_t *as_text(json_t *value)
{
    if (json_is_string(value)) return json_incref(value);
    if (json_is_boolean(value))
        return json_string(json_is_true(value) ? "true" : "false");
    if (!json_is_number(value)) return NULL;
    char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
    json_t *string = json_string(text);
    free(text);
    return string;
}

static enum fan_status read_context(struct fan_grant *grant, struct fan_err *err)
{
    json_t *context = json_object_get(grant->answer, "context");
    if (!context || json_is_null(context)) return FAN_OK;
    if (!json_is_object(context))
        return fan_fail(err, FAN_EFORMAT, "context must be an object");
    for (void *at = json_object_iter(context); at;
         at = json_object_iter_next(context, at)) {
        json_t *value = json_object_iter_value(at);
        if (json_is_null(value)) continue;
        json_t *text = as_text(value);
        if (!text)
            return fan_fail(err, FAN_EFORMAT,
                            "context must hold strings, numbers and booleans only");
        json_object_set_new(grant->context, json_object_iter_key(at), text);
    }
    return FAN_OK;
}

static enum fan_status read_answer(struct fan_grant *grant, struct fan_err *err)
{
    json_t *principal = json_object_get(grant->answer, "principalId");
    json_t *usage_key = json_object_get(grant->answer, "usageIdentifierKey");
    if (!json_is_object(grant->answer))
        return fan_fail(err, FAN_EFORMAT, "the answer must be a JSON object");
    if (!json_is_string(principal))
        return fan_fail(err, FAN_EFORMAT, "principalId must be a string");
    if (usage_key && !json_is_null(usage_key) && !json_is_string(usage_key))
        return fan_fail(err, FAN_EFORMAT, "usageIdentifierKey must be a string");
    grant->usage_key = json_string_value(usage_key);
    grant->policy = json_object_get(grant->answer, "policyDocument");
    enum fan_status st = fan_policy_check(grant->policy, err);
    if (!st) st = read_context(grant, err);
    /* last: a context cannot pretend to be someone else */
    if (!st) json_object_set(grant->context, "principalId", principal);
    return st;
}

enum fan_status fan_grant_parse(struct fan_grant **out, const char *bytes, size_t n,
                                struct fan_err *err)
{
    struct fan_grant *grant = fan_alloc_zero(1, sizeof *grant);
    grant->references = 1;
    grant->answer = json_loadb(bytes, n, 0, NULL);
    grant->context = json_object();
    enum fan_status st = read_answer(grant, err);
    if (st) {
        fan_grant_unref(grant);
        return st;
    }
    *out = grant;
    return FAN_OK;
}

struct fan_grant *fan_grant_ref(struct fan_grant *grant)
{
    grant->references++;
    return grant;
}

void fan_grant_unref(struct fan_grant *grant)
{
    if (!grant) return;
    assert(grant->references > 0);
    if (--grant->references > 0) return;
    json_decref(grant->answer);
    json_decref(grant->context);
    free(grant);
}
