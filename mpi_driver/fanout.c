/*
 * fanout.c - see fanout.h.
 *
 * A window of places. A place is free, or holds one call: in flight, or waiting for its
 * next attempt. A call keeps its place while it backs off, so that `places` bounds the
 * load that a run puts on the service in retries too.
 */
#include "mpi_driver/fanout.h"

#include "common/log.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define REPLIES_MAX     64
#define TURN_MAX_NS     INT64_C(100000000) /* signals and progress are seen this often */
#define OVERDUE_NS      INT64_C(30000000000) /* a transport later than this is broken */
#define PAYLOAD_MAX     ((size_t)6 << 20)    /* the service's own limit */
#define GIVE_UPS_LOGGED 5
#define GONE_IN_A_ROW   3
#define GONE_LEAST      10

struct place {
    struct fan_task *task;
    struct fan_request request;
    struct fan_buf payload; /* kept for the next attempt and, as memory, the next call */
    uint32_t attempt;       /* of this run, from 0 */
    uint32_t in_flight;     /* when it left */
    int64_t due_ns;         /* when the attempt should leave */
    int64_t backoff_ns;     /* waited before it */
    bool flying;
    int64_t deadline_ns; /* when it should be back at the latest */
    uint32_t level;      /* when it left */
    bool resting;        /* without a call until the next turns */
    bool held;           /* it could have taken a call, but for the pace */
    int64_t free_ns;     /* since when it has no call */
};

struct fan_fanout {
    const struct fan_fanout_cfg *cfg;
    struct fan_task *tasks;
    size_t count, next; /* tasks before next have been taken */
    struct place *place;
    uint32_t places, usable; /* all, and those that the pace allows */
    uint32_t resting;
    uint32_t *free, free_count;       /* places without a call, as a stack */
    uint32_t *waiting, waiting_count; /* places whose call backs off */
    uint32_t in_flight;
    uint32_t give_ups;
    bool broke; /* the budget affords no attempt now */
};

static int64_t now_ns(const struct fan_fanout *w)
{
    return w->cfg->clock.now_ns(w->cfg->clock.context);
}

static int stop_count(const struct fan_fanout *w)
{
    const struct fan_fanout_hooks *hooks = &w->cfg->hooks;
    return hooks->stop ? hooks->stop(hooks->context) : 0;
}

static void window_init(struct fan_fanout *w, const struct fan_fanout_cfg *cfg,
                        struct fan_task *tasks, size_t count, uint32_t places)
{
    memset(w, 0, sizeof *w);
    w->cfg = cfg;
    w->tasks = tasks;
    w->count = count;
    w->places = places < count ? places : (uint32_t)count;
    w->usable = w->places;
    w->place = fan_alloc_zero(w->places, sizeof *w->place);
    w->free = fan_alloc_zero(w->places, sizeof *w->free);
    w->waiting = fan_alloc_zero(w->places, sizeof *w->waiting);
    for (uint32_t i = w->places; i-- > 0;) { /* place 0 lies on top */
        fan_buf_init(&w->place[i].payload, PAYLOAD_MAX);
        w->free[w->free_count++] = i;
    }
}

static void window_clear(struct fan_fanout *w)
{
    for (uint32_t i = 0; i < w->places; i++)
        fan_buf_clear(&w->place[i].payload);
    free(w->place);
    free(w->free);
    free(w->waiting);
}

static bool is_gone(const struct fan_fanout *w)
{
    return w->cfg->reach && w->cfg->reach->gone;
}

/* The next pending task, or NULL. */
static struct fan_task *next_task(struct fan_fanout *w)
{
    while (w->next < w->count && w->tasks[w->next].state != FAN_TASK_PENDING)
        w->next++;
    return w->next < w->count ? &w->tasks[w->next] : NULL;
}

/* Whether a place may take another call. */
static bool has_room(const struct fan_fanout *w)
{
    return w->free_count > 0 && w->in_flight + w->waiting_count + w->resting < w->usable;
}

static bool window_busy(struct fan_fanout *w)
{
    if (w->in_flight > 0) return stop_count(w) < 2;
    if (stop_count(w) > 0 || w->broke || is_gone(w)) return false;
    return w->waiting_count > 0 || (has_room(w) && next_task(w));
}

