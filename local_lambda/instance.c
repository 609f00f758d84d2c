/* instance.c - see instance.h. The phases and what moves an environment between them:
 *
 *   DOWN --begin--> INIT (first time) or REINIT (its process died before)
 *   INIT --NEXT--> RUNNING        --died or too long--> REINIT
 *   REINIT --NEXT--> RUNNING      --died or too long--> SETTLED
 *   RUNNING --answer, death, time-out, out of memory--> SETTLED
 *   SETTLED --held time is over--> READY, or DOWN when the process died meanwhile
 *   READY --begin--> RUNNING, or PENDING until the process asks for its next event
 */
#include "local_lambda/instance.h"

#include "common/clock.h"
#include "local_lambda/held_time.h"
#include "local_lambda/process.h"
#include "local_lambda/process_usage.h"
#include "local_lambda/report_line.h"
#include "local_lambda/runtime_link.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MS                  INT64_C(1000000)
#define DESCRIPTORS_MAX     1024
#define INIT_ERROR_GRACE_NS (1000 * MS) /* to exit by itself after reporting */
#define SHORT_NS            (1 * MS)  /* no need to ask why a shorter call took so long */
#define FAMILY_NS           (2 * MS)  /* shorter calls have no descendants worth a look */
#define STILL_NS            (20 * MS) /* next look at a process that used no CPU */
#define FAMILY_LOOK_NS      (20 * MS)
#define FAMILY_LOOK_MAX_NS  (1000 * MS)
#define MB                  (UINT64_C(1) << 20)

enum phase { DOWN, INIT, REINIT, RUNNING, SETTLED, READY, PENDING };

/* Why a process was killed by us, when it was. */
enum cause { NO_CAUSE, CAUSE_TIMEOUT, CAUSE_MEMORY };

struct fan_instance {
    struct fan_engine *engine;
    struct fan_release *release;
    struct fan_instance_events events;
    struct fan_runtime_link *link;
    char link_env[64], stream_env[128]; /* the two variables that differ by instance */

    struct fan_process process; /* pid 0: none */
    struct fan_watch *log_watch;
    struct fan_usage usage;
    enum phase phase;
    enum cause cause;
    bool started; /* had a process before */
    bool dying;   /* killed, not yet waited for */
    bool retired;
    bool host_limited;

    struct fan_invocation *invocation;
    struct fan_timer *hold;
    int64_t spawned_ns, start_ns, deadline_ns;
    int64_t cpu_ns, runqueue_ns, family_cpu_ns;   /* when the invocation started */
    int64_t seen_cpu_ns, look_ns, family_look_ns; /* of the memory poll */
    uint64_t resident_bytes, peak_bytes;
    char init_error_type[129];
    struct fan_buf init_error; /* body of init/error */
};

static void settle(struct fan_instance *instance, int64_t now_ns, int64_t cpu_ns);

/* --- log ---------------------------------------------------------------------------- */

static void log_add(struct fan_instance *instance, const char *text, size_t n)
{
    if (instance->invocation) fan_tail_add(&instance->invocation->tail, text, n);
    if (instance->engine->log_fd >= 0)
        fan_function_log_write(instance->engine->log_fd, instance->release->name, text,
                               n);
}

static void log_close(struct fan_instance *instance)
{
    if (!instance->log_watch) return;
    fan_watch_free(instance->log_watch);
    instance->log_watch = NULL;
    close(instance->process.log_fd);
}

static void on_log(void *context)
{
    struct fan_instance *instance = context;
    static char bytes[65536];
    /* bounded: a function that prints without end must not hold up the others */
    for (int i = 0; i < 16 && instance->log_watch; i++) {
        ssize_t n = read(instance->process.log_fd, bytes, sizeof bytes);
        if (n < 0) return;
        if (n == 0)
            log_close(instance);
        else
            log_add(instance, bytes, (size_t)n);
        if (n < (ssize_t)sizeof bytes) return;
    }
}

