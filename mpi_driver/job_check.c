/* job_check.c - see job_check.h.  Every key, type, unit and default: docs/jobs.md. */
#include "mpi_driver/job_check.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/number.h"
#include "mpi_driver/job_front.h"
#include "mpi_driver/job_schedule.h"
#include "mpi_driver/job_tune.h"
#include "mpi_driver/job_versions.h"
#include "mpi_driver/job_work.h"

const char *const fan_job_jitter_words[] = { "full", "equal", "decorrelated", NULL };
const char *const fan_job_throttle_words[] = { "count", "retry", "find-limit", NULL };
const char *const fan_job_cpu_words[] = { "tick", "quota", "off", NULL };

/* ---- where and as whom ---- */

static void check_endpoint(struct fan_value_reader *r, const struct fan_job_text *text,
                           struct fan_job *job)
{
    const char *where = text->endpoint ? text->endpoint : "local";
    job->endpoint = FAN_ENDPOINT_LOCAL;
    if (strcmp(where, "local") == 0) return;
    job->endpoint = strcmp(where, "aws") == 0 ? FAN_ENDPOINT_AWS : FAN_ENDPOINT_URL;
    if (job->endpoint == FAN_ENDPOINT_URL)
        fan_value_url(r, "endpoint", where, &job->endpoint_url);
}

static void check_head(struct fan_value_reader *r, const struct fan_job_text *text,
                       struct fan_job *job)
{
    static const struct fan_charset name = {
        1, 64, "._-", "letters, digits, '.', '_' and '-' such as memory-sweep"
    };
    static const struct fan_charset region = { 3, 31, "-", "a region such as us-east-1" };
    static const char *const archs[] = { "x86_64", "arm64", NULL };
    static const char *const switches[] = { "false", "true", NULL };
    static const struct fan_charset prices = { 1, 1024, NULL,
                                               "the path of a price table" };
    fan_value_word(r, "name", text->name, name, &job->name);
    check_endpoint(r, text, job);
    fan_value_word(r, "region", text->region ? text->region : "us-east-1", region,
                   &job->region);
    job->region_given = text->region != NULL;

    int index = 0;
    fan_job_check_transports(r, text, job);
    fan_value_choice(r, "arch", text->arch, archs, &index);
    job->arch = fan_strdup(archs[index]);
    fan_value_word(r, "prices", text->prices, prices, &job->prices);
    index = 0;
    fan_value_choice(r, "free_tier", text->free_tier, switches, &index);
    job->free_tier = index == 1;
    job->price = *fan_price_find(job->region, job->arch);
}

/* ---- functions ---- */

static const char *default_handler(const struct fan_job *job)
{
    if (job->is_sieve) return "sieve";
    if (job->experiment.handler == FAN_HANDLER_CUSTOM) return "bootstrap";
    return fan_job_handler_words[job->experiment.handler];
}

/* The project's own package needs to know which of its handlers a custom workload means.
 */
static void check_custom_handler(struct fan_value_reader *r, const char *path,
                                 const struct fan_text_function *text,
                                 const struct fan_job *job)
{
    if (!job->is_sieve && job->experiment.handler == FAN_HANDLER_CUSTOM &&
        job->endpoint == FAN_ENDPOINT_LOCAL && !text->handler && !text->package)
        fan_value_fail(r, path,
                       "missing, expected a package, or a handler of the project's "
                       "own: eratosthenes, sieve or isprime");
}

