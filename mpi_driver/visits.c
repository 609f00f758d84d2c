/* visits.c - see visits.h. */
#include "mpi_driver/visits.h"

#include "common/clock.h"
#include "mpi_driver/interrupt.h"
#include "mpi_driver/schedule.h"
#include "mpi_driver/search.h"
#include "partition/slice.h"

#include <stdlib.h>
#include <string.h>

#define JITTER_STREAM 1000 /* of the job's seed: the back-off of rank r uses 1000 + r */

/* A rank's run through the visits. */
struct state {
    const struct fan_visits *v;
    struct fan_totals *totals;
    struct fan_budget slice; /* ours; the sum over the ranks is what the run has left */
    struct fan_random random;
    struct fan_fanout_cfg fanout;
    struct fan_schedule *schedule;
    struct fan_search_refusals refusals; /* of a search for the limit */
    uint64_t next_call;                  /* of such a search: ids begin here */
    struct fan_task *tasks;              /* of the visit at hand */
    uint32_t task_count;
    uint64_t *exchange; /* what ranks tell each other before a round */
};

/* --- hooks of the fan-out loop --- */

static int64_t run_now_ns(void *context)
{
    return fan_clock_mono_ns() - ((struct state *)context)->v->epoch_ns;
}

static void run_sleep_ns(void *context, int64_t ns)
{
    (void)context;
    fan_clock_sleep_ns(ns);
}

static enum fan_status describe(void *context, const struct fan_task *task,
                                struct fan_request *request, struct fan_buf *payload,
                                struct fan_err *err)
{
    struct state *s = context;
    return fan_calls_describe(s->v->calls, task, request, payload, err);
}

static void inspect(void *context, const struct fan_task *task, struct fan_record *record)
{
    fan_calls_inspect(((struct state *)context)->v->calls, task, record);
}

static void leaving(void *context)
{
    ((struct state *)context)->totals->started++;
}

static uint64_t cost_pico(void *context, const struct fan_record *record)
{
    return fan_calls_cost_pico(((struct state *)context)->v->calls, record);
}

static enum fan_status store(void *context, const struct fan_record *const *records,
                             size_t count, struct fan_err *err)
{
    struct state *s = context;
    enum fan_status st = fan_journal_attempts(s->v->journal, records, count, err);
    for (size_t i = 0; !st && i < count; i++) {
        fan_schedule_note(s->schedule, records[i]);
        s->refusals.count += records[i]->outcome == FAN_OUTCOME_THROTTLE &&
                             records[i]->sent_ns >= s->refusals.since_ns;
        s->totals->throttled += records[i]->outcome == FAN_OUTCOME_THROTTLE;
        s->totals->spent_pico += cost_pico(context, records[i]);
        if (s->v->reduced) fan_reduced_add(s->v->reduced, records[i]);
        if (s->v->seen) s->v->seen(s->v->choose_context, records[i]);
    }
    return st;
}

static void settled(void *context, const struct fan_task *task,
                    const struct fan_record *last)
{
    struct state *s = context;
    (void)last;
    if (task->state == FAN_TASK_DONE)
        s->totals->calls_done++;
    else
        s->totals->calls_failed++;
}

static void tick(void *context, uint32_t in_flight)
{
    struct state *s = context;
    s->totals->in_flight = in_flight;
    s->v->turn(s->v->turn_context);
}

static int stop(void *context)
{
    (void)context;
    return fan_interrupt_count();
}

static int64_t now_ns(const struct state *s)
{
    return s->fanout.clock.now_ns(s->fanout.clock.context);
}

/* --- the visits --- */

uint32_t fan_visits_deal(const struct fan_visit *visit, const uint32_t *call_state,
                         uint32_t parallelism, uint32_t ranks, uint32_t rank,
                         struct fan_task *tasks)
{
    uint32_t first_place = 0, n = 0, pending = 0;
    for (uint32_t r = 0; r < rank; r++)
        first_place += fan_slice_places(parallelism, ranks, r);
    uint32_t end_place = first_place + fan_slice_places(parallelism, ranks, rank);
    for (uint32_t i = 0; i < visit->calls; i++) {
        uint64_t call = visit->first_call + i;
        if (call_state[call] & FAN_CALL_OVER) continue;
        uint32_t place = pending++ % parallelism;
        if (place < first_place || place >= end_place) continue;
        memset(&tasks[n], 0, sizeof tasks[n]);
        tasks[n].call = call;
        tasks[n].cell = visit->cell;
        tasks[n].block = visit->block;
        tasks[n].attempts_made = call_state[call] & FAN_CALL_ATTEMPTS;
        n++;
    }
    return n;
}