/* Bring what was printed so far into order with START and END. */
static void log_sync(struct fan_instance *instance)
{
    if (instance->invocation->want_tail || instance->engine->log_fd >= 0)
        on_log(instance);
}

static void log_start(struct fan_instance *instance)
{
    char line[FAN_REPORT_LINE_MAX];
    log_sync(instance);
    log_add(instance, line,
            fan_report_start(line, instance->invocation->request_id, "$LATEST"));
}

static void log_report(struct fan_instance *instance)
{
    static const char *const status[] = { "", "error", "timeout" };
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
    double ms = (double)(fan_clock_mono_ns() - instance->spawned_ns) / 1e6;
    log_sync(instance);
    log_add(instance, line, fan_report_init(line, ms, phase, status, error_type));
}

/* --- process ------------------------------------------------------------------------ */

static void kill_process(struct fan_instance *instance)
{
    if (!instance->process.pid || instance->dying) return;
    instance->dying = true;
    fan_process_kill(instance->process.pid);
}

/* YYYY/MM/DD/[$LATEST]32 hex digits */
static void name_stream(struct fan_instance *instance)
{
    char id[FAN_REQUEST_ID_MAX], day[32];
    struct tm utc;
    time_t now = time(NULL);
    fan_request_id(id);
    gmtime_r(&now, &utc);
    strftime(day, sizeof day, "%Y/%m/%d", &utc);
    snprintf(instance->stream_env, sizeof instance->stream_env,
             "AWS_LAMBDA_LOG_STREAM_NAME=%s/[$LATEST]%.8s%.4s%.4s%.4s%.12s", day, id,
             id + 9, id + 14, id + 19, id + 24);
}

static enum fan_status process_start(struct fan_instance *instance, struct fan_err *err)
{
    char *env[FAN_RELEASE_ENV_MAX + 3];
    struct fan_release *release = instance->release;
    size_t n = release->env_count;
    memcpy(env, release->env, n * sizeof *env);
    env[n++] = instance->link_env;
    env[n++] = instance->stream_env;
    env[n] = NULL;
    struct fan_process_cfg cfg = { release->package_dir, env, DESCRIPTORS_MAX };
    instance->spawned_ns = fan_clock_mono_ns();
    enum fan_status st = fan_process_start(&instance->process, &cfg, err);
    if (st) return st;
    fan_guard_tell(instance->engine->guard, instance->process.pid, true);
    fan_usage_open(&instance->usage, instance->process.pid);
    instance->log_watch = fan_watch_new(instance->engine->server, FAN_WATCH_READ,
                                        instance->process.log_fd, on_log, instance);
    instance->started = true;
    instance->dying = false;
    instance->cause = NO_CAUSE;
    instance->cpu_ns = instance->runqueue_ns = instance->family_cpu_ns = 0;
    instance->seen_cpu_ns = instance->look_ns = instance->family_look_ns = 0;
    instance->resident_bytes = instance->peak_bytes = 0;
    fan_buf_reset(&instance->init_error);
    return FAN_OK;
}

/* --- an invocation begins ----------------------------------------------------------- */

static void clock_start(struct fan_instance *instance)
{
    instance->start_ns = fan_clock_mono_ns();
    instance->deadline_ns =
        instance->start_ns + (int64_t)instance->release->timeout_s * 1000 * MS;
    instance->look_ns = instance->start_ns + FAN_SWEEP_NS;
    instance->family_look_ns = instance->look_ns;
    log_start(instance);
}

/* The process that asks for an event gets this one. */
static void deliver(struct fan_instance *instance)
{
    struct fan_invocation *invocation = instance->invocation;
    if (instance->phase != REINIT) {
        instance->cpu_ns = fan_usage_cpu_ns(&instance->usage);
        instance->runqueue_ns = fan_usage_runqueue_ns(&instance->usage);
        clock_start(instance);
    }
    instance->phase = RUNNING;
    int64_t left_ns = instance->deadline_ns - instance->start_ns;
    struct fan_runtime_event event = {
        invocation->request_id,
        instance->release->arn,
        invocation->trace_id,
        invocation->client_context,
        (fan_clock_wall_ns() + left_ns) / MS,
        invocation->event_bytes,
    };
    fan_runtime_link_send(instance->link, &event, invocation->event);
    if (invocation->doomed) kill_process(instance);
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
    settle(instance, fan_clock_mono_ns(), 0);
}

