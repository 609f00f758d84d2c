/* instance_log.c - what an instance logs: its process's lines, and START, END, REPORT. */
#include "local_lambda/instance_state.h"

#include "common/clock.h"
#include "local_lambda/report_line.h"

void fan_instance_log(void *context, const char *text, size_t n)
{
    struct fan_instance *instance = context;
    struct fan_invocation *invocation = instance->invocation;
    if (invocation && invocation->want_tail) fan_tail_add(&invocation->tail, text, n);
    if (instance->engine->log_fd >= 0)
        fan_function_log_write(instance->engine->log_fd, instance->release->name, text,
                               n);
}

/* Does anybody want to read what the instance logs? */
static bool log_wanted(const struct fan_instance *instance)
{
    return instance->invocation->want_tail || instance->engine->log_fd >= 0;
}

/* Bring what was printed so far into order with START and END. */
static void log_sync(struct fan_instance *instance)
{
    if (log_wanted(instance)) fan_sandbox_read_log(&instance->sandbox);
}

void fan_instance_log_start(struct fan_instance *instance)
{
    char line[FAN_REPORT_LINE_MAX];
    if (!log_wanted(instance)) return;
    /* what a warm process prints between calls has mostly been read by now */
    if (instance->phase != FAN_PHASE_READY) log_sync(instance);
    fan_instance_log(instance, line,
                     fan_report_start(line, instance->invocation->request_id,
                                      instance->release->version));
}

void fan_instance_log_report(struct fan_instance *instance)
{
    static const char *const status[] = { "", "error", "timeout" };
    if (!log_wanted(instance)) return;
    const struct fan_invocation *invocation = instance->invocation;
    char line[FAN_REPORT_LINE_MAX];
    struct fan_report report = {
        invocation->request_id,
        invocation->duration_ms,
        invocation->init_ms,
        fan_report_billed_ms(invocation->duration_ms, invocation->init_ms),
        instance->release->memory_mb,
        invocation->max_memory_mb,
        status[invocation->status],
        invocation->error_type,
    };
    log_sync(instance);
    fan_instance_log(instance, line, fan_report_end(line, invocation->request_id));
    fan_instance_log(instance, line, fan_report_line(line, &report));
}

void fan_instance_log_init_failed(struct fan_instance *instance, const char *phase,
                                  const char *status, const char *error_type)
{
    char line[FAN_REPORT_LINE_MAX];
    double ms = (double)(fan_clock_mono_ns() - instance->sandbox.spawned_ns) / 1e6;
    log_sync(instance);
    fan_instance_log(instance, line,
                     fan_report_init(line, ms, phase, status, error_type));
}
