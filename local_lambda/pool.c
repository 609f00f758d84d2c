/* pool.c - see pool.h. */
#define _GNU_SOURCE /* wait4: the resources of a process that ended */
#include "local_lambda/pool.h"

#include "common/clock.h"
#include "common/log.h"
#include "local_lambda/function_instance.h"
#include "local_lambda/versions.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/resource.h>
#include <sys/wait.h>

#define REAP_NS INT64_C(1000000000)

/* An instance and where it stands in the pool's lists. */
struct place {
    struct fan_pool *pool;
    struct fleet *fleet;
    struct fan_instance *instance;
    TAILQ_ENTRY(place) all, idle, busy;
    bool is_idle, is_busy;
    bool reserved; /* as its running invocation was admitted */
    int64_t idle_since_ns;
    struct fan_invocation *invocation;
    void (*done)(struct fan_invocation *invocation); /* the caller's */
    void *context;
};

TAILQ_HEAD(places, place);

/* The instances of one version of a function. Outlives it until the last of them is gone.
 */
struct fleet {
    struct fleet *head;          /* that of $LATEST, or itself */
    struct fan_function_use use; /* of the head: of all versions together */
    struct fan_release *release; /* what new instances are started from; NULL: stale */
    struct places idle;          /* newest first */
    size_t count;                /* instances; of a head, fleets that it heads too */
    bool deleted;
};

struct fan_pool {
    struct fan_engine *engine;
    struct fan_registry *registry;
    struct fan_limits limits;
    struct fan_account_use use;
    struct places all, busy;
    struct fan_watch *child;
    struct fan_timer *sweep, *reap;
    bool sweeping, reaping;
};

static void fleet_unref(struct fleet *fleet)
{
    if (!fleet->deleted || fleet->count > 0) return;
    struct fleet *head = fleet->head;
    fan_release_unref(fleet->release);
    free(fleet);
    if (head == fleet) return;
    head->count--;
    fleet_unref(head);
}

static struct fleet *fleet_of(struct fan_function *function)
{
    struct fleet *fleet = function->runtime_state;
    if (fleet) return fleet;
    fleet = fan_alloc_zero(1, sizeof *fleet);
    TAILQ_INIT(&fleet->idle);
    function->runtime_state = fleet;
    fleet->head = fleet;
    if (function->latest == function) return fleet;
    fleet->head = fleet_of(function->latest);
    fleet->head->count++;
    return fleet;
}

static void leave_idle(struct place *place)
{
    if (!place->is_idle) return;
    TAILQ_REMOVE(&place->fleet->idle, place, idle);
    place->is_idle = false;
}

static void leave_busy(struct place *place)
{
    if (!place->is_busy) return;
    TAILQ_REMOVE(&place->pool->busy, place, busy);
    place->is_busy = false;
}

static void place_free(struct place *place)
{
    struct fleet *fleet = place->fleet;
    leave_idle(place);
    leave_busy(place);
    TAILQ_REMOVE(&place->pool->all, place, all);
    fan_instance_free(place->instance);
    free(place);
    fleet->count--;
    fleet_unref(fleet);
}

static bool is_current(const struct place *place)
{
    return place->fleet->release == fan_instance_release(place->instance);
}

static void on_idle(void *context)
{
    struct place *place = context;
    struct fan_pool *pool = place->pool;
    if (!is_current(place)) {
        leave_idle(place);
        fan_instance_retire(place->instance);
        return;
    }
    if (!place->is_idle) TAILQ_INSERT_HEAD(&place->fleet->idle, place, idle);
    place->is_idle = true;
    place->idle_since_ns = fan_clock_mono_ns();
    if (!pool->reaping) fan_timer_set(pool->reap, REAP_NS);
    pool->reaping = true;
}

static void on_gone(void *context)
{
    place_free(context);
}

