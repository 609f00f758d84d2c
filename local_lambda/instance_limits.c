/* instance_limits.c - deadlines and memory of an instance that has an invocation. */
#include "local_lambda/instance_state.h"

#include "common/clock.h"

static void look_at_memory(struct fan_instance *instance, int64_t now_ns)
{
    fan_sandbox_look(&instance->sandbox, now_ns);
    if (!fan_sandbox_over_memory(&instance->sandbox)) return;
    if (instance->phase == FAN_PHASE_INIT) {
        instance->cause = FAN_CAUSE_MEMORY;
        fan_sandbox_kill(&instance->sandbox); /* goes on in fan_instance_ended */
        return;
    }
    fan_instance_settle_alive(instance);
}

static void overdue(struct fan_instance *instance)
{
    if (instance->phase == FAN_PHASE_INIT || instance->init_error.size > 0) {
        if (instance->init_error.size == 0) instance->cause = FAN_CAUSE_TIMEOUT;
        fan_sandbox_kill(&instance->sandbox); /* goes on in fan_instance_ended */
        return;
    }
    if (instance->phase == FAN_PHASE_PENDING) fan_instance_clock_start(instance);
    int64_t now_ns = fan_clock_mono_ns();
    struct fan_sandbox_use used = fan_sandbox_used(&instance->sandbox, now_ns);
    fan_instance_time_out(instance);
    /* how long its CPU time would have lasted no longer matters */
    used.cpu_ns = 0;
    instance->start_ns = now_ns - fan_instance_timeout_ns(instance);
    fan_instance_settle(instance, now_ns, used);
}

int64_t fan_instance_sweep(struct fan_instance *instance, int64_t now_ns)
{
    if (instance->phase == FAN_PHASE_SETTLED || !instance->invocation ||
        instance->sandbox.dying)
        return FAN_SWEEP_NS;
    if (now_ns >= instance->deadline_ns) {
        overdue(instance);
        return FAN_SWEEP_NS;
    }
    int64_t left_ns = instance->deadline_ns - now_ns;
    if (instance->phase == FAN_PHASE_PENDING) return left_ns;
    look_at_memory(instance, now_ns);
    const struct fan_sandbox *sandbox = &instance->sandbox;
    int64_t look_ns = sandbox->look_ns - now_ns;
    return sandbox->near_cap && look_ns < left_ns ? look_ns : left_ns;
}
