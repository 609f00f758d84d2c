/* job_front.c - see job_front.h. */
#include "mpi_driver/job_front.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "invoke/base_url.h"
#include "invoke/command_line.h"
#include "mpi_driver/endpoint_authorizer.h"
#include "mpi_driver/job_check.h"

const char *const fan_job_transport_words[] = {
    "invoke", "gateway", "gateway+key", "gateway+authorizer", "gateway+key+authorizer",
    "url",    NULL
};
const char *const fan_job_gateway_words[] = { "rest", "http", NULL };
const char *const fan_job_auth_words[] = { "aws_iam", "none", NULL };

#define S_NS         INT64_C(1000000000)
#define RESOURCE_MAX 600 /* a path and a variant's part */

/* ---- transports ---- */

void fan_job_check_transports(struct fan_value_reader *r, const struct fan_job_text *text,
                              struct fan_job *job)
{
    size_t n = text->transport_count;
    job->transport_count = 1; /* invoke */
    if (n > FAN_JOB_TRANSPORTS)
        fan_value_fail(r, "transport", "the list has %zu entries, expected at most %d", n,
                       FAN_JOB_TRANSPORTS);
    for (size_t i = 0; !r->st && i < n; i++) {
        char path[FAN_TREE_PATH_MAX];
        int index = 0;
        snprintf(path, sizeof path, n > 1 ? "transport.%zu" : "transport", i);
        fan_value_choice(r, path, text->transport[i], fan_job_transport_words, &index);
        job->transport[i] = (enum fan_job_transport)index;
        job->transport_count = i + 1;
        for (size_t j = 0; !r->st && j < i; j++)
            if (job->transport[j] == job->transport[i])
                fan_value_fail(r, path, "'%s' is in the list twice, expected once",
                               text->transport[i]);
    }
    if (n > 1 && !text->experiment)
        fan_value_fail(r, "transport",
                       "a list of transports is compared by an experiment, expected one "
                       "transport");
    if (n > 1 && text->tune)
        fan_value_fail(r, "transport", "a tune uses one, expected one transport");
}

/* ---- addresses ---- */

static void check_address(struct fan_value_reader *r, const char *path, const char *text,
                          const char *example, char **value)
{
    struct fan_base_url url;
    if (r->st || !text) return;
    if (fan_base_url_parse(&url, text, NULL)) {
        fan_value_fail(r, path, "'%.200s' is no address, expected one such as %s", text,
                       example);
        return;
    }
    *value = fan_strdup(text);
}

void fan_job_check_address(struct fan_value_reader *r, size_t index,
                           const struct fan_text_function *text, struct fan_job *job)
{
    static const struct fan_charset word = { 1, 512, "/-._~",
                                             "a resource's path such as /primes" };
    struct fan_job_function *f = &job->function[index];
    char path[FAN_TREE_PATH_MAX];
    check_address(r, fan_value_path(path, "functions", index, "url"), text->url,
                  "https://ID.lambda-url.us-east-1.on.aws", &f->url);
    fan_value_word(r, fan_value_path(path, "functions", index, "path"), text->path, word,
                   &f->path);
    if (!r->st && f->path && f->path[0] != '/')
        fan_value_fail(r, path, "'%.80s' does not begin with '/', expected %s", f->path,
                       word.expected);
    bool needed =
        fan_job_uses(job, FAN_TRANSPORT_URL) && job->endpoint != FAN_ENDPOINT_LOCAL;
    if (needed && !text->url)
        fan_value_fail(r, fan_value_path(path, "functions", index, "url"),
                       "missing, expected the function's URL: transport is 'url', and "
                       "the endpoint is not local");
}

/* ---- the gateway ---- */

static void check_command(struct fan_value_reader *r, const struct fan_text_gateway *text,
                          struct fan_job_gateway *gateway)
{
    struct fan_command_line line;
    char *const *words = text->token_command;
    size_t count = text->token_command_count;
    struct fan_err cause = { FAN_OK, "" };
    if (r->st || count == 0) return;
    if (count == 1) { /* a command in one line */
        if (fan_command_line_split(&line, text->token_command[0], &cause)) {
            fan_value_fail(r, "gateway.token_command",
                           "%.200s, expected a command such "
                           "as [get-token, --audience, api]",
                           cause.text);
            return;
        }
        words = line.word;
        count = line.count;
        if (count == 1 && strpbrk(words[0], " \t\"'\\")) /* it would be split again */
            fan_value_fail(r, "gateway.token_command",
                           "a program's path with blanks or quotes needs an argument "
                           "behind it, expected a list of two words or more");
    }
    gateway->token_command = fan_alloc_zero(count + 1, sizeof *gateway->token_command);
    for (size_t i = 0; i < count; i++)
        gateway->token_command[i] = fan_strdup(words[i]);
    if (!*gateway->token_command[0])
        fan_value_fail(r, "gateway.token_command",
                       "its first word is empty, expected a program");
}

