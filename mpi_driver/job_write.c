/* job_write.c - a job as YAML with every default written out; see fan_job_write. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/number.h"
#include "mpi_driver/job.h"
#include "mpi_driver/job_check.h"

/* Remembers the first failure, so that lines can be written without a branch after each.
 */
struct writer {
    struct fan_buf *out;
    struct fan_err *err;
    enum fan_status st;
};

static void put(struct writer *w, const char *fmt, ...) FAN_PRINTF(2, 3);
static void put(struct writer *w, const char *fmt, ...)
{
    if (w->st) return;
    char line[256];
    va_list args;
    va_start(args, fmt);
    vsnprintf(line, sizeof line, fmt, args);
    va_end(args);
    w->st = fan_buf_adds(w->out, line, w->err);
}

/* the fewest digits that read back as the same number */
static void put_number(struct writer *w, const char *prefix, double value)
{
    char text[32];
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value) break;
    }
    put(w, "%s%s", prefix, text);
}

/* prefix and a double-quoted scalar that any YAML reader turns back into text */
static void put_text(struct writer *w, const char *prefix, const char *text)
{
    put(w, "%s\"", prefix);
    for (const char *p = text; *p; p++) {
        if (*p == '"' || *p == '\\')
            put(w, "\\%c", *p);
        else if ((unsigned char)*p < 0x20 || *p == 0x7f)
            put(w, "\\x%02x", (unsigned)*p);
        else
            put(w, "%c", *p);
    }
    put(w, "\"");
}

static void put_duration(struct writer *w, const char *prefix, int64_t ns)
{
    char text[FAN_NUMBER_DURATION_MAX];
    put(w, "%s%s", prefix, fan_number_duration_text(ns, text));
}

static void put_list(struct writer *w, const char *key, const uint32_t *v, size_t n)
{
    put(w, "  %s: [", key);
    for (size_t i = 0; i < n; i++)
        put(w, "%s%" PRIu32, i ? ", " : "", v[i]);
    put(w, "]\n");
}

static const char *endpoint_text(const struct fan_job *job)
{
    if (job->endpoint == FAN_ENDPOINT_URL) return job->endpoint_url;
    return job->endpoint == FAN_ENDPOINT_LOCAL ? "local" : "aws";
}

static void put_versions(struct writer *w, const struct fan_job_function *f)
{
    for (size_t i = 0; i < f->version_count; i++) {
        const struct fan_job_version *v = &f->version[i];
        put(w, "%s{memory_mb: %" PRIu32, i ? ", " : ", versions: [", v->memory_mb);
        put_text(w, ", handler: ", v->handler);
        if (v->package) put_text(w, ", package: ", v->package);
        for (size_t k = 0; k < v->environment_count; k++)
            put_text(w, k ? ", " : ", environment: [", v->environment[k]);
        put(w, v->environment_count ? "]}" : "}");
    }
    if (f->version_count) put(w, "]");
    if (f->alias.name) {
        put_text(w, ", alias: {name: ", f->alias.name);
        put(w, ", version: %" PRIu32, f->alias.version);
        if (f->alias.canary) put(w, ", canary: %" PRIu32, f->alias.canary);
        if (f->alias.canary) put_number(w, ", weight: ", f->alias.weight);
        put(w, "}");
    }
    for (size_t k = 0; k < f->compare_count; k++)
        put_text(w, k ? ", " : ", compare: [", f->compare[k]);
    if (f->compare_count) put(w, "]");
}

static void put_functions(struct writer *w, const struct fan_job *job)
{
    put(w, "functions:\n");
    size_t listed = job->tune.resize ? 1 : job->function_count;
    for (size_t i = 0; i < listed; i++) {
        const struct fan_job_function *f = &job->function[i];
        if (f->derived) continue;
        uint32_t memory_mb = job->tune.resize ? job->tune.listed_mb : f->listed_mb;
        put_text(w, "  - {name: ", f->name);
        put(w, ", memory_mb: %" PRIu32 ", timeout_s: %" PRIu32, memory_mb, f->timeout_s);
        put_text(w, ", handler: ", f->handler);
        if (f->package) put_text(w, ", package: ", f->package);
        if (f->qualifier && !f->compare_count) put_text(w, ", qualifier: ", f->qualifier);
        if (f->reserved_set) put(w, ", reserved: %" PRIu32, f->reserved);
        if (f->url) put_text(w, ", url: ", f->url);
        if (f->path) put_text(w, ", path: ", f->path);
        put_versions(w, f);
        put(w, "}\n");
    }
}

