/* run_prepare.c - the phases of a run before any call: its job, its folder, where its
 * calls go, its clock and its files. */
#include "mpi_driver/run_state.h"

#include "common/clock.h"
#include "mpi_driver/clock_sync.h"
#include "mpi_driver/environment.h"
#include "mpi_driver/folder.h"
#include "mpi_driver/job_load.h"
#include "mpi_driver/prices.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The folder that says what the run is: of a run to go on with, or of a study's part. */
static const char *known_folder(const struct fan_run *r)
{
    return r->options->resume ? r->options->resume : r->options->part;
}

/* A part of a study spends no more than the study has left. */
static void limit_budget(struct fan_run *r)
{
    const struct fan_run_options *o = r->options;
    uint64_t *invocations = &r->job->budget.invocations;
    double *usd = &r->job->budget.usd;
    if (o->invocations_left && (!*invocations || *invocations > o->invocations_left))
        *invocations = o->invocations_left;
    if (o->usd_left > 0 && (!(*usd > 0) || *usd > o->usd_left)) *usd = o->usd_left;
}

/* Either command has its own kind of job. */
static enum fan_status check_command(const struct fan_run *r, const char *path,
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

static enum fan_status load(struct fan_run *r, struct fan_err *err)
{
    const struct fan_run_options *o = r->options;
    char path[PATH_MAX];
    if (o->job_path)
        snprintf(path, sizeof path, "%s", o->job_path);
    else
        snprintf(path, sizeof path, "%s/job.yaml", known_folder(r));
    const struct fan_job_overlay overlay = { &o->set, o->profile };
    enum fan_status st = fan_job_load(&r->job, path, &overlay, r->comm, err);
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
static enum fan_status check_resumed_job(const struct fan_run *r, struct fan_err *err)
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

static enum fan_status choose_folder(struct fan_run *r, struct fan_err *err)
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

static enum fan_status open_journal(struct fan_run *r, struct fan_err *err)
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

static enum fan_status open_files(struct fan_run *r, struct fan_err *err)
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

/* Where the run clock goes on. It stands still between a run and its resumption, but for
 * probes over time: their grid goes on with the time of day. */
static int64_t run_so_far_ns(const struct fan_run *r)
{
    const struct fan_past_sums *past = &r->past.sums;
    if (!r->plan->every_ns || past->started_wall_ns == 0) return past->end_ns;
    int64_t wall_ns = fan_clock_wall_ns() - past->started_wall_ns;
    return wall_ns > past->end_ns ? wall_ns : past->end_ns;
}

enum fan_status fan_run_prepare(struct fan_run *r, struct fan_err *err)
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
