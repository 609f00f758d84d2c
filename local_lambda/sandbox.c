/* sandbox.c - see sandbox.h. */
#include "local_lambda/sandbox.h"

#include "common/clock.h"
#include "local_lambda/invocation.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MS                 INT64_C(1000000)
#define MB                 (UINT64_C(1) << 20)
#define DESCRIPTORS_MAX    1024
#define SHORT_NS           (1 * MS)  /* no need to ask why a shorter call took so long */
#define FAMILY_NS          (2 * MS)  /* shorter calls have no descendants worth a look */
#define FIRST_CHILD_NS     (10 * MS) /* nor have these, of a process that had none yet */
#define GROW_CPU_NS        (1 * MS) /* what is taken with less CPU is found a call later */
#define FORK_CPU_NS        (MS / 25) /* less is not enough to start a process */
#define FAMILY_TRIALS      4         /* calls that are looked at without a reason */
#define LOOK_NS            (5 * MS)  /* between looks at a process that computes */
#define STILL_NS           (20 * MS) /* and at one that does not */
#define NEAR_NS            (1 * MS)  /* LOOK_NS close to the cap */
#define NEAR_CPU_NS        (MS / 10) /* GROW_CPU_NS close to the cap */
#define NEAR_BYTES         (32 * MB) /* more than is taken in LOOK_NS */
#define FAMILY_LOOK_NS     (20 * MS)
#define FAMILY_LOOK_MAX_NS (1000 * MS)
#define LOG_READS_MAX      16

/* YYYY/MM/DD/[VERSION]32 hex digits */
static void name_stream(struct fan_sandbox *sandbox)
{
    char id[FAN_REQUEST_ID_MAX], day[32];
    struct tm utc;
    time_t now = time(NULL);
    fan_request_id(id);
    gmtime_r(&now, &utc);
    strftime(day, sizeof day, "%Y/%m/%d", &utc);
    snprintf(sandbox->stream_env, sizeof sandbox->stream_env,
             "AWS_LAMBDA_LOG_STREAM_NAME=%s/[%s]%.8s%.4s%.4s%.4s%.12s", day,
             sandbox->release->version, id, id + 9, id + 14, id + 19, id + 24);
}

void fan_sandbox_init(struct fan_sandbox *sandbox, struct fan_engine *engine,
                      struct fan_release *release, uint16_t port,
                      void (*printed)(void *context, const char *text, size_t n),
                      void *context)
{
    memset(sandbox, 0, sizeof *sandbox);
    sandbox->engine = engine;
    sandbox->release = release;
    sandbox->printed = printed;
    sandbox->context = context;
    snprintf(sandbox->link_env, sizeof sandbox->link_env,
             "AWS_LAMBDA_RUNTIME_API=127.0.0.1:%u", port);
    name_stream(sandbox);
}

void fan_sandbox_clear(struct fan_sandbox *sandbox)
{
    if (!sandbox->process.pid) return;
    fan_process_kill(sandbox->process.pid);
    fan_sandbox_gone(sandbox);
}

/* --- log ---------------------------------------------------------------------------- */

static void log_close(struct fan_sandbox *sandbox)
{
    if (!sandbox->log_watch) return;
    fan_watch_free(sandbox->log_watch);
    sandbox->log_watch = NULL;
    close(sandbox->process.log_fd);
}

static void on_log(void *context)
{
    fan_sandbox_read_log(context);
}

void fan_sandbox_read_log(struct fan_sandbox *sandbox)
{
    static char bytes[65536];
    /* bounded: a function that prints without end must not hold up the others */
    for (int i = 0; i < LOG_READS_MAX && sandbox->log_watch; i++) {
        ssize_t n = read(sandbox->process.log_fd, bytes, sizeof bytes);
        if (n < 0) return;
        if (n == 0)
            log_close(sandbox);
        else
            sandbox->printed(sandbox->context, bytes, (size_t)n);
        if (n < (ssize_t)sizeof bytes) return;
    }
}

/* --- process ------------------------------------------------------------------------ */

