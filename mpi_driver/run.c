/*
 * run.c - see run.h. A run is a list of phases; after each, all ranks agree on how it
 * ended, so that none waits for one that has left.
 */
#include "mpi_driver/run_state.h"

#include "mpi_driver/folder.h"
#include "mpi_driver/late_report.h"
#include "mpi_driver/results.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void fan_run_complain(const struct fan_run *r, const struct fan_err *err)
{
    if (r->comm->rank == 0) fprintf(stderr, "mpi_driver: %s\n", err->text);
}

enum fan_exit fan_exit_of(enum fan_status status)
{
    if (status == FAN_OK) return FAN_EXIT_GOOD;
    if (status == FAN_EUSAGE) return FAN_EXIT_USAGE;
    if (status == FAN_EBUDGET) return FAN_EXIT_BUDGET;
    if (status == FAN_EINTERRUPTED) return FAN_EXIT_INTERRUPTED;
    return FAN_EXIT_FAILURES;
}

static enum fan_status write_results(struct fan_run *r, struct fan_sieve_audit *audits,
                                     size_t audit_count, struct fan_err *err)
{
    struct fan_history history;
    enum fan_status st = fan_history_read(&history, r->dir, err);
    if (st) return st;
    struct fan_results results;
    memset(&results, 0, sizeof results);
    results.dir = r->dir;
    results.job = r->job;
    results.plan = r->plan;
    results.price = r->price;
    results.calls = r->calls;
    results.history = &history;
    results.ending = r->ending;
    results.audits = audits;
    results.audit_count = audit_count;
    results.reduced = r->reduced;
    st = r->options->part ? fan_results_brief(&results, stdout, &r->good, err)
                          : fan_results_write(&results, stdout, &r->good, err);
    fan_history_clear(&history);
    return st;
}

/* All ranks: what the journals say becomes the report. */
static enum fan_status conclude(struct fan_run *r, struct fan_err *err)
{
    struct fan_sieve_audit *audits = NULL;
    size_t count = 0;
    enum fan_status st = FAN_OK;
    if (r->plan->is_sieve && r->ending == FAN_ENDING_WHOLE)
        st = fan_sieve_audit_run(r->job, r->plan, r->comm, &audits, &count, err);
    if (!st && r->reporter) {
        st = fan_late_report_wait(r->reporter, &r->good, err);
    } else if (!st && r->comm->rank == 0) {
        const int lock = fan_folder_lock(r->dir);
        st = write_results(r, audits, count, err);
        fan_folder_unlock(lock);
    }
    free(audits);
    st = fan_comm_agree(r->comm, st, err);
    r->comm->ops->bcast(r->comm, &r->good, sizeof r->good, 0);
    return st;
}

static void tell_how_to_go_on(const struct fan_run *r)
{
    const bool part = r->options->part != NULL; /* then the study tells it */
    char word[FAN_FOLDER_WORD_MAX];
    if (r->comm->rank != 0 || r->options->quiet || part || r->ending == FAN_ENDING_WHOLE)
        return;
    if (r->ending == FAN_ENDING_BUDGET && r->unaffordable_usd > 0)
        fprintf(stderr,
                "what is left of the budget's $%.4g does not cover the worst price of "
                "the next call, $%.3g (its time-out and INIT at full length): raise "
                "budget.usd, or lower the function's timeout_s in a new run\n",
                r->job->budget.usd, r->unaffordable_usd);
    fan_folder_word(word, r->dir);
    fprintf(stderr, "%s; to go on: mpi_driver %s --resume %s%s\n",
            r->ending == FAN_ENDING_BUDGET    ? "the budget stopped the run"
            : r->ending == FAN_ENDING_STOPPED ? "interrupted"
                                              : "the run failed",
            r->options->tune ? "tune" : "run", word,
            r->ending == FAN_ENDING_BUDGET
                ? " --set budget.invocations=N --set budget.usd=N"
                : "");
}

static enum fan_exit exit_of_ending(const struct fan_run *r)
{
    switch (r->ending) {
    case FAN_ENDING_BUDGET: return FAN_EXIT_BUDGET;
    case FAN_ENDING_STOPPED: return FAN_EXIT_INTERRUPTED;
    case FAN_ENDING_WHOLE: return r->good ? FAN_EXIT_GOOD : FAN_EXIT_FAILURES;
    case FAN_ENDING_NONE:
    case FAN_ENDING_FAILED: break;
    }
    return FAN_EXIT_FAILURES;
}

enum fan_exit fan_run(const struct fan_run_options *options, struct fan_comm *comm)
{
    struct fan_run r;
    struct fan_err err = { FAN_OK, "" }, late = { FAN_OK, "" };
    memset(&r, 0, sizeof r);
    r.options = options;
    r.comm = comm;
    enum fan_status st = fan_run_prepare(&r, &err);
    bool begun = st == FAN_OK;
    if (begun) st = fan_run_calls(&r, &err);
    if (begun) fan_run_heed_termination(&r);
    if (begun) fan_reduced_sum(r.reduced, comm);
    if (st == FAN_ENET) fan_endpoint_explain(&r.endpoint, &err);
    enum fan_status collected = begun ? fan_folder_collect(r.dir, comm, &late) : FAN_OK;
    fan_run_close_calls(&r);
    enum fan_exit status = fan_exit_of(st);
    if (st) fan_run_complain(&r, &err);
    if (begun) {
        /* Partial results are results: they are written however the calls ended. */
        enum fan_status concluded = collected ? collected : conclude(&r, &late);
        if (concluded) fan_run_complain(&r, &late);
        if (collected && comm->rank == 0) fan_reduced_print(r.reduced, stderr);
        if (!st) status = concluded ? fan_exit_of(concluded) : exit_of_ending(&r);
        tell_how_to_go_on(&r);
    }
    fan_reduced_free(r.reduced);
    fan_past_clear(&r.past);
    fan_calls_free(r.calls);
    fan_plan_free(r.plan);
    fan_job_free(r.job);
    return status;
}
