/* function_instance.c - see function_instance.h. The phases and what moves an environment
 * between them:
 *
 *   DOWN --begin--> INIT (first time) or REINIT (its process died before)
 *   INIT --NEXT--> RUNNING        --died or too long--> REINIT
 *   REINIT --NEXT--> RUNNING      --died or too long--> SETTLED
 *   RUNNING --answer, death, time-out, out of memory--> SETTLED
 *   SETTLED --held time is over--> READY, or DOWN when the process died meanwhile
 *   READY --begin--> RUNNING, or PENDING until the process asks for its next event
 */
#include "local_lambda/function_instance.h"

#include "common/clock.h"
#include "local_lambda/held_time.h"
#include "local_lambda/report_line.h"
#include "local_lambda/runtime_link.h"
#include "local_lambda/sandbox.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MS                  INT64_C(1000000)
#define MB                  (UINT64_C(1) << 20)
#define INIT_ERROR_GRACE_NS (1000 * MS) /* to exit by itself after reporting */

static const char out_of_memory[] = "Runtime.OutOfMemory";
static const struct fan_sandbox_use nothing_used = { 0, 0 };

enum phase { DOWN, INIT, REINIT, RUNNING, SETTLED, READY, PENDING };

/* Why a process was killed by us, when it was. */
enum cause { NO_CAUSE, CAUSE_TIMEOUT, CAUSE_MEMORY };

struct fan_instance {
    struct fan_engine *engine;
    struct fan_release *release;
    struct fan_instance_events events;
    struct fan_runtime_link *link;
    struct fan_sandbox sandbox;
    enum phase phase;
    enum cause cause;
    bool started; /* had a process before */
    bool retired;
    struct fan_invocation *invocation;
    char last_id[FAN_REQUEST_ID_MAX]; /* of the invocation before */
    struct fan_timer *hold;
    int64_t start_ns, deadline_ns;
    int64_t over_ns; /* when the held time is over */
    char init_error_type[129];
    struct fan_buf init_error; /* body of init/error */
};

static void settle(struct fan_instance *instance, int64_t end_ns,
                   struct fan_sandbox_use used);

/* --- log ---------------------------------------------------------------------------- */

static void log_add(void *context, const char *text, size_t n)
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

static void log_start(struct fan_instance *instance)
{
    char line[FAN_REPORT_LINE_MAX];
    if (!log_wanted(instance)) return;
    /* what a warm process prints between calls has mostly been read by now */
    if (instance->phase != READY) log_sync(instance);
    log_add(instance, line,
            fan_report_start(line, instance->invocation->request_id,
                             instance->release->version));
}

static void log_report(struct fan_instance *instance)
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
    log_add(instance, line, fan_report_end(line, invocation->request_id));
    log_add(instance, line, fan_report_line(line, &report));
}

static void log_init_failed(struct fan_instance *instance, const char *phase,
                            const char *status, const char *error_type)
{
    char line[FAN_REPORT_LINE_MAX];
    double ms = (double)(fan_clock_mono_ns() - instance->sandbox.spawned_ns) / 1e6;
    log_sync(instance);
    log_add(instance, line, fan_report_init(line, ms, phase, status, error_type));
}

/* --- an invocation begins ----------------------------------------------------------- */

static void clock_start(struct fan_instance *instance)
{
    instance->start_ns = fan_clock_mono_ns();
    instance->deadline_ns =
        instance->start_ns + (int64_t)instance->release->timeout_s * 1000 * MS;
    log_start(instance);
}

/* The process that asks for an event gets this one. */
static void deliver(struct fan_instance *instance)
{
    struct fan_invocation *invocation = instance->invocation;
    if (instance->phase != REINIT) {
        clock_start(instance);
        fan_sandbox_mark(&instance->sandbox, instance->start_ns, false);
    }
    instance->phase = RUNNING;
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
    settle(instance, fan_clock_mono_ns(), nothing_used);
}

static enum fan_status start_process(struct fan_instance *instance, struct fan_err *err)
{
    instance->cause = NO_CAUSE;
    instance->started = true;
    fan_buf_reset(&instance->init_error);
    return fan_sandbox_start(&instance->sandbox, err);
}

/* Start the process anew with the invocation's clock running: a suppressed init. */
static void begin_reinit(struct fan_instance *instance)
{
    struct fan_err err = { FAN_OK, "" };
    clock_start(instance);
    instance->phase = REINIT;
    enum fan_status st = start_process(instance, &err);
    if (st) settle_no_entrypoint(instance, st, &err);
}

