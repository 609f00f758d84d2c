/* instance_runtime.c - what the process asks and answers by the Runtime API. */
#include "local_lambda/instance_state.h"

#include "common/clock.h"

#include <string.h>

#define INIT_ERROR_GRACE_NS INT64_C(1000000000) /* to exit by itself after reporting */

static enum fan_runtime_reply on_next(struct fan_instance *instance, bool *hold)
{
    if (instance->sandbox.dying || instance->phase == FAN_PHASE_RUNNING ||
        instance->phase == FAN_PHASE_DOWN) {
        *hold = false;
        return FAN_RUNTIME_WRONG_STATE;
    }
    if (instance->phase == FAN_PHASE_INIT) {
        int64_t init_ns = fan_clock_mono_ns() - instance->sandbox.spawned_ns;
        instance->invocation->init_ms = (double)init_ns / 1e6;
        fan_sandbox_init_done(&instance->sandbox, init_ns);
    }
    if (instance->phase == FAN_PHASE_INIT || instance->phase == FAN_PHASE_REINIT ||
        instance->phase == FAN_PHASE_PENDING)
        fan_instance_deliver(instance);
    return FAN_RUNTIME_ACCEPTED;
}

static void take_failure(struct fan_instance *instance,
                         const struct fan_reader_request *request)
{
    struct fan_invocation *invocation = instance->invocation;
    invocation->status = FAN_INVOCATION_ERROR;
    fan_runtime_error_type(request->error_type, invocation->error_type);
}

static bool is_id(const char *wanted, const char *id, size_t n)
{
    return n == strlen(wanted) && memcmp(id, wanted, n) == 0;
}

static enum fan_runtime_reply on_answer(struct fan_instance *instance, bool failed,
                                        const char *id, size_t id_bytes,
                                        const struct fan_reader_request *request)
{
    struct fan_invocation *invocation = instance->invocation;
    /* an asynchronous event that is run again has the id of the invocation before */
    if (invocation && !is_id(invocation->request_id, id, id_bytes))
        return is_id(instance->last_id, id, id_bytes) ? FAN_RUNTIME_WRONG_STATE
                                                      : FAN_RUNTIME_WRONG_ID;
    if (instance->phase != FAN_PHASE_RUNNING || instance->sandbox.dying)
        return FAN_RUNTIME_WRONG_STATE;
    enum fan_runtime_reply reply = FAN_RUNTIME_ACCEPTED;
    if (request->too_large) {
        static const char type[] = "Function.ResponseSizeTooLarge";
        invocation->status = FAN_INVOCATION_ERROR;
        memcpy(invocation->error_type, type, sizeof type);
        (void)!fan_buf_addf(&invocation->body, NULL,
                            "{\"errorMessage\":\"Response payload size exceeded maximum "
                            "allowed payload size (%d bytes).\",\"errorType\":\"%s\"}",
                            FAN_RESPONSE_BYTES_MAX, type);
        reply = FAN_RUNTIME_TOO_LARGE;
    } else {
        /* fits: the reader keeps no larger body */
        (void)!fan_buf_add(&invocation->body, request->body, request->body_bytes, NULL);
        if (failed) take_failure(instance, request);
    }
    fan_instance_settle_alive(instance);
    return reply;
}

static enum fan_runtime_reply on_init_error(struct fan_instance *instance,
                                            const struct fan_reader_request *request)
{
    if ((instance->phase != FAN_PHASE_INIT && instance->phase != FAN_PHASE_REINIT) ||
        instance->sandbox.dying || instance->init_error.size > 0)
        return FAN_RUNTIME_WRONG_STATE;
    if (request->too_large) return FAN_RUNTIME_TOO_LARGE;
    const char *body = request->body_bytes ? request->body : "{}";
    size_t n = request->body_bytes ? request->body_bytes : 2;
    (void)!fan_buf_add(&instance->init_error, body, n, NULL);
    fan_runtime_error_type(request->error_type, instance->init_error_type);
    int64_t grace_ns = fan_clock_mono_ns() + INIT_ERROR_GRACE_NS;
    if (grace_ns < instance->deadline_ns) instance->deadline_ns = grace_ns;
    return FAN_RUNTIME_ACCEPTED;
}

enum fan_runtime_reply fan_instance_on_call(void *context, enum fan_runtime_call call,
                                            const char *id, size_t id_bytes,
                                            const struct fan_reader_request *request,
                                            bool *hold)
{
    struct fan_instance *instance = context;
    switch (call) {
    case FAN_RUNTIME_NEXT: return on_next(instance, hold);
    case FAN_RUNTIME_RESPONSE: return on_answer(instance, false, id, id_bytes, request);
    case FAN_RUNTIME_ERROR: return on_answer(instance, true, id, id_bytes, request);
    case FAN_RUNTIME_INIT_ERROR: return on_init_error(instance, request);
    case FAN_RUNTIME_UNKNOWN: break;
    }
    return FAN_RUNTIME_NO_SUCH_CALL;
}
