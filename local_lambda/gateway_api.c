/* gateway_api.c - see gateway_api.h.
 *
 * The way of a request: size, stage, route; authorizer (its cache first); API key and
 * usage plan; the function. Each step ends in an answer or goes on to the next. */
#include "local_lambda/gateway_api.h"

#include "common/clock.h"
#include "common/log.h"
#include "common/random.h"
#include "local_lambda/authorizer_cache.h"
#include "local_lambda/authorizer_identity.h"
#include "local_lambda/authorizer_policy.h"
#include "local_lambda/function_call.h"
#include "local_lambda/gateway_error.h"
#include "local_lambda/media_type.h"
#include "local_lambda/stage_event.h"
#include "local_lambda/proxy_response.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXTENDED_ID_MAX 17

struct fan_gateway {
    struct fan_gateway_config config;
    const struct fan_invoke_api *api;
    const struct fan_registry_cfg *account;
    struct fan_authorizer_cache *cache;
    struct fan_key_use *use; /* of each key */
    struct fan_stage_use stage;
    uint16_t port;
};

/* One request on its way. It outlives its answer when a time-out gave that. */
struct visit {
    struct fan_gateway *gateway;
    struct fan_exchange *exchange; /* NULL: answered */
    const struct fan_gateway_route *route;
    struct fan_route_match match;
    struct fan_stage_request request;
    struct fan_identity identity;
    struct fan_grant *grant;
    json_t *authorizer; /* what the function is told of it */
    struct fan_timer *timer;
    bool authorizing;
    int64_t began_ns; /* of the authorizer's call */
    bool decode;      /* base64 of the function's answer, by binary media types */
    char request_id[FAN_REQUEST_ID_MAX], trace_id[FAN_TRACE_ID_MAX];
    char extended_id[EXTENDED_ID_MAX], peer[FAN_PEER_MAX];
};

struct fan_gateway *fan_gateway_new(struct fan_gateway_config *config,
                                    const struct fan_invoke_api *api)
{
    struct fan_gateway *gateway = fan_alloc_zero(1, sizeof *gateway);
    gateway->config = *config;
    *config = (struct fan_gateway_config){ .root = NULL };
    gateway->api = api;
    gateway->account = fan_registry_settings(api->registry);
    gateway->cache = fan_authorizer_cache_new();
    gateway->use = fan_alloc_zero(gateway->config.key_count + 1, sizeof *gateway->use);
    gateway->stage.throttle = gateway->config.throttle;
    return gateway;
}

void fan_gateway_free(struct fan_gateway *gateway)
{
    if (!gateway) return;
    fan_authorizer_cache_free(gateway->cache);
    fan_gateway_config_clear(&gateway->config);
    free(gateway->use);
    free(gateway);
}

void fan_gateway_set_port(struct fan_gateway *gateway, uint16_t port)
{
    gateway->port = port;
}

const char *fan_gateway_stage(const struct fan_gateway *gateway)
{
    return gateway->config.stage;
}

/* --- answers ------------------------------------------------------------------------ */

static void visit_free(struct visit *visit)
{
    fan_timer_free(visit->timer);
    fan_grant_unref(visit->grant);
    json_decref(visit->authorizer);
    free(visit);
}

static void send(struct visit *visit, struct fan_http_answer *answer, bool cut)
{
    fan_http_answer_header(answer, "x-amzn-RequestId", visit->request_id);
    fan_http_answer_header(answer, "x-amz-apigw-id", visit->extended_id);
    if (cut)
        fan_exchange_cut(visit->exchange, answer);
    else
        fan_exchange_answer(visit->exchange, answer);
    visit->exchange = NULL;
}

static void send_error(struct visit *visit, enum fan_gateway_error error)
{
    struct fan_http_answer answer;
    fan_http_answer_init(&answer, 500);
    fan_gateway_error(&answer, error);
    send(visit, &answer, false);
    fan_http_answer_clear(&answer);
}

