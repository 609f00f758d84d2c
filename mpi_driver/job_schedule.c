/* job_schedule.c - see job_schedule.h. */
#include "mpi_driver/job_schedule.h"

#include <inttypes.h>
#include <string.h>

#include "common/number.h"

#define MS_NS  INT64_C(1000000)
#define S_NS   INT64_C(1000000000)
#define DAY_NS (INT64_C(86400) * S_NS)

#define REPETITIONS     100 /* of a cell, where the job says nothing */
#define UNTIL_LEAST     20  /* with a target */
#define UNTIL_MOST      500
#define SEARCH_CALLS    100000 /* of a cell, where only the time should end a search */
#define SEARCH_CALLS_IN 1000000
#define SEARCH_NS       (30 * S_NS)

static const struct fan_bounds calls = { 1, 1000000, "calls per cell such as 100" };

/* "ci 2%": the half-width of the interval of the median against the median. */
static void check_until(struct fan_value_reader *r, const char *text, struct fan_job *job)
{
    static const struct fan_interval share = { 1e-4, 1, "a share such as 2%" };
    const char *path = "experiment.repetitions.until";
    if (r->st) return;
    if (strncmp(text, "ci ", 3) != 0) {
        fan_value_fail(r, path, "'%.64s' is no target, expected one such as ci 2%%",
                       text);
        return;
    }
    fan_value_double(r, path, text + 3, share, &job->experiment.until_ci);
}

static void check_repetitions(struct fan_value_reader *r,
                              const struct fan_text_repetitions *text,
                              struct fan_job *job)
{
    uint32_t *least = &job->experiment.repetitions_min;
    uint32_t *most = &job->experiment.repetitions;
    *most = *least = REPETITIONS;
    if (!text) return;
    if (!text->until) {
        bool nested = text->min != NULL;
        if (nested)
            fan_value_fail(r, "experiment.repetitions.until",
                           "missing, expected a target such as ci 2%%");
        fan_value_u32(r, "experiment.repetitions", text->max, calls, most);
        *least = *most;
        return;
    }
    *least = UNTIL_LEAST;
    *most = UNTIL_MOST;
    check_until(r, text->until, job);
    fan_value_u32(r, "experiment.repetitions.max", text->max, calls, most);
    if (!text->min && *least > *most) *least = *most;
    fan_value_u32(r, "experiment.repetitions.min", text->min, calls, least);
    if (!r->st && *least > *most)
        fan_value_fail(r, "experiment.repetitions.max",
                       "%" PRIu32 " is below min, expected at least %" PRIu32, *most,
                       *least);
}

/* Keys that say otherwise how many calls there are, or when. */
static void refuse(struct fan_value_reader *r, bool given, const char *path,
                   const char *because, const char *expected)
{
    if (given) fan_value_fail(r, path, "%s, expected %s", because, expected);
}

static void check_probes(struct fan_value_reader *r,
                         const struct fan_text_experiment *text, struct fan_job *job)
{
    static const struct fan_span_bounds every = { 100 * MS_NS, 366 * DAY_NS,
                                                  "a time between probes such as 5m" };
    static const struct fan_span_bounds length = { 100 * MS_NS, 3660 * DAY_NS,
                                                   "a length such as 6h" };
    fan_value_duration(r, "experiment.every", text->every, every,
                       &job->experiment.every_ns);
    fan_value_duration(r, "experiment.for", text->duration, length,
                       &job->experiment.for_ns);
    if (!text->every) return;
    if (!text->duration)
        fan_value_fail(r, "experiment.for", "missing, expected %s", length.expected);
    refuse(r, job->experiment.until_ci > 0, "experiment.repetitions.until",
           "every says when it ends", "a plain number of calls per probe");
    refuse(r, text->blocks != NULL, "experiment.blocks", "every probe is one block",
           "no such key");
    if (!text->repetitions) job->experiment.repetitions = 1;
    job->experiment.repetitions_min = job->experiment.repetitions;
    if (!r->st && fan_job_probes(job) > UINT32_MAX / job->experiment.repetitions)
        fan_value_fail(r, "experiment.for", "%" PRIu64 " probes, expected fewer",
                       fan_job_probes(job));
}

static void check_search(struct fan_value_reader *r, const struct fan_job_text *text,
                         struct fan_job *job)
{
    static const struct fan_bounds most = { 1, SEARCH_CALLS_IN,
                                            "calls per search such as 10000" };
    const struct fan_text_experiment *e = text->experiment;
    refuse(r, e->every != NULL, "experiment.every", "find-limit calls without a pause",
           "no such key");
    refuse(r, job->experiment.until_ci > 0, "experiment.repetitions.until",
           "find-limit ends by for", "no such key");
    refuse(r, e->blocks != NULL, "experiment.blocks", "find-limit has one block",
           "no such key");
    job->experiment.repetitions = SEARCH_CALLS;
    if (e->repetitions)
        fan_value_u32(r, "experiment.repetitions", e->repetitions->max, most,
                      &job->experiment.repetitions);
    job->experiment.repetitions_min = job->experiment.repetitions;
    if (!e->duration) job->experiment.for_ns = SEARCH_NS;
    if (!e->parallelism_count && !text->parallelism)
        fan_value_fail(r, "experiment.parallelism",
                       "missing, expected the most calls in flight that the search may "
                       "reach, such as 100");
    if (!r->st && job->find_limit.start > job->parallelism)
        fan_value_fail(r, "find_limit.start",
                       "%" PRIu32 " is above the parallelism that the search may reach, "
                       "expected at most %" PRIu32,
                       job->find_limit.start, job->parallelism);
}

static void check_find_limit(struct fan_value_reader *r,
                             const struct fan_text_find_limit *text, struct fan_job *job)
{
    static const struct fan_bounds level = { 1, 10000, "calls in flight such as 1" };
    static const struct fan_span_bounds window = {
        10 * MS_NS, 3600 * S_NS, "a time between decisions such as 1s"
    };
    job->find_limit.start = job->find_limit.step = 1;
    job->find_limit.window_ns = S_NS;
    if (!text) return;
    fan_value_u32(r, "find_limit.start", text->start, level, &job->find_limit.start);
    fan_value_u32(r, "find_limit.step", text->step, level, &job->find_limit.step);
    fan_value_duration(r, "find_limit.window", text->window, window,
                       &job->find_limit.window_ns);
}

void fan_job_check_schedule(struct fan_value_reader *r, const struct fan_job_text *text,
                            struct fan_job *job)
{
    static const struct fan_bounds blocks = { 1, 100000, "blocks such as 10" };
    bool searches = job->throttle == FAN_THROTTLE_FIND;
    check_find_limit(r, text->find_limit, job);
    if (job->is_sieve) {
        refuse(r, searches, "throttle", "a sieve needs every answer", "count or retry");
        return;
    }
    const struct fan_text_experiment *e = text->experiment;
    if (!e) return;
    job->experiment.blocks = 10;
    fan_value_u32(r, "experiment.blocks", e->blocks, blocks, &job->experiment.blocks);
    check_repetitions(r, e->repetitions, job);
    check_probes(r, e, job);
    if (searches)
        check_search(r, text, job);
    else
        refuse(r, e->duration && !e->every, "experiment.for",
               "nothing repeats for so long", "every as well, or throttle: find-limit");
}