enum fan_status fan_sandbox_start(struct fan_sandbox *sandbox, struct fan_err *err)
{
    char *env[FAN_RELEASE_ENV_MAX + 3];
    struct fan_release *release = sandbox->release;
    size_t n = release->env_count;
    memcpy(env, release->env, n * sizeof *env);
    env[n++] = sandbox->link_env;
    env[n++] = sandbox->stream_env;
    env[n] = NULL;
    struct fan_process_cfg cfg = { release->package_dir, env, DESCRIPTORS_MAX };
    sandbox->dying = false;
    sandbox->peak_bytes = sandbox->resident_bytes = 0;
    sandbox->unread_cpu_ns = 0;
    sandbox->near_cap = false;
    sandbox->inherited_bytes = fan_usage_own_peak_bytes();
    sandbox->spawned_ns = fan_clock_mono_ns();
    fan_sandbox_mark(sandbox, sandbox->spawned_ns, true);
    enum fan_status st = fan_process_start(&sandbox->process, &cfg, err);
    if (st) return st;
    fan_guard_tell(sandbox->engine->guard, sandbox->process.pid, true);
    fan_usage_open(&sandbox->usage, sandbox->process.pid);
    sandbox->log_watch = fan_watch_new(sandbox->engine->loop, FAN_WATCH_READ,
                                       sandbox->process.log_fd, on_log, sandbox);
    return FAN_OK;
}

void fan_sandbox_kill(struct fan_sandbox *sandbox)
{
    if (!sandbox->process.pid || sandbox->dying) return;
    sandbox->dying = true;
    fan_process_kill(sandbox->process.pid);
}

void fan_sandbox_gone(struct fan_sandbox *sandbox)
{
    fan_guard_tell(sandbox->engine->guard, sandbox->process.pid, false);
    fan_usage_close(&sandbox->usage);
    log_close(sandbox);
    sandbox->process.pid = 0;
    sandbox->dying = false;
}

/* --- usage -------------------------------------------------------------------------- */

void fan_sandbox_init_done(struct fan_sandbox *sandbox, int64_t init_ns)
{
    if (init_ns >= FAMILY_NS)
        sandbox->family_cpu_ns = fan_usage_family(&sandbox->usage).cpu_ns;
}

void fan_sandbox_mark(struct fan_sandbox *sandbox, int64_t now_ns, bool fresh)
{
    sandbox->mark_ns = now_ns;
    sandbox->look_ns = now_ns + LOOK_NS;
    sandbox->family_look_ns = now_ns + (sandbox->family ? LOOK_NS : FAMILY_LOOK_NS);
    sandbox->cpu_ns = fresh ? 0 : fan_usage_cpu_ns(&sandbox->usage);
    sandbox->runqueue_ns = fresh ? 0 : fan_usage_runqueue_ns(&sandbox->usage);
    sandbox->seen_cpu_ns = sandbox->cpu_ns;
    if (!fresh) return;
    sandbox->family_cpu_ns = 0;
    sandbox->family_trials = FAMILY_TRIALS;
}

static void note_peak(struct fan_sandbox *sandbox, uint64_t bytes)
{
    if (bytes > sandbox->peak_bytes) sandbox->peak_bytes = bytes;
}

/*
 * Should descendants be looked at? Reading their figures costs more than a short call, so
 * a process must have shown some: living ones when one looks, or waited-for ones in its
 * first calls.
 */
static bool worth_a_look(struct fan_sandbox *sandbox)
{
    if (sandbox->family) return true;
    if (fan_usage_has_children(&sandbox->usage)) return sandbox->family = true;
    return false;
}

static struct fan_family look_at_family(struct fan_sandbox *sandbox)
{
    struct fan_family family = fan_usage_family(&sandbox->usage);
    if (family.cpu_ns > 0) sandbox->family = true;
    return family;
}

/* Not negative: a child's time shrinks to clock ticks when it is waited for. */
static int64_t since(int64_t then, int64_t now)
{
    return now > then ? now - then : 0;
}

/* Memory grows by using CPU: it is read when enough was used since the last reading. The
 * kernel's own high-water mark is exact but dear: asked when it may have moved. */
static void note_own_memory(struct fan_sandbox *sandbox, int64_t cpu_ns)
{
    sandbox->unread_cpu_ns += cpu_ns;
    if (sandbox->unread_cpu_ns < GROW_CPU_NS && sandbox->peak_bytes > 0) return;
    uint64_t resident = fan_usage_resident_bytes(&sandbox->usage);
    if (resident != sandbox->resident_bytes || cpu_ns > GROW_CPU_NS)
        note_peak(sandbox, fan_usage_peak_bytes(&sandbox->usage));
    sandbox->resident_bytes = resident;
    sandbox->unread_cpu_ns = 0;
}