static uint64_t count_pending(const struct state *s)
{
    uint64_t n = 0;
    for (uint32_t i = 0; i < s->task_count; i++)
        n += s->tasks[i].state == FAN_TASK_PENDING;
    return n;
}

/* Slots of the exchange behind the pending calls of each rank. */
enum { LEFT_CALLS, LEFT_PICO, ASKED_TO_STOP, EXTRA_SLOTS };

/*
 * Before each round all ranks add up what they have left, and share it anew by what each
 * still has to do. *again: whether another round makes sense.
 */
static void share_budget(struct state *s, uint64_t worst_pico, bool *again,
                         enum fan_ending *ending)
{
    struct fan_comm *comm = s->v->comm;
    uint32_t ranks = (uint32_t)comm->size;
    uint64_t *pending = s->exchange, *extra = s->exchange + ranks, total_pending = 0;
    bool calls_limited = s->slice.calls != FAN_BUDGET_NONE;
    bool pico_limited = s->slice.pico != FAN_BUDGET_NONE;
    memset(s->exchange, 0, (ranks + EXTRA_SLOTS) * sizeof *s->exchange);
    pending[comm->rank] = count_pending(s);
    extra[LEFT_CALLS] = calls_limited ? s->slice.calls : 0;
    extra[LEFT_PICO] = pico_limited ? s->slice.pico : 0;
    extra[ASKED_TO_STOP] = fan_interrupt_count() > 0;
    comm->ops->sum_u64(comm, s->exchange, ranks + EXTRA_SLOTS);

    for (uint32_t r = 0; r < ranks; r++)
        total_pending += pending[r];
    struct fan_budget total = { FAN_BUDGET_NONE, FAN_BUDGET_NONE, 0 };
    if (calls_limited) total.calls = extra[LEFT_CALLS];
    if (pico_limited) total.pico = extra[LEFT_PICO];
    struct fan_budget *share = fan_alloc_zero(ranks, sizeof *share);
    fan_budget_share(&total, worst_pico, pending, ranks, share);
    s->slice = share[comm->rank];
    free(share);

    *again = false;
    if (extra[ASKED_TO_STOP] > 0)
        *ending = FAN_ENDING_STOPPED;
    else if (total_pending > 0 && (total.calls == 0 || total.pico < worst_pico)) {
        *ending = FAN_ENDING_BUDGET;
        if (total.calls > 0 && s->v->unaffordable_usd)
            *s->v->unaffordable_usd = (double)worst_pico / 1e12;
    } else
        *again = total_pending > 0;
}

static enum fan_status mark_phase(struct state *s, const struct fan_visit *visit,
                                  uint32_t phase, int64_t start_ns, int64_t end_ns,
                                  struct fan_err *err)
{
    struct fan_phase_mark mark;
    memset(&mark, 0, sizeof mark);
    mark.phase = phase;
    mark.cell = visit->cell;
    mark.block = visit->block;
    mark.start_ns = start_ns;
    mark.end_ns = end_ns;
    mark.calls = s->task_count;
    return fan_journal_phase(s->v->journal, &mark, err);
}

/* Calls of a cell travel as its function's do. */
static void take_way(struct state *s, uint32_t cell)
{
    const struct fan_way *way = &s->v->way[s->v->plan->cell[cell].function];
    s->fanout.ops = way->ops;
    s->fanout.transport = way->transport;
    if (s->v->reach) s->v->reach->endpoint = way->address;
}

/* One visit: rounds of own calls until no rank has any left, or none can go on. Mostly
 * one round; more when a rank's slice ran out while another's did not. */
