/* invoke_api.c - see invoke_api.h. */
#include "local_lambda/invoke_api.h"

#include "local_lambda/aliases.h"
#include "local_lambda/invoke_request.h"
#include "local_lambda/service_error.h"
#include "local_lambda/versions.h"

#include <stdlib.h>
#include <string.h>

/* One synchronous invocation on its way. */
struct call {
    struct fan_invoke_api *api;
    struct fan_exchange *exchange;
    struct fan_invocation *invocation;
    struct fan_timer *slow; /* holds the answer back */
    enum fan_fault fault;
    char *client_context, *qualifier;
};

static void call_free(struct call *call)
{
    fan_timer_free(call->slow);
    fan_invocation_free(call->invocation);
    free(call->client_context);
    free(call->qualifier);
    free(call);
}

static void answer_error(struct fan_exchange *exchange, struct fan_http_answer *answer)
{
    char id[FAN_REQUEST_ID_MAX];
    fan_request_id(id);
    fan_http_answer_header(answer, "x-amzn-RequestId", id);
    fan_exchange_answer(exchange, answer);
    fan_http_answer_clear(answer);
}

static void fill_answer(struct fan_http_answer *answer, struct fan_invocation *invocation)
{
    fan_http_answer_init(answer, 200);
    fan_http_answer_header(answer, "Content-Type", "application/json");
    fan_http_answer_header(answer, "x-amzn-RequestId", invocation->request_id);
    fan_http_answer_header(answer, "x-amzn-Remapped-Content-Length", "0");
    fan_http_answer_header(answer, "X-Amz-Executed-Version", invocation->version);
    fan_http_answer_header(answer, "X-Amzn-Trace-Id", invocation->trace_id);
    if (invocation->status != FAN_INVOCATION_OK)
        fan_http_answer_header(answer, "X-Amz-Function-Error", "Unhandled");
    if (invocation->host_limited)
        fan_http_answer_header(answer, "X-Local-Lambda-Host-Limited", "1");
    if (invocation->want_tail) {
        char text[FAN_TAIL_BASE64_MAX];
        fan_http_answer_header(answer, "X-Amz-Log-Result",
                               fan_tail_base64(&invocation->tail, text));
    }
    /* the body moves, it is not copied */
    answer->body = invocation->body;
    fan_buf_init(&invocation->body, 0);
}

static void send_answer(void *context)
{
    struct call *call = context;
    struct fan_http_answer answer;
    fill_answer(&answer, call->invocation);
    if (call->fault == FAN_FAULT_DROP)
        fan_exchange_drop(call->exchange);
    else if (call->fault == FAN_FAULT_CUT)
        fan_exchange_cut(call->exchange, &answer);
    else
        fan_exchange_answer(call->exchange, &answer);
    fan_http_answer_clear(&answer);
    call_free(call);
}

static void on_done(struct fan_invocation *invocation)
{
    struct call *call = invocation->context;
    if (call->fault != FAN_FAULT_SLOW) {
        send_answer(call);
        return;
    }
    call->slow = fan_timer_new(call->api->engine->loop, send_answer, call);
    fan_timer_set(call->slow, (int64_t)call->api->faults->slow_ms * 1000000);
}

/* The endpoint ends with this call in flight. */
static void on_abandon(struct fan_invocation *invocation)
{
    struct call *call = invocation->context;
    fan_exchange_drop(call->exchange);
    call_free(call);
}

static const char rate_exceeded[] = "Rate Exceeded.";

static void start(struct fan_invoke_api *api, struct fan_exchange *exchange,
                  struct fan_function *function, const struct fan_invoke_request *invoke,
                  enum fan_fault fault)
{
    const struct fan_http_request *request = fan_exchange_request(exchange);
    struct fan_invocation *invocation = fan_invocation_new();
    struct call *call = fan_alloc_zero(1, sizeof *call);
    call->api = api;
    call->exchange = exchange;
    call->invocation = invocation;
    call->fault = fault;
    if (*invoke->client_context)
        call->client_context = fan_strdup(invoke->client_context);
    if (*invoke->qualifier) call->qualifier = fan_strdup(invoke->qualifier);
    invocation->client_context = call->client_context;
    invocation->qualifier = call->qualifier;
    invocation->event = request->body_bytes ? request->body : "{}";
    invocation->event_bytes = request->body_bytes ? request->body_bytes : 2;
    invocation->want_tail = invoke->want_tail;
    invocation->doomed = fault == FAN_FAULT_KILL;
    invocation->done = on_done;
    invocation->abandon = on_abandon;
    invocation->context = call;
    const char *reason = fan_pool_invoke(api->pool, function, invocation);
    if (!reason) return;
    struct fan_http_answer answer;
    fan_http_answer_init(&answer, 429);
    fan_service_error(&answer, 429, "TooManyRequestsException", reason, "%s",
                      rate_exceeded);
    answer_error(exchange, &answer);
    call_free(call);
}

