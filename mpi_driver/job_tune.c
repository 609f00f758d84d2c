/* job_tune.c - see job_tune.h. */
#include "mpi_driver/job_tune.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "mpi_driver/job_check.h"

const char *const fan_job_objective_words[] = { "cost", "time", "balanced", NULL };

/* --- what the search takes over from the experiment, and what not --- */

static void check_experiment(struct fan_value_reader *r, const struct fan_job_text *text,
                             const struct fan_job *job)
{
    const struct fan_text_experiment *e = text->experiment;
    if (!e) {
        fan_value_fail(r, "tune", "there is no experiment, expected one with a workload");
        return;
    }
    if (e->repetitions)
        fan_value_fail(r, "experiment.repetitions",
                       "a tune has its own, expected tune.repetitions");
    if (e->blocks)
        fan_value_fail(r, "experiment.blocks", "a tune has none, expected none");
    if (e->order)
        fan_value_fail(r, "experiment.order",
                       "a tune chooses it as it goes, expected none");
    if (e->every || e->duration)
        fan_value_fail(r, e->every ? "experiment.every" : "experiment.for",
                       "a tune does not wait, expected none");
    if (text->throttle && strcmp(text->throttle, "find-limit") == 0)
        fan_value_fail(r, "throttle",
                       "a tune looks for no limit, expected count or retry");
    if (job->experiment.work_count > 1)
        fan_value_fail(r, "experiment.work", "a tune has one level, expected one number");
    if (job->experiment.parallelism_count > 1)
        fan_value_fail(r, "experiment.parallelism",
                       "a tune has one level, expected one number");
}

static void read_values(struct fan_value_reader *r, const struct fan_text_tune *t,
                        struct fan_job_tune *tune)
{
    static const struct fan_interval time = { 0.001, 900e3, "milliseconds such as 500" };
    static const struct fan_interval usd = { 1e-9, 1000,
                                             "dollars a call such as 0.00002" };
    static const struct fan_interval share = { 1e-6, 1, "a share such as 1%" };
    static const struct fan_bounds samples = { 1, FAN_SIZING_SAMPLES_MAX,
                                               "samples such as 8" };
    static const struct fan_bounds calls = { 1, 100000, "calls per sample such as 10" };
    int objective = FAN_SIZING_COST;
    tune->samples = 8;
    tune->repetitions = 10;
    tune->stop = 0.01;
    fan_value_choice(r, "tune.objective", t->objective, fan_job_objective_words,
                     &objective);
    tune->objective = (enum fan_sizing_objective)objective;
    fan_value_double(r, "tune.time_limit_ms", t->time_limit_ms, time,
                     &tune->time_limit_ms);
    fan_value_double(r, "tune.cost_limit_usd", t->cost_limit_usd, usd,
                     &tune->cost_limit_usd);
    fan_value_u32(r, "tune.samples", t->samples, samples, &tune->samples);
    fan_value_u32(r, "tune.repetitions", t->repetitions, calls, &tune->repetitions);
    fan_value_double(r, "tune.stop", t->stop, share, &tune->stop);
}

/* --- candidates: the sizes listed --- */

static int compare_memory(const void *left, const void *right)
{
    const struct fan_job_function *a = left, *b = right;
    return (a->memory_mb > b->memory_mb) - (a->memory_mb < b->memory_mb);
}

static void check_listed(struct fan_value_reader *r, const struct fan_text_tune *t,
                         struct fan_job *job)
{
    static const char *const range = "the sizes are those of functions, expected none";
    char path[FAN_TREE_PATH_MAX];
    if (t->min_mb) fan_value_fail(r, "tune.min_mb", "%s", range);
    if (t->max_mb) fan_value_fail(r, "tune.max_mb", "%s", range);
    if (t->step_mb) fan_value_fail(r, "tune.step_mb", "%s", range);
    if (job->experiment.function)
        fan_value_fail(r, "experiment.workload.function",
                       "a tune calls all functions of the list, expected none");
    for (size_t i = 1; !r->st && i < job->function_count; i++)
        for (size_t j = 0; !r->st && j < i; j++)
            if (job->function[i].memory_mb == job->function[j].memory_mb)
                fan_value_fail(r, fan_value_path(path, "functions", i, "memory_mb"),
                               "%" PRIu32 " MB are in the list twice, expected once",
                               job->function[i].memory_mb);
    if (!r->st)
        qsort(job->function, job->function_count, sizeof *job->function, compare_memory);
}

/* --- candidates: one function, resized --- */