static enum fan_status run_visit(struct state *s, const struct fan_visit *visit,
                                 uint32_t phase, enum fan_ending *ending,
                                 struct fan_err *err)
{
    const struct fan_visits *v = s->v;
    struct fan_comm *comm = v->comm;
    uint32_t ranks = (uint32_t)comm->size, rank = (uint32_t)comm->rank;
    uint32_t parallelism = v->plan->cell[visit->cell].parallelism;
    uint32_t places = fan_slice_places(parallelism, ranks, rank);
    uint64_t worst_pico = fan_calls_worst_pico(v->calls, visit->cell);
    enum fan_status st = FAN_OK;
    int64_t start_ns = -1, end_ns = 0;
    bool again;
    s->fanout.level = parallelism;
    take_way(s, visit->cell);
    s->task_count =
        fan_visits_deal(visit, v->past->call_state, parallelism, ranks, rank, s->tasks);
    for (;;) {
        share_budget(s, worst_pico, &again, ending);
        if (!again) break;
        comm->ops->barrier(comm);
        if (start_ns < 0) start_ns = now_ns(s);
        st = fan_fanout_run(&s->fanout, s->tasks, s->task_count, places, err);
        end_ns = now_ns(s);
        tick(s, 0);
        if (st == FAN_EINTERRUPTED) { /* asked twice: all leave at the next exchange */
            st = FAN_OK;
            if (err) memset(err, 0, sizeof *err);
        }
        st = fan_comm_agree(comm, st, err);
        if (st) break;
    }
    if (start_ns < 0) return st; /* nothing was left to do */
    enum fan_status marked =
        mark_phase(s, visit, phase, start_ns, end_ns, st ? NULL : err);
    return st ? st : fan_comm_agree(comm, marked, err);
}

/* One visit of a search for the limit (search.h). */
static enum fan_status run_search(struct state *s, const struct fan_visit *visit,
                                  uint32_t phase, enum fan_ending *ending,
                                  struct fan_err *err)
{
    const struct fan_visits *v = s->v;
    struct fan_search_cfg cfg;
    struct fan_search_done done;
    memset(&cfg, 0, sizeof cfg);
    take_way(s, visit->cell);
    cfg.comm = v->comm;
    cfg.job = v->job;
    cfg.plan = v->plan;
    cfg.past = v->past;
    cfg.visit = visit;
    cfg.fanout = &s->fanout;
    cfg.tasks = s->tasks;
    cfg.refusals = &s->refusals;
    cfg.progress = v->progress;
    cfg.worst_pico = fan_calls_worst_pico(v->calls, visit->cell);
    cfg.unaffordable_usd = v->unaffordable_usd;
    cfg.next_call = &s->next_call;
    enum fan_status st = fan_search_run(&cfg, ending, &done, err);
    tick(s, 0);
    if (done.start_ns < 0) return st;
    s->task_count = done.calls;
    enum fan_status marked =
        mark_phase(s, visit, phase, done.start_ns, done.end_ns, st ? NULL : err);
    return st ? st : fan_comm_agree(v->comm, marked, err);
}

/* Rank 0 begins with the whole budget; the first share_budget() spreads it. */
static struct fan_budget first_slice(const struct fan_visits *v)
{
    struct fan_budget b = { FAN_BUDGET_NONE, FAN_BUDGET_NONE, 0 };
    const struct fan_past_sums *past = &v->past->sums;
    if (v->job->budget.invocations > 0) {
        uint64_t limit = v->job->budget.invocations;
        b.calls = limit > past->invocations ? limit - past->invocations : 0;
        if (v->comm->rank != 0) b.calls = 0;
    }
    if (v->job->budget.usd > 0) {
        uint64_t limit = fan_budget_pico(v->job->budget.usd);
        b.pico = limit > past->pico ? limit - past->pico : 0;
        if (v->comm->rank != 0) b.pico = 0;
    }
    return b;
}

static void state_init(struct state *s, const struct fan_visits *v)
{
    static const struct fan_fanout_hooks hooks = { NULL,    describe, inspect,
                                                   leaving, store,    cost_pico,
                                                   settled, tick,     stop };
    uint32_t calls_max = 0;
    for (size_t i = 0; i < v->plan->visit_count; i++)
        if (v->plan->visit[i].calls > calls_max) calls_max = v->plan->visit[i].calls;
    memset(s, 0, sizeof *s);
    s->v = v;
    s->totals = fan_ledger_totals(v->ledger);
    s->slice = first_slice(v);
    s->tasks = fan_alloc_zero((size_t)calls_max + 1, sizeof *s->tasks);
    s->exchange =
        fan_alloc_zero((size_t)v->comm->size + EXTRA_SLOTS, sizeof *s->exchange);
    fan_random_init(&s->random, v->job->seed, JITTER_STREAM + (uint64_t)v->comm->rank);
    s->fanout.clock = v->clock;
    if (!v->clock.now_ns)
        s->fanout.clock = (struct fan_fanout_clock){ run_now_ns, run_sleep_ns, s };
    s->fanout.hooks = hooks;
    s->fanout.hooks.context = s;
    s->fanout.retry = fan_retry_defaults(v->job->throttle == FAN_THROTTLE_RETRY);
    s->fanout.retry.attempts_max = v->job->retry.attempts;
    s->fanout.retry.base_ms = v->job->retry.base_ms;
    s->fanout.retry.cap_ms = v->job->retry.cap_ms;
    s->fanout.retry.jitter = v->job->retry.jitter;
    s->fanout.budget = &s->slice;
    s->fanout.random = &s->random;
    s->fanout.rank = (uint32_t)v->comm->rank;
    s->fanout.seq = &v->past->seq;
    s->fanout.reach = v->reach;
    s->fanout.rest = v->plan->is_search;
    s->next_call = v->past->sums.next_call;
}