static struct place *place_new(struct fan_pool *pool, struct fleet *fleet,
                               struct fan_err *err)
{
    struct place *place = fan_alloc_zero(1, sizeof *place);
    struct fan_instance_events events = { on_idle, on_gone, place };
    if (fan_instance_new(&place->instance, pool->engine, fleet->release, &events, err)) {
        free(place);
        return NULL;
    }
    place->pool = pool;
    place->fleet = fleet;
    TAILQ_INSERT_HEAD(&pool->all, place, all);
    fleet->count++;
    return place;
}

/* --- timers ------------------------------------------------------------------------- */

/* One timer looks after all busy instances: starting and stopping one per call would cost
 * more than all the looking. */
static void on_sweep(void *context)
{
    struct fan_pool *pool = context;
    int64_t now_ns = fan_clock_mono_ns(), wait_ns = FAN_SWEEP_NS;
    for (struct place *place = TAILQ_FIRST(&pool->busy), *next; place; place = next) {
        next = TAILQ_NEXT(place, busy);
        int64_t left_ns = fan_instance_sweep(place->instance, now_ns);
        if (left_ns < wait_ns) wait_ns = left_ns;
    }
    pool->sweeping = !TAILQ_EMPTY(&pool->busy);
    if (pool->sweeping) fan_timer_set(pool->sweep, wait_ns);
}

static void on_reap(void *context)
{
    struct fan_pool *pool = context;
    int64_t limit_ns =
        fan_clock_mono_ns() - (int64_t)pool->engine->idle_s * INT64_C(1000000000);
    pool->reaping = false;
    for (struct place *place = TAILQ_FIRST(&pool->all), *next; place; place = next) {
        next = TAILQ_NEXT(place, all);
        if (!place->is_idle) continue;
        if (place->idle_since_ns > limit_ns) {
            pool->reaping = true;
            continue;
        }
        leave_idle(place);
        fan_instance_retire(place->instance);
    }
    if (pool->reaping) fan_timer_set(pool->reap, REAP_NS);
}

/* --- processes that end ------------------------------------------------------------- */

static struct place *place_of(struct fan_pool *pool, pid_t pid)
{
    struct place *place;
    TAILQ_FOREACH(place, &pool->all, all)
    if (fan_instance_pid(place->instance) == pid) return place;
    return NULL;
}

static void on_child(void *context)
{
    struct fan_pool *pool = context;
    for (;;) {
        /* looked at before it is waited for: its clocks can be read until then */
        siginfo_t info = { 0 };
        if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) || info.si_pid == 0)
            return;
        struct place *place = place_of(pool, info.si_pid);
        if (place) fan_instance_drain(place->instance);
        struct rusage used;
        int status = 0;
        if (wait4(info.si_pid, &status, 0, &used) != info.si_pid) return;
        if (!place) continue;
        int64_t cpu_us =
            (int64_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000 +
            used.ru_utime.tv_usec + used.ru_stime.tv_usec;
        fan_instance_ended(place->instance, status, cpu_us * 1000,
                           (uint64_t)used.ru_maxrss * 1024);
    }
}

/* --- invocations -------------------------------------------------------------------- */

static void on_done(struct fan_invocation *invocation)
{
    struct place *place = invocation->context;
    leave_busy(place);
    fan_limiter_release(&place->pool->use, &place->fleet->head->use, place->reserved);
    invocation->context = place->context;
    place->invocation = NULL;
    place->done(invocation);
}

static struct place *pick_idle(struct fleet *fleet)
{
    struct place *place;
    /* one that has asked for its next event, if there is one close to the top */
    int looked = 0;
    TAILQ_FOREACH(place, &fleet->idle, idle)
    {
        if (fan_instance_ready(place->instance)) return place;
        if (++looked == 8) break;
    }
    return TAILQ_FIRST(&fleet->idle);
}

static void retire_idle(struct fleet *fleet)
{
    for (struct place *place; (place = TAILQ_FIRST(&fleet->idle));) {
        leave_idle(place);
        fan_instance_retire(place->instance);
    }
}