static void check_function(struct fan_value_reader *r, size_t index,
                           const struct fan_text_function *text, struct fan_job *job)
{
    static const struct fan_charset name = {
        1, 64, "-_", "a function's name: letters, digits, '-' and '_'"
    };
    static const struct fan_charset word = { 1, 128, "-_.:/$",
                                             "a handler such as sieve" };
    static const struct fan_charset file = { 1, 1024, NULL, "the path of a zip file" };
    static const struct fan_bounds memory = { 128, 10240, "megabytes such as 128" };
    static const struct fan_bounds timeout = { 1, 900, "seconds such as 60" };
    static const struct fan_bounds reserved = { 0, 100000, "concurrent calls such as 5" };
    struct fan_job_function *f = &job->function[index];
    char path[FAN_TREE_PATH_MAX];
#define AT(key) fan_value_path(path, "functions", index, key)
    f->timeout_s = 60;
    fan_value_word(r, AT("name"), text->name, name, &f->name);
    fan_value_u32(r, AT("memory_mb"), text->memory_mb, memory, &f->memory_mb);
    fan_value_u32(r, AT("timeout_s"), text->timeout_s, timeout, &f->timeout_s);
    fan_value_word(r, AT("handler"), text->handler ? text->handler : default_handler(job),
                   word, &f->handler);
    check_custom_handler(r, AT("handler"), text, job);
    fan_value_word(r, AT("package"), text->package, file, &f->package);
    fan_value_u32(r, AT("reserved"), text->reserved, reserved, &f->reserved);
    f->reserved_set = text->reserved != NULL;
    fan_job_check_versions(r, text, job, index);
    fan_job_check_address(r, index, text, job);
#undef AT
}

/* A custom workload that names its function: its entries come first. */
static void pick_function(struct fan_value_reader *r, struct fan_job *job)
{
    const char *wanted = job->experiment.function;
    if (r->st || !wanted) return;
    size_t n = 0;
    for (size_t i = 0; i < job->function_count; i++) {
        if (strcmp(job->function[i].name, wanted) != 0) continue;
        struct fan_job_function next = job->function[i];
        memmove(job->function + n + 1, job->function + n, (i - n) * sizeof next);
        job->function[n++] = next;
    }
    if (n > 0) return;
    fan_value_fail(r, "experiment.workload.function",
                   "'%.64s' is not in functions, expected one of their names", wanted);
}

static void check_functions(struct fan_value_reader *r, const struct fan_job_text *text,
                            struct fan_job *job)
{
    job->function_count = text->function_count;
    job->function = fan_alloc_zero(text->function_count, sizeof *job->function);
    for (size_t i = 0; i < text->function_count; i++)
        check_function(r, i, &text->function[i], job);
    fan_job_check_qualifiers(r, job);
    pick_function(r, job);
    if (!r->st) fan_job_spread_compared(job);
    fan_job_check_front(r, text, job);
}

/* ---- rules of the run ---- */

static void check_retry(struct fan_value_reader *r, const struct fan_text_retry *text,
                        struct fan_job *job)
{
    static const struct fan_bounds attempts = { 1, 1000, "attempts per call such as 25" };
    static const struct fan_bounds wait = { 1, 900000, "milliseconds such as 100" };
    job->retry.attempts = 25;
    job->retry.base_ms = 100;
    job->retry.cap_ms = 20000;
    if (!text) return;
    int jitter = FAN_JITTER_FULL;
    fan_value_u32(r, "retry.attempts", text->attempts, attempts, &job->retry.attempts);
    fan_value_u32(r, "retry.base_ms", text->base_ms, wait, &job->retry.base_ms);
    fan_value_u32(r, "retry.cap_ms", text->cap_ms, wait, &job->retry.cap_ms);
    fan_value_choice(r, "retry.jitter", text->jitter, fan_job_jitter_words, &jitter);
    job->retry.jitter = (enum fan_jitter)jitter;
    if (!r->st && job->retry.cap_ms < job->retry.base_ms)
        fan_value_fail(r, "retry.cap_ms",
                       "%" PRIu32 " is below base_ms, expected at least "
                       "%" PRIu32,
                       job->retry.cap_ms, job->retry.base_ms);
}

