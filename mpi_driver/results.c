/* results.c - see results.h. */
#include "mpi_driver/results.h"

#include "analysis/report.h"
#include "analysis/summary.h"
#include "common/clock.h"
#include "mpi_driver/decided.h"
#include "mpi_driver/environment.h"
#include "mpi_driver/folder.h"
#include "mpi_driver/job_check.h"
#include "mpi_driver/tune_results.h"
#include "record/export.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TERMINAL_COLUMNS 100

/* Copy what fits. */
static void put(char *to, size_t capacity, const char *text)
{
    snprintf(to, capacity, "%s", text ? text : "");
}

static void describe_workload(const struct fan_job *job, char *text, size_t capacity)
{
    unsigned long long lo = job->experiment.lo, hi = job->experiment.hi;
    if (job->is_sieve) {
        snprintf(text, capacity, "sieve [%llu, %llu)",
                 (unsigned long long)job->sieve.range.begin,
                 (unsigned long long)job->sieve.range.end);
        return;
    }
    switch (job->experiment.handler) {
    case FAN_HANDLER_ERATOSTHENES:
        snprintf(text, capacity, "eratosthenes max %llu",
                 (unsigned long long)job->experiment.max);
        break;
    case FAN_HANDLER_SIEVE: snprintf(text, capacity, "sieve [%llu, %llu)", lo, hi); break;
    case FAN_HANDLER_ISPRIME:
        snprintf(text, capacity, "isprime %llu", (unsigned long long)job->experiment.n);
        break;
    case FAN_HANDLER_CUSTOM:
        snprintf(text, capacity, "custom %.120s",
                 job->experiment.payload ? job->experiment.payload : "{}");
        break;
    }
}

static const char *endpoint_text(const struct fan_job *job)
{
    switch (job->endpoint) {
    case FAN_ENDPOINT_LOCAL: return "local";
    case FAN_ENDPOINT_AWS: return "aws";
    case FAN_ENDPOINT_URL: break;
    }
    return job->endpoint_url;
}

static void fill_settings(struct fan_study *study, const struct fan_results *r)
{
    const struct fan_job *job = r->job;
    const struct fan_history *history = r->history;
    put(study->job, sizeof study->job, job->name);
    put(study->endpoint, sizeof study->endpoint, endpoint_text(job));
    put(study->region, sizeof study->region, job->region);
    fan_job_transports(job, study->transport);
    describe_workload(job, study->workload, sizeof study->workload);
    put(study->throttle_mode, sizeof study->throttle_mode,
        fan_job_throttle_words[job->throttle]);
    put(study->program, sizeof study->program, history->program);
    put(study->host, sizeof study->host, history->host);
    fan_clock_iso(history->started_wall_ns, study->started);
    fan_environment_read(&study->environment, r->dir);
    study->seed = job->seed;
    study->local = job->endpoint == FAN_ENDPOINT_LOCAL;
    study->randomized = !job->is_sieve && !job->tune.on &&
                        job->experiment.order == FAN_ORDER_RANDOMIZED_BLOCKS;
    study->ranks = history->ranks;
    study->blocks = r->plan->blocks;
    study->repetitions = job->is_sieve ? 1 : r->plan->blocking.most;
    study->interrupted = r->ending == FAN_ENDING_STOPPED;
    study->budget_stopped = r->ending == FAN_ENDING_BUDGET;
    study->elapsed_s = (double)history->end_ns * 1e-9;
    study->budget_invocations = job->budget.invocations;
    study->budget_usd = job->budget.usd;
    study->free_tier = job->free_tier;
    study->authorizer.on = fan_job_any_token(job);
    study->authorizer.cache_s = (double)job->gateway.cache_ns * 1e-9;
    study->authorizer.usd =
        fan_price_authorizer_usd(&job->price, job->gateway.authorizer_mb);
    study->is_sieve = job->is_sieve;
    study->journal_bad_frames = history->bad_frames + history->torn;
}

