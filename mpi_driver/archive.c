/* archive.c - see archive.h. */
#include "mpi_driver/archive.h"

#include "common/log.h"
#include "mpi_driver/folder.h"
#include "mpi_driver/prices.h"

#include <stdlib.h>
#include <string.h>

enum fan_status fan_archive_open(struct fan_archive *a, const char *dir,
                                 struct fan_comm *comm, struct fan_err *err)
{
    memset(a, 0, sizeof *a);
    a->dir = dir;
    enum fan_status st = fan_folder_read_job(&a->job, dir, err);
    if (!st) st = fan_prices_open(a->job, dir, comm, err);
    if (!st) st = fan_history_read(&a->history, dir, err);
    if (st) return st;
    a->plan = fan_plan_new(a->job, a->history.ranks > 0 ? a->history.ranks : 1, 0);
    a->calls = fan_calls_new(a->job, a->plan, &a->job->price);
    if (a->history.damage[0])
        fan_log(FAN_LOG_WARN, "report", "'%s': %s", dir, a->history.damage);
    if (a->history.ending == FAN_ENDING_NONE)
        fan_log(FAN_LOG_WARN, "report", "'%s': the run was killed, or still runs", dir);
    if (!a->job->is_sieve || a->history.ending != FAN_ENDING_WHOLE) return FAN_OK;
    return fan_sieve_audit_run(a->job, a->plan, comm, &a->audits, &a->audit_count, err);
}

void fan_archive_close(struct fan_archive *a)
{
    free(a->audits);
    fan_calls_free(a->calls);
    fan_plan_free(a->plan);
    fan_job_free(a->job);
    fan_history_clear(&a->history);
    memset(a, 0, sizeof *a);
}

struct fan_results fan_archive_results(const struct fan_archive *a)
{
    const struct fan_results results = {
        .dir = a->dir,
        .job = a->job,
        .plan = a->plan,
        .price = &a->job->price,
        .calls = a->calls,
        .history = &a->history,
        .ending = a->history.ending,
        .audits = a->audits,
        .audit_count = a->audit_count,
    };
    return results;
}