/* Reserve and submit the attempt that a place holds. FAN_EBUDGET: not affordable now. */
static enum fan_status leave(struct fan_fanout *w, uint32_t index, struct fan_err *err)
{
    struct place *p = &w->place[index];
    const struct fan_fanout_cfg *cfg = w->cfg;
    if (!fan_budget_reserve(cfg->budget, p->request.worst_pico)) {
        w->broke = true;
        return FAN_EBUDGET;
    }
    struct fan_call call = { 0, NULL, NULL, NULL, NULL, 0, 0, true };
    call.tag = index;
    call.function = p->request.function;
    call.qualifier = p->request.qualifier;
    call.path = p->request.path;
    call.payload = p->payload.data ? p->payload.data : "";
    call.payload_bytes = p->payload.size;
    call.timeout_ms = p->request.timeout_ms;
    if (cfg->hooks.leaving) cfg->hooks.leaving(cfg->hooks.context);
    p->in_flight = ++w->in_flight;
    p->level = cfg->level;
    p->flying = true;
    p->deadline_ns = now_ns(w) + (int64_t)p->request.timeout_ms * 1000000;
    return cfg->ops->submit(cfg->transport, &call, err);
}

/* Start what backs off and is due. */
static enum fan_status fill_retries(struct fan_fanout *w, struct fan_err *err)
{
    int64_t now = now_ns(w);
    for (uint32_t i = 0; i < w->waiting_count && !w->broke;) {
        uint32_t index = w->waiting[i];
        if (w->place[index].due_ns > now) {
            i++;
            continue;
        }
        enum fan_status st = leave(w, index, err);
        if (st == FAN_EBUDGET) break;
        w->waiting[i] = w->waiting[--w->waiting_count];
        if (st) return st;
    }
    return FAN_OK;
}

/* The pace leaves these places empty: their wait is meant, and told as such. */
static void hold(struct fan_fanout *w)
{
    if (w->usable == w->places) return;
    for (uint32_t i = 0; i < w->free_count; i++)
        w->place[w->free[i]].held = true;
}

/* A place takes a call. */
static void take(struct fan_fanout *w, struct place *p, struct fan_task *task)
{
    p->task = task;
    p->attempt = 0;
    p->due_ns = now_ns(w);
    p->backoff_ns = p->held ? p->due_ns - p->free_ns : 0;
    fan_buf_reset(&p->payload);
}

/* Put attempts into every place that can take one: first those that are due again, then
 * new calls. */
static enum fan_status fill(struct fan_fanout *w, struct fan_err *err)
{
    w->broke = false;
    if (stop_count(w) > 0 || is_gone(w)) return FAN_OK;
    enum fan_status st = fill_retries(w, err);
    struct fan_task *task;
    while (!st && !w->broke && has_room(w) && (task = next_task(w))) {
        uint32_t index = w->free[w->free_count - 1];
        struct place *p = &w->place[index];
        take(w, p, task);
        st = w->cfg->hooks.describe(w->cfg->hooks.context, task, &p->request, &p->payload,
                                    err);
        if (st) return st;
        st = leave(w, index, err);
        if (st == FAN_EBUDGET) return FAN_OK; /* the task stays next */
        w->free_count--;
        w->next++;
        p->held = false;
    }
    hold(w);
    return st;
}

/* How long nothing but a reply can happen: to the nearest attempt that is due, or the
 * end of these turns. */
static int64_t idle_span_ns(const struct fan_fanout *w, int64_t until_ns)
{
    int64_t now = now_ns(w), span = TURN_MAX_NS;
    if (until_ns - now < span) span = until_ns > now ? until_ns - now : 0;
    if (w->broke) return span;
    for (uint32_t i = 0; i < w->waiting_count; i++) {
        int64_t left = w->place[w->waiting[i]].due_ns - now;
        if (left < span) span = left > 0 ? left : 0;
    }
    return span;
}

/* An attempt that its transport forgot would keep the loop busy for ever. */
static enum fan_status check_overdue(const struct fan_fanout *w, struct fan_err *err)
{
    int64_t now = now_ns(w);
    for (uint32_t i = 0; i < w->places; i++) {
        const struct place *p = &w->place[i];
        if (p->flying && now > p->deadline_ns + OVERDUE_NS)
            return fan_fail(err, FAN_ENET,
                            "wait for call %llu: the transport has not ended it %d s "
                            "after its time-out",
                            (unsigned long long)p->task->call,
                            (int)(OVERDUE_NS / 1000000000));
    }
    return FAN_OK;
}

static void release(struct fan_fanout *w, uint32_t index, bool rest)
{
    struct place *p = &w->place[index];
    p->task = NULL;
    p->free_ns = now_ns(w);
    p->resting = p->held = rest;
    if (rest)
        w->resting++;
    else
        w->free[w->free_count++] = index;
}

static void wake(struct fan_fanout *w)
{
    for (uint32_t i = 0; i < w->places && w->resting > 0; i++) {
        if (!w->place[i].resting) continue;
        w->place[i].resting = false;
        w->free[w->free_count++] = i;
        w->resting--;
    }
}

