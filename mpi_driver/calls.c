/* calls.c - see calls.h. */
#include "mpi_driver/calls.h"

#include "mpi_driver/sieve_answer.h"
#include "partition/tally.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INIT_LIMIT_S 10 /* Lambda's limit of INIT */
#define MARGIN_S     2  /* for the network, above time-out and INIT */

struct fan_calls {
    const struct fan_job *job;
    const struct fan_plan *plan;
    struct fan_price *price; /* by cell: a gateway costs more */
    uint64_t *worst_pico;    /* by cell */
    uint64_t worst_pico_max;
};

struct fan_calls *fan_calls_new(const struct fan_job *job, const struct fan_plan *plan,
                                const struct fan_price *price)
{
    struct fan_calls *calls = fan_alloc_zero(1, sizeof *calls);
    calls->job = job;
    calls->plan = plan;
    calls->price = fan_alloc_zero(plan->cell_count, sizeof *calls->price);
    calls->worst_pico = fan_alloc_zero(plan->cell_count, sizeof *calls->worst_pico);
    for (uint32_t i = 0; i < plan->cell_count; i++) {
        const struct fan_job_function *f = &job->function[plan->cell[i].function];
        calls->price[i] = fan_job_price(job, price, f);
        calls->worst_pico[i] = fan_budget_pico(fan_price_worst_usd(
            &calls->price[i], f->memory_most_mb, f->timeout_s + MARGIN_S));
        if (calls->worst_pico[i] > calls->worst_pico_max)
            calls->worst_pico_max = calls->worst_pico[i];
    }
    return calls;
}

void fan_calls_free(struct fan_calls *calls)
{
    if (!calls) return;
    free(calls->price);
    free(calls->worst_pico);
    free(calls);
}

enum fan_status fan_calls_describe(const struct fan_calls *calls,
                                   const struct fan_task *task,
                                   struct fan_request *request, struct fan_buf *payload,
                                   struct fan_err *err)
{
    const struct fan_plan_cell *cell = &calls->plan->cell[task->cell];
    const struct fan_job_function *f = &calls->job->function[cell->function];
    struct fan_range range = { 0, 0 };
    if (calls->plan->is_sieve) range = calls->plan->partition[task->call];
    request->function = f->name;
    request->qualifier = f->qualifier;
    request->path = f->resource ? f->resource : f->path;
    request->memory_mb = f->memory_mb;
    request->timeout_ms = (f->timeout_s + INIT_LIMIT_S + MARGIN_S) * 1000;
    request->worst_pico = calls->worst_pico[task->cell];
    return fan_job_payload(calls->job, cell->work, range, payload, err);
}

void fan_calls_inspect(const struct fan_calls *calls, const struct fan_task *task,
                       struct fan_record *record)
{
    if (!calls->plan->is_sieve) return;
    struct fan_range range = calls->plan->partition[task->call];
    struct fan_sieve_result result;
    struct fan_err err = { FAN_OK, "" };
    enum fan_status st = fan_sieve_answer_parse(record->body, record->body_bytes,
                                                calls->job->sieve.wanted, &result, &err);
    if (!st) {
        struct fan_tally *alone = fan_tally_new(range, 1);
        st = fan_tally_add(alone, 0, range, &result, NULL, &err);
        fan_tally_free(alone);
    }
    if (!st) return;
    record->outcome = FAN_OUTCOME_FUNCTION;
    snprintf(record->error_type, sizeof record->error_type, "Driver.InvalidAnswer");
    snprintf(record->error_text, sizeof record->error_text, "%.190s", err.text);
}

uint64_t fan_calls_worst_pico(const struct fan_calls *calls, uint32_t cell)
{
    return calls->worst_pico[cell];
}

uint64_t fan_calls_worst_pico_max(const struct fan_calls *calls)
{
    return calls->worst_pico_max;
}

uint64_t fan_calls_cost_pico(const struct fan_calls *calls,
                             const struct fan_record *record)
{
    uint32_t cell = record->cell < calls->plan->cell_count ? record->cell : 0;
    return fan_budget_pico(fan_price_record(&calls->price[cell], record).total);
}