static struct fan_schedule *new_schedule(const struct state *s)
{
    struct fan_schedule_cfg cfg;
    memset(&cfg, 0, sizeof cfg);
    cfg.comm = s->v->comm;
    cfg.job = s->v->job;
    cfg.plan = s->v->plan;
    cfg.past = s->v->past;
    cfg.journal = s->v->journal;
    cfg.progress = s->v->progress;
    cfg.clock = s->fanout.clock;
    cfg.turn = s->v->turn;
    cfg.turn_context = s->v->turn_context;
    return fan_schedule_new(&cfg);
}

/* All visits of a block that its schedule does not leave out; *more: whether others are
 * to follow. */
static enum fan_status run_block(struct state *s, uint32_t block, bool *more,
                                 enum fan_ending *ending, struct fan_err *err)
{
    const struct fan_plan *plan = s->v->plan;
    bool run;
    enum fan_status st = fan_schedule_begin(s->schedule, block, &run, err);
    *more = true;
    if (st || !run) return st;
    for (uint32_t i = 0; !st && i < plan->cell_count; i++) {
        size_t index = (size_t)block * plan->cell_count + i;
        const struct fan_visit *visit = &plan->visit[index];
        if (fan_schedule_leaves_out(s->schedule, visit->cell)) continue;
        uint32_t phase = s->v->past->sums.next_phase + (uint32_t)index;
        st = plan->is_search ? run_search(s, visit, phase, ending, err)
                             : run_visit(s, visit, phase, ending, err);
        if (*ending != FAN_ENDING_WHOLE) *more = false;
        if (!*more) return st;
    }
    if (!st) fan_schedule_end(s->schedule, block, more);
    return st;
}

/* A run that decides as it goes: one visit after another, until it has enough. */
static enum fan_status run_chosen(struct state *s, enum fan_ending *ending,
                                  struct fan_err *err)
{
    const struct fan_visits *v = s->v;
    for (size_t i = 0; i < v->plan->visit_count; i++) {
        uint32_t phase = v->past->sums.next_phase + (uint32_t)i;
        struct fan_visit visit = v->plan->visit[i];
        bool more = true;
        enum fan_status st = v->choose(v->choose_context, i, &visit, &more, err);
        if (!st && more) st = run_visit(s, &visit, phase, ending, err);
        if (st || !more || *ending != FAN_ENDING_WHOLE) return st;
    }
    return FAN_OK;
}

static enum fan_status run_all(struct state *s, enum fan_ending *ending,
                               struct fan_err *err)
{
    enum fan_status st = FAN_OK;
    bool more = true;
    for (uint32_t block = 0; !st && more && block < s->v->plan->blocks; block++)
        st = run_block(s, block, &more, ending, err);
    return st;
}

enum fan_status fan_visits_run(const struct fan_visits *visits, enum fan_ending *ending,
                               struct fan_err *err)
{
    struct state s;
    state_init(&s, visits);
    s.schedule = new_schedule(&s);
    visits->comm->idle = visits->turn;
    visits->comm->idle_context = visits->turn_context;
    *ending = FAN_ENDING_WHOLE;
    enum fan_status st =
        visits->choose ? run_chosen(&s, ending, err) : run_all(&s, ending, err);
    if (st) *ending = FAN_ENDING_FAILED;
    visits->comm->idle = NULL;
    fan_schedule_free(s.schedule);
    free(s.tasks);
    free(s.exchange);
    return st;
}