/*
 * Where failures are results, they are not news; but a request that is wrong will be as
 * wrong the next time, and its user wants to know at once: from one rank, and once.
 */
static bool is_news(const struct fan_fanout *w, const struct fan_record *r)
{
    return w->cfg->retry.retry || (r->outcome == FAN_OUTCOME_CLIENT && w->give_ups == 1 &&
                                   w->cfg->rank == 0 && r->seq < w->places);
}

static void log_give_up(struct fan_fanout *w, const struct fan_record *r)
{
    if (w->give_ups++ >= GIVE_UPS_LOGGED) return;
    fan_log(is_news(w, r) ? FAN_LOG_WARN : FAN_LOG_INFO, "fanout",
            "call %llu to '%s' failed for good at attempt %u: %s%s%s%s%s%s",
            (unsigned long long)r->call, r->function, r->attempt + 1,
            fan_outcome_name(r->outcome), r->error_type[0] ? " " : "", r->error_type,
            r->error_text[0] ? ": " : "", r->error_text,
            w->give_ups == GIVE_UPS_LOGGED ? " (more are only counted)" : "");
}

/* Complete a record with what the transport cannot know. */
static void complete(const struct fan_fanout *w, uint32_t index, struct fan_record *r)
{
    const struct place *p = &w->place[index];
    r->rank = w->cfg->rank;
    r->seq = (*w->cfg->seq)++;
    r->call = p->task->call;
    r->cell = p->task->cell;
    r->block = p->task->block;
    r->slot = index;
    r->in_flight = p->in_flight;
    r->level = p->level;
    r->intended_ns = p->due_ns;
    r->backoff_ns = p->backoff_ns;
    r->attempt = p->attempt;
    if (!r->function[0]) {
        strncpy(r->function, p->request.function, sizeof r->function - 1);
        r->function[sizeof r->function - 1] = '\0';
    }
    if (!r->reported) r->memory_mb = p->request.memory_mb;
}

/* The place waits for its next attempt. */
static void back_off(struct fan_fanout *w, uint32_t index, uint32_t floor_ms)
{
    struct place *p = &w->place[index];
    p->attempt++;
    const uint32_t before_ms = (uint32_t)(p->backoff_ns / 1000000);
    p->backoff_ns = (int64_t)fan_retry_wait_ms(&w->cfg->retry, p->attempt, before_ms,
                                               floor_ms, w->cfg->random) *
                    1000000;
    p->due_ns = now_ns(w) + p->backoff_ns;
    w->waiting[w->waiting_count++] = index;
}

/* Did this attempt find anybody? */
static void note_reach(const struct fan_fanout *w, const struct fan_record *r)
{
    struct fan_reach *reach = w->cfg->reach;
    if (!reach) return;
    if (r->outcome != FAN_OUTCOME_NETWORK || !r->never_sent) {
        reach->refused = 0;
        reach->gone = false;
        return;
    }
    if (reach->refused++ == 0) reach->since_ns = r->sent_ns;
    if (w->cfg->retry.retry)
        reach->gone = reach->refused >= GONE_IN_A_ROW &&
                      r->sent_ns + r->end_ns - reach->since_ns >= reach->limit_ns;
    else
        reach->gone =
            reach->refused >= GONE_LEAST && reach->refused / GONE_IN_A_ROW >= w->places;
    memcpy(reach->cause, r->error_text, sizeof reach->cause);
}

/* A reply is back: complete its record. Returns what should become of its call. */
static enum fan_verdict judge(struct fan_fanout *w, struct fan_reply *reply)
{
    const struct fan_fanout_hooks *hooks = &w->cfg->hooks;
    uint32_t index = (uint32_t)reply->tag;
    struct place *p = &w->place[index];
    struct fan_record *r = &reply->record;
    assert(index < w->places && p->flying);
    p->flying = false;
    w->in_flight--;
    complete(w, index, r);
    if (r->outcome == FAN_OUTCOME_OK && hooks->inspect)
        hooks->inspect(hooks->context, p->task, r);
    note_reach(w, r);
    enum fan_verdict verdict = fan_retry_verdict(&w->cfg->retry, r);
    r->attempt = p->task->attempts_made++;
    return verdict;
}

