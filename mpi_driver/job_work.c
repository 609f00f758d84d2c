/* job_work.c - see job_work.h. */
#include "mpi_driver/job_work.h"

#include <inttypes.h>
#include <string.h>

#include "common/buf.h"
#include "lambda_kernel/eratosthenes.h"
#include "lambda_kernel/sieve.h"

const char *const fan_job_order_words[] = { "randomized-blocks", "sequential", NULL };
const char *const fan_job_handler_words[] = { "eratosthenes", "sieve", "isprime",
                                              "custom", NULL };

#define CELLS_MAX  10000
#define VISITS_MAX 1000000
#define CALLS_MAX  UINT64_C(100000000)

static const struct fan_bounds places = { 1, 10000, "calls in flight such as 8" };

/* ---- experiment ---- */

/* A key of the workload that its handler does not know. */
static void refuse_key(struct fan_value_reader *r, const char *path, const char *text,
                       const char *handler, const char *expected)
{
    if (text)
        fan_value_fail(r, path, "handler '%s' does not use it, expected only %s", handler,
                       expected);
}

static void require(struct fan_value_reader *r, const char *path, const char *text,
                    const char *expected)
{
    if (!text) fan_value_fail(r, path, "missing, expected %s", expected);
}

static void check_eratosthenes(struct fan_value_reader *r,
                               const struct fan_text_workload *w, struct fan_job *job)
{
    static const struct fan_bounds max = { 2, FAN_ERATOSTHENES_MAX,
                                           "a limit such as 1000000" };
    require(r, "experiment.workload.max", w->max, max.expected);
    fan_value_u64(r, "experiment.workload.max", w->max, max, &job->experiment.max);
}

static void check_sieve_handler(struct fan_value_reader *r,
                                const struct fan_text_workload *w, struct fan_job *job)
{
    static const struct fan_bounds end = { 0, FAN_SIEVE_MAX, "an end such as 1e9" };
    require(r, "experiment.workload.lo", w->lo, end.expected);
    require(r, "experiment.workload.hi", w->hi, end.expected);
    fan_value_u64(r, "experiment.workload.lo", w->lo, end, &job->experiment.lo);
    fan_value_u64(r, "experiment.workload.hi", w->hi, end, &job->experiment.hi);
    uint64_t lo = job->experiment.lo, width = job->experiment.hi - lo;
    if (!r->st && job->experiment.hi <= lo)
        fan_value_fail(r, "experiment.workload.hi",
                       "'%s' ends before it begins, expected "
                       "more than lo",
                       w->hi);
    for (size_t i = 0; !r->st && i < job->experiment.work_count; i++)
        if (job->experiment.work[i] > (FAN_SIEVE_MAX - lo) / width)
            fan_value_fail(r, "experiment.work",
                           "%" PRIu32 " times the width of the range ends beyond 2^64, "
                           "expected less",
                           job->experiment.work[i]);
}

static void check_isprime(struct fan_value_reader *r, const struct fan_text_workload *w,
                          struct fan_job *job)
{
    static const struct fan_bounds n = { 0, INT64_MAX, "a number such as 1000000007" };
    require(r, "experiment.workload.n", w->n, n.expected);
    fan_value_u64(r, "experiment.workload.n", w->n, n, &job->experiment.n);
}

static void check_custom(struct fan_value_reader *r, const struct fan_text_workload *w,
                         struct fan_job *job)
{
    if (w->payload)
        fan_value_json(r, "experiment.workload.payload", w->payload,
                       &job->experiment.payload);
    if (w->function) job->experiment.function = fan_strdup(w->function);
}

static void check_workload(struct fan_value_reader *r, const struct fan_text_workload *w,
                           struct fan_job *job)
{
    static const struct {
        const char *keys;
        void (*check)(struct fan_value_reader *, const struct fan_text_workload *,
                      struct fan_job *);
        bool max, lo_hi, n, custom; /* which keys it uses */
    } rules[] = { { "max", check_eratosthenes, true, false, false, false },
                  { "lo and hi", check_sieve_handler, false, true, false, false },
                  { "n", check_isprime, false, false, true, false },
                  { "function and payload", check_custom, false, false, false, true } };
    int index = FAN_HANDLER_CUSTOM;
    if (!w->function)
        require(r, "experiment.workload.handler", w->handler,
                "eratosthenes, sieve, isprime or custom");
    fan_value_choice(r, "experiment.workload.handler", w->handler, fan_job_handler_words,
                     &index);
    if (r->st) return;
    job->experiment.handler = (enum fan_job_handler)index;
    const char *word = fan_job_handler_words[index], *keys = rules[index].keys;
    if (!rules[index].max) refuse_key(r, "experiment.workload.max", w->max, word, keys);
    if (!rules[index].lo_hi) {
        refuse_key(r, "experiment.workload.lo", w->lo, word, keys);
        refuse_key(r, "experiment.workload.hi", w->hi, word, keys);
    }
    if (!rules[index].n) refuse_key(r, "experiment.workload.n", w->n, word, keys);
    if (!rules[index].custom) {
        refuse_key(r, "experiment.workload.function", w->function, word, keys);
        refuse_key(r, "experiment.workload.payload", w->payload, word, keys);
    }
    rules[index].check(r, w, job);
}

