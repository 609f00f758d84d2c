/* function_instance.c - see function_instance.h: the life of an instance, and how an
 * invocation begins in it. instance_state.h shows its phases. */
#include "local_lambda/instance_state.h"

#include "common/clock.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#define MS INT64_C(1000000)

static const struct fan_sandbox_use nothing_used = { 0, 0 };

enum fan_status fan_instance_new(struct fan_instance **out, struct fan_engine *engine,
                                 struct fan_release *release,
                                 const struct fan_instance_events *events,
                                 struct fan_err *err)
{
    struct fan_instance *instance = fan_alloc_zero(1, sizeof *instance);
    struct fan_runtime_link_events link_events = { fan_instance_on_call, instance };
    enum fan_status st =
        fan_runtime_link_open(&instance->link, engine->loop, &link_events, err);
    if (st) {
        free(instance);
        return st;
    }
    instance->engine = engine;
    instance->release = fan_release_ref(release);
    instance->events = *events;
    instance->phase = FAN_PHASE_DOWN;
    fan_buf_init(&instance->init_error, FAN_RESPONSE_BYTES_MAX);
    fan_sandbox_init(&instance->sandbox, engine, release,
                     fan_runtime_link_port(instance->link), fan_instance_log, instance);
    *out = instance;
    return FAN_OK;
}

void fan_instance_free(struct fan_instance *instance)
{
    if (!instance) return;
    fan_sandbox_clear(&instance->sandbox);
    fan_timer_free(instance->hold);
    fan_runtime_link_close(instance->link);
    fan_buf_clear(&instance->init_error);
    fan_release_unref(instance->release);
    free(instance);
}

struct fan_release *fan_instance_release(const struct fan_instance *instance)
{
    return instance->release;
}

pid_t fan_instance_pid(const struct fan_instance *instance)
{
    return instance->sandbox.process.pid;
}

bool fan_instance_ready(const struct fan_instance *instance)
{
    return instance->phase == FAN_PHASE_READY && fan_runtime_link_waiting(instance->link);
}

/* --- an invocation begins --- */

int64_t fan_instance_timeout_ns(const struct fan_instance *instance)
{
    return (int64_t)instance->release->timeout_s * 1000 * MS;
}

void fan_instance_clock_start(struct fan_instance *instance)
{
    instance->start_ns = fan_clock_mono_ns();
    instance->deadline_ns = instance->start_ns + fan_instance_timeout_ns(instance);
    fan_instance_log_start(instance);
}

void fan_instance_deliver(struct fan_instance *instance)
{
    struct fan_invocation *invocation = instance->invocation;
    if (instance->phase != FAN_PHASE_REINIT) {
        fan_instance_clock_start(instance);
        fan_sandbox_mark(&instance->sandbox, instance->start_ns, false);
    }
    instance->phase = FAN_PHASE_RUNNING;
    int64_t left_ns = instance->deadline_ns - instance->start_ns;
    const char *qualifier = invocation->qualifier ? invocation->qualifier : "";
    char arn[sizeof instance->release->arn + 130];
    snprintf(arn, sizeof arn, "%s%s%s", instance->release->arn, *qualifier ? ":" : "",
             qualifier);
    struct fan_runtime_event event = {
        invocation->request_id,
        arn,
        invocation->trace_id,
        invocation->client_context,
        (fan_clock_wall_ns() + left_ns) / MS,
        invocation->event_bytes,
    };
    fan_runtime_link_send(instance->link, &event, invocation->event);
    if (invocation->doomed) fan_sandbox_kill(&instance->sandbox);
}

/* "./bootstrap" could not be started at all. */
static void settle_no_entrypoint(struct fan_instance *instance, enum fan_status st,
                                 const struct fan_err *err)
{
    if (st == FAN_ENOTFOUND)
        fan_invocation_fail(instance->invocation, FAN_INVOCATION_ERROR,
                            "Runtime.InvalidEntrypoint",
                            "Couldn't find valid bootstrap(s): [/var/task/bootstrap "
                            "/opt/bootstrap]");
    else
        fan_invocation_fail(instance->invocation, FAN_INVOCATION_ERROR,
                            "Runtime.InvalidEntrypoint",
                            "fork/exec /var/task/bootstrap: %.128s", err->text);
    fan_instance_settle(instance, fan_clock_mono_ns(), nothing_used);
}

static enum fan_status start_process(struct fan_instance *instance, struct fan_err *err)
{
    instance->cause = FAN_CAUSE_NONE;
    instance->started = true;
    fan_buf_reset(&instance->init_error);
    return fan_sandbox_start(&instance->sandbox, err);
}

void fan_instance_reinit(struct fan_instance *instance)
{
    struct fan_err err = { FAN_OK, "" };
    fan_instance_clock_start(instance);
    instance->phase = FAN_PHASE_REINIT;
    enum fan_status st = start_process(instance, &err);
    if (st) settle_no_entrypoint(instance, st, &err);
}

static void begin_init(struct fan_instance *instance)
{
    struct fan_err err = { FAN_OK, "" };
    instance->phase = FAN_PHASE_INIT;
    enum fan_status st = start_process(instance, &err);
    if (st) {
        fan_instance_clock_start(instance);
        settle_no_entrypoint(instance, st, &err);
        return;
    }
    instance->deadline_ns =
        instance->sandbox.spawned_ns + (int64_t)instance->engine->init_limit_ms * MS;
}

void fan_instance_begin(struct fan_instance *instance, struct fan_invocation *invocation)
{
    assert(!instance->invocation &&
           (instance->phase == FAN_PHASE_DOWN || instance->phase == FAN_PHASE_READY));
    instance->invocation = invocation;
    if (instance->phase == FAN_PHASE_DOWN) {
        if (instance->started)
            fan_instance_reinit(instance);
        else
            begin_init(instance);
    } else if (fan_runtime_link_waiting(instance->link)) {
        fan_instance_deliver(instance);
    } else {
        instance->phase = FAN_PHASE_PENDING;
        instance->deadline_ns = fan_clock_mono_ns() + fan_instance_timeout_ns(instance);
    }
}

void fan_instance_retire(struct fan_instance *instance)
{
    assert(!instance->invocation);
    instance->retired = true;
    if (instance->sandbox.process.pid)
        fan_sandbox_kill(&instance->sandbox);
    else
        instance->events.gone(instance->events.context);
}