static void check_rules(struct fan_value_reader *r, const struct fan_job_text *text,
                        struct fan_job *job)
{
    static const struct fan_bounds calls = { 1, 1000000000, "attempts such as 2000" };
    static const struct fan_interval usd = { 1e-6, 1e6, "dollars such as 0.25" };
    static const struct fan_bounds seed = { 0, UINT64_MAX, "any whole number" };
    int throttle = job->is_sieve ? FAN_THROTTLE_RETRY : FAN_THROTTLE_COUNT;
    fan_value_choice(r, "throttle", text->throttle, fan_job_throttle_words, &throttle);
    job->throttle = (enum fan_job_throttle)throttle;
    check_retry(r, text->retry, job);
    if (text->budget) {
        fan_value_u64(r, "budget.invocations", text->budget->invocations, calls,
                      &job->budget.invocations);
        fan_value_double(r, "budget.usd", text->budget->usd, usd, &job->budget.usd);
    }
    job->seed = 1;
    fan_value_u64(r, "seed", text->seed, seed, &job->seed);
}

static void check_faults(struct fan_value_reader *r, const struct fan_text_faults *text,
                         struct fan_job_local *local)
{
    static const struct fan_interval rate = { 0, 1,
                                              "a share of the requests such as 20%" };
    static const struct fan_bounds slow = { 0, 900000, "milliseconds such as 1000" };
    fan_value_double(r, "local.faults.throttle", text->throttle, rate,
                     &local->fault_throttle);
    fan_value_double(r, "local.faults.error", text->error, rate, &local->fault_error);
    fan_value_double(r, "local.faults.drop", text->drop, rate, &local->fault_drop);
    fan_value_double(r, "local.faults.cut", text->cut, rate, &local->fault_cut);
    fan_value_double(r, "local.faults.slow", text->slow, rate, &local->fault_slow);
    fan_value_double(r, "local.faults.kill", text->kill, rate, &local->fault_kill);
    fan_value_u32(r, "local.faults.slow_ms", text->slow_ms, slow, &local->fault_slow_ms);
    double sum = local->fault_throttle + local->fault_error + local->fault_drop +
                 local->fault_cut + local->fault_slow + local->fault_kill;
    if (sum > 1 + 1e-9)
        fan_value_fail(r, "local.faults", "the shares sum to %g, expected at most 1",
                       sum);
}

static void check_local(struct fan_value_reader *r, const struct fan_text_local *text,
                        struct fan_job_local *local)
{
    static const struct fan_bounds concurrency = { 1, 100000,
                                                   "concurrent calls such as 1000" };
    static const struct fan_bounds ramp = { 0, 1000000,
                                            "new instances per 10 s, 0 for off" };
    static const struct fan_bounds rate = { 0, 1000000,
                                            "requests per second and place, 0 for off" };
    static const struct fan_charset file = { 1, 1024, NULL, "the path of a file" };
    *local = (struct fan_job_local){
        .concurrency = 1000, .ramp = 1000, .rate_factor = 10, .fault_slow_ms = 1000
    };
    if (!text) return;
    fan_value_u32(r, "local.concurrency", text->concurrency, concurrency,
                  &local->concurrency);
    fan_value_u32(r, "local.ramp", text->ramp, ramp, &local->ramp);
    fan_value_u32(r, "local.rate_factor", text->rate_factor, rate, &local->rate_factor);
    fan_value_choice(r, "local.cpu", text->cpu, fan_job_cpu_words, &local->cpu);
    fan_value_word(r, "local.log", text->log, file, &local->log);
    if (text->faults) check_faults(r, text->faults, local);
}

enum fan_status fan_job_check(struct fan_job *job, const struct fan_job_text *text,
                              const struct fan_node *root, const char *name,
                              struct fan_err *err)
{
    struct fan_value_reader r = { root, name, err, FAN_OK };
    check_head(&r, text, job);
    fan_job_check_work(&r, text, job);
    check_functions(&r, text, job);
    fan_job_check_tune(&r, text, job);
    check_rules(&r, text, job);
    fan_job_check_schedule(&r, text, job);
    fan_job_check_size(&r, job);
    check_local(&r, text->local, &job->local);
    return r.st;
}
