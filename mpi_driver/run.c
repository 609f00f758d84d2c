/*
 * run.c - see run.h. A run is a list of phases; after each, all ranks agree on how it
 * ended, so that none waits for one that has left.
 */
#include "mpi_driver/run.h"

#include "common/clock.h"
#include "common/log.h"
#include "mpi_driver/clock_sync.h"
#include "mpi_driver/endpoint.h"
#include "mpi_driver/environment.h"
#include "mpi_driver/folder.h"
#include "mpi_driver/interrupt.h"
#include "mpi_driver/late_report.h"
#include "mpi_driver/prices.h"
#include "mpi_driver/progress.h"
#include "mpi_driver/results.h"
#include "mpi_driver/tune.h"
#include "mpi_driver/visits.h"
#include "mpi_driver/ways.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define REACH_LIMIT_NS INT64_C(10000000000)
#define REACH_LOCAL_NS INT64_C(1000000000) /* on loopback only the dead refuse */

struct run {
    const struct fan_run_options *options;
    struct fan_comm *comm;
    struct fan_job *job;
    struct fan_plan *plan;
    const struct fan_price *price;
    struct fan_calls *calls;
    uint64_t job_mark;
    char dir[PATH_MAX];
    bool goes_on; /* what dir holds is taken over */
    struct fan_past past;
    struct fan_endpoint endpoint;
    struct fan_ways ways;
    struct fan_journal *journal;
    struct fan_ledger *ledger;
    struct fan_progress progress;
    bool synced;    /* after a SIGTERM */
    pid_t reporter; /* rank 0's late report; 0: none */
    int64_t epoch_ns;
    struct fan_reduced *reduced;
    enum fan_ending ending;
    double unaffordable_usd; /* as in struct fan_visits */
    bool good;
};

static void print_error(const struct run *r, const struct fan_err *err)
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

enum fan_status fan_run_load_job(struct fan_job **job, const char *path,
                                 const struct fan_run_overlay *overlay,
                                 struct fan_comm *comm, struct fan_err *err)
{
    const struct fan_option_list *set = overlay->set;
    struct fan_buf text = FAN_BUF_INIT(FAN_JOB_BYTES_MAX);
    enum fan_status st = FAN_OK;
    if (comm->rank == 0 && fan_buf_read_file(&text, path, err)) {
        if (err) err->code = FAN_EUSAGE; /* a wrong path is wrong usage */
        st = FAN_EUSAGE;
    }
    st = fan_comm_agree(comm, st, err);
    if (st) goto out;
    fan_comm_bcast_buf(comm, &text);
    struct fan_err own = { FAN_OK, "" };
    st = fan_job_parse(job, path, text.data ? text.data : "", text.size, set->item,
                       set->count, &own);
    if (st && err) *err = own;
    /* The same bytes fail alike everywhere: no rank needs to be named. */
    struct fan_err agreed = { FAN_OK, "" };
    enum fan_status all = fan_comm_agree(comm, st, &agreed);
    if (all && !st && err) *err = agreed;
    st = all;
    if (!st) st = fan_endpoint_settle(*job, overlay->profile, comm, err);
    if (st) {
        fan_job_free(*job);
        *job = NULL;
    }
out:
    fan_buf_clear(&text);
    return st;
}

enum fan_status fan_run_plan(const char *path, const struct fan_run_overlay *overlay,
                             FILE *out, struct fan_err *err)
{
    struct fan_comm *self = fan_comm_open_self();
    struct fan_job *job = NULL;
    long cpus = sysconf(_SC_NPROCESSORS_ONLN);
    enum fan_status st = fan_run_load_job(&job, path, overlay, self, err);
    if (!st) st = fan_prices_open(job, NULL, self, err);
    if (!st) {
        struct fan_plan *plan = fan_plan_new(job, (uint32_t)fan_comm_launched_size(),
                                             cpus > 0 ? (uint32_t)cpus : 0);
        fan_plan_print(plan, job, out);
        fan_plan_free(plan);
    }
    fan_job_free(job);
    self->ops->close(self);
    return st;
}

/* --- phases before any call --- */

