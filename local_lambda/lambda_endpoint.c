/* lambda_endpoint.c - see lambda_endpoint.h. */
#include "local_lambda/lambda_endpoint.h"

#include "common/clock.h"
#include "local_lambda/control_api.h"
#include "local_lambda/function_spec.h"
#include "local_lambda/gateway_api.h"
#include "local_lambda/invoke_api.h"
#include "local_lambda/invoke_request.h"
#include "local_lambda/sigv4_verify.h"
#include "local_lambda/url_api.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define BODY_BYTES_MAX (70u << 20) /* a 50 MB package as base64, and its envelope */

struct fan_endpoint {
    struct fan_endpoint_cfg cfg;
    struct fan_registry_cfg registry_cfg;
    struct fan_engine engine;
    struct fan_server *server;
    struct fan_faults faults;
    struct fan_verifier *verifier;
    struct fan_registry *registry;
    struct fan_pool *pool;
    struct fan_async *async;
    struct fan_invoke_api invoke;
    struct fan_url_api urls;
    struct fan_gateway *gateway; /* NULL: none */
    uint16_t gateway_port;
    struct fan_watch *interrupt, *terminate, *lifeline;
};

static void on_request(void *context, struct fan_exchange *exchange,
                       const struct fan_http_request *request)
{
    struct fan_endpoint *endpoint = context;
    struct fan_http_answer answer;
    if (fan_url_answer(&endpoint->urls, exchange, request)) return;
    fan_http_answer_init(&answer, 200);
    bool verified =
        fan_verifier_check(endpoint->verifier, request, fan_clock_wall_ns(), &answer);
    if (verified && fan_invoke_matches(request)) {
        fan_http_answer_clear(&answer);
        fan_invoke_answer(&endpoint->invoke, exchange);
        return;
    }
    if (verified)
        fan_control_answer(endpoint->registry, request, fan_pool_function_changed,
                           endpoint->pool, &answer);
    char id[FAN_REQUEST_ID_MAX];
    fan_request_id(id);
    fan_http_answer_header(&answer, "x-amzn-RequestId", id);
    fan_exchange_answer(exchange, &answer);
    fan_http_answer_clear(&answer);
}

static void on_stop(void *context)
{
    struct fan_endpoint *endpoint = context;
    fan_loop_stop(endpoint->engine.loop);
}

static void on_lifeline(void *context)
{
    struct fan_endpoint *endpoint = context;
    char bytes[256];
    ssize_t n = read(endpoint->cfg.lifeline_fd, bytes, sizeof bytes);
    if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN)) on_stop(endpoint);
}

static void watch_the_end(struct fan_endpoint *endpoint)
{
    struct fan_loop *loop = endpoint->engine.loop;
    endpoint->interrupt =
        fan_watch_new(loop, FAN_WATCH_SIGNAL, SIGINT, on_stop, endpoint);
    endpoint->terminate =
        fan_watch_new(loop, FAN_WATCH_SIGNAL, SIGTERM, on_stop, endpoint);
    if (endpoint->cfg.lifeline_fd >= 0)
        endpoint->lifeline = fan_watch_new(
            loop, FAN_WATCH_READ, endpoint->cfg.lifeline_fd, on_lifeline, endpoint);
}

static void open_rooms(struct fan_endpoint *endpoint)
{
    const struct fan_endpoint_cfg *cfg = &endpoint->cfg;
    struct fan_signers signers = { cfg->access_key_id, cfg->secret_access_key,
                                   cfg->region, NULL };
    endpoint->registry_cfg = (struct fan_registry_cfg){
        cfg->region,         cfg->account,        cfg->work_dir, cfg->limits.concurrency,
        cfg->unreserved_min, cfg->code_bytes_max,
    };
    endpoint->verifier = fan_verifier_new(&signers);
    endpoint->registry = fan_registry_new(&endpoint->registry_cfg);
    endpoint->pool = fan_pool_open(&endpoint->engine, endpoint->registry, &cfg->limits);
    struct fan_async_cfg async = {
        &endpoint->engine, endpoint->registry,  endpoint->pool,
        &endpoint->faults, cfg->async_retry_ms, cfg->async_backoff_ms,
    };
    endpoint->async = fan_async_open(&async);
    endpoint->invoke = (struct fan_invoke_api){
        &endpoint->engine, endpoint->registry, endpoint->pool,
        &endpoint->faults, endpoint->async,
    };
    uint16_t port = fan_server_port(endpoint->server);
    struct fan_urls *urls = fan_registry_urls(endpoint->registry);
    fan_urls_set_port(urls, port);
    endpoint->urls = (struct fan_url_api){ &endpoint->invoke, urls, endpoint->verifier,
                                           cfg->access_key_id, port };
}

