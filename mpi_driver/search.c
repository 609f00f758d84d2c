/* search.c - see search.h. */
#include "mpi_driver/search.h"

#include "mpi_driver/interrupt.h"
#include "partition/slice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAP_NS INT64_C(20000000) /* of a rank that has no place in a window */

/* Slots of the exchange behind the calls that each rank has begun. */
enum { REFUSED, LEFT_CALLS, LEFT_PICO, ASKED_TO_STOP, IN_FLIGHT, EXTRA_SLOTS };

/* What rank 0 decides, as it is sent to all. */
struct decision {
    uint32_t level;
    uint32_t done;   /* no further window */
    uint32_t ending; /* enum fan_ending */
    uint32_t reserved;
    int64_t left_ns;     /* of the search's time, when it began */
    uint64_t left_calls; /* and of its calls */
};

struct search {
    const struct fan_search_cfg *cfg;
    struct fan_fanout *fanout;
    struct decision decision;
    uint64_t *exchange; /* by rank, then the slots above */
    uint64_t *weight, *share;
    struct fan_budget *slices;
    uint64_t begun; /* by all ranks, at the last exchange */
    int64_t start_ns;
    bool dropped; /* the user asked twice: what was in flight is lost */
};

uint32_t fan_search_next(uint32_t level, uint32_t step, uint32_t most, bool refused)
{
    if (refused) return level > 1 ? level / 2 : 1;
    return most - level > step ? level + step : most;
}

static int64_t now_ns(const struct search *s)
{
    const struct fan_fanout_clock *clock = &s->cfg->fanout->clock;
    return clock->now_ns(clock->context);
}

static void search_init(struct search *s, const struct fan_search_cfg *cfg)
{
    size_t ranks = (size_t)cfg->comm->size;
    memset(s, 0, sizeof *s);
    s->cfg = cfg;
    s->exchange = fan_alloc_zero(ranks + EXTRA_SLOTS, sizeof *s->exchange);
    s->weight = fan_alloc_zero(ranks, sizeof *s->weight);
    s->share = fan_alloc_zero(ranks, sizeof *s->share);
    s->slices = fan_alloc_zero(ranks, sizeof *s->slices);
}

static void search_clear(struct search *s)
{
    fan_fanout_close(s->fanout);
    free(s->exchange);
    free(s->weight);
    free(s->share);
    free(s->slices);
}

/* Rank 0 knows what an earlier run has done of this search; all begin where it ended. */
static void look_back(struct search *s)
{
    const struct fan_search_cfg *cfg = s->cfg;
    struct decision *d = &s->decision;
    d->level = cfg->job->find_limit.start;
    d->ending = FAN_ENDING_WHOLE;
    d->left_ns = cfg->job->experiment.for_ns;
    d->left_calls = cfg->visit->calls;
    if (cfg->visit->cell < cfg->past->cell_count) {
        const struct fan_past_cell *past = &cfg->past->cell[cfg->visit->cell];
        if (past->level > 0) d->level = past->level;
        d->left_ns -= past->last_ns - past->first_ns;
        d->left_calls -= past->calls < d->left_calls ? past->calls : d->left_calls;
    }
    d->done = d->left_ns <= 0 || d->left_calls == 0;
    cfg->comm->ops->bcast(cfg->comm, d, sizeof *d, 0);
}

/* This rank's calls, by ids that no other rank and no other search has. */
static void make_tasks(const struct search *s)
{
    const struct fan_search_cfg *cfg = s->cfg;
    for (uint64_t i = 0; i < s->decision.left_calls; i++) {
        struct fan_task *task = &cfg->tasks[i];
        memset(task, 0, sizeof *task);
        task->call =
            *cfg->next_call + i * (uint64_t)cfg->comm->size + (uint64_t)cfg->comm->rank;
        task->cell = cfg->visit->cell;
        task->block = cfg->visit->block;
    }
}

