/* url_api.c - see url_api.h. */
#include "local_lambda/url_api.h"

#include "common/clock.h"
#include "local_lambda/function_call.h"
#include "local_lambda/invoke_request.h"
#include "local_lambda/proxy_response.h"
#include "local_lambda/service_error.h"
#include "local_lambda/url_event.h"

#include <jansson.h>
#include <stdlib.h>

/* One request on its way. */
struct visit {
    struct fan_exchange *exchange;
    char request_id[FAN_REQUEST_ID_MAX], trace_id[FAN_TRACE_ID_MAX], peer[FAN_PEER_MAX];
};

static void send_answer(struct visit *visit, struct fan_http_answer *answer, bool cut)
{
    fan_http_answer_header(answer, "x-amzn-RequestId", visit->request_id);
    if (cut)
        fan_exchange_cut(visit->exchange, answer);
    else
        fan_exchange_answer(visit->exchange, answer);
    fan_http_answer_clear(answer);
}

static void set_body(struct fan_http_answer *answer, const char *text)
{
    fan_http_answer_header(answer, "Content-Type", "application/json");
    /* cannot fail: a few bytes */
    if (fan_buf_adds(&answer->body, text, NULL)) abort();
}

static void fill_unknown(struct fan_http_answer *answer)
{
    answer->status = 403;
    fan_http_answer_header(answer, "x-amzn-ErrorType", "AccessDeniedException");
    set_body(answer, "{\"Message\":null}");
}

static void fill_done(struct fan_http_answer *answer,
                      const struct fan_invocation *invocation)
{
    if (invocation->status != FAN_INVOCATION_OK ||
        !fan_proxy_response_v2(answer, invocation->body.data, invocation->body.size)) {
        answer->status = 502;
        set_body(answer, "Internal Server Error"); /* no JSON, whatever its type says */
    }
    fan_http_answer_header(answer, "X-Amzn-Trace-Id", invocation->trace_id);
    if (invocation->host_limited)
        fan_http_answer_header(answer, "X-Local-Lambda-Host-Limited", "1");
}

static void fill(struct fan_http_answer *answer, const struct fan_call_result *result)
{
    switch (result->end) {
    case FAN_CALL_DONE: fill_done(answer, result->invocation); break;
    case FAN_CALL_TOO_LARGE:
        fan_service_error(answer, 413, "RequestEntityTooLargeException", NULL,
                          "Request must be smaller than %d bytes for the InvokeFunction "
                          "operation",
                          FAN_INVOKE_BYTES_MAX);
        break;
    case FAN_CALL_THROTTLED:
        fan_service_error(answer, 429, "TooManyRequestsException", result->reason,
                          "Rate Exceeded.");
        break;
    case FAN_CALL_FAILED:
        fan_service_error(answer, 500, "ServiceException", NULL,
                          "An error occurred and the request cannot be processed.");
        break;
    case FAN_CALL_NO_FUNCTION:
    case FAN_CALL_ABANDONED: fill_unknown(answer); break;
    }
}

static void on_done(void *context, const struct fan_call_result *result)
{
    struct visit *visit = context;
    if (result->end == FAN_CALL_ABANDONED || result->drop) {
        fan_exchange_drop(visit->exchange);
    } else {
        struct fan_http_answer answer;
        fan_http_answer_init(&answer, 502);
        fill(&answer, result);
        send_answer(visit, &answer, result->cut);
    }
    free(visit);
}

/* May this caller use the URL? False: answer says why not. */
static bool is_let_in(const struct fan_url_api *api, const struct fan_function_url *url,
                      const struct fan_http_request *request,
                      struct fan_http_answer *answer)
{
    if (url->auth == FAN_URL_NONE) return true;
    if (fan_http_header(request, "Authorization"))
        return fan_verifier_check(api->verifier, request, fan_clock_wall_ns(), answer);
    fan_service_error(answer, 403, "AccessDeniedException", NULL,
                      "Forbidden. For troubleshooting Function URL authorization issues, "
                      "see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html");
    return false;
}

static void call(const struct fan_url_api *api, const struct fan_function_url *url,
                 struct visit *visit, const struct fan_http_request *http)
{
    struct fan_url_request request = { 0 };
    struct fan_target function = url->function;
    request.http = http;
    request.url_id = url->id;
    request.account = fan_registry_settings(api->invoke->registry)->account;
    request.access_key_id = url->auth == FAN_URL_AWS_IAM ? api->access_key_id : NULL;
    request.request_id = visit->request_id;
    request.trace_id = visit->trace_id;
    request.source_ip = fan_exchange_peer(visit->exchange, visit->peer);
    request.port = api->port;
    request.wall_ns = fan_clock_wall_ns();
    fan_function_call_json(api->invoke, &function, fan_url_event(&request), on_done,
                           visit);
}

bool fan_url_answer(const struct fan_url_api *api, struct fan_exchange *exchange,
                    const struct fan_http_request *request)
{
    const char *host = fan_http_header(request, "Host");
    if (!fan_urls_is_host(host)) return false;
    const struct fan_function_url *url = fan_urls_of_host(api->urls, host);
    struct visit *visit = fan_alloc_zero(1, sizeof *visit);
    struct fan_http_answer answer;
    visit->exchange = exchange;
    fan_request_id(visit->request_id);
    fan_trace_root(visit->trace_id);
    fan_http_answer_init(&answer, 403);
    if (!url) fill_unknown(&answer);
    if (url && is_let_in(api, url, request, &answer)) {
        fan_http_answer_clear(&answer);
        call(api, url, visit, request);
        return true;
    }
    send_answer(visit, &answer, false);
    free(visit);
    return true;
}