/* The gateway comes up before its functions: it looks for them with every request. */
static enum fan_status open_gateway(struct fan_endpoint *endpoint,
                                    struct fan_gateway_config *config,
                                    struct fan_err *err)
{
    const struct fan_endpoint_cfg *cfg = &endpoint->cfg;
    if (!cfg->gateway) return FAN_OK;
    endpoint->gateway = fan_gateway_new(config, &endpoint->invoke);
    struct fan_server_cfg server = { cfg->host, cfg->gateway_port, BODY_BYTES_MAX,
                                     fan_gateway_answer, endpoint->gateway };
    enum fan_status st =
        fan_server_listen(endpoint->server, &server, &endpoint->gateway_port, err);
    fan_gateway_set_port(endpoint->gateway, endpoint->gateway_port);
    return st;
}

enum fan_status fan_endpoint_open(struct fan_endpoint **out,
                                  const struct fan_endpoint_cfg *cfg, struct fan_err *err)
{
    struct fan_endpoint *endpoint = fan_alloc_zero(1, sizeof *endpoint);
    struct fan_engine *engine = &endpoint->engine;
    endpoint->cfg = *cfg;
    engine->region = cfg->region;
    engine->cpu = cfg->cpu;
    engine->idle_s = cfg->idle_s;
    engine->init_limit_ms = cfg->init_limit_ms;
    engine->log_fd = cfg->log_fd;
    fan_random_init(&engine->random, cfg->seed, 1);
    fan_random_init(&engine->routing, cfg->seed, 2);
    struct fan_server_cfg server = { cfg->host, cfg->port, BODY_BYTES_MAX, on_request,
                                     endpoint };
    struct fan_gateway_config gateway = { .root = NULL };
    enum fan_status st = fan_faults_parse(&endpoint->faults, cfg->faults, cfg->seed, err);
    if (!st && cfg->gateway) st = fan_gateway_config_read(&gateway, cfg->gateway, err);
    if (!st)
        st = fan_guard_start(&engine->guard, cfg->remove_work_dir ? cfg->work_dir : NULL,
                             err);
    if (!st) st = fan_loop_open(&engine->loop, err);
    if (!st) st = fan_server_open(&endpoint->server, engine->loop, &server, err);
    if (st) {
        fan_loop_close(engine->loop);
        fan_gateway_config_clear(&gateway);
        fan_guard_free(engine->guard);
        free(endpoint);
        return st;
    }
    open_rooms(endpoint);
    watch_the_end(endpoint);
    st = open_gateway(endpoint, &gateway, err);
    if (st)
        fan_endpoint_close(endpoint);
    else
        *out = endpoint;
    return st;
}

void fan_endpoint_close(struct fan_endpoint *endpoint)
{
    if (!endpoint) return;
    fan_watch_free(endpoint->interrupt);
    fan_watch_free(endpoint->terminate);
    fan_watch_free(endpoint->lifeline);
    fan_pool_close(endpoint->pool);
    fan_async_close(endpoint->async);
    fan_registry_free(endpoint->registry);
    fan_server_close(endpoint->server);
    fan_gateway_free(endpoint->gateway);
    fan_verifier_free(endpoint->verifier);
    fan_loop_close(endpoint->engine.loop);
    fan_guard_free(endpoint->engine.guard); /* removes the work folder */
    free(endpoint);
}

uint16_t fan_endpoint_port(const struct fan_endpoint *endpoint)
{
    return fan_server_port(endpoint->server);
}

bool fan_endpoint_gateway(const struct fan_endpoint *endpoint, char text[256])
{
    if (!endpoint->gateway) return false;
    snprintf(text, 256, "http://%.60s:%u/%s", endpoint->cfg.host, endpoint->gateway_port,
             fan_gateway_stage(endpoint->gateway));
    return true;
}

enum fan_status fan_endpoint_add_function(struct fan_endpoint *endpoint, const char *spec,
                                          struct fan_err *err)
{
    struct fan_buf body = FAN_BUF_INIT(BODY_BYTES_MAX);
    enum fan_status st = fan_function_spec_body(spec, &body, err);
    if (!st) {
        struct fan_http_request request = { 0 };
        struct fan_http_answer answer;
        request.method = "POST";
        request.path = "/2015-03-31/functions";
        request.query = "";
        request.body = body.data;
        request.body_bytes = body.size;
        fan_http_answer_init(&answer, 200);
        fan_control_answer(endpoint->registry, &request, fan_pool_function_changed,
                           endpoint->pool, &answer);
        if (answer.status != 201)
            st = fan_fail(err, FAN_EREMOTE, "cannot create function '%.200s': %.200s",
                          spec, answer.body.data ? answer.body.data : "");
        fan_http_answer_clear(&answer);
    }
    fan_buf_clear(&body);
    return st;
}

void fan_endpoint_run(struct fan_endpoint *endpoint)
{
    fan_loop_run(endpoint->engine.loop);
}
