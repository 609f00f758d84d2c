/* gateway_authorize.c - the step of a gateway's request that asks its Lambda authorizer,
 * or the cache of what that said before. */
#include "local_lambda/gateway_visit.h"

#include "common/clock.h"
#include "common/log.h"
#include "local_lambda/authorizer_policy.h"
#include "local_lambda/function_call.h"

#include <jansson.h>
#include <string.h>

/* Go on with what the authorizer granted; latency_ms is 0 when the cache knew it. */
static void use_grant(struct fan_visit *visit, struct fan_grant *grant,
                      int64_t latency_ms)
{
    char arn[FAN_METHOD_ARN_MAX];
    visit->grant = fan_grant_ref(grant);
    visit->authorizer = json_copy(grant->context);
    json_object_set_new(visit->authorizer, "integrationLatency",
                        json_integer(latency_ms));
    enum fan_verdict verdict = FAN_VERDICT_NOT_ALLOWED;
    if (fan_method_arn(&visit->request, arn))
        verdict = fan_policy_evaluate(grant->policy, arn);
    switch (verdict) {
    case FAN_VERDICT_ALLOWED: fan_visit_check_usage(visit); break;
    case FAN_VERDICT_DENIED: fan_visit_refuse(visit, FAN_GATEWAY_DENIED); break;
    case FAN_VERDICT_NOT_ALLOWED: fan_visit_refuse(visit, FAN_GATEWAY_NOT_ALLOWED); break;
    }
}

/* Did the authorizer raise the error "Unauthorized"? */
static bool says_unauthorized(const struct fan_invocation *invocation)
{
    json_t *body = json_loadb(invocation->body.data ? invocation->body.data : "",
                              invocation->body.size, 0, NULL);
    const char *message = json_string_value(json_object_get(body, "errorMessage"));
    bool says = message && strcmp(message, "Unauthorized") == 0;
    json_decref(body);
    return says;
}

static void use_answer(struct fan_visit *visit, const struct fan_invocation *invocation)
{
    const struct fan_authorizer *authorizer =
        &visit->gateway->config.authorizer[visit->route->authorizer];
    int64_t now_ns = fan_clock_mono_ns();
    struct fan_grant *grant = NULL;
    struct fan_err err = { FAN_OK, "" };
    if (fan_grant_parse(&grant, invocation->body.data, invocation->body.size, &err)) {
        fan_log(FAN_LOG_WARN, "gateway", "the answer of authorizer '%s' is no grant: %s",
                authorizer->name, err.text);
        fan_visit_refuse(visit, FAN_GATEWAY_AUTHORIZER);
        return;
    }
    if (authorizer->ttl_s)
        fan_authorizer_cache_put(visit->gateway->cache, visit->identity.key, grant,
                                 now_ns + (int64_t)authorizer->ttl_s * 1000000000);
    use_grant(visit, grant, (now_ns - visit->began_ns) / 1000000);
    fan_grant_unref(grant);
}

static void on_authorizer_done(void *context, const struct fan_call_result *result)
{
    struct fan_visit *visit = context;
    const struct fan_invocation *invocation = result->invocation;
    if (visit->exchange && result->end == FAN_CALL_ABANDONED)
        fan_exchange_drop(visit->exchange);
    if (!visit->exchange || result->end == FAN_CALL_ABANDONED)
        fan_visit_free(visit);
    else if (result->end != FAN_CALL_DONE || result->drop || result->cut)
        fan_visit_refuse(visit, FAN_GATEWAY_AUTHORIZER);
    else if (invocation->status == FAN_INVOCATION_OK)
        use_answer(visit, invocation);
    else
        fan_visit_refuse(visit, says_unauthorized(invocation) ? FAN_GATEWAY_UNAUTHORIZED
                                                              : FAN_GATEWAY_AUTHORIZER);
}

static void ask_authorizer(struct fan_visit *visit,
                           const struct fan_authorizer *authorizer)
{
    char arn[FAN_METHOD_ARN_MAX];
    if (!fan_method_arn(&visit->request, arn)) {
        fan_visit_refuse(visit, FAN_GATEWAY_NOT_ALLOWED);
        return;
    }
    visit->authorizing = true;
    visit->began_ns = fan_clock_mono_ns();
    fan_visit_arm(visit, FAN_GATEWAY_TIMEOUT_MS_MAX);
    json_t *event = fan_authorizer_event(&visit->request, visit->identity.token, arn);
    fan_function_call_json(visit->gateway->api, &authorizer->function, event,
                           on_authorizer_done, visit);
}

void fan_visit_authorize(struct fan_visit *visit)
{
    const struct fan_gateway *gateway = visit->gateway;
    if (visit->route->authorizer < 0) {
        fan_visit_check_usage(visit);
        return;
    }
    const struct fan_authorizer *authorizer =
        &gateway->config.authorizer[visit->route->authorizer];
    if (!fan_identity_collect(authorizer, &visit->request, &visit->identity)) {
        fan_visit_refuse(visit, FAN_GATEWAY_UNAUTHORIZED);
        return;
    }
    struct fan_grant *known =
        authorizer->ttl_s ? fan_authorizer_cache_get(gateway->cache, visit->identity.key,
                                                     fan_clock_mono_ns())
                          : NULL;
    if (known)
        use_grant(visit, known, 0);
    else
        ask_authorizer(visit, authorizer);
}
