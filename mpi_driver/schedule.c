/* schedule.c - see schedule.h. */
#include "mpi_driver/schedule.h"

#include "common/clock.h"
#include "common/log.h"
#include "mpi_driver/interrupt.h"
#include "mpi_driver/stopping.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NOTES_BYTES_MAX ((size_t)1 << 31)
#define NAP_NS          INT64_C(250000000) /* signals are answered this soon in a wait */
#define LATE_SHARE      4                  /* of the interval: a quarter */

struct fan_schedule {
    struct fan_schedule_cfg cfg;
    struct fan_stopping *stopping; /* rank 0 with `until`; NULL otherwise */
    bool *out;                     /* by cell, as all ranks know it */
    struct fan_buf notes;          /* of this rank, since the last block's end */
    uint64_t decided, per_cell;    /* calls of the blocks so far; of each cell still in */
    uint32_t missed;               /* probes in a row, not yet told */
};

int64_t fan_schedule_due_ns(int64_t every_ns, uint32_t probe)
{
    return every_ns * probe;
}

bool fan_schedule_is_missed(int64_t every_ns, uint32_t probe, int64_t now_ns)
{
    return now_ns > fan_schedule_due_ns(every_ns, probe) + every_ns / LATE_SHARE;
}

struct fan_schedule *fan_schedule_new(const struct fan_schedule_cfg *cfg)
{
    struct fan_schedule *s = fan_alloc_zero(1, sizeof *s);
    s->cfg = *cfg;
    s->out = fan_alloc_zero(cfg->plan->cell_count, sizeof *s->out);
    fan_buf_init(&s->notes, NOTES_BYTES_MAX);
    if (cfg->job->experiment.until_ci > 0 && cfg->comm->rank == 0) {
        s->stopping = fan_stopping_new(cfg->plan, cfg->job->experiment.until_ci);
        for (size_t i = 0; i < cfg->past->note_count; i++)
            fan_stopping_add(s->stopping, &cfg->past->notes[i]);
    }
    return s;
}

void fan_schedule_free(struct fan_schedule *s)
{
    if (!s) return;
    fan_stopping_free(s->stopping);
    fan_buf_clear(&s->notes);
    free(s->out);
    free(s);
}

static const struct fan_visit *block_visits(const struct fan_schedule *s, uint32_t block)
{
    return &s->cfg.plan->visit[(size_t)block * s->cfg.plan->cell_count];
}

/* --- probes over time --- */

static uint32_t pending_calls(const struct fan_schedule *s, const struct fan_visit *visit)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < visit->calls; i++)
        n += !(s->cfg.past->call_state[visit->first_call + i] & FAN_CALL_OVER);
    return n;
}

static bool is_over(const struct fan_schedule *s, uint32_t block)
{
    for (uint32_t i = 0; i < s->cfg.plan->cell_count; i++)
        if (pending_calls(s, block_visits(s, block) + i) > 0) return false;
    return true;
}

/* Rank 0 journals what a probe should have called and did not. */
static enum fan_status journal_missed(const struct fan_schedule *s, uint32_t block,
                                      struct fan_err *err)
{
    enum fan_status st = FAN_OK;
    for (uint32_t i = 0; !st && i < s->cfg.plan->cell_count; i++) {
        const struct fan_visit *visit = block_visits(s, block) + i;
        struct fan_phase_mark mark;
        memset(&mark, 0, sizeof mark);
        mark.phase = s->cfg.past->sums.next_phase + block * s->cfg.plan->cell_count + i;
        mark.cell = visit->cell;
        mark.block = block;
        mark.start_ns = mark.end_ns = fan_schedule_due_ns(s->cfg.plan->every_ns, block);
        mark.missed = pending_calls(s, visit);
        if (mark.missed > 0) st = fan_journal_phase(s->cfg.journal, &mark, err);
        if (s->cfg.progress) s->cfg.progress->planned -= mark.missed;
    }
    return st;
}

static void tell_missed(struct fan_schedule *s, uint32_t next)
{
    if (s->missed == 0 || s->cfg.comm->rank != 0) return;
    fan_log(FAN_LOG_WARN, "probes",
            "%u %s missed before number %u of %u: the time had passed, and the grid is "
            "kept",
            s->missed, s->missed == 1 ? "probe was" : "probes were", next + 1,
            s->cfg.plan->blocks);
    s->missed = 0;
}

/* "next probe 14:35:00, 13 of 72" for the progress line. */
static void announce(const struct fan_schedule *s, uint32_t block, int64_t wait_ns)
{
    if (!s->cfg.progress) return;
    time_t when = (time_t)((fan_clock_wall_ns() + wait_ns) / 1000000000);
    struct tm local;
    char clock[16];
    localtime_r(&when, &local);
    strftime(clock, sizeof clock, "%H:%M:%S", &local);
    snprintf(s->cfg.progress->note, sizeof s->cfg.progress->note,
             "next probe %s, %u of %u", clock, block + 1, s->cfg.plan->blocks);
}