static void check_secrets(struct fan_value_reader *r, const struct fan_text_gateway *text,
                          struct fan_job *job)
{
    static const struct fan_charset variable = {
        1, 128, "_", "the name of an environment variable such as API_KEY"
    };
    struct fan_job_gateway *g = &job->gateway;
    fan_value_word(r, "gateway.api_key_env", text->api_key_env, variable,
                   &g->api_key_env);
    fan_value_word(r, "gateway.token_env", text->token_env, variable, &g->token_env);
    check_command(r, text, g);
    if (g->token_env && g->token_command)
        fan_value_fail(r, "gateway.token_command",
                       "there is a token_env too, expected one of them");
    g->authorizer = text->authorizer || g->token_env || g->token_command;
}

/* What the authorizer is like: the embedded one, and what another one costs. */
static void check_authorizer(struct fan_value_reader *r,
                             const struct fan_text_authorizer *text,
                             struct fan_job_gateway *g)
{
    static const struct fan_span_bounds cache = {
        0, 3600 * S_NS, "how long its answers are kept, such as 300s, or 0"
    };
    static const struct fan_span_bounds expires = {
        S_NS, 24 * 3600 * S_NS, "how long a token lives, such as 15m"
    };
    static const struct fan_bounds memory = { 128, 10240, "megabytes such as 128" };
    g->cache_ns = 300 * S_NS;
    g->expires_ns = 900 * S_NS;
    g->authorizer_mb = 128;
    if (!text) return;
    fan_value_duration(r, "gateway.authorizer.cache", text->cache, cache, &g->cache_ns);
    fan_value_duration(r, "gateway.authorizer.expires", text->expires, expires,
                       &g->expires_ns);
    fan_value_u32(r, "gateway.authorizer.memory_mb", text->memory_mb, memory,
                  &g->authorizer_mb);
    if (g->cache_ns % S_NS || g->expires_ns % S_NS)
        fan_value_fail(r,
                       g->cache_ns % S_NS ? "gateway.authorizer.cache"
                                          : "gateway.authorizer.expires",
                       "it counts in whole seconds, expected one such as 5s");
}

/* Keys and tokens are there for those ways that want them. */
static void check_wanted(struct fan_value_reader *r, const struct fan_job *job)
{
    const struct fan_job_gateway *g = &job->gateway;
    const bool remote = job->endpoint != FAN_ENDPOINT_LOCAL;
    const bool key = fan_job_any_key(job), token = fan_job_any_token(job);
    if (g->sign && (token || g->authorizer))
        fan_value_fail(r, "gateway.sign",
                       "a signature and a token share one header, expected no token");
    if (g->kind == FAN_GATEWAY_HTTP && (fan_job_uses(job, FAN_TRANSPORT_GATEWAY_KEY) ||
                                        fan_job_uses(job, FAN_TRANSPORT_GATEWAY_BOTH)))
        fan_value_fail(r, "gateway.kind",
                       "an HTTP API has no API keys, expected rest, or no transport with "
                       "a key");
    if (remote && key && !g->api_key_env)
        fan_value_fail(r, "gateway.api_key_env",
                       "missing, expected the name of a variable such as API_KEY: a "
                       "transport sends the key, and the endpoint is not local");
    if (remote && token && !g->token_env && !g->token_command)
        fan_value_fail(r, "gateway.token_command",
                       "missing, expected a command that prints a token, or token_env: a "
                       "transport shows one, and the endpoint is not local");
}

static void check_gateway(struct fan_value_reader *r, const struct fan_text_gateway *text,
                          struct fan_job *job)
{
    static const char *const switches[] = { "false", "true", NULL };
    bool remote = job->endpoint != FAN_ENDPOINT_LOCAL;
    int kind = FAN_GATEWAY_REST, sign = 0;
    if (text) {
        check_address(r, "gateway.url", text->url,
                      "https://ID.execute-api.us-east-1.amazonaws.com/prod",
                      &job->gateway.url);
        fan_value_choice(r, "gateway.kind", text->kind, fan_job_gateway_words, &kind);
        fan_value_choice(r, "gateway.sign", text->sign, switches, &sign);
    }
    job->gateway.kind = (enum fan_gateway)kind;
    job->gateway.sign = sign == 1;
    if (text) check_secrets(r, text, job);
    check_authorizer(r, text ? text->authorizer : NULL, &job->gateway);
    check_wanted(r, job);
    if (remote && fan_job_uses_gateway(job) && !job->gateway.url)
        fan_value_fail(r, "gateway.url",
                       "missing, expected a stage's address such as "
                       "https://ID.execute-api.us-east-1.amazonaws.com/prod");
}

