/* gateway_api.c - see gateway_api.h.
 *
 * The way of a request: size, stage, route; authorizer (its cache first); API key and
 * usage plan; the function. Each step ends in an answer or goes on to the next. */
#include "local_lambda/gateway_api.h"

#include "common/clock.h"
#include "common/random.h"
#include "local_lambda/function_call.h"
#include "local_lambda/gateway_lookup.h"
#include "local_lambda/gateway_visit.h"
#include "local_lambda/media_type.h"
#include "local_lambda/proxy_response.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

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

void fan_visit_free(struct fan_visit *visit)
{
    fan_timer_free(visit->timer);
    fan_grant_unref(visit->grant);
    json_decref(visit->authorizer);
    free(visit);
}

static void send_answer(struct fan_visit *visit, struct fan_http_answer *answer, bool cut)
{
    fan_http_answer_header(answer, "x-amzn-RequestId", visit->request_id);
    fan_http_answer_header(answer, "x-amz-apigw-id", visit->extended_id);
    if (cut)
        fan_exchange_cut(visit->exchange, answer);
    else
        fan_exchange_answer(visit->exchange, answer);
    visit->exchange = NULL;
}

static void send_error(struct fan_visit *visit, enum fan_gateway_error error)
{
    struct fan_http_answer answer;
    fan_http_answer_init(&answer, 500);
    fan_gateway_error(&answer, error);
    send_answer(visit, &answer, false);
    fan_http_answer_clear(&answer);
}

void fan_visit_refuse(struct fan_visit *visit, enum fan_gateway_error error)
{
    send_error(visit, error);
    fan_visit_free(visit);
}

static void on_timeout(void *context)
{
    struct fan_visit *visit = context;
    send_error(visit, visit->authorizing ? FAN_GATEWAY_AUTHORIZER : FAN_GATEWAY_TIMEOUT);
}

void fan_visit_arm(struct fan_visit *visit, uint32_t timeout_ms)
{
    if (!visit->timer)
        visit->timer =
            fan_timer_new(visit->gateway->api->engine->loop, on_timeout, visit);
    fan_timer_set(visit->timer, (int64_t)timeout_ms * 1000000);
}

/* --- the function ------------------------------------------------------------------- */

static void send_result(struct fan_visit *visit, const struct fan_call_result *result)
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
    send_answer(visit, &answer, result->cut);
    fan_http_answer_clear(&answer);
}

static void on_function_done(void *context, const struct fan_call_result *result)
{
    struct fan_visit *visit = context;
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
    fan_visit_free(visit);
}

static void call_function(struct fan_visit *visit)
{
    const struct fan_gateway *gateway = visit->gateway;
    const struct fan_http_request *http = visit->request.http;
    const json_t *binary = gateway->config.binary_media_types;
    visit->request.binary =
        fan_media_type_listed(binary, fan_http_header(http, "Content-Type"));
    visit->decode = fan_media_type_listed(binary, fan_http_header(http, "Accept"));
    visit->request.authorizer = visit->authorizer;
    visit->authorizing = false;
    fan_visit_arm(visit, visit->route->timeout_ms);
    fan_function_call_json(gateway->api, &visit->route->function,
                           fan_stage_event(&visit->request), on_function_done, visit);
}

/* --- API key and usage plan --------------------------------------------------------- */

/* Index of the key that this request may use, or -1. */
static int find_key(const struct fan_visit *visit)
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

void fan_visit_check_usage(struct fan_visit *visit)
{
    struct fan_gateway *gateway = visit->gateway;
    const struct fan_gateway_config *config = &gateway->config;
    const struct fan_usage_plan *plan = NULL;
    struct fan_key_use *use = NULL;
    if (visit->route->api_key_required) {
        int index = find_key(visit);
        if (index < 0) {
            fan_visit_refuse(visit, FAN_GATEWAY_BAD_KEY);
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
    case FAN_USAGE_THROTTLED: fan_visit_refuse(visit, FAN_GATEWAY_THROTTLED); break;
    case FAN_USAGE_QUOTA_USED_UP: fan_visit_refuse(visit, FAN_GATEWAY_QUOTA); break;
    }
}

/* --- the way in -----------------------------------------------------------------------
 */

/* 15 characters and a '=', as the service's own look */
static void make_extended_id(char id[FAN_EXTENDED_ID_MAX])
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    unsigned char bytes[FAN_EXTENDED_ID_MAX - 2];
    fan_random_system(bytes, sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++)
        id[i] = letters[bytes[i] % 64];
    memcpy(id + sizeof bytes, "=", 2);
}

static void fill_request(struct fan_visit *visit, const struct fan_http_request *http)
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
    struct fan_visit *visit = fan_alloc_zero(1, sizeof *visit);
    visit->gateway = context;
    visit->exchange = exchange;
    fan_request_id(visit->request_id);
    make_extended_id(visit->extended_id);
    fan_trace_root(visit->trace_id);
    fill_request(visit, http);
    const struct fan_gateway_config *config = &visit->gateway->config;
    const char *path = fan_gateway_below_stage(config, http->path);
    visit->request.path = path;
    if (path)
        visit->route = fan_gateway_find_route(config, http->method, path, &visit->match);
    if (http->body_bytes > FAN_GATEWAY_BODY_MAX) {
        fan_visit_refuse(visit, FAN_GATEWAY_TOO_LARGE);
    } else if (!visit->request.path) {
        fan_visit_refuse(visit, FAN_GATEWAY_NO_STAGE);
    } else if (!visit->route) {
        fan_visit_refuse(visit, FAN_GATEWAY_NO_ROUTE);
    } else {
        visit->request.resource = visit->route->path;
        visit->request.resource_id = visit->route->resource_id;
        fan_visit_authorize(visit);
    }
}