/* What is called, and, where there are several transports, by which. */
static void name_cell(struct fan_study_cell *cell, const struct fan_job *job,
                      const struct fan_job_function *f)
{
    char label[FAN_JOB_LABEL_MAX];
    const char *transport = fan_job_transport_words[f->transport];
    cell->target = (uint32_t)(fan_job_home(job, f) - job->function);
    put(cell->qualifier, sizeof cell->qualifier, f->qualifier);
    if (job->transport_count == 1) {
        put(cell->function, sizeof cell->function, fan_job_label(f, label));
        return;
    }
    snprintf(cell->function, sizeof cell->function, "%.199s via %.23s",
             fan_job_label(f, label), transport);
    put(cell->transport, sizeof cell->transport, transport);
    const struct fan_price own = fan_job_price(job, &job->price, f);
    cell->gateway_usd = own.gateway_request;
    cell->authorizer_usd = own.authorizer_request;
}

/* How the alias that is called, if one is, shares out its calls. */
static void fill_split(struct fan_study_split *split, const struct fan_job *job,
                       const struct fan_job_function *f)
{
    const struct fan_job_alias *alias = &fan_job_home(job, f)->alias;
    if (!alias->name || !f->qualifier || strcmp(alias->name, f->qualifier) != 0) return;
    snprintf(split->version, sizeof split->version, "%" PRIu32, alias->version);
    split->weight = alias->weight;
    if (alias->canary)
        snprintf(split->canary, sizeof split->canary, "%" PRIu32, alias->canary);
}

static struct fan_study_cell *make_cells(const struct fan_results *r)
{
    const struct fan_plan *plan = r->plan;
    struct fan_study_cell *cells = fan_alloc_zero(plan->cell_count, sizeof *cells);
    for (uint32_t i = 0; i < plan->cell_count; i++) {
        const struct fan_job_function *f = &r->job->function[plan->cell[i].function];
        name_cell(&cells[i], r->job, f);
        fill_split(&cells[i].split, r->job, f);
        cells[i].memory_mb = f->memory_mb;
        cells[i].work = plan->cell[i].work;
        cells[i].parallelism = plan->cell[i].parallelism;
        cells[i].calls_planned = cells[i].calls_most = plan->cell[i].calls;
    }
    return cells;
}

void fan_results_spent(const struct fan_results *r, uint64_t *invocations, uint64_t *pico)
{
    *invocations = r->history->lost;
    *pico = r->history->lost * fan_calls_worst_pico_max(r->calls);
    for (size_t i = 0; i < r->history->record_count; i++) {
        *invocations += fan_record_billable(&r->history->records[i]);
        *pico += fan_calls_cost_pico(r->calls, &r->history->records[i]);
    }
}

/* Returns 0 when the job has no budget. */
static size_t check_budget(const struct fan_results *r, struct fan_study_check *check)
{
    uint64_t invocations, pico;
    const struct fan_job *job = r->job;
    if (job->budget.invocations == 0 && !(job->budget.usd > 0)) return 0;
    fan_results_spent(r, &invocations, &pico);
    bool kept =
        (job->budget.invocations == 0 || invocations <= job->budget.invocations) &&
        (!(job->budget.usd > 0) || pico <= fan_budget_pico(job->budget.usd));
    memset(check, 0, sizeof *check);
    put(check->name, sizeof check->name, "budget kept");
    check->ok = kept;
    snprintf(check->detail, sizeof check->detail, "%llu invocations, $%.6f",
             (unsigned long long)invocations, (double)pico * 1e-12);
    if (r->history->lost > 0) {
        size_t n = strlen(check->detail);
        snprintf(check->detail + n, sizeof check->detail - n,
                 "; of these %llu left without a record when a run was killed",
                 (unsigned long long)r->history->lost);
    }
    return 1;
}

