/* run_calls.c - the calls of a run, however they end. */
#include "mpi_driver/run_state.h"

#include "mpi_driver/folder.h"
#include "mpi_driver/interrupt.h"
#include "mpi_driver/late_report.h"
#include "mpi_driver/tune.h"

#include <stdio.h>
#include <string.h>

#define REACH_LIMIT_NS INT64_C(10000000000)
#define REACH_LOCAL_NS INT64_C(1000000000) /* on loopback only the dead refuse */

static void start_progress(struct fan_run *r)
{
    const struct fan_past_sums *past = &r->past.sums;
    r->progress.shown = r->comm->rank == 0 && !r->options->quiet;
    r->progress.dir = r->dir;
    r->progress.ranks = (uint32_t)r->comm->size;
    r->progress.planned = r->plan->calls;
    r->progress.open = r->plan->is_open;
    r->progress.before.calls_done = past->done;
    r->progress.before.calls_failed = past->failed;
    r->progress.before.throttled = past->throttled;
    r->progress.before.spent_pico = past->pico;
    if (r->progress.shown && !r->options->part) {
        char word[FAN_FOLDER_WORD_MAX];
        fan_folder_word(word, r->dir);
        fprintf(stderr,
                "journals are kept in %s; should the run be killed: mpi_driver %s "
                "--resume %s\n",
                r->dir, r->options->tune ? "tune" : "run", word);
    }
    fan_progress_start(&r->progress);
}

/*
 * Terminated, and not by the user of a single process: mpirun will kill us in a second.
 * Rank 0 sees to it that there will be a report; then the journals go to the disk, which
 * may take longer.
 */
static void prepare_for_death(struct fan_run *r)
{
    struct fan_err err = { FAN_OK, "" };
    r->synced = true;
    if (r->comm->rank == 0 && fan_comm_launched()) {
        fan_ledger_totals(r->ledger)->ending = FAN_ENDING_STOPPED;
        if (fan_late_report_start(&r->reporter, r->dir, &err))
            fan_run_complain(r, &err);
        else if (!r->options->quiet)
            fprintf(stderr, "interrupted: the report will be in %s\n", r->dir);
    }
    if (fan_journal_sync(r->journal, &err)) fan_run_complain(r, &err);
}

/* The first rank to be terminated stops all of them: the others may hear of it only now.
 */
void fan_run_heed_termination(struct fan_run *r)
{
    int64_t terminated = fan_interrupt_terminated();
    r->comm->ops->max_i64(r->comm, &terminated, 1);
    if (terminated && !r->synced) prepare_for_death(r);
}

static void turn(void *context)
{
    struct fan_run *r = context;
    if (fan_interrupt_terminated() && !r->synced) prepare_for_death(r);
    fan_progress_tick(&r->progress);
}

static enum fan_status begin_tune(struct fan_run *r, struct fan_visits *visits,
                                  struct fan_tune **tune, struct fan_err *err)
{
    struct fan_tune_cfg cfg;
    memset(&cfg, 0, sizeof cfg);
    cfg.comm = r->comm;
    cfg.job = r->job;
    cfg.plan = r->plan;
    cfg.price = r->price;
    cfg.past = &r->past;
    cfg.endpoint = &r->endpoint;
    cfg.resumed_dir = r->goes_on ? r->dir : NULL;
    enum fan_status st = fan_tune_begin(tune, &cfg, err);
    visits->choose = fan_tune_choose;
    visits->seen = fan_tune_seen;
    visits->choose_context = *tune;
    return st;
}

/* Whatever it ends with, the calls' own error comes first. */
static void end_tune(struct fan_run *r, struct fan_tune *tune)
{
    struct fan_err err = { FAN_OK, "" };
    if (fan_tune_end(tune, &err)) fan_run_complain(r, &err);
}

enum fan_status fan_run_calls(struct fan_run *r, struct fan_err *err)
{
    struct fan_tune *tune = NULL;
    enum fan_status st = FAN_OK;
    struct fan_visits visits;
    memset(&visits, 0, sizeof visits);
    visits.comm = r->comm;
    visits.job = r->job;
    visits.plan = r->plan;
    visits.calls = r->calls;
    visits.past = &r->past;
    visits.way = r->ways.way;
    visits.journal = r->journal;
    visits.ledger = r->ledger;
    struct fan_reach reach;
    memset(&reach, 0, sizeof reach);
    reach.limit_ns = r->endpoint.access.url[0] ? REACH_LOCAL_NS : REACH_LIMIT_NS;
    visits.reach = &reach;
    visits.reduced = r->reduced;
    visits.progress = &r->progress;
    visits.unaffordable_usd = &r->unaffordable_usd;
    visits.epoch_ns = r->epoch_ns;
    visits.turn = turn;
    visits.turn_context = r;
    if (r->job->tune.on) st = begin_tune(r, &visits, &tune, err);
    start_progress(r);
    r->ending = FAN_ENDING_FAILED;
    if (!st) st = fan_visits_run(&visits, &r->ending, err);
    fan_progress_end(&r->progress);
    end_tune(r, tune);
    fan_ledger_totals(r->ledger)->ending = (uint64_t)r->ending;
    return st;
}

/* No more calls: give back what they needed, before the analysis takes its time. */
void fan_run_close_calls(struct fan_run *r)
{
    fan_ways_close(&r->ways);
    fan_journal_close(r->journal);
    r->journal = NULL;
    fan_ledger_close(r->ledger);
    r->ledger = NULL;
    r->comm->ops->barrier(r->comm); /* all journals are closed, nobody calls */
    fan_endpoint_close(&r->endpoint);
}