static void refuse(struct visit *visit, enum fan_gateway_error error)
{
    send_error(visit, error);
    visit_free(visit);
}

static void on_timeout(void *context)
{
    struct visit *visit = context;
    send_error(visit, visit->authorizing ? FAN_GATEWAY_AUTHORIZER : FAN_GATEWAY_TIMEOUT);
}

static void arm(struct visit *visit, uint32_t timeout_ms)
{
    if (!visit->timer)
        visit->timer = fan_timer_new(visit->gateway->api->engine->server, on_timeout, visit);
    fan_timer_set(visit->timer, (int64_t)timeout_ms * 1000000);
}

/* --- the function ------------------------------------------------------------------- */

static void send_result(struct visit *visit, const struct fan_call_result *result)
{
    const struct fan_invocation *invocation = result->invocation;
    struct fan_http_answer answer;
    fan_http_answer_init(&answer, 502);
    if (invocation->status != FAN_INVOCATION_OK ||
        !fan_proxy_response_v1(&answer, invocation->body.data, invocation->body.size,
                               visit->decode))
        fan_gateway_error(&answer, FAN_GATEWAY_BAD_INTEGRATION);
    fan_http_answer_header(&answer, "X-Amzn-Trace-Id", invocation->trace_id);
    if (invocation->host_limited)
        fan_http_answer_header(&answer, "X-Local-Lambda-Host-Limited", "1");
    send(visit, &answer, result->cut);
    fan_http_answer_clear(&answer);
}

static void on_function_done(void *context, const struct fan_call_result *result)
{
    struct visit *visit = context;
    if (visit->exchange) {
        switch (result->end) {
        case FAN_CALL_ABANDONED: fan_exchange_drop(visit->exchange); break;
        case FAN_CALL_TOO_LARGE: send_error(visit, FAN_GATEWAY_EVENT_TOO_LARGE); break;
        case FAN_CALL_NO_FUNCTION:
        case FAN_CALL_THROTTLED:
        case FAN_CALL_FAILED: send_error(visit, FAN_GATEWAY_NO_FUNCTION); break;
        case FAN_CALL_DONE:
            if (result->drop)
                fan_exchange_drop(visit->exchange);
            else
                send_result(visit, result);
            break;
        }
    }
    visit_free(visit);
}

static void call_function(struct visit *visit)
{
    const struct fan_gateway *gateway = visit->gateway;
    const struct fan_http_request *http = visit->request.http;
    const json_t *binary = gateway->config.binary_media_types;
    visit->request.binary =
        fan_media_type_listed(binary, fan_http_header(http, "Content-Type"));
    visit->decode = fan_media_type_listed(binary, fan_http_header(http, "Accept"));
    visit->request.authorizer = visit->authorizer;
    visit->authorizing = false;
    arm(visit, visit->route->timeout_ms);
    fan_function_call_json(gateway->api, &visit->route->function,
                           fan_stage_event(&visit->request), on_function_done, visit);
}

/* --- API key and usage plan --------------------------------------------------------- */

/* Index of the key that this request may use, or -1. */
static int find_key(const struct visit *visit)
{
    const struct fan_gateway_config *config = &visit->gateway->config;
    const char *value = config->key_from_authorizer
                            ? (visit->grant ? visit->grant->usage_key : NULL)
                            : fan_http_header(visit->request.http, "x-api-key");
    int index = value ? fan_api_key_find(config->key, config->key_count, value) : -1;
    if (index < 0 || !config->key[index].enabled || config->key[index].plan < 0)
        return -1;
    return index;
}