/* The fleet's release as the function stands now. */
static void refresh(struct fan_pool *pool, struct fleet *fleet,
                    struct fan_function *function)
{
    if (fleet->release && fleet->release->generation == function->generation) return;
    fan_release_unref(fleet->release);
    fleet->release = NULL;
    retire_idle(fleet);
    fleet->release = fan_release_new(function, pool->engine->region);
}

static void run(struct place *place, const struct fan_function *function,
                struct fan_invocation *invocation)
{
    struct fan_pool *pool = place->pool;
    leave_idle(place);
    TAILQ_INSERT_TAIL(&pool->busy, place, busy);
    place->is_busy = true;
    place->reserved = function->latest->reserved_set;
    memcpy(invocation->version, function->version, sizeof invocation->version);
    place->invocation = invocation;
    place->done = invocation->done;
    place->context = invocation->context;
    invocation->done = on_done;
    invocation->context = place;
    if (!pool->sweeping) fan_timer_set(pool->sweep, FAN_SWEEP_NS);
    pool->sweeping = true;
    fan_instance_begin(place->instance, invocation);
}

const char *fan_pool_invoke(struct fan_pool *pool, struct fan_function *function,
                            struct fan_invocation *invocation)
{
    const struct fan_function *latest = function->latest; /* it has the limits */
    struct fleet *fleet = fleet_of(function);
    struct fan_function_use *use = &fleet->head->use;
    refresh(pool, fleet, function);
    struct place *place = pick_idle(fleet);
    const char *reason = fan_limiter_admit(
        &pool->limits, &pool->use, use,
        latest->reserved_set ? (int64_t)latest->reserved : -1,
        fan_registry_unreserved(pool->registry), place == NULL, fan_clock_mono_ns());
    if (reason) return reason;
    struct fan_err err = { FAN_OK, "" };
    if (!place) place = place_new(pool, fleet, &err);
    if (!place) {
        /* out of descriptors: this machine's limit, told as the account's */
        fan_log(FAN_LOG_WARN, "pool", "%s", err.text);
        fan_limiter_release(&pool->use, use, latest->reserved_set);
        return "ConcurrentInvocationLimitExceeded";
    }
    run(place, function, invocation);
    return NULL;
}

void fan_pool_function_changed(void *context, struct fan_function *function, bool deleted)
{
    for (size_t i = 0; deleted && i < fan_versions_count(function); i++)
        fan_pool_function_changed(context, fan_versions_at(function, i), true);
    struct fleet *fleet = function->runtime_state;
    if (!fleet) return;
    fan_release_unref(fleet->release);
    fleet->release = NULL;
    retire_idle(fleet);
    if (!deleted) return;
    function->runtime_state = NULL;
    fleet->deleted = true;
    fleet_unref(fleet);
}

/* --- life --------------------------------------------------------------------------- */

struct fan_pool *fan_pool_open(struct fan_engine *engine, struct fan_registry *registry,
                               const struct fan_limits *limits)
{
    struct fan_pool *pool = fan_alloc_zero(1, sizeof *pool);
    pool->engine = engine;
    pool->registry = registry;
    pool->limits = *limits;
    TAILQ_INIT(&pool->all);
    TAILQ_INIT(&pool->busy);
    pool->child = fan_watch_new(engine->loop, FAN_WATCH_SIGNAL, SIGCHLD, on_child, pool);
    pool->sweep = fan_timer_new(engine->loop, on_sweep, pool);
    pool->reap = fan_timer_new(engine->loop, on_reap, pool);
    return pool;
}

void fan_pool_close(struct fan_pool *pool)
{
    if (!pool) return;
    for (struct place *place; (place = TAILQ_FIRST(&pool->all));) {
        struct fan_invocation *invocation = place->invocation;
        if (invocation) {
            invocation->context = place->context;
            invocation->abandon(invocation);
        }
        place_free(place);
    }
    for (size_t i = 0; i < fan_registry_count(pool->registry); i++)
        fan_pool_function_changed(pool, fan_registry_at(pool->registry, i), true);
    fan_watch_free(pool->child);
    fan_timer_free(pool->sweep);
    fan_timer_free(pool->reap);
    free(pool);
}