static void put_transports(struct writer *w, const struct fan_job *job)
{
    char text[FAN_JOB_TRANSPORTS_TEXT];
    put(w, job->transport_count > 1 ? "\ntransport: [%s]\n" : "\ntransport: %s\n",
        fan_job_transports(job, text));
}

static void put_gateway(struct writer *w, const struct fan_job *job)
{
    const struct fan_job_gateway *g = &job->gateway;
    put(w, "gateway: {kind: %s, sign: %s", fan_job_gateway_words[g->kind],
        g->sign ? "true" : "false");
    if (g->url) put_text(w, ", url: ", g->url);
    if (g->api_key_env) put(w, ", api_key_env: %s", g->api_key_env);
    if (g->token_env) put(w, ", token_env: %s", g->token_env);
    for (char **word = g->token_command; word && *word; word++)
        put_text(w, word == g->token_command ? ", token_command: [" : ", ", *word);
    if (g->token_command) put(w, "]");
    if (g->authorizer || fan_job_any_token(job)) {
        put_duration(w, ", authorizer: {cache: ", g->cache_ns);
        put_duration(w, ", expires: ", g->expires_ns);
        put(w, ", memory_mb: %" PRIu32 "}", g->authorizer_mb);
    }
    put(w, "}\n");
}

static void put_workload(struct writer *w, const struct fan_job *job)
{
    put(w, "  workload: {handler: %s", fan_job_handler_words[job->experiment.handler]);
    switch (job->experiment.handler) {
    case FAN_HANDLER_ERATOSTHENES: put(w, ", max: %" PRIu64, job->experiment.max); break;
    case FAN_HANDLER_SIEVE:
        put(w, ", lo: %" PRIu64 ", hi: %" PRIu64, job->experiment.lo, job->experiment.hi);
        break;
    case FAN_HANDLER_ISPRIME: put(w, ", n: %" PRIu64, job->experiment.n); break;
    case FAN_HANDLER_CUSTOM:
        if (job->experiment.function)
            put_text(w, ", function: ", job->experiment.function);
        if (job->experiment.payload) put_text(w, ", payload: ", job->experiment.payload);
        break;
    }
    put(w, "}\n");
}

static void put_schedule(struct writer *w, const struct fan_job *job)
{
    bool searches = job->throttle == FAN_THROTTLE_FIND;
    if (job->experiment.until_ci > 0) {
        put(w, "  repetitions: {min: %" PRIu32 ", max: %" PRIu32,
            job->experiment.repetitions_min, job->experiment.repetitions);
        put_number(w, ", until: ci ", job->experiment.until_ci);
        put(w, "}\n");
    } else {
        put(w, "  repetitions: %" PRIu32 "\n", job->experiment.repetitions);
    }
    if (!job->experiment.every_ns && !searches)
        put(w, "  blocks: %" PRIu32 "\n", job->experiment.blocks);
    if (job->experiment.every_ns) put_duration(w, "  every: ", job->experiment.every_ns);
    if (job->experiment.every_ns) put(w, "\n");
    if (job->experiment.for_ns) put_duration(w, "  for: ", job->experiment.for_ns);
    if (job->experiment.for_ns) put(w, "\n");
}

static void put_experiment(struct writer *w, const struct fan_job *job)
{
    put(w, "experiment:\n");
    put_workload(w, job);
    put_list(w, "work", job->experiment.work, job->experiment.work_count);
    put_list(w, "parallelism", job->experiment.parallelism,
             job->experiment.parallelism_count);
    if (job->tune.on) return; /* how often: put_tune */
    put_schedule(w, job);
    put(w, "  order: %s\n", fan_job_order_words[job->experiment.order]);
}

static void put_tune(struct writer *w, const struct fan_job_tune *t)
{
    put(w, "tune:\n  objective: %s\n", fan_job_objective_words[t->objective]);
    if (t->time_limit_ms > 0) put_number(w, "  time_limit_ms: ", t->time_limit_ms);
    if (t->time_limit_ms > 0) put(w, "\n");
    if (t->cost_limit_usd > 0) put_number(w, "  cost_limit_usd: ", t->cost_limit_usd);
    if (t->cost_limit_usd > 0) put(w, "\n");
    if (t->resize)
        put(w, "  min_mb: %" PRIu32 "\n  max_mb: %" PRIu32 "\n  step_mb: %" PRIu32 "\n",
            t->min_mb, t->max_mb, t->step_mb);
    put(w, "  samples: %" PRIu32 "\n  repetitions: %" PRIu32 "\n", t->samples,
        t->repetitions);
    put_number(w, "  stop: ", t->stop);
    put(w, "\n  reconfigure: %s\n", t->resize ? "true" : "false");
}