static void check_usage(struct visit *visit)
{
    struct fan_gateway *gateway = visit->gateway;
    const struct fan_gateway_config *config = &gateway->config;
    const struct fan_usage_plan *plan = NULL;
    struct fan_key_use *use = NULL;
    if (visit->route->api_key_required) {
        int index = find_key(visit);
        if (index < 0) {
            refuse(visit, FAN_GATEWAY_BAD_KEY);
            return;
        }
        plan = &config->plan[config->key[index].plan];
        use = &gateway->use[index];
        visit->request.api_key = config->key[index].value;
        visit->request.api_key_id = config->key[index].id;
    }
    struct fan_usage_request asked = { visit->request.http->method, visit->route->path,
                                       fan_clock_mono_ns(),
                                       visit->request.wall_ns / 1000000000 };
    switch (fan_usage_admit(plan, use, &gateway->stage, &asked)) {
    case FAN_USAGE_ADMITTED: call_function(visit); break;
    case FAN_USAGE_THROTTLED: refuse(visit, FAN_GATEWAY_THROTTLED); break;
    case FAN_USAGE_QUOTA_USED_UP: refuse(visit, FAN_GATEWAY_QUOTA); break;
    }
}

/* --- the authorizer ----------------------------------------------------------------- */

/* Go on with what the authorizer granted; latency_ms is 0 when the cache knew it. */
static void use_grant(struct visit *visit, struct fan_grant *grant, int64_t latency_ms)
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
    case FAN_VERDICT_ALLOWED: check_usage(visit); break;
    case FAN_VERDICT_DENIED: refuse(visit, FAN_GATEWAY_DENIED); break;
    case FAN_VERDICT_NOT_ALLOWED: refuse(visit, FAN_GATEWAY_NOT_ALLOWED); break;
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

