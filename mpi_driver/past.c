/* past.c - see past.h. */
#include "mpi_driver/past.h"

#include "common/log.h"

#include <stdlib.h>
#include <string.h>

#define CELLS_MAX 1000000 /* a record of a cell beyond is damaged */

/* What rank 0 goes on deciding from. */
static void look_at_cells(struct fan_past *past, const struct fan_history *history)
{
    for (size_t i = 0; i < history->record_count; i++)
        if (history->records[i].cell >= past->cell_count &&
            history->records[i].cell < CELLS_MAX)
            past->cell_count = history->records[i].cell + 1;
    past->cell = fan_alloc_zero((size_t)past->cell_count + 1, sizeof *past->cell);
    past->notes = fan_alloc_zero(history->record_count + 1, sizeof *past->notes);
    past->note_count = history->record_count;
    for (size_t i = 0; i < history->record_count; i++) {
        const struct fan_record *r = &history->records[i];
        int64_t end_ns = r->sent_ns + r->end_ns;
        past->notes[i] = fan_stopping_note_of(r);
        if (r->call >= past->sums.next_call) past->sums.next_call = r->call + 1;
        if (r->cell >= past->cell_count) continue;
        struct fan_past_cell *cell = &past->cell[r->cell];
        if (cell->calls == 0 || r->sent_ns < cell->first_ns) cell->first_ns = r->sent_ns;
        if (cell->calls == 0 || end_ns > cell->last_ns) cell->last_ns = end_ns;
        if (cell->calls == 0 || r->sent_ns > cell->level_ns) {
            cell->level = r->level;
            cell->level_ns = r->sent_ns;
        }
        cell->calls++;
    }
}

void fan_past_derive(struct fan_past *past, uint64_t *seqs, uint32_t ranks,
                     const struct fan_history *history, const struct fan_calls *calls,
                     uint64_t planned, bool failed_again)
{
    struct fan_past_sums *s = &past->sums;
    fan_history_calls(history, failed_again, past->call_state, planned);
    fan_history_next_seq(history, seqs, ranks);
    bool *good = fan_alloc_zero((size_t)planned + 1, sizeof *good);
    for (size_t i = 0; i < history->record_count; i++) {
        const struct fan_record *r = &history->records[i];
        s->throttled += r->outcome == FAN_OUTCOME_THROTTLE;
        s->invocations += fan_record_billable(r);
        s->pico += fan_calls_cost_pico(calls, r);
        if (r->call < planned && r->outcome == FAN_OUTCOME_OK) good[r->call] = true;
    }
    for (uint64_t i = 0; i < planned; i++) {
        bool over = (past->call_state[i] & FAN_CALL_OVER) != 0;
        s->done += good[i];
        s->failed += over && !good[i];
    }
    free(good);
    look_at_cells(past, history);
    s->lost = history->lost;
    s->invocations += history->lost;
    s->pico += history->lost * fan_calls_worst_pico_max(calls);
    s->end_ns = history->end_ns;
    s->started_wall_ns = history->started_wall_ns;
    s->next_phase = history->next_phase;
    memcpy(s->damage, history->damage, sizeof s->damage);
}

static enum fan_status read_past(struct fan_past *past, uint64_t *seqs, uint32_t ranks,
                                 const char *dir, uint64_t job_mark,
                                 const struct fan_calls *calls, uint64_t planned,
                                 bool failed_again, struct fan_err *err)
{
    struct fan_history history;
    enum fan_status st = fan_history_read(&history, dir, err);
    if (st) return st;
    if (history.journals > 0 && (history.job_mixed || history.job_mark != job_mark))
        st = fan_fail(err, FAN_EUSAGE,
                      "resume '%s': its journals were written for another job", dir);
    else
        fan_past_derive(past, seqs, ranks, &history, calls, planned, failed_again);
    fan_history_clear(&history);
    return st;
}

/* What the user should know before the run goes on. */
static void tell(const struct fan_past *past, uint64_t planned, const char *dir)
{
    const struct fan_past_sums *s = &past->sums;
    if (s->damage[0]) fan_log(FAN_LOG_WARN, "resume", "'%s': %s", dir, s->damage);
    if (s->lost > 0)
        fan_log(
            FAN_LOG_WARN, "resume",
            "%llu attempts had left when the run ended and have no record; the budget "
            "counts them at their worst price",
            (unsigned long long)s->lost);
    fan_log(FAN_LOG_INFO, "resume", "%llu of %llu calls are over",
            (unsigned long long)(s->done + s->failed), (unsigned long long)planned);
}

enum fan_status fan_past_open(struct fan_past *past, const char *dir, uint64_t job_mark,
                              const struct fan_calls *calls, uint64_t planned,
                              bool failed_again, struct fan_comm *comm,
                              struct fan_err *err)
{
    uint32_t ranks = (uint32_t)comm->size;
    memset(past, 0, sizeof *past);
    past->call_state = fan_alloc_zero((size_t)planned + 1, sizeof *past->call_state);
    if (!dir) return FAN_OK;
    uint64_t *seqs = fan_alloc_zero(ranks, sizeof *seqs);
    enum fan_status st = FAN_OK;
    if (comm->rank == 0)
        st = read_past(past, seqs, ranks, dir, job_mark, calls, planned, failed_again,
                       err);
    st = fan_comm_agree(comm, st, err);
    if (!st) {
        if (comm->rank == 0) tell(past, planned, dir);
        comm->ops->bcast(comm, seqs, ranks * sizeof *seqs, 0);
        comm->ops->bcast(comm, past->call_state,
                         (size_t)planned * sizeof *past->call_state, 0);
        comm->ops->bcast(comm, &past->sums, sizeof past->sums, 0);
        past->seq = seqs[comm->rank];
    }
    free(seqs);
    return st;
}

void fan_past_clear(struct fan_past *past)
{
    if (!past) return;
    free(past->call_state);
    free(past->notes);
    free(past->cell);
    memset(past, 0, sizeof *past);
}