static bool refuse_fault(enum fan_fault fault, struct fan_http_answer *answer)
{
    if (fault == FAN_FAULT_THROTTLE)
        fan_service_error(answer, 429, "TooManyRequestsException",
                          "ConcurrentInvocationLimitExceeded", "%s", rate_exceeded);
    else if (fault == FAN_FAULT_ERROR)
        fan_service_error(answer, 500, "ServiceException", NULL,
                          "An error occurred and the request cannot be processed.");
    else
        return false;
    return true;
}

/* The function or version that a request means; NULL: answer says why not. */
static struct fan_function *find_function(struct fan_invoke_api *api,
                                          const struct fan_invoke_request *invoke,
                                          struct fan_http_answer *answer)
{
    struct fan_function *function = fan_registry_find(api->registry, invoke->name);
    const char *qualifier = *invoke->qualifier ? invoke->qualifier : FAN_VERSION_LATEST;
    /* an event's version is drawn when it runs */
    struct fan_random *random =
        invoke->type == FAN_INVOKE_SYNC ? &api->engine->routing : NULL;
    if (function) function = fan_aliases_resolve(function, qualifier, random);
    if (function) return function;
    const struct fan_registry_cfg *cfg = fan_registry_settings(api->registry);
    fan_service_error(answer, 404, "ResourceNotFoundException", NULL,
                      "Function not found: arn:aws:lambda:%s:%s:function:%s:%s",
                      cfg->region, cfg->account, invoke->name, qualifier);
    return NULL;
}

/* Everything that can be refused or done without running the function; true: answered. */
static bool answer_without_running(const struct fan_invoke_request *invoke,
                                   const struct fan_http_request *request,
                                   enum fan_fault fault, struct fan_http_answer *answer)
{
    if (invoke->type == FAN_INVOKE_DRY_RUN) {
        answer->status = 204;
        return true;
    }
    return refuse_fault(fault, answer) || !fan_invoke_check_event(request, answer);
}

/* An event that is accepted runs later. */
static void accept_event(struct fan_invoke_api *api, struct fan_exchange *exchange,
                         const struct fan_invoke_request *invoke)
{
    const struct fan_http_request *request = fan_exchange_request(exchange);
    struct fan_http_answer answer;
    char id[FAN_REQUEST_ID_MAX];
    fan_http_answer_init(&answer, 202);
    if (!fan_async_submit(api->async, invoke->name, invoke->qualifier, request->body,
                          request->body_bytes, id)) {
        fan_service_error(&answer, 429, "TooManyRequestsException",
                          "CallerRateLimitExceeded", "%s", rate_exceeded);
        answer_error(exchange, &answer);
        return;
    }
    fan_http_answer_header(&answer, "x-amzn-RequestId", id);
    fan_http_answer_header(&answer, "x-amzn-Remapped-Content-Length", "0");
    fan_exchange_answer(exchange, &answer);
    fan_http_answer_clear(&answer);
}

void fan_invoke_answer(struct fan_invoke_api *api, struct fan_exchange *exchange)
{
    const struct fan_http_request *request = fan_exchange_request(exchange);
    struct fan_invoke_request invoke;
    struct fan_http_answer answer;
    struct fan_function *function = NULL;
    enum fan_fault fault = FAN_FAULT_NONE;
    fan_http_answer_init(&answer, 200);
    bool answered = !fan_invoke_parse(request, &invoke, &answer);
    if (!answered) answered = !(function = find_function(api, &invoke, &answer));
    if (!answered) {
        if (invoke.type == FAN_INVOKE_SYNC) fault = fan_faults_draw(api->faults);
        answered = answer_without_running(&invoke, request, fault, &answer);
    }
    if (answered)
        answer_error(exchange, &answer);
    else if (invoke.type == FAN_INVOKE_EVENT)
        accept_event(api, exchange, &invoke);
    else
        start(api, exchange, function, &invoke, fault);
}