/* The folder that says what the run is: of a run to go on with, or of a study's part. */
static const char *known_folder(const struct run *r)
{
    return r->options->resume ? r->options->resume : r->options->part;
}

/* A part of a study spends no more than the study has left. */
static void limit_budget(struct run *r)
{
    const struct fan_run_options *o = r->options;
    uint64_t *invocations = &r->job->budget.invocations;
    double *usd = &r->job->budget.usd;
    if (o->invocations_left && (!*invocations || *invocations > o->invocations_left))
        *invocations = o->invocations_left;
    if (o->usd_left > 0 && (!(*usd > 0) || *usd > o->usd_left)) *usd = o->usd_left;
}

/* Either command has its own kind of job. */
static enum fan_status check_command(const struct run *r, const char *path,
                                     struct fan_err *err)
{
    if (r->job->tune.on == r->options->tune) return FAN_OK;
    if (r->options->tune)
        return fan_fail(err, FAN_EUSAGE,
                        "%s: key 'tune': missing, expected a mapping such as "
                        "{objective: cost}",
                        path);
    return fan_fail(err, FAN_EUSAGE,
                    "%s: the job has a section 'tune', expected the command "
                    "'mpi_driver tune'",
                    path);
}

static enum fan_status load(struct run *r, struct fan_err *err)
{
    const struct fan_run_options *o = r->options;
    char path[PATH_MAX];
    if (o->job_path)
        snprintf(path, sizeof path, "%s", o->job_path);
    else
        snprintf(path, sizeof path, "%s/job.yaml", known_folder(r));
    const struct fan_run_overlay overlay = { &o->set, o->profile };
    enum fan_status st = fan_run_load_job(&r->job, path, &overlay, r->comm, err);
    if (!st) st = fan_prices_open(r->job, known_folder(r), r->comm, err);
    if (st) return st;
    limit_budget(r);
    st = check_command(r, path, err);
    if (!st) st = fan_folder_job_mark(r->job, &r->job_mark, err);
    long cpus = sysconf(_SC_NPROCESSORS_ONLN);
    if (!st) {
        r->plan =
            fan_plan_new(r->job, (uint32_t)r->comm->size, cpus > 0 ? (uint32_t)cpus : 0);
        r->price = &r->job->price;
        r->calls = fan_calls_new(r->job, r->plan, r->price);
    }
    return fan_comm_agree(r->comm, st, err);
}

/* The job of the folder must be the same but for its budget. */
static enum fan_status check_resumed_job(const struct run *r, struct fan_err *err)
{
    struct fan_job *before = NULL;
    uint64_t mark = 0;
    enum fan_status st = fan_folder_read_job(&before, r->options->resume, err);
    if (!st) st = fan_folder_job_mark(before, &mark, err);
    fan_job_free(before);
    fan_err_prefix(err, "resume '%s': ", r->options->resume);
    if (st) return FAN_EUSAGE;
    if (mark == r->job_mark) return FAN_OK;
    return fan_fail(err, FAN_EUSAGE,
                    "resume '%s': its job.yaml differs from this job in more than the "
                    "budget",
                    r->options->resume);
}

static enum fan_status choose_folder(struct run *r, struct fan_err *err)
{
    const struct fan_run_options *o = r->options;
    enum fan_status st = FAN_OK;
    r->goes_on = o->resume != NULL;
    if (r->comm->rank == 0) {
        if (o->resume) {
            snprintf(r->dir, sizeof r->dir, "%s", o->resume);
            st = check_resumed_job(r, err);
        } else if (o->part) {
            snprintf(r->dir, sizeof r->dir, "%s", o->part);
            r->goes_on = fan_history_exists(r->dir);
        } else {
            st = fan_folder_choose(r->dir, o->out, r->job->name, err);
        }
    }
    st = fan_comm_agree(r->comm, st, err);
    if (st) return st;
    r->comm->ops->bcast(r->comm, r->dir, sizeof r->dir, 0);
    r->comm->ops->bcast(r->comm, &r->goes_on, sizeof r->goes_on, 0);
    bool failed_again = r->plan->is_sieve || r->job->throttle == FAN_THROTTLE_RETRY;
    return fan_past_open(&r->past, r->goes_on ? r->dir : NULL, r->job_mark, r->calls,
                         r->plan->calls, failed_again, r->comm, err);
}