/* All ranks: what has been begun, met and left. */
static void add_up(struct search *s, struct fan_budget *total)
{
    const struct fan_search_cfg *cfg = s->cfg;
    struct fan_budget *own = cfg->fanout->budget;
    size_t ranks = (size_t)cfg->comm->size;
    uint64_t *extra = s->exchange + ranks;
    memset(s->exchange, 0, (ranks + EXTRA_SLOTS) * sizeof *s->exchange);
    s->exchange[cfg->comm->rank] = fan_fanout_begun(s->fanout);
    extra[REFUSED] = cfg->refusals->count;
    extra[LEFT_CALLS] = own->calls != FAN_BUDGET_NONE ? own->calls : 0;
    extra[LEFT_PICO] = own->pico != FAN_BUDGET_NONE ? own->pico : 0;
    extra[ASKED_TO_STOP] = fan_interrupt_count() > 0;
    extra[IN_FLIGHT] = fan_fanout_in_flight(s->fanout);
    cfg->comm->ops->sum_u64(cfg->comm, s->exchange, ranks + EXTRA_SLOTS);
    s->begun = 0;
    for (size_t r = 0; r < ranks; r++)
        s->begun += s->exchange[r];
    total->calls = own->calls != FAN_BUDGET_NONE ? extra[LEFT_CALLS] : FAN_BUDGET_NONE;
    total->pico = own->pico != FAN_BUDGET_NONE ? extra[LEFT_PICO] : FAN_BUDGET_NONE;
    total->reserved = 0;
}

/* Rank 0 alone. */
static void decide(struct search *s, const struct fan_budget *total, bool first)
{
    const struct fan_search_cfg *cfg = s->cfg;
    const uint64_t *extra = s->exchange + cfg->comm->size;
    struct decision *d = &s->decision;
    bool poor = total->calls == 0 || total->pico < cfg->worst_pico;
    if (!first)
        d->level = fan_search_next(d->level, cfg->job->find_limit.step,
                                   cfg->plan->cell[cfg->visit->cell].parallelism,
                                   extra[REFUSED] > 0);
    if (extra[ASKED_TO_STOP] > 0)
        d->ending = FAN_ENDING_STOPPED;
    else if (s->begun < d->left_calls && poor && extra[IN_FLIGHT] == 0)
        d->ending = FAN_ENDING_BUDGET;
    d->done = d->ending != FAN_ENDING_WHOLE || s->begun >= d->left_calls ||
              now_ns(s) - s->start_ns >= d->left_ns;
}

/* Budget and calls follow the places. */
static struct fan_pace share(struct search *s, const struct fan_budget *total)
{
    const struct fan_search_cfg *cfg = s->cfg;
    uint32_t ranks = (uint32_t)cfg->comm->size, rank = (uint32_t)cfg->comm->rank;
    struct fan_budget *own = cfg->fanout->budget;
    for (uint32_t r = 0; r < ranks; r++)
        s->weight[r] = fan_slice_places(s->decision.level, ranks, r);
    fan_budget_share(total, cfg->worst_pico, s->weight, ranks, s->slices);
    own->calls = s->slices[rank].calls;
    own->pico = s->slices[rank].pico;
    fan_slice_units(s->decision.left_calls - s->begun, s->weight, ranks, s->share);
    int64_t now = now_ns(s), end_ns = s->start_ns + s->decision.left_ns;
    int64_t until_ns = now + cfg->job->find_limit.window_ns;
    return (struct fan_pace){
        (uint32_t)s->weight[rank],
        fan_fanout_begun(s->fanout) + (size_t)s->share[rank],
        until_ns < end_ns ? until_ns : end_ns,
    };
}

static void announce(const struct search *s)
{
    struct fan_progress *progress = s->cfg->progress;
    if (!progress) return;
    int64_t left_ns = s->start_ns + s->decision.left_ns - now_ns(s);
    snprintf(progress->note, sizeof progress->note, "level %u, %.0f s left",
             s->decision.level, left_ns > 0 ? (double)left_ns * 1e-9 : 0.0);
}

