/* function_call.c - see function_call.h. */
#include "local_lambda/function_call.h"

#include "local_lambda/aliases.h"
#include "local_lambda/invoke_request.h"
#include "local_lambda/versions.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define EVENT_BYTES_MAX (64u << 20) /* a 10 MB body with every byte escaped */

struct call {
    const struct fan_invoke_api *api;
    struct fan_invocation *invocation;
    struct fan_timer *slow; /* holds the result back */
    struct fan_buf event;
    char *qualifier;
    enum fan_fault fault;
    fan_call_done_fn *done;
    void *context;
};

static void call_end(struct call *call, const struct fan_call_result *result)
{
    call->done(call->context, result);
    fan_timer_free(call->slow);
    fan_invocation_free(call->invocation);
    fan_buf_clear(&call->event);
    free(call->qualifier);
    free(call);
}

static void end_without_running(struct call *call, enum fan_call_end end,
                                const char *reason)
{
    struct fan_call_result result = { end, reason, NULL, false, false };
    call_end(call, &result);
}

static void hand_over(void *context)
{
    struct call *call = context;
    struct fan_call_result result = { FAN_CALL_DONE, NULL, call->invocation,
                                      call->fault == FAN_FAULT_DROP,
                                      call->fault == FAN_FAULT_CUT };
    call_end(call, &result);
}

static void on_done(struct fan_invocation *invocation)
{
    struct call *call = invocation->context;
    if (call->fault != FAN_FAULT_SLOW) {
        hand_over(call);
        return;
    }
    call->slow = fan_timer_new(call->api->engine->loop, hand_over, call);
    fan_timer_set(call->slow, (int64_t)call->api->faults->slow_ms * 1000000);
}

static void on_abandon(struct fan_invocation *invocation)
{
    end_without_running(invocation->context, FAN_CALL_ABANDONED, NULL);
}

static struct fan_function *find_function(const struct fan_invoke_api *api,
                                          const struct fan_target *target)
{
    const char *qualifier = *target->qualifier ? target->qualifier : FAN_VERSION_LATEST;
    struct fan_function *function = fan_registry_find(api->registry, target->name);
    return function ? fan_aliases_resolve(function, qualifier, &api->engine->routing)
                    : NULL;
}

static void start(struct call *call, struct fan_function *function)
{
    struct fan_invocation *invocation = fan_invocation_new();
    call->invocation = invocation;
    invocation->qualifier = call->qualifier;
    invocation->event = call->event.data;
    invocation->event_bytes = call->event.size;
    invocation->doomed = call->fault == FAN_FAULT_KILL;
    invocation->done = on_done;
    invocation->abandon = on_abandon;
    invocation->context = call;
    const char *reason = fan_pool_invoke(call->api->pool, function, invocation);
    if (reason) end_without_running(call, FAN_CALL_THROTTLED, reason);
}

void fan_function_call(const struct fan_invoke_api *api, const struct fan_target *target,
                       struct fan_buf *event, fan_call_done_fn *done, void *context)
{
    struct call *call = fan_alloc_zero(1, sizeof *call);
    call->api = api;
    call->event = *event;
    call->done = done;
    call->context = context;
    if (*target->qualifier) call->qualifier = fan_strdup(target->qualifier);
    fan_buf_init(event, event->max);
    struct fan_function *function = find_function(api, target);
    if (!function) {
        end_without_running(call, FAN_CALL_NO_FUNCTION, NULL);
        return;
    }
    if (call->event.size > FAN_INVOKE_BYTES_MAX) {
        end_without_running(call, FAN_CALL_TOO_LARGE, NULL);
        return;
    }
    call->fault = fan_faults_draw(api->faults);
    if (call->fault == FAN_FAULT_THROTTLE)
        end_without_running(call, FAN_CALL_THROTTLED,
                            "ConcurrentInvocationLimitExceeded");
    else if (call->fault == FAN_FAULT_ERROR)
        end_without_running(call, FAN_CALL_FAILED, NULL);
    else
        start(call, function);
}

/* jansson writes here */
static int add_part(const char *bytes, size_t n, void *context)
{
    return fan_buf_add(context, bytes, n, NULL) ? -1 : 0;
}

void fan_function_call_json(const struct fan_invoke_api *api,
                            const struct fan_target *target, struct json_t *event,
                            fan_call_done_fn *done, void *context)
{
    struct fan_buf text = FAN_BUF_INIT(EVENT_BYTES_MAX);
    int failed = json_dump_callback(event, add_part, &text, JSON_COMPACT);
    json_decref(event);
    if (failed) {
        /* over the maximum, far over what a function takes */
        struct fan_call_result result = { FAN_CALL_TOO_LARGE, NULL, NULL, false, false };
        fan_buf_clear(&text);
        done(context, &result);
        return;
    }
    fan_function_call(api, target, &text, done, context);
}
