/* decided.c - see decided.h. */
#include "mpi_driver/decided.h"

#include "common/buf.h"
#include "mpi_driver/schedule.h"
#include "mpi_driver/stopping.h"

#include <stdlib.h>

#define LATE_SHARE 100 /* of the interval: a probe that is later is called late */

/* --- repetitions until narrow --- */

static enum fan_stop undecided(enum fan_ending ending)
{
    if (ending == FAN_ENDING_BUDGET) return FAN_STOP_BUDGET;
    return ending == FAN_ENDING_STOPPED ? FAN_STOP_INTERRUPT : FAN_STOP_CUT;
}

static void fill_stopping(const struct fan_job *job, const struct fan_plan *plan,
                          const struct fan_history *history, enum fan_ending ending,
                          struct fan_study_cell *cells)
{
    uint32_t *state = fan_alloc_zero((size_t)plan->calls + 1, sizeof *state);
    struct fan_stopping_cell *found = fan_alloc_zero(plan->cell_count, sizeof *found);
    fan_history_calls(history, false, state, plan->calls);
    fan_stopping_replay(plan, job->experiment.until_ci, history->records,
                        history->record_count, state, found);
    for (uint32_t i = 0; i < plan->cell_count; i++) {
        cells[i].calls_planned = found[i].decided;
        cells[i].stop = found[i].narrow     ? FAN_STOP_NARROW
                        : found[i].complete ? FAN_STOP_MOST
                                            : undecided(ending);
    }
    free(found);
    free(state);
}

/* --- probes --- */

/* What the marks say of every visit of the plan. */
struct seen {
    int64_t start_ns; /* earliest; INT64_MAX without */
    uint32_t missed;
};

static struct seen *look_at_marks(const struct fan_plan *plan,
                                  const struct fan_history *history)
{
    size_t n = (size_t)plan->blocks * plan->cell_count;
    struct seen *seen = fan_alloc_zero(n + 1, sizeof *seen);
    for (size_t i = 0; i < n; i++)
        seen[i].start_ns = INT64_MAX;
    for (size_t i = 0; i < history->phase_count; i++) {
        const struct fan_phase_mark *mark = &history->phases[i];
        if (mark->block >= plan->blocks || mark->cell >= plan->cell_count) continue;
        struct seen *s = &seen[(size_t)mark->block * plan->cell_count + mark->cell];
        if (mark->missed > 0)
            s->missed = mark->missed; /* every resumption says it again */
        else if (mark->start_ns < s->start_ns)
            s->start_ns = mark->start_ns;
    }
    return seen;
}

static void fill_probes(const struct fan_plan *plan, const struct fan_history *history,
                        struct fan_study_cell *cells, struct fan_study_probes *probes)
{
    struct seen *seen = look_at_marks(plan, history);
    probes->every_s = (double)plan->every_ns * 1e-9;
    probes->planned = plan->blocks;
    for (uint32_t b = 0; b < plan->blocks; b++) {
        int64_t start_ns = INT64_MAX;
        uint32_t missed = 0;
        for (uint32_t c = 0; c < plan->cell_count; c++) {
            const struct seen *s = &seen[(size_t)b * plan->cell_count + c];
            if (s->start_ns < start_ns) start_ns = s->start_ns;
            missed += s->missed;
            cells[c].calls_planned -= s->missed;
        }
        probes->calls_missed += missed;
        probes->missed += missed > 0;
        if (start_ns == INT64_MAX) continue;
        probes->made++;
        int64_t late_ns = start_ns - fan_schedule_due_ns(plan->every_ns, b);
        probes->late += late_ns > plan->every_ns / LATE_SHARE;
        if ((double)late_ns * 1e-9 > probes->late_max_s)
            probes->late_max_s = (double)late_ns * 1e-9;
    }
    free(seen);
}

/* --- searches --- */

static int compare_calls(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

/* A search plans what it begins. The marks say how much that was; of one that was killed
 * only the records do. */
static void fill_search(const struct fan_plan *plan, const struct fan_history *history,
                        struct fan_study_cell *cells)
{
    uint64_t *begun = fan_alloc_zero(plan->cell_count, sizeof *begun);
    uint64_t *call = fan_alloc_zero(history->record_count + 1, sizeof *call);
    for (size_t i = 0; i < history->phase_count; i++)
        if (history->phases[i].cell < plan->cell_count)
            begun[history->phases[i].cell] += history->phases[i].calls;
    for (uint32_t c = 0; c < plan->cell_count; c++) {
        size_t n = 0, seen = 0;
        for (size_t i = 0; i < history->record_count; i++)
            if (history->records[i].cell == c) call[n++] = history->records[i].call;
        qsort(call, n, sizeof *call, compare_calls);
        for (size_t i = 0; i < n; i++)
            seen += i == 0 || call[i] != call[i - 1];
        cells[c].calls_planned = begun[c] > seen ? begun[c] : seen;
    }
    free(call);
    free(begun);
}

void fan_decided_fill(const struct fan_job *job, const struct fan_plan *plan,
                      const struct fan_history *history, enum fan_ending ending,
                      struct fan_study_cell *cells, struct fan_study *study)
{
    if (!plan->is_sieve) {
        study->until_ci = job->experiment.until_ci;
        study->repetitions_min = job->experiment.repetitions_min;
    }
    if (study->until_ci > 0) fill_stopping(job, plan, history, ending, cells);
    if (plan->every_ns > 0) fill_probes(plan, history, cells, &study->probes);
    if (plan->is_search) fill_search(plan, history, cells);
    study->is_search = plan->is_search;
    study->calls_planned = 0;
    for (uint32_t i = 0; i < plan->cell_count; i++)
        study->calls_planned += cells[i].calls_planned;
}
