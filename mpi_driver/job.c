/* job.c - see job.h. */
#include "mpi_driver/job.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mpi_driver/job_check.h"
#include "mpi_driver/job_schema.h"
#include "mpi_driver/job_tree.h"
#include "mpi_driver/job_versions.h"
#include "mpi_driver/job_yaml.h"

/* Messages quote the file's own bytes: keep control characters off the terminal. */
static void scrub(struct fan_err *err)
{
    if (!err) return;
    for (char *p = err->text; *p; p++)
        if ((unsigned char)*p < 0x20 || *p == 0x7f) *p = '?';
}

static enum fan_status read_tree(struct fan_node *root, const char *name,
                                 const char *text, size_t n, const char *const *sets,
                                 size_t set_count, struct fan_err *err)
{
    if (n > FAN_JOB_BYTES_MAX)
        return fan_fail(err, FAN_EUSAGE,
                        "%s:1: the file has %zu bytes, expected at most %d", name, n,
                        FAN_JOB_BYTES_MAX);
    enum fan_status st = fan_yaml_read(root, name, NULL, text, n, err);
    for (size_t i = 0; !st && i < set_count; i++)
        st = fan_tree_set(root, sets[i], err);
    return st;
}

enum fan_status fan_job_parse(struct fan_job **job, const char *name, const char *text,
                              size_t n, const char *const *sets, size_t set_count,
                              struct fan_err *err)
{
    struct fan_node root = { 0 };
    struct fan_job_text *words = NULL;
    struct fan_job *fresh = fan_alloc_zero(1, sizeof *fresh);
    enum fan_status st = read_tree(&root, name, text, n, sets, set_count, err);
    if (!st) st = fan_schema_load(&words, &root, name, err);
    if (!st) st = fan_job_check(fresh, words, &root, name, err);
    if (st)
        scrub(err);
    else {
        *job = fresh;
        fresh = NULL; /* ownership moved to the caller */
    }
    fan_schema_free(words);
    fan_tree_clear(&root);
    fan_job_free(fresh);
    return st;
}

static void free_gateway(struct fan_job_gateway *gateway)
{
    free(gateway->url);
    free(gateway->api_key_env);
    free(gateway->token_env);
    for (char **word = gateway->token_command; word && *word; word++)
        free(*word);
    free(gateway->token_command);
}

void fan_job_free(struct fan_job *job)
{
    if (!job) return;
    free_gateway(&job->gateway);
    for (size_t i = 0; i < job->function_count; i++)
        fan_job_function_clear(&job->function[i]);
    free(job->function);
    free(job->name);
    free(job->endpoint_url);
    free(job->region);
    free(job->profile);
    free(job->arch);
    free(job->prices);
    free(job->experiment.function);
    free(job->experiment.payload);
    free(job->experiment.work);
    free(job->experiment.parallelism);
    free(job->local.log);
    free(job);
}

const struct fan_job_function *fan_job_home(const struct fan_job *job,
                                            const struct fan_job_function *function)
{
    for (size_t i = 0; i < job->function_count; i++)
        if (strcmp(job->function[i].name, function->name) == 0) return &job->function[i];
    return function;
}

const char *fan_job_label(const struct fan_job_function *function,
                          char text[FAN_JOB_LABEL_MAX])
{
    snprintf(text, FAN_JOB_LABEL_MAX, "%s%s%s", function->name,
             function->qualifier ? ":" : "",
             function->qualifier ? function->qualifier : "");
    return text;
}

bool fan_job_is_gateway(enum fan_job_transport transport)
{
    return transport >= FAN_TRANSPORT_GATEWAY && transport <= FAN_TRANSPORT_GATEWAY_BOTH;
}

bool fan_job_uses_gateway(const struct fan_job *job)
{
    for (size_t i = 0; i < job->transport_count; i++)
        if (fan_job_is_gateway(job->transport[i])) return true;
    return false;
}

bool fan_job_has_variants(const struct fan_job *job)
{
    return fan_job_uses(job, FAN_TRANSPORT_GATEWAY_KEY) ||
           fan_job_uses(job, FAN_TRANSPORT_GATEWAY_AUTHORIZER) ||
           fan_job_uses(job, FAN_TRANSPORT_GATEWAY_BOTH);
}

bool fan_job_sends_key(const struct fan_job *job, enum fan_job_transport transport)
{
    if (transport == FAN_TRANSPORT_GATEWAY)
        return job->gateway.api_key_env && !fan_job_has_variants(job);
    return transport == FAN_TRANSPORT_GATEWAY_KEY ||
           transport == FAN_TRANSPORT_GATEWAY_BOTH;
}

bool fan_job_sends_token(const struct fan_job *job, enum fan_job_transport transport)
{
    if (transport == FAN_TRANSPORT_GATEWAY)
        return job->gateway.authorizer && !fan_job_has_variants(job);
    return transport == FAN_TRANSPORT_GATEWAY_AUTHORIZER ||
           transport == FAN_TRANSPORT_GATEWAY_BOTH;
}

bool fan_job_any_key(const struct fan_job *job)
{
    for (size_t i = 0; i < job->transport_count; i++)
        if (fan_job_sends_key(job, job->transport[i])) return true;
    return false;
}