static void begin_init(struct fan_instance *instance)
{
    struct fan_err err = { FAN_OK, "" };
    instance->phase = INIT;
    enum fan_status st = start_process(instance, &err);
    if (st) {
        clock_start(instance);
        settle_no_entrypoint(instance, st, &err);
        return;
    }
    instance->deadline_ns =
        instance->sandbox.spawned_ns + (int64_t)instance->engine->init_limit_ms * MS;
}

void fan_instance_begin(struct fan_instance *instance, struct fan_invocation *invocation)
{
    assert(!instance->invocation &&
           (instance->phase == DOWN || instance->phase == READY));
    instance->invocation = invocation;
    if (instance->phase == DOWN) {
        if (instance->started)
            begin_reinit(instance);
        else
            begin_init(instance);
    } else if (fan_runtime_link_waiting(instance->link)) {
        deliver(instance);
    } else {
        instance->phase = PENDING;
        instance->deadline_ns =
            fan_clock_mono_ns() + (int64_t)instance->release->timeout_s * 1000 * MS;
    }
}

/* --- an invocation ends ------------------------------------------------------------- */

static void finish(struct fan_instance *instance);

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

static void settle_time_out(struct fan_instance *instance)
{
    fan_invocation_fail(instance->invocation, FAN_INVOCATION_TIMEOUT, "Sandbox.Timedout",
                        "Task timed out after %u.00 seconds",
                        instance->release->timeout_s);
    fan_sandbox_kill(&instance->sandbox);
}

/* The invocation ended at end_ns, its outcome is in it; find how long it lasts at this
 * memory size and hold it until then. */
static void settle(struct fan_instance *instance, int64_t end_ns,
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
    instance->phase = SETTLED;
    /* a process killed for its memory used CPU beyond the moment when AWS kills it, so
     * its stretched time proves nothing */
    if (held.timed_out && invocation->status != FAN_INVOCATION_TIMEOUT &&
        strcmp(invocation->error_type, out_of_memory) != 0)
        settle_time_out(instance);
    instance->over_ns = instance->start_ns + (int64_t)(held.duration_ms * 1e6);
    int64_t wait_ns = instance->over_ns - fan_clock_mono_ns();
    if (wait_ns <= 0) {
        finish(instance);
        return;
    }
    if (!instance->hold)
        instance->hold = fan_timer_new(instance->engine->server, on_hold_over, instance);
    fan_timer_set(instance->hold, wait_ns);
}

static void fail_of_memory(struct fan_instance *instance)
{
    fan_invocation_fail(instance->invocation, FAN_INVOCATION_ERROR, out_of_memory,
                        "Runtime exited with error: signal: killed");
    fan_sandbox_kill(&instance->sandbox);
}

/* The process is alive and the invocation over: read its figures, then settle. */
static void settle_alive(struct fan_instance *instance)
{
    /* not now: the answer has waited while others of this round had their turn */
    int64_t end_ns = fan_server_round_ns(instance->engine->server);
    if (end_ns < instance->start_ns) end_ns = instance->start_ns;
    struct fan_sandbox_use used = fan_sandbox_used(&instance->sandbox, end_ns);
    if (fan_sandbox_over_memory(&instance->sandbox)) fail_of_memory(instance);
    settle(instance, end_ns, used);
}

/* The held time is over: the caller gets the answer, the environment is free again. */
static void finish(struct fan_instance *instance)
{
    struct fan_invocation *invocation = instance->invocation;
    int64_t late_ns = fan_clock_mono_ns() - instance->over_ns;
    if (fan_held_late((double)late_ns / 1e6, invocation->duration_ms))
        invocation->host_limited = true;
    log_report(instance);
    instance->invocation = NULL;
    instance->phase = instance->sandbox.process.pid ? READY : DOWN;
    memcpy(instance->last_id, invocation->request_id, sizeof instance->last_id);
    invocation->done(invocation);
    /* a dying process's end brings the environment back */
    if (!instance->sandbox.dying) instance->events.idle(instance->events.context);
}

/* --- Runtime API -------------------------------------------------------------------- */

static enum fan_runtime_reply on_next(struct fan_instance *instance, bool *hold)
{
    if (instance->sandbox.dying || instance->phase == RUNNING ||
        instance->phase == DOWN) {
        *hold = false;
        return FAN_RUNTIME_WRONG_STATE;
    }
    if (instance->phase == INIT) {
        int64_t init_ns = fan_clock_mono_ns() - instance->sandbox.spawned_ns;
        instance->invocation->init_ms = (double)init_ns / 1e6;
        fan_sandbox_init_done(&instance->sandbox, init_ns);
    }
    if (instance->phase == INIT || instance->phase == REINIT ||
        instance->phase == PENDING)
        deliver(instance);
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
    if (instance->phase != RUNNING || instance->sandbox.dying)
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
    settle_alive(instance);
    return reply;
}

