/* stopping.c - see stopping.h. */
#include "mpi_driver/stopping.h"

#include "analysis/statistics.h"
#include "analysis/strata.h"
#include "common/buf.h"

#include <stdlib.h>

struct value {
    double ms;
    uint32_t block;
    bool reported;
};

struct cell {
    struct value *value;
    size_t count, room;
    uint32_t last_block; /* with any record */
    bool out;
};

struct fan_stopping {
    const struct fan_plan *plan;
    double until_ci;
    struct cell *cell;
};

struct fan_stopping_note fan_stopping_note_of(const struct fan_record *record)
{
    struct fan_stopping_note note = { FAN_UNKNOWN, record->cell, record->block, 0, 0 };
    if (fan_stratum_of(record) != FAN_STRATUM_WARM) return note;
    note.value_ms = fan_metric_of(record, FAN_METRIC_DURATION);
    note.reported = isnan(note.value_ms) ? 0u : 1u;
    if (!note.reported) note.value_ms = fan_metric_of(record, FAN_METRIC_LATENCY);
    return note;
}

struct fan_stopping *fan_stopping_new(const struct fan_plan *plan, double until_ci)
{
    struct fan_stopping *s = fan_alloc_zero(1, sizeof *s);
    s->plan = plan;
    s->until_ci = until_ci;
    s->cell = fan_alloc_zero(plan->cell_count, sizeof *s->cell);
    return s;
}

void fan_stopping_free(struct fan_stopping *s)
{
    if (!s) return;
    for (uint32_t i = 0; i < s->plan->cell_count; i++)
        free(s->cell[i].value);
    free(s->cell);
    free(s);
}

void fan_stopping_add(struct fan_stopping *s, const struct fan_stopping_note *note)
{
    if (note->cell >= s->plan->cell_count || note->block >= s->plan->blocks) return;
    struct cell *c = &s->cell[note->cell];
    if (note->block > c->last_block) c->last_block = note->block;
    if (isnan(note->value_ms)) return;
    if (c->count == c->room) {
        c->room = c->room ? 2 * c->room : 64;
        c->value = fan_realloc(c->value, c->room, sizeof *c->value);
    }
    c->value[c->count++] =
        (struct value){ note->value_ms, note->block, note->reported != 0 };
}

double fan_stopping_half_width(const double *sorted, size_t n)
{
    if (n == 0) return FAN_UNKNOWN;
    double median = fan_stats_quantile(sorted, n, 0.5);
    struct fan_interval ci = fan_stats_quantile_interval(sorted, n, 0.5, FAN_STATS_LEVEL);
    return median > 0 ? (ci.upper - ci.lower) / 2 / median : FAN_UNKNOWN;
}

/* The values up to a block, ascending: durations where there are any, else latencies. */
static size_t sample(const struct cell *c, uint32_t block, double *values)
{
    bool reported = false;
    size_t n = 0;
    for (size_t i = 0; i < c->count; i++)
        reported |= c->value[i].reported && c->value[i].block <= block;
    for (size_t i = 0; i < c->count; i++)
        if (c->value[i].block <= block && c->value[i].reported == reported)
            values[n++] = c->value[i].ms;
    fan_stats_sort(values, n);
    return n;
}

void fan_stopping_decide(struct fan_stopping *s, uint32_t block)
{
    if (block + 1 < s->plan->blocking.even) return; /* not yet the least repetitions */
    for (uint32_t i = 0; i < s->plan->cell_count; i++) {
        struct cell *c = &s->cell[i];
        if (c->out || c->last_block > block) continue;
        double *values = fan_alloc_zero(c->count + 1, sizeof *values);
        size_t n = sample(c, block, values);
        c->out = fan_stopping_half_width(values, n) <= s->until_ci;
        free(values);
    }
}

bool fan_stopping_is_out(const struct fan_stopping *s, uint32_t cell)
{
    return s->cell[cell].out;
}

/* One block of a replay: whether all of it that was decided has records. */
static bool replay_block(const struct fan_stopping *s, uint32_t block,
                         const uint32_t *call_state, struct fan_stopping_cell *cells)
{
    bool whole = true;
    for (uint32_t i = 0; i < s->plan->cell_count; i++) {
        const struct fan_visit *visit =
            &s->plan->visit[(size_t)block * s->plan->cell_count + i];
        if (s->cell[visit->cell].out) continue;
        cells[visit->cell].decided += visit->calls;
        for (uint32_t k = 0; k < visit->calls; k++)
            whole &= call_state[visit->first_call + k] != 0;
    }
    return whole;
}

void fan_stopping_replay(const struct fan_plan *plan, double until_ci,
                         const struct fan_record *records, size_t count,
                         const uint32_t *call_state, struct fan_stopping_cell *cells)
{
    struct fan_stopping *s = fan_stopping_new(plan, until_ci);
    bool whole = true;
    for (size_t i = 0; i < count; i++) {
        struct fan_stopping_note note = fan_stopping_note_of(&records[i]);
        fan_stopping_add(s, &note);
    }
    for (uint32_t i = 0; i < plan->cell_count; i++)
        cells[i] = (struct fan_stopping_cell){ 0, false, false };
    for (uint32_t b = 0; whole && b < plan->blocks; b++) {
        whole = replay_block(s, b, call_state, cells);
        if (whole) fan_stopping_decide(s, b);
    }
    for (uint32_t i = 0; i < plan->cell_count; i++) {
        cells[i].narrow = s->cell[i].out;
        cells[i].complete = s->cell[i].out || whole;
    }
    fan_stopping_free(s);
}