static void check_range(struct fan_value_reader *r, const struct fan_text_tune *t,
                        struct fan_job_tune *tune)
{
    static const struct fan_bounds size = { 128, 10240, "megabytes such as 128" };
    static const struct fan_bounds step = { 1, 10240, "megabytes such as 64" };
    tune->min_mb = 128;
    tune->max_mb = 3008;
    tune->step_mb = 64;
    fan_value_u32(r, "tune.min_mb", t->min_mb, size, &tune->min_mb);
    fan_value_u32(r, "tune.max_mb", t->max_mb, size, &tune->max_mb);
    fan_value_u32(r, "tune.step_mb", t->step_mb, step, &tune->step_mb);
    if (r->st) return;
    uint32_t count = tune->max_mb < tune->min_mb
                         ? 0
                         : (tune->max_mb - tune->min_mb) / tune->step_mb + 1;
    if (count == 0)
        fan_value_fail(r, "tune.max_mb",
                       "%" PRIu32 " is below min_mb, expected at least %" PRIu32,
                       tune->max_mb, tune->min_mb);
    else if (count > FAN_SIZING_SIZES_MAX)
        fan_value_fail(r, "tune.step_mb",
                       "%" PRIu32 " sizes from min_mb to max_mb, expected at most %d",
                       count, FAN_SIZING_SIZES_MAX);
}

static void spread(struct fan_job *job)
{
    const struct fan_job_tune *tune = &job->tune;
    const struct fan_job_function *one = &job->function[0];
    size_t count = (tune->max_mb - tune->min_mb) / tune->step_mb + 1;
    struct fan_job_function *sizes = fan_alloc_zero(count, sizeof *sizes);
    for (size_t i = 0; i < count; i++) {
        sizes[i] = *one;
        sizes[i].name = fan_strdup(one->name);
        sizes[i].handler = fan_strdup(one->handler);
        sizes[i].package = one->package ? fan_strdup(one->package) : NULL;
        sizes[i].url = one->url ? fan_strdup(one->url) : NULL;
        sizes[i].path = one->path ? fan_strdup(one->path) : NULL;
        sizes[i].resource = one->resource ? fan_strdup(one->resource) : NULL;
        sizes[i].memory_mb = sizes[i].memory_most_mb = sizes[i].listed_mb =
            tune->min_mb + (uint32_t)i * tune->step_mb;
    }
    free(one->name);
    free(one->handler);
    free(one->package);
    free(one->url);
    free(one->path);
    free(one->resource);
    free(job->function);
    job->function = sizes;
    job->function_count = count;
    free(job->experiment.function); /* all entries are the one it names */
    job->experiment.function = NULL;
}

static void check_resized(struct fan_value_reader *r, const struct fan_text_tune *t,
                          struct fan_job *job)
{
    check_range(r, t, &job->tune);
    if (job->function[0].qualifier)
        fan_value_fail(r, "functions.0.qualifier",
                       "a version cannot be resized, expected none");
    if (r->st) return;
    job->tune.listed_mb = job->function[0].memory_mb;
    spread(job);
}

/* Only an endpoint of our own is changed without being told so in so many words. */
static bool wants_resize(struct fan_value_reader *r, const struct fan_text_tune *t,
                         const struct fan_job *job)
{
    static const char *const words[] = { "false", "true", NULL };
    bool single = job->function_count == 1;
    int reconfigure = single && job->endpoint == FAN_ENDPOINT_LOCAL;
    fan_value_choice(r, "tune.reconfigure", t->reconfigure, words, &reconfigure);
    if (!single && reconfigure)
        fan_value_fail(r, "tune.reconfigure",
                       "functions has %zu entries, expected the one to reconfigure",
                       job->function_count);
    if (single && !reconfigure)
        fan_value_fail(r, "functions",
                       "one size leaves no choice, expected several, or "
                       "tune.reconfigure: true to change that function's memory size");
    return single;
}

void fan_job_check_tune(struct fan_value_reader *r, const struct fan_job_text *text,
                        struct fan_job *job)
{
    const struct fan_text_tune *t = text->tune;
    if (!t || r->st) return;
    job->tune.on = true;
    for (size_t i = 0; i < job->function_count; i++) {
        const struct fan_job_function *f = &job->function[i];
        if (f->version_count > 0 || f->alias.name || f->compare_count > 0)
            fan_value_fail(r, "functions",
                           "'%s' has versions, an alias or a compare, expected none: a "
                           "tune chooses among memory sizes",
                           f->name);
    }
    check_experiment(r, text, job);
    read_values(r, t, &job->tune);
    job->tune.resize = wants_resize(r, t, job);
    if (r->st) return;
    if (job->tune.resize)
        check_resized(r, t, job);
    else
        check_listed(r, t, job);
}

struct fan_sizing_settings fan_job_sizing(const struct fan_job *job,
                                          const struct fan_price *price,
                                          uint32_t *memory_mb)
{
    struct fan_sizing_settings s;
    memset(&s, 0, sizeof s);
    for (size_t i = 0; i < job->function_count; i++)
        memory_mb[i] = job->function[i].memory_mb;
    s.objective = job->tune.objective;
    s.memory_mb = memory_mb;
    s.size_count = job->function_count;
    s.time_limit_ms = job->tune.time_limit_ms;
    s.cost_limit_usd = job->tune.cost_limit_usd;
    s.samples_max = job->tune.samples;
    s.stop = job->tune.stop;
    s.request_usd = fan_price_fee(price);
    s.gb_second_usd = price->gb_second;
    return s;
}

uint32_t fan_job_sample_calls(const struct fan_job *job)
{
    return job->tune.repetitions + job->parallelism;
}