/* Sleep until the time has come or the user asks to stop. */
static void wait_until(const struct fan_schedule *s, uint32_t block, int64_t due_ns)
{
    const struct fan_fanout_clock *clock = &s->cfg.clock;
    int64_t left_ns = due_ns - clock->now_ns(clock->context);
    if (left_ns > 0) announce(s, block, left_ns);
    while (left_ns > 0 && fan_interrupt_count() == 0) {
        clock->sleep_ns(clock->context, left_ns < NAP_NS ? left_ns : NAP_NS);
        if (s->cfg.turn) s->cfg.turn(s->cfg.turn_context);
        left_ns = due_ns - clock->now_ns(clock->context);
    }
    if (s->cfg.progress)
        snprintf(s->cfg.progress->note, sizeof s->cfg.progress->note, "probe %u of %u",
                 block + 1, s->cfg.plan->blocks);
}

enum fan_status fan_schedule_begin(struct fan_schedule *s, uint32_t block, bool *run,
                                   struct fan_err *err)
{
    struct fan_comm *comm = s->cfg.comm;
    int64_t every_ns = s->cfg.plan->every_ns;
    *run = true;
    if (every_ns <= 0) return FAN_OK;
    *run = !is_over(s, block);
    if (!*run) return FAN_OK;
    bool missed =
        fan_schedule_is_missed(every_ns, block,
                               s->cfg.clock.now_ns(s->cfg.clock.context)) &&
        (block > 0 || s->cfg.past->sums.end_ns > 0); /* a first one begins the grid */
    comm->ops->bcast(comm, &missed, sizeof missed, 0);
    if (missed) {
        *run = false;
        s->missed++;
        enum fan_status st = FAN_OK;
        if (comm->rank == 0) st = journal_missed(s, block, err);
        if (block + 1 == s->cfg.plan->blocks) tell_missed(s, block);
        return fan_comm_agree(comm, st, err);
    }
    tell_missed(s, block);
    wait_until(s, block, fan_schedule_due_ns(every_ns, block));
    return FAN_OK;
}

/* --- repetitions until narrow --- */

bool fan_schedule_leaves_out(const struct fan_schedule *s, uint32_t cell)
{
    return s->out[cell];
}

void fan_schedule_note(struct fan_schedule *s, const struct fan_record *record)
{
    if (!(s->cfg.job->experiment.until_ci > 0)) return;
    struct fan_stopping_note note = fan_stopping_note_of(record);
    if (fan_buf_add(&s->notes, &note, sizeof note, NULL))
        s->cfg.comm->ops->abort(s->cfg.comm, 1); /* 2 GiB of one block's notes */
}

/* Everybody's notes of the block to rank 0. */
static void gather_notes(struct fan_schedule *s)
{
    struct fan_comm *comm = s->cfg.comm;
    struct fan_buf all = FAN_BUF_INIT(NOTES_BYTES_MAX);
    uint64_t *sizes = fan_alloc_zero((size_t)comm->size, sizeof *sizes);
    comm->ops->gather(comm, s->notes.data, s->notes.size, &all, sizes);
    for (size_t at = 0; s->stopping && at < all.size;
         at += sizeof(struct fan_stopping_note)) {
        struct fan_stopping_note note;
        memcpy(&note, all.data + at, sizeof note);
        fan_stopping_add(s->stopping, &note);
    }
    fan_buf_reset(&s->notes);
    fan_buf_clear(&all);
    free(sizes);
}

void fan_schedule_end(struct fan_schedule *s, uint32_t block, bool *more)
{
    const struct fan_plan *plan = s->cfg.plan;
    struct fan_comm *comm = s->cfg.comm;
    uint64_t in = 0;
    *more = true;
    if (!(s->cfg.job->experiment.until_ci > 0)) return;
    gather_notes(s);
    if (s->stopping) fan_stopping_decide(s->stopping, block);
    for (uint32_t i = 0; i < plan->cell_count; i++) {
        s->decided += s->out[i] ? 0 : block_visits(s, block)->calls;
        if (s->stopping) s->out[i] = fan_stopping_is_out(s->stopping, i);
    }
    s->per_cell += block_visits(s, block)->calls;
    comm->ops->bcast(comm, s->out, plan->cell_count * sizeof *s->out, 0);
    for (uint32_t i = 0; i < plan->cell_count; i++)
        in += !s->out[i];
    *more = in > 0;
    if (!s->cfg.progress) return;
    s->cfg.progress->open = *more && block + 1 < plan->blocks;
    s->cfg.progress->planned = s->decided + in * (plan->blocking.most - s->per_cell);
}