/* One window on this rank; one that has nothing to do waits for its end. */
static enum fan_status run_window(struct search *s, const struct fan_pace *pace,
                                  struct fan_err *err)
{
    struct fan_fanout_cfg *fanout = s->cfg->fanout;
    s->cfg->refusals->since_ns = now_ns(s);
    s->cfg->refusals->count = 0;
    fanout->level = s->decision.level;
    enum fan_status st = fan_fanout_turns(s->fanout, pace, err);
    if (st == FAN_EINTERRUPTED) { /* asked twice: all leave at the next exchange */
        s->dropped = true;
        if (err) memset(err, 0, sizeof *err);
        st = FAN_OK;
    }
    while (!st && !s->dropped && fan_interrupt_count() == 0) {
        int64_t left_ns = pace->until_ns - now_ns(s);
        if (left_ns <= 0) break;
        fanout->clock.sleep_ns(fanout->clock.context,
                               left_ns < NAP_NS ? left_ns : NAP_NS);
        if (fanout->hooks.tick) fanout->hooks.tick(fanout->hooks.context, 0);
    }
    return fan_comm_agree(s->cfg->comm, st, err);
}

static enum fan_status run_windows(struct search *s, struct fan_err *err)
{
    struct fan_comm *comm = s->cfg->comm;
    enum fan_status st = FAN_OK;
    s->start_ns = now_ns(s);
    for (bool first = true; !st; first = false) {
        struct fan_budget total;
        add_up(s, &total);
        if (comm->rank == 0) decide(s, &total, first);
        comm->ops->bcast(comm, &s->decision, sizeof s->decision, 0);
        struct fan_pace pace = share(s, &total);
        if (s->decision.ending == FAN_ENDING_BUDGET && total.calls > 0 &&
            s->cfg->unaffordable_usd)
            *s->cfg->unaffordable_usd = (double)s->cfg->worst_pico / 1e12;
        if (s->decision.done) break;
        announce(s);
        st = run_window(s, &pace, err);
    }
    return st;
}

/* What is in flight comes back; nothing new leaves. */
static enum fan_status drain(struct search *s, struct fan_err *err)
{
    const struct fan_pace none = { 0, fan_fanout_begun(s->fanout), INT64_MAX };
    enum fan_status st = s->dropped ? FAN_OK : fan_fanout_turns(s->fanout, &none, err);
    if (st == FAN_EINTERRUPTED) {
        st = FAN_OK;
        if (err) memset(err, 0, sizeof *err);
    }
    return fan_comm_agree(s->cfg->comm, st, err);
}

static uint64_t most_begun(const struct search *s)
{
    uint64_t most = 0;
    for (int r = 0; r < s->cfg->comm->size; r++)
        if (s->exchange[r] > most) most = s->exchange[r];
    return most;
}

enum fan_status fan_search_run(const struct fan_search_cfg *cfg, enum fan_ending *ending,
                               struct fan_search_done *done, struct fan_err *err)
{
    struct search s;
    struct fan_comm *comm = cfg->comm;
    uint32_t most = cfg->plan->cell[cfg->visit->cell].parallelism;
    *done = (struct fan_search_done){ -1, 0, 0 };
    search_init(&s, cfg);
    look_back(&s);
    if (s.decision.done) {
        search_clear(&s);
        return FAN_OK;
    }
    make_tasks(&s);
    s.fanout = fan_fanout_open(
        cfg->fanout, cfg->tasks, (size_t)s.decision.left_calls,
        fan_slice_places(most, (uint32_t)comm->size, (uint32_t)comm->rank));
    cfg->refusals->count = 0;
    comm->ops->barrier(comm);
    enum fan_status st = run_windows(&s, err);
    if (!st) st = drain(&s, err);
    if (!st && s.decision.ending != FAN_ENDING_WHOLE)
        *ending = (enum fan_ending)s.decision.ending;
    *done = (struct fan_search_done){ s.start_ns, now_ns(&s),
                                      (uint32_t)fan_fanout_begun(s.fanout) };
    *cfg->next_call += most_begun(&s) * (uint64_t)comm->size;
    search_clear(&s);
    return st;
}