static enum fan_runtime_reply on_init_error(struct fan_instance *instance,
                                            const struct fan_reader_request *request)
{
    if ((instance->phase != INIT && instance->phase != REINIT) ||
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

static enum fan_runtime_reply on_call(void *context, enum fan_runtime_call call,
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

/* --- deadlines and memory ----------------------------------------------------------- */

static void look_at_memory(struct fan_instance *instance, int64_t now_ns)
{
    fan_sandbox_look(&instance->sandbox, now_ns);
    if (!fan_sandbox_over_memory(&instance->sandbox)) return;
    if (instance->phase == INIT) {
        instance->cause = CAUSE_MEMORY;
        fan_sandbox_kill(&instance->sandbox); /* goes on in fan_instance_ended */
        return;
    }
    settle_alive(instance);
}

static void overdue(struct fan_instance *instance)
{
    if (instance->phase == INIT || instance->init_error.size > 0) {
        if (instance->init_error.size == 0) instance->cause = CAUSE_TIMEOUT;
        fan_sandbox_kill(&instance->sandbox); /* goes on in fan_instance_ended */
        return;
    }
    if (instance->phase == PENDING) clock_start(instance);
    int64_t now_ns = fan_clock_mono_ns();
    struct fan_sandbox_use used = fan_sandbox_used(&instance->sandbox, now_ns);
    settle_time_out(instance);
    /* how long its CPU time would have lasted no longer matters */
    used.cpu_ns = 0;
    instance->start_ns = now_ns - (int64_t)instance->release->timeout_s * 1000 * MS;
    settle(instance, now_ns, used);
}

int64_t fan_instance_sweep(struct fan_instance *instance, int64_t now_ns)
{
    if (instance->phase == SETTLED || !instance->invocation || instance->sandbox.dying)
        return FAN_SWEEP_NS;
    if (now_ns >= instance->deadline_ns) {
        overdue(instance);
        return FAN_SWEEP_NS;
    }
    int64_t left_ns = instance->deadline_ns - now_ns;
    if (instance->phase == PENDING) return left_ns;
    look_at_memory(instance, now_ns);
    const struct fan_sandbox *sandbox = &instance->sandbox;
    int64_t look_ns = sandbox->look_ns - now_ns;
    return sandbox->near_cap && look_ns < left_ns ? look_ns : left_ns;
}

/* --- the process ends --------------------------------------------------------------- */

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
    if (instance->cause == CAUSE_TIMEOUT)
        log_init_failed(instance, "init", "timeout", "");
    else if (instance->cause == CAUSE_MEMORY)
        log_init_failed(instance, "init", "error", out_of_memory);
    else
        log_init_failed(instance, "init", "error",
                        instance->init_error.size > 0 ? instance->init_error_type
                                                      : "Runtime.ExitError");
    begin_reinit(instance);
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
        log_init_failed(instance, "invoke", "error", instance->init_error_type);
        return;
    }
    if (fan_sandbox_over_memory(&instance->sandbox)) {
        fail_of_memory(instance);
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
    case INIT: init_died(instance); return;
    case PENDING: begin_reinit(instance); return;
    case REINIT:
    case RUNNING:
        invocation_died(instance, status);
        settle(instance, fan_clock_mono_ns(), used);
        return;
    case SETTLED: return; /* finish finds no process */
    case READY:
    case DOWN: instance->phase = DOWN; break;
    }
    if (instance->retired)
        instance->events.gone(instance->events.context);
    else
        instance->events.idle(instance->events.context);
}

/* --- life --------------------------------------------------------------------------- */

enum fan_status fan_instance_new(struct fan_instance **out, struct fan_engine *engine,
                                 struct fan_release *release,
                                 const struct fan_instance_events *events,
                                 struct fan_err *err)
{
    struct fan_instance *instance = fan_alloc_zero(1, sizeof *instance);
    struct fan_runtime_link_events link_events = { on_call, instance };
    enum fan_status st =
        fan_runtime_link_open(&instance->link, engine->server, &link_events, err);
    if (st) {
        free(instance);
        return st;
    }
    instance->engine = engine;
    instance->release = fan_release_ref(release);
    instance->events = *events;
    instance->phase = DOWN;
    fan_buf_init(&instance->init_error, FAN_RESPONSE_BYTES_MAX);
    fan_sandbox_init(&instance->sandbox, engine, release,
                     fan_runtime_link_port(instance->link), log_add, instance);
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
    return instance->phase == READY && fan_runtime_link_waiting(instance->link);
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