enum fan_status fan_results_csv(const struct fan_results *r, struct fan_err *err)
{
    char path[PATH_MAX], temporary[PATH_MAX];
    snprintf(path, sizeof path, "%.4000s/records.csv", r->dir);
    snprintf(temporary, sizeof temporary, "%.4000s/records.csv.new", r->dir);
    FILE *file = fopen(temporary, "w");
    if (!file) return fan_fail(err, FAN_EIO, "open '%s': %s", temporary, strerror(errno));
    enum fan_status st = fan_export_records(file, FAN_EXPORT_CSV, r->history->records,
                                            r->history->record_count, err);
    if (fclose(file) && !st)
        st = fan_fail(err, FAN_EIO, "write '%s': %s", temporary, strerror(errno));
    if (!st && rename(temporary, path))
        st = fan_fail(err, FAN_EIO, "rename '%s': %s", temporary, strerror(errno));
    if (st) unlink(temporary);
    return st;
}

static void print_path(const struct fan_results *r, FILE *out)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%.4000s/report.html", r->dir);
    if (access(path, R_OK)) snprintf(path, sizeof path, "%.4000s/report.md", r->dir);
    fprintf(out, "\nreport: %s\n", path);
}

/* Of a tune: its visits as an experiment. */
static const struct fan_results *shown(struct fan_results_study *made,
                                       const struct fan_results *results)
{
    if (!results->job->tune.on) return results;
    made->tune = fan_alloc_zero(1, sizeof *made->tune);
    fan_tune_results_init(made->tune, results);
    made->study.tune = &made->tune->study;
    return &made->tune->results;
}

void fan_results_study_init(struct fan_results_study *made,
                            const struct fan_results *results)
{
    struct fan_study *study = &made->study;
    const struct fan_history *as_read = results->history;
    memset(made, 0, sizeof *made);
    results = shown(made, results);
    const struct fan_history *history = results->history;
    fill_settings(study, results);
    made->cells = make_cells(results);
    study->cells = made->cells;
    study->cell_count = results->plan->cell_count;
    fan_decided_fill(results->job, results->plan, history, results->ending, made->cells,
                     study);
    study->records = history->records;
    study->record_count = history->record_count;
    study->phases = history->phases;
    study->phase_rank = history->phase_rank;
    study->phase_count = history->phase_count;
    if (study->is_sieve)
        study->check_count =
            fan_sieve_prove(results->job, results->plan, history, results->audits,
                            results->audit_count, &study->sieve, made->checks);
    study->check_count += check_budget(results, &made->checks[study->check_count]);
    if (results->reduced)
        fan_reduced_check(results->reduced, as_read, &made->checks[study->check_count++]);
    study->checks = made->checks;
    char word[FAN_FOLDER_WORD_MAX];
    fan_folder_word(word, results->dir);
    snprintf(made->command, sizeof made->command,
             "mpirun -np %u mpi_driver %s %s/job.yaml", study->ranks,
             study->tune ? "tune" : "run", word);
    study->command = made->command;
}

void fan_results_study_clear(struct fan_results_study *made)
{
    free(made->cells);
    made->cells = NULL;
    if (made->tune) fan_tune_results_clear(made->tune);
    free(made->tune);
    made->tune = NULL;
}

/* The quick part first: an impatient launcher may kill us meanwhile. */
static enum fan_status conclude(const struct fan_results *results, FILE *out, bool report,
                                bool *good, struct fan_err *err)
{
    struct fan_results_study made;
    fan_results_study_init(&made, results);
    struct fan_summary *summary = fan_summary_new(&made.study, results->price);
    fan_summary_print(summary, out, TERMINAL_COLUMNS);
    fflush(out);
    enum fan_status st = fan_results_csv(made.tune ? &made.tune->results : results, err);
    if (!st)
        st = report ? fan_report_write(summary, &made.study, results->dir, err)
                    : fan_report_write_numbers(summary, results->dir, err);
    if (!st && report) print_path(results, out);
    *good = fan_summary_ok(summary);
    fan_summary_free(summary);
    fan_results_study_clear(&made);
    return st;
}

enum fan_status fan_results_write(const struct fan_results *results, FILE *out,
                                  bool *good, struct fan_err *err)
{
    return conclude(results, out, true, good, err);
}

enum fan_status fan_results_brief(const struct fan_results *results, FILE *out,
                                  bool *good, struct fan_err *err)
{
    return conclude(results, out, false, good, err);
}