struct fan_sandbox_use fan_sandbox_used(struct fan_sandbox *sandbox, int64_t now_ns)
{
    int64_t wall_ns = now_ns - sandbox->mark_ns;
    struct fan_sandbox_use used = { 0, 0 };
    used.cpu_ns = since(sandbox->cpu_ns, fan_usage_cpu_ns(&sandbox->usage));
    note_own_memory(sandbox, used.cpu_ns);
    if (wall_ns >= SHORT_NS)
        used.runqueue_ns =
            since(sandbox->runqueue_ns, fan_usage_runqueue_ns(&sandbox->usage));
    bool trial = sandbox->family_trials > 0;
    bool known = trial || sandbox->family;
    if (wall_ns >= (known ? FAMILY_NS : FIRST_CHILD_NS) &&
        (sandbox->family || used.cpu_ns >= FORK_CPU_NS) &&
        (trial || worth_a_look(sandbox))) {
        struct fan_family family = look_at_family(sandbox);
        if (trial) sandbox->family_trials--;
        used.cpu_ns += since(sandbox->family_cpu_ns, family.cpu_ns);
        sandbox->family_cpu_ns = family.cpu_ns;
        if (family.resident_bytes > 0)
            note_peak(sandbox, sandbox->resident_bytes + family.resident_bytes);
    }
    return used;
}

struct fan_sandbox_use fan_sandbox_used_by_dead(struct fan_sandbox *sandbox,
                                                int64_t cpu_ns, uint64_t peak_bytes)
{
    /* until its exec the child shared our memory, and the kernel counts that as its own
     */
    if (peak_bytes > sandbox->inherited_bytes) note_peak(sandbox, peak_bytes);
    struct fan_sandbox_use used = { since(sandbox->cpu_ns, cpu_ns), 0 };
    return used;
}

/* What could reach the cap before the next look, at NEAR_BYTES per look, is looked at
 * sooner. */
static void look_closer(struct fan_sandbox *sandbox, uint64_t own, int64_t now_ns)
{
    sandbox->near_cap = own + NEAR_BYTES > sandbox->release->memory_mb * MB;
    if (sandbox->near_cap) sandbox->look_ns = now_ns + NEAR_NS;
}

void fan_sandbox_look(struct fan_sandbox *sandbox, int64_t now_ns)
{
    if (now_ns < sandbox->look_ns) return;
    int64_t cpu_ns = fan_usage_cpu_ns(&sandbox->usage);
    /* memory grows by using CPU: a process that sleeps needs no close look */
    bool still =
        cpu_ns - sandbox->seen_cpu_ns < (sandbox->near_cap ? NEAR_CPU_NS : GROW_CPU_NS);
    if (!still) sandbox->seen_cpu_ns = cpu_ns;
    sandbox->look_ns = now_ns + (still ? STILL_NS : LOOK_NS);
    if (still && now_ns < sandbox->family_look_ns) return;
    /* most calls of a busy moment merely wait for a CPU */
    if (!sandbox->family && cpu_ns - sandbox->cpu_ns < FORK_CPU_NS) return;
    uint64_t own = fan_usage_resident_bytes(&sandbox->usage);
    note_peak(sandbox, own);
    look_closer(sandbox, own, now_ns);
    if (now_ns < sandbox->family_look_ns) return;
    uint64_t others = worth_a_look(sandbox) ? look_at_family(sandbox).resident_bytes : 0;
    note_peak(sandbox, own + others);
    int64_t wait_ns = now_ns - sandbox->mark_ns;
    if (others > 0 || wait_ns < FAMILY_LOOK_NS) wait_ns = FAMILY_LOOK_NS;
    if (wait_ns > FAMILY_LOOK_MAX_NS) wait_ns = FAMILY_LOOK_MAX_NS;
    sandbox->family_look_ns = now_ns + wait_ns;
}

bool fan_sandbox_over_memory(const struct fan_sandbox *sandbox)
{
    return sandbox->peak_bytes > sandbox->release->memory_mb * MB;
}

uint32_t fan_sandbox_peak_mb(const struct fan_sandbox *sandbox)
{
    uint64_t mb = (sandbox->peak_bytes + MB - 1) / MB;
    uint32_t cap = sandbox->release->memory_mb;
    return mb < cap ? (uint32_t)mb : cap;
}