/* URLs and a gateway's paths lead to one version each. */
static void check_names(struct fan_value_reader *r, const struct fan_job *job)
{
    if (!fan_job_uses_gateway(job) && !fan_job_uses(job, FAN_TRANSPORT_URL)) return;
    for (size_t i = 0; !r->st && i < job->function_count; i++)
        if (fan_job_home(job, &job->function[i]) != &job->function[i])
            fan_value_fail(r, "transport",
                           "'%.64s' is called at several versions, expected invoke, "
                           "which alone tells them apart",
                           job->function[i].name);
}

/* The embedded authorizer is a function beside the job's. */
static void check_authorizer_name(struct fan_value_reader *r, const struct fan_job *job)
{
    char path[FAN_TREE_PATH_MAX];
    if (job->endpoint != FAN_ENDPOINT_LOCAL || !fan_job_any_token(job)) return;
    for (size_t i = 0; !r->st && i < job->function_count; i++)
        if (strcmp(job->function[i].name, FAN_AUTHORIZER_NAME) == 0)
            fan_value_fail(r, fan_value_path(path, "functions", i, "name"),
                           "'%s' is the embedded authorizer's, expected another name",
                           FAN_AUTHORIZER_NAME);
}

/* Two functions at one path cannot be told apart. */
static void check_paths(struct fan_value_reader *r, const struct fan_job *job)
{
    if (!fan_job_uses_gateway(job)) return;
    for (size_t i = 0; !r->st && i < job->function_count; i++)
        for (size_t j = 0; !r->st && j < i; j++) {
            const char *a = job->function[i].path, *b = job->function[j].path;
            if (!a || !b || strcmp(a, b) != 0) continue;
            fan_value_fail(r, "functions",
                           "'%.64s' and '%.64s' have the same path, "
                           "expected one for each",
                           job->function[j].name, job->function[i].name);
        }
}

/* ---- every function by every transport ---- */

static char *copy_of(const char *text)
{
    return text ? fan_strdup(text) : NULL;
}

static struct fan_job_function copy_function(const struct fan_job_function *f,
                                             enum fan_job_transport transport)
{
    struct fan_job_function copy = *f;
    copy.name = copy_of(f->name);
    copy.handler = copy_of(f->handler);
    copy.package = copy_of(f->package);
    copy.qualifier = copy_of(f->qualifier);
    copy.url = copy_of(f->url);
    copy.path = copy_of(f->path);
    copy.resource = NULL;
    copy.version = NULL;
    copy.compare = NULL;
    copy.version_count = copy.compare_count = 0;
    memset(&copy.alias, 0, sizeof copy.alias);
    copy.derived = true;
    copy.transport = transport;
    return copy;
}

/* What a method wants of its callers is the same for all of them: a variant of the
 * gateway needs a resource of its own, below the function's. */
static void find_resource(struct fan_job_function *f, const struct fan_job *job)
{
    static const char *const parts[FAN_JOB_TRANSPORTS] = {
        NULL, "open", "key", "authorizer", "key-authorizer", NULL
    };
    char text[RESOURCE_MAX];
    const char *path = f->path ? f->path : f->name;
    if (!parts[f->transport] || !fan_job_has_variants(job)) return;
    const bool ends = path[strlen(path) - 1] == '/';
    snprintf(text, sizeof text, "%s%s%s%s", f->path ? "" : "/", path, ends ? "" : "/",
             parts[f->transport]);
    f->resource = fan_strdup(text);
}

static void multiply(struct fan_job *job)
{
    size_t n = job->transport_count, count = job->function_count * n;
    struct fan_job_function *all = fan_alloc_zero(count, sizeof *all);
    for (size_t i = 0; i < count; i++) {
        struct fan_job_function *f = &job->function[i / n];
        if (i % n == 0) {
            all[i] = *f; /* the first takes over what it owns */
            all[i].transport = job->transport[0];
        } else {
            all[i] = copy_function(f, job->transport[i % n]);
        }
    }
    free(job->function);
    job->function = all;
    job->function_count = count;
    for (size_t i = 0; i < count; i++)
        find_resource(&all[i], job);
}

void fan_job_check_front(struct fan_value_reader *r, const struct fan_job_text *text,
                         struct fan_job *job)
{
    int auth = 0;
    fan_value_choice(r, "url_auth", text->url_auth, fan_job_auth_words, &auth);
    job->url_sign = auth == 0;
    check_gateway(r, text->gateway, job);
    check_names(r, job);
    check_paths(r, job);
    check_authorizer_name(r, job);
    if (!r->st) multiply(job);
}