/* Its record is stored: settle its price and let its call go on, or end. */
static void settle(struct fan_fanout *w, const struct fan_reply *reply,
                   enum fan_verdict verdict)
{
    const struct fan_fanout_hooks *hooks = &w->cfg->hooks;
    uint32_t index = (uint32_t)reply->tag;
    struct place *p = &w->place[index];
    const struct fan_record *r = &reply->record;
    fan_budget_settle(w->cfg->budget, p->request.worst_pico, fan_record_billable(r),
                      hooks->cost_pico(hooks->context, r));
    w->broke = false; /* it may have freed enough */
    if (verdict == FAN_VERDICT_RETRY) {
        back_off(w, index, reply->retry_after_ms);
        return;
    }
    if (verdict == FAN_VERDICT_FAIL) log_give_up(w, r);
    p->task->state = verdict == FAN_VERDICT_DONE ? FAN_TASK_DONE : FAN_TASK_FAILED;
    if (hooks->settled) hooks->settled(hooks->context, p->task, r);
    release(w, index, w->cfg->rest && r->outcome == FAN_OUTCOME_THROTTLE);
}

/* Replies that came together are stored together: one write for all, before any counts.
 */
static enum fan_status settle_all(struct fan_fanout *w, struct fan_reply *replies,
                                  size_t count, struct fan_err *err)
{
    const struct fan_fanout_hooks *hooks = &w->cfg->hooks;
    const struct fan_record *records[REPLIES_MAX];
    enum fan_verdict verdicts[REPLIES_MAX];
    for (size_t i = 0; i < count; i++) {
        verdicts[i] = judge(w, &replies[i]);
        records[i] = &replies[i].record;
    }
    enum fan_status st = hooks->store(hooks->context, records, count, err);
    for (size_t i = 0; !st && i < count; i++)
        settle(w, &replies[i], verdicts[i]);
    return st;
}

/* Wait for replies, or for the nearest attempt that is due, and settle what came. */
static enum fan_status poll_and_settle(struct fan_fanout *w, int64_t until_ns,
                                       struct fan_err *err)
{
    const struct fan_fanout_cfg *cfg = w->cfg;
    int64_t span_ns = idle_span_ns(w, until_ns);
    if (w->in_flight == 0) {
        if (w->waiting_count > 0 && !w->broke)
            cfg->clock.sleep_ns(cfg->clock.context, span_ns);
        return FAN_OK;
    }
    struct fan_reply replies[REPLIES_MAX];
    size_t count = 0;
    int timeout_ms = (int)((span_ns + 999999) / 1000000);
    enum fan_status st =
        cfg->ops->poll(cfg->transport, timeout_ms, replies, REPLIES_MAX, &count, err);
    if (!st && count > 0) st = settle_all(w, replies, count, err);
    for (size_t i = 0; i < count; i++)
        fan_record_clear(&replies[i].record);
    if (!st && count == 0) st = check_overdue(w, err);
    return st;
}

struct fan_fanout *fan_fanout_open(const struct fan_fanout_cfg *cfg,
                                   struct fan_task *tasks, size_t count, uint32_t places)
{
    struct fan_fanout *w = fan_alloc_zero(1, sizeof *w);
    window_init(w, cfg, tasks, count, places);
    return w;
}

void fan_fanout_close(struct fan_fanout *w)
{
    if (!w) return;
    window_clear(w);
    free(w);
}

enum fan_status fan_fanout_turns(struct fan_fanout *w, const struct fan_pace *pace,
                                 struct fan_err *err)
{
    const struct fan_fanout_cfg *cfg = w->cfg;
    enum fan_status st = FAN_OK;
    w->usable = pace->places < w->places ? pace->places : w->places;
    w->count = pace->tasks;
    wake(w);
    while (!st && window_busy(w) && now_ns(w) < pace->until_ns) {
        st = fill(w, err);
        if (!st) st = poll_and_settle(w, pace->until_ns, err);
        if (cfg->hooks.tick) cfg->hooks.tick(cfg->hooks.context, w->in_flight);
    }
    if (!st && w->in_flight > 0 && stop_count(w) > 1)
        st = fan_fail(err, FAN_EINTERRUPTED, "dropped %u calls in flight", w->in_flight);
    if (!st && w->in_flight == 0 && is_gone(w))
        st = fan_fail(err, FAN_ENET,
                      "endpoint '%s' does not answer: %s (%u times in a row)",
                      cfg->reach->endpoint, cfg->reach->cause, cfg->reach->refused);
    return st;
}

size_t fan_fanout_begun(const struct fan_fanout *w)
{
    return w->next;
}

uint32_t fan_fanout_in_flight(const struct fan_fanout *w)
{
    return w->in_flight;
}

enum fan_status fan_fanout_run(const struct fan_fanout_cfg *cfg, struct fan_task *tasks,
                               size_t count, uint32_t places, struct fan_err *err)
{
    const struct fan_pace whole = { places, count, INT64_MAX };
    struct fan_fanout *w = fan_fanout_open(cfg, tasks, count, places);
    enum fan_status st = fan_fanout_turns(w, &whole, err);
    fan_fanout_close(w);
    return st;
}
