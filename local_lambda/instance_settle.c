/* instance_settle.c - an invocation's outcome is known: how long it lasts, and its end.
 */
#include "local_lambda/instance_state.h"

#include "common/clock.h"
#include "local_lambda/held_time.h"

#include <string.h>

/* The held time is over: the caller gets the answer, the environment is free again. */
static void finish(struct fan_instance *instance)
{
    struct fan_invocation *invocation = instance->invocation;
    int64_t late_ns = fan_clock_mono_ns() - instance->over_ns;
    if (fan_held_late((double)late_ns / 1e6, invocation->duration_ms))
        invocation->host_limited = true;
    fan_instance_log_report(instance);
    instance->invocation = NULL;
    instance->phase = instance->sandbox.process.pid ? FAN_PHASE_READY : FAN_PHASE_DOWN;
    memcpy(instance->last_id, invocation->request_id, sizeof instance->last_id);
    invocation->done(invocation);
    /* a dying process's end brings the environment back */
    if (!instance->sandbox.dying) instance->events.idle(instance->events.context);
}

static void on_hold_over(void *context)
{
    finish(context);
}

static double stretched_ms(struct fan_instance *instance, double cpu_ms)
{
    struct fan_engine *engine = instance->engine;
    uint32_t memory_mb = instance->release->memory_mb;
    switch (engine->cpu) {
    case FAN_CPU_TICK: return fan_cpu_tick_wall_ms(cpu_ms, memory_mb, &engine->random);
    case FAN_CPU_QUOTA: return fan_cpu_quota_wall_ms(cpu_ms, memory_mb);
    case FAN_CPU_OFF: break;
    }
    return cpu_ms;
}

void fan_instance_time_out(struct fan_instance *instance)
{
    fan_invocation_fail(instance->invocation, FAN_INVOCATION_TIMEOUT, "Sandbox.Timedout",
                        "Task timed out after %u.00 seconds",
                        instance->release->timeout_s);
    fan_sandbox_kill(&instance->sandbox);
}

void fan_instance_settle(struct fan_instance *instance, int64_t end_ns,
                         struct fan_sandbox_use used)
{
    struct fan_invocation *invocation = instance->invocation;
    struct fan_measured measured = {
        (double)(end_ns - instance->start_ns) / 1e6,
        (double)used.cpu_ns / 1e6,
        (double)used.runqueue_ns / 1e6,
        0,
        (double)instance->release->timeout_s * 1e3,
        instance->release->memory_mb / FAN_CPU_VCPU_MB,
    };
    measured.stretched_ms = stretched_ms(instance, measured.cpu_ms);
    struct fan_held held = fan_held_time(&measured);
    invocation->duration_ms = held.duration_ms;
    invocation->host_limited = held.host_limited;
    invocation->max_memory_mb = fan_sandbox_peak_mb(&instance->sandbox);
    instance->phase = FAN_PHASE_SETTLED;
    /* a process killed for its memory used CPU beyond the moment when AWS kills it, so
     * its stretched time proves nothing */
    if (held.timed_out && invocation->status != FAN_INVOCATION_TIMEOUT &&
        strcmp(invocation->error_type, FAN_OUT_OF_MEMORY) != 0)
        fan_instance_time_out(instance);
    instance->over_ns = instance->start_ns + (int64_t)(held.duration_ms * 1e6);
    int64_t wait_ns = instance->over_ns - fan_clock_mono_ns();
    if (wait_ns <= 0) {
        finish(instance);
        return;
    }
    if (!instance->hold)
        instance->hold = fan_timer_new(instance->engine->loop, on_hold_over, instance);
    fan_timer_set(instance->hold, wait_ns);
}

void fan_instance_out_of_memory(struct fan_instance *instance)
{
    fan_invocation_fail(instance->invocation, FAN_INVOCATION_ERROR, FAN_OUT_OF_MEMORY,
                        "Runtime exited with error: signal: killed");
    fan_sandbox_kill(&instance->sandbox);
}

void fan_instance_settle_alive(struct fan_instance *instance)
{
    /* not now: the answer has waited while others of this round had their turn */
    int64_t end_ns = fan_loop_round_ns(instance->engine->loop);
    if (end_ns < instance->start_ns) end_ns = instance->start_ns;
    struct fan_sandbox_use used = fan_sandbox_used(&instance->sandbox, end_ns);
    if (fan_sandbox_over_memory(&instance->sandbox)) fan_instance_out_of_memory(instance);
    fan_instance_settle(instance, end_ns, used);
}