static void check_levels(struct fan_value_reader *r, const struct fan_job_text *text,
                         struct fan_job *job)
{
    static const struct fan_bounds work = { 1, FAN_ERATOSTHENES_LOOPS_MAX,
                                            "multiples such as [1, 2, 5]" };
    const struct fan_text_experiment *e = text->experiment;
    fan_value_list(r, "experiment.work", (struct fan_text_list){ e->work, e->work_count },
                   work, &job->experiment.work, &job->experiment.work_count);
    struct fan_text_list levels = { e->parallelism, e->parallelism_count };
    const char *path = "experiment.parallelism";
    char *single[] = { text->parallelism };
    if (text->parallelism && levels.count)
        fan_value_fail(r, "parallelism",
                       "experiment.parallelism is given as well, expected one of them");
    else if (text->parallelism) {
        uint32_t ignored = 0; /* a bad value is reported at its own key */
        fan_value_u32(r, "parallelism", text->parallelism, places, &ignored);
        levels = (struct fan_text_list){ single, 1 };
    }
    fan_value_list(r, path, levels, places, &job->experiment.parallelism,
                   &job->experiment.parallelism_count);
    job->parallelism = 1;
    for (size_t i = 0; i < job->experiment.parallelism_count; i++)
        if (job->experiment.parallelism[i] > job->parallelism)
            job->parallelism = job->experiment.parallelism[i];
}

static void check_experiment(struct fan_value_reader *r, const struct fan_job_text *text,
                             struct fan_job *job)
{
    const struct fan_text_experiment *e = text->experiment;
    check_levels(r, text, job);
    check_workload(r, e->workload, job);
    int order = FAN_ORDER_RANDOMIZED_BLOCKS;
    fan_value_choice(r, "experiment.order", e->order, fan_job_order_words, &order);
    job->experiment.order = (enum fan_job_order)order;
}

/* ---- sieve ---- */

static bool is_on(struct fan_value_reader *r, const char *path, const char *text)
{
    static const char *const switches[] = { "false", "true", NULL };
    int index = 0;
    fan_value_choice(r, path, text, switches, &index);
    return index == 1;
}

static void check_sieve(struct fan_value_reader *r, const struct fan_job_text *text,
                        struct fan_job *job)
{
    static const struct fan_bounds end = { 0, FAN_SIEVE_MAX, "an end such as 1e10" };
    static const struct fan_bounds parts = { 1, 100000, "auto or a number of calls" };
    const struct fan_text_sieve *s = text->sieve;
    job->parallelism = 8;
    job->sieve.audit = 0.01;
    fan_value_u64(r, "sieve.lo", s->lo, end, &job->sieve.range.begin);
    fan_value_u64(r, "sieve.hi", s->hi, end, &job->sieve.range.end);
    uint64_t n = job->sieve.range.end - job->sieve.range.begin;
    if (!r->st && job->sieve.range.end <= job->sieve.range.begin)
        fan_value_fail(r, "sieve.hi", "'%s' ends before it begins, expected more than lo",
                       s->hi);
    if (s->partitions && strcmp(s->partitions, "auto") != 0)
        fan_value_u32(r, "sieve.partitions", s->partitions, parts,
                      &job->sieve.partitions);
    if (!r->st && job->sieve.partitions > n)
        fan_value_fail(r, "sieve.partitions",
                       "'%s' is more than the range has numbers, "
                       "expected auto or at most %" PRIu64,
                       s->partitions, n);
    fan_value_double(r, "sieve.audit", s->audit,
                     (struct fan_interval){ 0, 1, "a share such as 1%" },
                     &job->sieve.audit);
    job->sieve.wanted.twins = is_on(r, "sieve.twins", s->twins);
    job->sieve.wanted.gap = is_on(r, "sieve.gap", s->gap);
    fan_value_u32(r, "parallelism", text->parallelism, places, &job->parallelism);
}

void fan_job_check_work(struct fan_value_reader *r, const struct fan_job_text *text,
                        struct fan_job *job)
{
    job->is_sieve = text->sieve != NULL;
    if (text->sieve && text->experiment)
        fan_value_fail(r, "sieve",
                       "there is an experiment too, expected exactly one of "
                       "experiment and sieve");
    else if (text->sieve)
        check_sieve(r, text, job);
    else if (text->experiment)
        check_experiment(r, text, job);
    else
        fan_value_fail(r, "",
                       "nothing to do, expected exactly one of experiment and sieve");
}

/* All factors together stay within what the driver's tables hold. */
void fan_job_check_size(struct fan_value_reader *r, const struct fan_job *job)
{
    if (r->st || job->is_sieve) return;
    struct fan_factors factors = fan_job_factors(job);
    uint64_t cells = fan_design_cells(&factors);
    struct fan_blocking blocking = fan_job_blocking(job);
    uint64_t blocks = blocking.blocks, repetitions = blocking.most;
    if (cells > CELLS_MAX)
        fan_value_fail(r, "experiment",
                       "%" PRIu64 " combinations of functions, work and "
                       "parallelism, expected at most %d",
                       cells, CELLS_MAX);
    else if (cells * repetitions > CALLS_MAX)
        fan_value_fail(r, "experiment.repetitions",
                       "%" PRIu64 " calls in %" PRIu64
                       " cells, expected at most %" PRIu64,
                       cells * repetitions, cells, CALLS_MAX);
    else if (cells * blocks > VISITS_MAX)
        fan_value_fail(
            r, job->experiment.every_ns ? "experiment.for" : "experiment.blocks",
            "%" PRIu64 " blocks of %" PRIu64 " cells, expected at most %d visits", blocks,
            cells, VISITS_MAX);
}