bool fan_job_any_token(const struct fan_job *job)
{
    for (size_t i = 0; i < job->transport_count; i++)
        if (fan_job_sends_token(job, job->transport[i])) return true;
    return false;
}

bool fan_job_uses(const struct fan_job *job, enum fan_job_transport transport)
{
    for (size_t i = 0; i < job->transport_count; i++)
        if (job->transport[i] == transport) return true;
    return false;
}

const char *fan_job_transports(const struct fan_job *job,
                               char text[FAN_JOB_TRANSPORTS_TEXT])
{
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < job->transport_count; i++)
        used +=
            (size_t)snprintf(text + used, FAN_JOB_TRANSPORTS_TEXT - used, "%s%s",
                             i ? ", " : "", fan_job_transport_words[job->transport[i]]);
    return text;
}

struct fan_price fan_job_price(const struct fan_job *job, const struct fan_price *price,
                               const struct fan_job_function *function)
{
    struct fan_price own = *price;
    own.gateway_request = own.authorizer_request = 0;
    if (fan_job_is_gateway(function->transport))
        (void)fan_price_use_gateway(&own, job->gateway.kind);
    if (fan_job_sends_token(job, function->transport) && job->gateway.cache_ns == 0)
        own.authorizer_request =
            fan_price_authorizer_usd(&own, job->gateway.authorizer_mb);
    return own;
}

struct fan_factors fan_job_factors(const struct fan_job *job)
{
    size_t called = job->function_count;
    /* the one that a custom workload names: its entries are in front */
    if (job->experiment.function)
        for (called = 1; called < job->function_count; called++)
            if (strcmp(job->function[called].name, job->experiment.function) != 0) break;
    return (struct fan_factors){ .functions = (uint32_t)called,
                                 .work = job->experiment.work,
                                 .work_count = job->experiment.work_count,
                                 .parallelism = job->experiment.parallelism,
                                 .parallelism_count = job->experiment.parallelism_count };
}

uint64_t fan_job_probes(const struct fan_job *job)
{
    int64_t every_ns = job->experiment.every_ns, for_ns = job->experiment.for_ns;
    if (job->is_sieve || every_ns <= 0) return 0;
    return (uint64_t)(for_ns / every_ns + (for_ns % every_ns > 0));
}

struct fan_blocking fan_job_blocking(const struct fan_job *job)
{
    uint32_t most = job->experiment.repetitions;
    if (job->throttle == FAN_THROTTLE_FIND) return fan_design_probes(most, 1);
    if (job->experiment.every_ns > 0)
        return fan_design_probes(most, (uint32_t)fan_job_probes(job));
    return fan_design_blocking(job->experiment.repetitions_min, most, job->parallelism,
                               job->experiment.blocks);
}

/* Numbers above 2^63 - 1 as text, which JSON readers keep exact. */
static enum fan_status add_number(struct fan_buf *out, const char *key, uint64_t value,
                                  struct fan_err *err)
{
    const char *quote = value > INT64_MAX ? "\"" : "";
    return fan_buf_addf(out, err, "\"%s\":%s%" PRIu64 "%s", key, quote, value, quote);
}

static enum fan_status add_range(struct fan_buf *out, uint64_t lo, uint64_t hi,
                                 struct fan_sieve_wanted wanted, struct fan_err *err)
{
    enum fan_status st = fan_buf_adds(out, "{", err);
    if (!st) st = add_number(out, "lo", lo, err);
    if (!st) st = fan_buf_adds(out, ",", err);
    if (!st) st = add_number(out, "hi", hi, err);
    if (!st && wanted.twins) st = fan_buf_adds(out, ",\"twins\":true", err);
    if (!st && wanted.gap) st = fan_buf_adds(out, ",\"gap\":true", err);
    if (!st) st = fan_buf_adds(out, "}", err);
    return st;
}

enum fan_status fan_job_payload(const struct fan_job *job, uint32_t work,
                                struct fan_range range, struct fan_buf *out,
                                struct fan_err *err)
{
    const struct fan_sieve_wanted count_only = { false, false };
    if (job->is_sieve)
        return add_range(out, range.begin, range.end, job->sieve.wanted, err);
    uint64_t lo = job->experiment.lo, width = job->experiment.hi - lo;
    switch (job->experiment.handler) {
    case FAN_HANDLER_ERATOSTHENES:
        return fan_buf_addf(out, err, "{\"max\":%" PRIu64 ",\"loops\":%" PRIu32 "}",
                            job->experiment.max, work);
    case FAN_HANDLER_SIEVE: return add_range(out, lo, lo + work * width, count_only, err);
    case FAN_HANDLER_ISPRIME:
        return fan_buf_addf(out, err, "{\"n\":%" PRIu64 ",\"loops\":%" PRIu32 "}",
                            job->experiment.n, work);
    case FAN_HANDLER_CUSTOM:
        return fan_buf_adds(out, job->experiment.payload ? job->experiment.payload : "{}",
                            err);
    }
    assert(0 && "a handler without a payload");
    return FAN_EINVAL;
}
