/* tune_results.c - see tune_results.h. */
#include "mpi_driver/tune_results.h"

#include "common/buf.h"
#include "mpi_driver/job_tune.h"

#include <stdlib.h>
#include <string.h>

#define NO_CELL UINT32_MAX

/* The candidate that each sample visited, by its records and marks; NO_CELL: none. */
static void find_visits(const struct fan_history *history, const struct fan_plan *plan,
                        uint32_t *cell_of)
{
    for (uint32_t i = 0; i < plan->blocks; i++)
        cell_of[i] = NO_CELL;
    for (size_t i = 0; i < history->phase_count; i++) {
        const struct fan_phase_mark *mark = &history->phases[i];
        if (mark->block < plan->blocks && mark->cell < plan->cell_count)
            cell_of[mark->block] = mark->cell;
    }
    for (size_t i = 0; i < history->record_count; i++) {
        const struct fan_record *record = &history->records[i];
        if (record->block < plan->blocks && record->cell < plan->cell_count)
            cell_of[record->block] = record->cell;
    }
}

/* The plan of what was begun. number: each candidate's new number, NO_CELL without one.
 */
static void make_plan(struct fan_plan *plan, const struct fan_plan *whole,
                      const uint32_t *cell_of, uint32_t *number)
{
    *plan = *whole;
    plan->cell = fan_alloc_zero((size_t)whole->cell_count + 1, sizeof *plan->cell);
    plan->cell_count = plan->blocks = 0;
    plan->calls = 0;
    for (uint32_t c = 0; c < whole->cell_count; c++) {
        uint64_t calls = 0;
        for (uint32_t i = 0; i < whole->blocks; i++)
            if (cell_of[i] == c) calls += whole->visit[i].calls;
        number[c] = calls > 0 ? plan->cell_count : NO_CELL;
        if (calls == 0) continue;
        plan->cell[plan->cell_count] = whole->cell[c];
        plan->cell[plan->cell_count++].calls = calls;
        plan->calls += calls;
    }
    for (uint32_t i = 0; i < whole->blocks; i++)
        plan->blocks += cell_of[i] != NO_CELL;
    if (plan->cell_count > 0) return;
    /* Nothing was visited: the first size of all stands for what would have been. */
    plan->cell[plan->cell_count++] = whole->cell[0];
    plan->cell[0].calls = 0;
    number[0] = 0;
}

/* Copies, since the cells change; the records' bodies stay the original's. */
static void make_history(struct fan_history *history, const struct fan_history *original,
                         const uint32_t *number, uint32_t cells)
{
    *history = *original;
    history->records =
        fan_alloc_zero(original->record_count + 1, sizeof *history->records);
    history->phases = fan_alloc_zero(original->phase_count + 1, sizeof *history->phases);
    for (size_t i = 0; i < original->record_count; i++) {
        struct fan_record *record = &history->records[i];
        *record = original->records[i];
        record->cell = record->cell < cells ? number[record->cell] : NO_CELL;
    }
    for (size_t i = 0; i < original->phase_count; i++) {
        struct fan_phase_mark *mark = &history->phases[i];
        *mark = original->phases[i];
        mark->cell = mark->cell < cells ? number[mark->cell] : NO_CELL;
    }
}

void fan_tune_results_init(struct fan_tune_results *tune,
                           const struct fan_results *results)
{
    const struct fan_plan *whole = results->plan;
    const struct fan_job *job = results->job;
    uint32_t *cell_of = fan_alloc_zero((size_t)whole->blocks + 1, sizeof *cell_of);
    uint32_t *number = fan_alloc_zero((size_t)whole->cell_count + 1, sizeof *number);
    memset(tune, 0, sizeof *tune);
    find_visits(results->history, whole, cell_of);
    make_plan(&tune->plan, whole, cell_of, number);
    make_history(&tune->history, results->history, number, whole->cell_count);
    tune->memory_mb = fan_alloc_zero(job->function_count, sizeof *tune->memory_mb);
    tune->study.settings = fan_job_sizing(job, results->price, tune->memory_mb);
    tune->study.repetitions = job->tune.repetitions;
    tune->study.sample_calls = fan_job_sample_calls(job);
    tune->study.listed_mb = job->tune.listed_mb;
    tune->results = *results;
    tune->results.plan = &tune->plan;
    tune->results.history = &tune->history;
    free(number);
    free(cell_of);
}

void fan_tune_results_clear(struct fan_tune_results *tune)
{
    free(tune->plan.cell);
    free(tune->history.records);
    free(tune->history.phases);
    free(tune->memory_mb);
    memset(tune, 0, sizeof *tune);
}