static void use_answer(struct visit *visit, const struct fan_invocation *invocation)
{
    const struct fan_authorizer *authorizer =
        &visit->gateway->config.authorizer[visit->route->authorizer];
    int64_t now_ns = fan_clock_mono_ns();
    struct fan_grant *grant = NULL;
    struct fan_err err = { FAN_OK, "" };
    if (fan_grant_parse(&grant, invocation->body.data, invocation->body.size, &err)) {
        fan_log(FAN_LOG_WARN, "gateway", "the answer of authorizer '%s' is no grant: %s",
                authorizer->name, err.text);
        refuse(visit, FAN_GATEWAY_AUTHORIZER);
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
    struct visit *visit = context;
    const struct fan_invocation *invocation = result->invocation;
    if (visit->exchange && result->end == FAN_CALL_ABANDONED)
        fan_exchange_drop(visit->exchange);
    if (!visit->exchange || result->end == FAN_CALL_ABANDONED)
        visit_free(visit);
    else if (result->end != FAN_CALL_DONE || result->drop || result->cut)
        refuse(visit, FAN_GATEWAY_AUTHORIZER);
    else if (invocation->status == FAN_INVOCATION_OK)
        use_answer(visit, invocation);
    else
        refuse(visit, says_unauthorized(invocation) ? FAN_GATEWAY_UNAUTHORIZED
                                                    : FAN_GATEWAY_AUTHORIZER);
}

static void ask_authorizer(struct visit *visit, const struct fan_authorizer *authorizer)
{
    char arn[FAN_METHOD_ARN_MAX];
    if (!fan_method_arn(&visit->request, arn)) {
        refuse(visit, FAN_GATEWAY_NOT_ALLOWED);
        return;
    }
    visit->authorizing = true;
    visit->began_ns = fan_clock_mono_ns();
    arm(visit, FAN_GATEWAY_TIMEOUT_MS_MAX);
    json_t *event = fan_authorizer_event(&visit->request, visit->identity.token, arn);
    fan_function_call_json(visit->gateway->api, &authorizer->function, event,
                           on_authorizer_done, visit);
}

static void authorize(struct visit *visit)
{
    const struct fan_gateway *gateway = visit->gateway;
    if (visit->route->authorizer < 0) {
        check_usage(visit);
        return;
    }
    const struct fan_authorizer *authorizer =
        &gateway->config.authorizer[visit->route->authorizer];
    if (!fan_identity_collect(authorizer, &visit->request, &visit->identity)) {
        refuse(visit, FAN_GATEWAY_UNAUTHORIZED);
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

/* --- stage and route ---------------------------------------------------------------- */

/* The path below the stage, from its slash on ("/" when nothing follows), or NULL. */
static const char *below_stage(const struct fan_gateway *gateway, const char *path)
{
    size_t n = strlen(gateway->config.stage);
    if (path[0] != '/' || strncmp(path + 1, gateway->config.stage, n) != 0) return NULL;
    if (path[n + 1] == '\0') return "/";
    return path[n + 1] == '/' ? path + n + 1 : NULL;
}

static bool is_method(const struct fan_gateway_route *route, const char *method)
{
    return strcmp(route->method, method) == 0 || strcmp(route->method, "ANY") == 0;
}

/* Which of two matching routes is meant: the resource decides, then the method. */
static bool is_better(const struct fan_gateway_route *a,
                      const struct fan_gateway_route *b, const char *method)
{
    if (!b) return true;
    int order = fan_route_order(a->path, b->path);
    if (order) return order < 0;
    if (is_method(a, method) != is_method(b, method)) return is_method(a, method);
    return strcmp(b->method, "ANY") == 0;
}

static void find_route(struct visit *visit)
{
    const struct fan_gateway_config *config = &visit->gateway->config;
    const char *method = visit->request.http->method;
    struct fan_route_match match;
    for (size_t i = 0; i < config->route_count; i++) {
        const struct fan_gateway_route *route = &config->route[i];
        if (!fan_route_matches(route->path, visit->request.path, &match)) continue;
        if (!is_better(route, visit->route, method)) continue;
        visit->route = route;
        visit->match = match;
    }
    /* a resource without the method hides less specific ones that have it */
    if (visit->route && !is_method(visit->route, method)) visit->route = NULL;
}

/* 15 characters and a '=', as the service's own look */
static void make_extended_id(char id[EXTENDED_ID_MAX])
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    unsigned char bytes[EXTENDED_ID_MAX - 2];
    fan_random_system(bytes, sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++)
        id[i] = letters[bytes[i] % 64];
    memcpy(id + sizeof bytes, "=", 2);
}

static void fill_request(struct visit *visit, const struct fan_http_request *http)
{
    const struct fan_gateway *gateway = visit->gateway;
    struct fan_stage_request *request = &visit->request;
    request->http = http;
    request->region = gateway->account->region;
    request->account = gateway->account->account;
    request->api_id = gateway->config.api_id;
    request->stage = gateway->config.stage;
    request->stage_variables = gateway->config.stage_variables;
    request->match = &visit->match;
    request->request_id = visit->request_id;
    request->extended_id = visit->extended_id;
    request->trace_id = visit->trace_id;
    request->source_ip = fan_exchange_peer(visit->exchange, visit->peer);
    request->port = gateway->port;
    request->wall_ns = fan_clock_wall_ns();
}

void fan_gateway_answer(void *context, struct fan_exchange *exchange,
                        const struct fan_http_request *http)
{
    struct visit *visit = fan_alloc_zero(1, sizeof *visit);
    visit->gateway = context;
    visit->exchange = exchange;
    fan_request_id(visit->request_id);
    make_extended_id(visit->extended_id);
    fan_trace_root(visit->trace_id);
    fill_request(visit, http);
    visit->request.path = below_stage(visit->gateway, http->path);
    if (visit->request.path) find_route(visit);
    if (http->body_bytes > FAN_GATEWAY_BODY_MAX) {
        refuse(visit, FAN_GATEWAY_TOO_LARGE);
    } else if (!visit->request.path) {
        refuse(visit, FAN_GATEWAY_NO_STAGE);
    } else if (!visit->route) {
        refuse(visit, FAN_GATEWAY_NO_ROUTE);
    } else {
        visit->request.resource = visit->route->path;
        visit->request.resource_id = visit->route->resource_id;
        authorize(visit);
    }
}