static void put_sieve(struct writer *w, const struct fan_job *job)
{
    put(w, "sieve:\n  lo: %" PRIu64 "\n  hi: %" PRIu64 "\n", job->sieve.range.begin,
        job->sieve.range.end);
    if (job->sieve.partitions)
        put(w, "  partitions: %" PRIu32 "\n", job->sieve.partitions);
    else
        put(w, "  partitions: auto\n");
    put_number(w, "  audit: ", job->sieve.audit);
    if (job->sieve.wanted.twins) put(w, "\n  twins: true");
    if (job->sieve.wanted.gap) put(w, "\n  gap: true");
    put(w, "\nparallelism: %" PRIu32 "\n", job->parallelism);
}

static void put_rules(struct writer *w, const struct fan_job *job)
{
    put(w, "throttle: %s\n", fan_job_throttle_words[job->throttle]);
    put(w,
        "retry: {attempts: %" PRIu32 ", base_ms: %" PRIu32 ", cap_ms: %" PRIu32
        ", jitter: %s}\n",
        job->retry.attempts, job->retry.base_ms, job->retry.cap_ms,
        fan_job_jitter_words[job->retry.jitter]);
    if (job->throttle == FAN_THROTTLE_FIND) {
        put(w, "find_limit: {start: %" PRIu32 ", step: %" PRIu32, job->find_limit.start,
            job->find_limit.step);
        put_duration(w, ", window: ", job->find_limit.window_ns);
        put(w, "}\n");
    }
    if (job->budget.invocations || job->budget.usd > 0) put(w, "budget:\n");
    if (job->budget.invocations)
        put(w, "  invocations: %" PRIu64 "\n", job->budget.invocations);
    if (job->budget.usd > 0) put_number(w, "  usd: ", job->budget.usd);
    if (job->budget.usd > 0) put(w, "\n");
    put(w, "seed: %" PRIu64 "\n", job->seed);
}

static void put_local(struct writer *w, const struct fan_job_local *l)
{
    put(w,
        "local:\n  concurrency: %" PRIu32 "\n  ramp: %" PRIu32 "\n  rate_factor: %" PRIu32
        "\n  cpu: %s\n",
        l->concurrency, l->ramp, l->rate_factor, fan_job_cpu_words[l->cpu]);
    if (l->log) {
        put_text(w, "  log: ", l->log);
        put(w, "\n");
    }
    put_number(w, "  faults: {throttle: ", l->fault_throttle);
    put_number(w, ", error: ", l->fault_error);
    put_number(w, ", drop: ", l->fault_drop);
    put_number(w, ", cut: ", l->fault_cut);
    put_number(w, ", slow: ", l->fault_slow);
    put_number(w, ", kill: ", l->fault_kill);
    put(w, ", slow_ms: %" PRIu32 "}\n", l->fault_slow_ms);
}

enum fan_status fan_job_write(const struct fan_job *job, struct fan_buf *out,
                              struct fan_err *err)
{
    struct writer w = { out, err, FAN_OK };
    put_text(&w, "name: ", job->name);
    put_text(&w, "\nendpoint: ", endpoint_text(job));
    put_text(&w, "\nregion: ", job->region);
    put_transports(&w, job);
    if (fan_job_uses_gateway(job)) put_gateway(&w, job);
    if (fan_job_uses(job, FAN_TRANSPORT_URL))
        put(&w, "url_auth: %s\n", fan_job_auth_words[job->url_sign ? 0 : 1]);
    put(&w, "arch: %s\n", job->arch);
    if (job->prices) put_text(&w, "prices: ", job->prices);
    put(&w, "%sfree_tier: %s\n", job->prices ? "\n" : "",
        job->free_tier ? "true" : "false");
    put_functions(&w, job);
    if (job->is_sieve)
        put_sieve(&w, job);
    else
        put_experiment(&w, job);
    if (job->tune.on) put_tune(&w, &job->tune);
    put_rules(&w, job);
    put_local(&w, &job->local);
    return w.st;
}