static enum fan_status open_journal(struct run *r, struct fan_err *err)
{
    struct fan_journal_header header;
    char path[PATH_MAX];
    memset(&header, 0, sizeof header);
    header.version = 1;
    header.rank = (uint32_t)r->comm->rank;
    header.ranks = (uint32_t)r->comm->size;
    header.started_wall_ns = fan_clock_wall_ns();
    header.epoch_ns = r->epoch_ns;
    header.job_crc = r->job_mark;
    memcpy(header.host, r->comm->host, sizeof header.host);
    snprintf(header.program, sizeof header.program, "%s", FAN_VERSION);
    fan_history_journal_path(path, r->dir, header.rank);
    return fan_journal_open(&r->journal, path, &header, err);
}

static enum fan_status open_files(struct run *r, struct fan_err *err)
{
    struct fan_study_environment environment;
    enum fan_status st = fan_folder_make(r->dir, err);
    fan_environment_look(&environment, r->comm);
    if (!st && r->comm->rank == 0) st = fan_environment_write(&environment, r->dir, err);
    /* a part has its job already, with the budget that it has of its own */
    if (!st && r->comm->rank == 0 && !r->options->part)
        st = fan_folder_write_job(r->dir, r->job, err);
    if (!st && r->comm->rank == 0) st = fan_prices_keep(r->job, r->dir, err);
    if (!st) st = open_journal(r, err);
    if (!st) st = fan_ledger_open(&r->ledger, r->dir, (uint32_t)r->comm->rank, err);
    return fan_comm_agree(r->comm, st, err);
}

static void start_progress(struct run *r)
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
    if (r->progress.shown && !r->options->part)
        fprintf(stderr,
                "journals are kept in %s; should the run be killed: mpi_driver %s "
                "--resume %s\n",
                r->dir, r->options->tune ? "tune" : "run", r->dir);
    fan_progress_start(&r->progress);
}

/* Where the run clock goes on. It stands still between a run and its resumption, but for
 * probes over time: their grid goes on with the time of day. */
static int64_t run_so_far_ns(const struct run *r)
{
    const struct fan_past_sums *past = &r->past.sums;
    if (!r->plan->every_ns || past->started_wall_ns == 0) return past->end_ns;
    int64_t wall_ns = fan_clock_wall_ns() - past->started_wall_ns;
    return wall_ns > past->end_ns ? wall_ns : past->end_ns;
}

static enum fan_status prepare(struct run *r, struct fan_err *err)
{
    enum fan_status st = load(r, err);
    if (!st) st = choose_folder(r, err);
    if (!st) st = fan_endpoint_open(&r->endpoint, r->job, r->comm, err);
    if (st) return st;
    const int64_t so_far_ns = run_so_far_ns(r);
    r->epoch_ns = fan_clock_sync(r->comm, fan_clock_mono_ns() - so_far_ns);
    r->reduced = fan_reduced_new(r->plan->cell_count, so_far_ns);
    st = open_files(r, err);
    if (st) return st;
    st = fan_ways_open(&r->ways, r->job, r->plan, &r->endpoint, (uint32_t)r->comm->rank,
                       r->epoch_ns, err);
    return fan_comm_agree(r->comm, st, err);
}

/* --- the calls, and what follows --- */

/*
 * Terminated, and not by the user of a single process: mpirun will kill us in a second.
 * The journals go to the disk, and rank 0 sees to it that there will be a report.
 */
static void prepare_for_death(struct run *r)
{
    struct fan_err err = { FAN_OK, "" };
    r->synced = true;
    if (fan_journal_sync(r->journal, &err)) print_error(r, &err);
    if (r->comm->rank != 0 || !fan_comm_launched()) return;
    fan_ledger_totals(r->ledger)->ending = FAN_ENDING_STOPPED;
    if (fan_late_report_start(&r->reporter, r->dir, &err))
        print_error(r, &err);
    else if (!r->options->quiet)
        fprintf(stderr, "interrupted: the report will be in %s\n", r->dir);
}

/* The first rank to be terminated stops all of them: the others may hear of it only now.
 */
