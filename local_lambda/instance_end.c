/* instance_end.c - the process of an instance has died, by itself or killed by us. */
#include "local_lambda/instance_state.h"

#include "common/clock.h"

#include <stdio.h>

void fan_instance_drain(struct fan_instance *instance)
{
    fan_runtime_link_drain(instance->link);
    fan_sandbox_read_log(&instance->sandbox);
    /* stragglers of its group end with it */
    fan_process_kill(instance->sandbox.process.pid);
}

/* An init that failed is run once more, inside the invocation. */
static void init_died(struct fan_instance *instance)
{
    if (instance->cause == FAN_CAUSE_TIMEOUT)
        fan_instance_log_init_failed(instance, "init", "timeout", "");
    else if (instance->cause == FAN_CAUSE_MEMORY)
        fan_instance_log_init_failed(instance, "init", "error", FAN_OUT_OF_MEMORY);
    else
        fan_instance_log_init_failed(instance, "init", "error",
                                     instance->init_error.size > 0
                                         ? instance->init_error_type
                                         : "Runtime.ExitError");
    fan_instance_reinit(instance);
}

static void invocation_died(struct fan_instance *instance, int status)
{
    struct fan_invocation *invocation = instance->invocation;
    char text[64];
    if (instance->init_error.size > 0) {
        invocation->status = FAN_INVOCATION_ERROR;
        snprintf(invocation->error_type, sizeof invocation->error_type, "%s",
                 instance->init_error_type);
        fan_buf_reset(&invocation->body);
        (void)!fan_buf_add(&invocation->body, instance->init_error.data,
                           instance->init_error.size, NULL);
        fan_instance_log_init_failed(instance, "invoke", "error",
                                     instance->init_error_type);
        return;
    }
    if (fan_sandbox_over_memory(&instance->sandbox)) {
        fan_instance_out_of_memory(instance);
        return;
    }
    fan_process_end_text(status, text);
    if (*text)
        fan_invocation_fail(invocation, FAN_INVOCATION_ERROR, "Runtime.ExitError",
                            "Runtime exited with error: %s", text);
    else
        fan_invocation_fail(invocation, FAN_INVOCATION_ERROR, "Runtime.ExitError",
                            "Runtime exited without providing a reason");
}

void fan_instance_ended(struct fan_instance *instance, int status, int64_t cpu_ns,
                        uint64_t peak_bytes)
{
    struct fan_sandbox *sandbox = &instance->sandbox;
    struct fan_sandbox_use used = fan_sandbox_used_by_dead(sandbox, cpu_ns, peak_bytes);
    fan_sandbox_gone(sandbox);
    fan_runtime_link_reset(instance->link);
    switch (instance->phase) {
    case FAN_PHASE_INIT: init_died(instance); return;
    case FAN_PHASE_PENDING: fan_instance_reinit(instance); return;
    case FAN_PHASE_REINIT:
    case FAN_PHASE_RUNNING:
        invocation_died(instance, status);
        fan_instance_settle(instance, fan_clock_mono_ns(), used);
        return;
    case FAN_PHASE_SETTLED: return; /* finish finds no process */
    case FAN_PHASE_READY:
    case FAN_PHASE_DOWN: instance->phase = FAN_PHASE_DOWN; break;
    }
    if (instance->retired)
        instance->events.gone(instance->events.context);
    else
        instance->events.idle(instance->events.context);
}