/* Start the process anew with the invocation's clock running: a suppressed init. */
static void begin_reinit(struct fan_instance *instance)
{
    struct fan_err err = { FAN_OK, "" };
    clock_start(instance);
    instance->phase = REINIT;
    enum fan_status st = process_start(instance, &err);
    if (st) settle_no_entrypoint(instance, st, &err);
}

static void begin_init(struct fan_instance *instance)
{
    struct fan_err err = { FAN_OK, "" };
    instance->phase = INIT;
    enum fan_status st = process_start(instance, &err);
    if (st) {
        clock_start(instance);
        settle_no_entrypoint(instance, st, &err);
        return;
    }
    int64_t now_ns = instance->spawned_ns;
    instance->deadline_ns = now_ns + (int64_t)instance->engine->init_limit_ms * MS;
    instance->look_ns = instance->family_look_ns = now_ns + FAN_SWEEP_NS;
}

void fan_instance_begin(struct fan_instance *instance, struct fan_invocation *invocation)
{
    assert(!instance->invocation &&
           (instance->phase == DOWN || instance->phase == READY));
    instance->invocation = invocation;
    instance->host_limited = false;
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
        instance->look_ns = instance->family_look_ns = INT64_MAX;
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

/* Descendants count too, where the call was long enough to have any. */
static int64_t family_cpu(struct fan_instance *instance, int64_t wall_ns)
{
    if (wall_ns < FAMILY_NS) return 0;
    struct fan_family family = fan_usage_family(&instance->usage);
    int64_t used = family.cpu_ns - instance->family_cpu_ns;
    instance->family_cpu_ns = family.cpu_ns;
    return used > 0 ? used : 0;
}

static void settle_time_out(struct fan_instance *instance)
{
    fan_invocation_fail(instance->invocation, FAN_INVOCATION_TIMEOUT, "Sandbox.Timedout",
                        "Task timed out after %u.00 seconds",
                        instance->release->timeout_s);
    kill_process(instance);
}

/*
 * The outcome is in the invocation; find how long it lasts at this memory size and hold
 * it until then. cpu_ns: CPU clock of the process at its end (descendants included when
 * it has died already, else 0 is added here).
 */
static void settle(struct fan_instance *instance, int64_t now_ns, int64_t cpu_ns)
{
    struct fan_invocation *invocation = instance->invocation;
    int64_t wall_ns = now_ns - instance->start_ns;
    int64_t runqueue_ns = 0;
    if (wall_ns > SHORT_NS)
        runqueue_ns = fan_usage_runqueue_ns(&instance->usage) - instance->runqueue_ns;
    struct fan_measured measured = {
        (double)wall_ns / 1e6,
        (double)(cpu_ns > instance->cpu_ns ? cpu_ns - instance->cpu_ns : 0) / 1e6,
        (double)(runqueue_ns > 0 ? runqueue_ns : 0) / 1e6,
        0,
        (double)instance->release->timeout_s * 1e3,
    };
    measured.stretched_ms = stretched_ms(instance, measured.cpu_ms);
    struct fan_held_time held = fan_held_time(&measured);
    invocation->duration_ms = held.duration_ms;
    invocation->host_limited = held.host_limited;
    invocation->max_memory_mb = (uint32_t)((instance->peak_bytes + MB - 1) / MB);
    instance->phase = SETTLED;
    if (held.timed_out && invocation->status != FAN_INVOCATION_TIMEOUT)
        settle_time_out(instance);
    int64_t over_ns = instance->start_ns + (int64_t)(held.duration_ms * 1e6);
    if (over_ns <= now_ns) {
        finish(instance);
        return;
    }
    if (!instance->hold)
        instance->hold = fan_timer_new(instance->engine->server, on_hold_over, instance);
    fan_timer_set(instance->hold, over_ns - fan_clock_mono_ns());
}

static void note_peak(struct fan_instance *instance, uint64_t bytes)
{
    if (bytes > instance->peak_bytes) instance->peak_bytes = bytes;
}

static bool over_memory(const struct fan_instance *instance)
{
    return instance->peak_bytes > instance->release->memory_mb * MB;
}

static void fail_of_memory(struct fan_instance *instance)
{
    /* resident memory overshoots the cap before it is seen; AWS never reports more */
    instance->peak_bytes = instance->release->memory_mb * MB;
    fan_invocation_fail(instance->invocation, FAN_INVOCATION_ERROR, "Runtime.OutOfMemory",
                        "Runtime exited with error: signal: killed");
    kill_process(instance);
}

/* The process is alive and the invocation over: read its figures, then settle. */
static void settle_alive(struct fan_instance *instance)
{
    int64_t now_ns = fan_clock_mono_ns();
    int64_t cpu_ns = fan_usage_cpu_ns(&instance->usage);
    uint64_t resident = fan_usage_resident_bytes(&instance->usage);
    /* the kernel's own high-water mark is exact but dear: asked when it may have moved */
    if (resident != instance->resident_bytes || cpu_ns - instance->cpu_ns > MS)
        note_peak(instance, fan_usage_peak_bytes(&instance->usage));
    instance->resident_bytes = resident;
    if (over_memory(instance)) fail_of_memory(instance);
    int64_t family_ns = family_cpu(instance, now_ns - instance->start_ns);
    settle(instance, now_ns, cpu_ns + family_ns);
}

/* The held time is over: the caller gets the answer, the environment is free again. */
static void finish(struct fan_instance *instance)
{
    struct fan_invocation *invocation = instance->invocation;
    log_report(instance);
    instance->invocation = NULL;
    instance->phase = instance->process.pid ? READY : DOWN;
    invocation->done(invocation);
    /* a dying process's end brings the environment back */
    if (!instance->dying) instance->events.idle(instance->events.context);
}

/* --- Runtime API -------------------------------------------------------------------- */

static enum fan_runtime_reply on_next(struct fan_instance *instance, bool *hold)
{
    if (instance->dying || instance->phase == RUNNING || instance->phase == DOWN) {
        *hold = false;
        return FAN_RUNTIME_WRONG_STATE;
    }
    if (instance->phase == INIT) {
        int64_t init_ns = fan_clock_mono_ns() - instance->spawned_ns;
        instance->invocation->init_ms = (double)init_ns / 1e6;
        if (init_ns >= FAMILY_NS)
            instance->family_cpu_ns = fan_usage_family(&instance->usage).cpu_ns;
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

static enum fan_runtime_reply on_answer(struct fan_instance *instance, bool failed,
                                        const char *id, size_t id_bytes,
                                        const struct fan_reader_request *request)
{
    struct fan_invocation *invocation = instance->invocation;
    if (invocation && (id_bytes != strlen(invocation->request_id) ||
                       memcmp(id, invocation->request_id, id_bytes) != 0))
        return FAN_RUNTIME_WRONG_ID;
    if (instance->phase != RUNNING || instance->dying) return FAN_RUNTIME_WRONG_STATE;
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
    if ((instance->phase != INIT && instance->phase != REINIT) || instance->dying ||
        instance->init_error.size > 0)
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
    int64_t cpu_ns = fan_usage_cpu_ns(&instance->usage);
    bool still = cpu_ns == instance->seen_cpu_ns;
    instance->seen_cpu_ns = cpu_ns;
    instance->look_ns = now_ns + (still ? STILL_NS : FAN_SWEEP_NS);
    uint64_t own = 0;
    if (!still || now_ns >= instance->family_look_ns)
        note_peak(instance, own = fan_usage_resident_bytes(&instance->usage));
    if (now_ns >= instance->family_look_ns) {
        uint64_t others = fan_usage_family(&instance->usage).resident_bytes;
        int64_t age_ns = now_ns - instance->start_ns;
        note_peak(instance, own + others);
        if (others > 0 || age_ns < FAMILY_LOOK_NS) age_ns = FAMILY_LOOK_NS;
        if (age_ns > FAMILY_LOOK_MAX_NS) age_ns = FAMILY_LOOK_MAX_NS;
        instance->family_look_ns = now_ns + age_ns;
    }
    if (!over_memory(instance)) return;
    if (instance->phase == INIT) {
        instance->cause = CAUSE_MEMORY;
        kill_process(instance);
        return;
    }
    fail_of_memory(instance);
    settle(instance, now_ns, cpu_ns + family_cpu(instance, now_ns - instance->start_ns));
}

static void overdue(struct fan_instance *instance)
{
    if (instance->phase == INIT || instance->init_error.size > 0) {
        if (instance->init_error.size == 0) instance->cause = CAUSE_TIMEOUT;
        kill_process(instance); /* goes on in fan_instance_ended */
        return;
    }
    if (instance->phase == PENDING) clock_start(instance);
    settle_time_out(instance);
    /* what the process used no longer matters: the time-out is the duration */
    instance->start_ns =
        fan_clock_mono_ns() - (int64_t)instance->release->timeout_s * 1000 * MS;
    note_peak(instance, fan_usage_peak_bytes(&instance->usage));
    settle(instance, fan_clock_mono_ns(), instance->cpu_ns);
}

int64_t fan_instance_sweep(struct fan_instance *instance, int64_t now_ns)
{
    if (instance->phase == SETTLED || !instance->invocation || instance->dying)
        return FAN_SWEEP_NS;
    if (now_ns >= instance->deadline_ns) {
        overdue(instance);
        return FAN_SWEEP_NS;
    }
    if (now_ns >= instance->look_ns) look_at_memory(instance, now_ns);
    return instance->deadline_ns - now_ns;
}

/* --- the process ends --------------------------------------------------------------- */

void fan_instance_drain(struct fan_instance *instance)
{
    fan_runtime_link_drain(instance->link);
    on_log(instance);
    /* stragglers of its group end with it */
    fan_process_kill(instance->process.pid);
}

static void process_gone(struct fan_instance *instance)
{
    fan_guard_tell(instance->engine->guard, instance->process.pid, false);
    fan_usage_close(&instance->usage);
    fan_runtime_link_reset(instance->link);
    log_close(instance);
    instance->process.pid = 0;
    instance->dying = false;
}

/* An init that failed is run once more, inside the invocation. */
static void init_died(struct fan_instance *instance)
{
    if (instance->cause == CAUSE_TIMEOUT)
        log_init_failed(instance, "init", "timeout", "");
    else if (instance->cause == CAUSE_MEMORY)
        log_init_failed(instance, "init", "error", "Runtime.OutOfMemory");
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
    if (over_memory(instance)) {
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
    note_peak(instance, peak_bytes);
    process_gone(instance);
    switch (instance->phase) {
    case INIT: init_died(instance); return;
    case PENDING: begin_reinit(instance); return;
    case REINIT:
    case RUNNING:
        invocation_died(instance, status);
        settle(instance, fan_clock_mono_ns(), cpu_ns);
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
    snprintf(instance->link_env, sizeof instance->link_env,
             "AWS_LAMBDA_RUNTIME_API=127.0.0.1:%u",
             fan_runtime_link_port(instance->link));
    name_stream(instance);
    *out = instance;
    return FAN_OK;
}

void fan_instance_free(struct fan_instance *instance)
{
    if (!instance) return;
    if (instance->process.pid) {
        fan_process_kill(instance->process.pid);
        process_gone(instance);
    }
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
    return instance->process.pid;
}

bool fan_instance_ready(const struct fan_instance *instance)
{
    return instance->phase == READY && fan_runtime_link_waiting(instance->link);
}

void fan_instance_retire(struct fan_instance *instance)
{
    assert(!instance->invocation);
    instance->retired = true;
    if (instance->process.pid)
        kill_process(instance);
    else
        instance->events.gone(instance->events.context);
}