static void heed_termination(struct run *r)
{
    int64_t terminated = fan_interrupt_terminated();
    r->comm->ops->max_i64(r->comm, &terminated, 1);
    if (terminated && !r->synced) prepare_for_death(r);
}

static void turn(void *context)
{
    struct run *r = context;
    if (fan_interrupt_terminated() && !r->synced) prepare_for_death(r);
    fan_progress_tick(&r->progress);
}

static enum fan_status begin_tune(struct run *r, struct fan_visits *visits,
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
static void end_tune(struct run *r, struct fan_tune *tune)
{
    struct fan_err err = { FAN_OK, "" };
    if (fan_tune_end(tune, &err)) print_error(r, &err);
}

static enum fan_status make_calls(struct run *r, struct fan_err *err)
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
static void close_calls(struct run *r)
{
    fan_ways_close(&r->ways);
    fan_journal_close(r->journal);
    r->journal = NULL;
    fan_ledger_close(r->ledger);
    r->ledger = NULL;
    r->comm->ops->barrier(r->comm); /* all journals are closed, nobody calls */
    fan_endpoint_close(&r->endpoint);
}

static enum fan_status write_results(struct run *r, struct fan_sieve_audit *audits,
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
static enum fan_status conclude(struct run *r, struct fan_err *err)
{
    struct fan_sieve_audit *audits = NULL;
    size_t count = 0;
    enum fan_status st = FAN_OK;
    if (r->plan->is_sieve && r->ending == FAN_ENDING_WHOLE)
        st = fan_sieve_audit_run(r->job, r->plan, r->comm, &audits, &count, err);
    if (!st && r->reporter)
        st = fan_late_report_wait(r->reporter, &r->good, err);
    else if (!st && r->comm->rank == 0)
        st = write_results(r, audits, count, err);
    free(audits);
    st = fan_comm_agree(r->comm, st, err);
    r->comm->ops->bcast(r->comm, &r->good, sizeof r->good, 0);
    return st;
}

static void tell_how_to_go_on(const struct run *r)
{
    const bool part = r->options->part != NULL; /* then the study tells it */
    if (r->comm->rank != 0 || r->options->quiet || part || r->ending == FAN_ENDING_WHOLE)
        return;
    if (r->ending == FAN_ENDING_BUDGET && r->unaffordable_usd > 0)
        fprintf(stderr,
                "what is left of the budget's $%.4g does not cover the worst price of "
                "the next "
                "call, $%.3g (its time-out and INIT at full length): raise budget.usd, "
                "or lower "
                "the function's timeout_s in a new run\n",
                r->job->budget.usd, r->unaffordable_usd);
    fprintf(stderr, "%s; to go on: mpi_driver %s --resume %s%s\n",
            r->ending == FAN_ENDING_BUDGET    ? "the budget stopped the run"
            : r->ending == FAN_ENDING_STOPPED ? "interrupted"
                                              : "the run failed",
            r->options->tune ? "tune" : "run", r->dir,
            r->ending == FAN_ENDING_BUDGET
                ? " --set budget.invocations=N --set budget.usd=N"
                : "");
}

static enum fan_exit exit_of_ending(const struct run *r)
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
    struct run r;
    struct fan_err err = { FAN_OK, "" }, late = { FAN_OK, "" };
    memset(&r, 0, sizeof r);
    r.options = options;
    r.comm = comm;
    enum fan_status st = prepare(&r, &err);
    bool begun = st == FAN_OK;
    if (begun) st = make_calls(&r, &err);
    if (begun) heed_termination(&r);
    if (begun) fan_reduced_sum(r.reduced, comm);
    if (st == FAN_ENET) fan_endpoint_explain(&r.endpoint, &err);
    enum fan_status collected = begun ? fan_folder_collect(r.dir, comm, &late) : FAN_OK;
    close_calls(&r);
    enum fan_exit status = fan_exit_of(st);
    if (st) print_error(&r, &err);
    if (begun) {
        /* Partial results are results: they are written however the calls ended. */
        enum fan_status concluded = collected ? collected : conclude(&r, &late);
        if (concluded) print_error(&r, &late);
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
