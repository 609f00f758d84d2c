/* endpoint.c - see endpoint.h. */
#include "mpi_driver/endpoint.h"

#include "common/buf.h"
#include "common/clock.h"
#include "invoke/bearer.h"
#include "invoke/key_source.h"
#include "invoke/settings.h"
#include "mpi_driver/endpoint_versions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONNECT_TIMEOUT_MS 10000
#define RESIZE_LIMIT_NS    INT64_C(60000000000)
#define RESIZE_POLL_NS     INT64_C(200000000)

/* The embedded endpoint listens on loopback: all ranks must be where it is. */
static enum fan_status check_one_host(struct fan_comm *comm, struct fan_err *err)
{
    char host[sizeof comm->host];
    memcpy(host, comm->host, sizeof host);
    comm->ops->bcast(comm, host, sizeof host, 0);
    if (strcmp(host, comm->host) == 0) return FAN_OK;
    return fan_fail(
        err, FAN_EUSAGE,
        "this rank runs on '%s', but 'endpoint: local' serves only the host of "
        "rank 0, '%s': start all ranks there, or start local_lambda by hand and "
        "name its URL",
        comm->host, host);
}

static struct fan_transport_cfg control_cfg(const struct fan_endpoint *endpoint,
                                            const struct fan_job *job)
{
    struct fan_transport_cfg cfg;
    memset(&cfg, 0, sizeof cfg);
    cfg.base_url = endpoint->url;
    cfg.region = job->region;
    cfg.provider = endpoint->provider;
    cfg.ca_file = endpoint->ca_file[0] ? endpoint->ca_file : NULL;
    cfg.places = 1;
    cfg.connect_timeout_ms = CONNECT_TIMEOUT_MS;
    return cfg;
}

static enum fan_status create_function(struct fan_control *control,
                                       const struct fan_job *job,
                                       const struct fan_job_function *f,
                                       struct fan_buf *zip, struct fan_err *err)
{
    struct fan_function_spec spec;
    memset(&spec, 0, sizeof spec);
    enum fan_status st = fan_endpoint_package(zip, f->package, err);
    if (st) goto out;
    spec.name = f->name;
    spec.handler = f->handler;
    spec.runtime = "provided.al2023";
    spec.arch = job->arch;
    spec.memory_mb = f->listed_mb;
    spec.timeout_s = f->timeout_s;
    spec.zip = zip->data;
    spec.zip_bytes = zip->size;
    st = fan_control_create(control, &spec, err);
    if (!st && f->reserved_set)
        st = fan_control_reserve(control, f->name, f->reserved, err);
    if (!st) st = fan_endpoint_publish(control, f, zip, err);
out:
    fan_err_prefix(err, "create function '%s': ", f->name);
    return st;
}

/* Where the embedded endpoint is, and the keys that it takes. */
static enum fan_status use_access(struct fan_endpoint *endpoint,
                                  const struct fan_job *job, struct fan_err *err)
{
    const struct fan_credentials keys = { endpoint->access.access_key_id,
                                          endpoint->access.secret_access_key, NULL };
    strcpy(endpoint->url, endpoint->access.url);
    if (fan_job_any_key(job)) endpoint->api_key = endpoint->access.api_key;
    return fan_provider_fixed(&endpoint->provider, &keys, err);
}

/* Ask for the first token: whether there is one shows before any call. */
static enum fan_status try_token(const struct fan_endpoint *endpoint, struct fan_err *err)
{
    const char *header;
    uint64_t generation;
    return fan_bearer_header(endpoint->token, &header, &generation, err);
}

/* Tokens of its own for each rank, as elsewhere. */
static enum fan_status use_tokens(struct fan_endpoint *endpoint,
                                  const struct fan_job *job, struct fan_err *err)
{
    if (!fan_job_any_token(job)) return FAN_OK;
    enum fan_status st =
        fan_token_command_open(&endpoint->token_command, endpoint->access.token_key,
                               job->gateway.expires_ns, err);
    if (st) return st;
    endpoint->token =
        fan_bearer_command(fan_token_command_words(endpoint->token_command));
    return try_token(endpoint, err);
}

/* All entries of one function have its URL. */
static enum fan_status create_urls(struct fan_endpoint *endpoint,
                                   struct fan_control *control, const struct fan_job *job,
                                   struct fan_err *err)
{
    enum fan_status st = FAN_OK;
    if (!fan_job_uses(job, FAN_TRANSPORT_URL)) return FAN_OK;
    for (size_t i = 0; !st && i < job->function_count; i++) {
        const struct fan_job_function *f = &job->function[i];
        size_t first = 0;
        while (strcmp(job->function[first].name, f->name) != 0)
            first++;
        if (first < i)
            memcpy(endpoint->function_url[i], endpoint->function_url[first],
                   sizeof endpoint->function_url[i]);
        else
            st = fan_control_create_url(control, f->name, f->qualifier, job->url_sign,
                                        endpoint->function_url[i], err);
    }
    return st;
}

static enum fan_status start_local(struct fan_endpoint *endpoint,
                                   const struct fan_job *job, struct fan_err *err)
{
    struct fan_control *control = NULL;
    struct fan_buf zip = FAN_BUF_INIT(FAN_PACKAGE_BYTES_MAX);
    enum fan_status st =
        fan_endpoint_process_start(&endpoint->process, job, &endpoint->access, err);
    if (!st) st = use_access(endpoint, job, err);
    if (st) goto out;
    struct fan_transport_cfg cfg = control_cfg(endpoint, job);
    st = fan_control_open(&control, &cfg, err);
    for (size_t i = 0; !st && i < job->function_count; i++)
        if (fan_job_home(job, &job->function[i]) == &job->function[i])
            st = create_function(control, job, &job->function[i], &zip, err);
    if (!st && fan_job_any_token(job))
        st =
            fan_endpoint_authorizer_create(control, job, endpoint->access.token_key, err);
    if (!st) st = create_urls(endpoint, control, job, err);
out:
    fan_control_close(control);
    fan_buf_clear(&zip);
    return st;
}

static enum fan_status open_local(struct fan_endpoint *endpoint,
                                  const struct fan_job *job, struct fan_comm *comm,
                                  struct fan_err *err)
{
    enum fan_status st = fan_comm_agree(comm, check_one_host(comm, err), err);
    if (st) return st;
    size_t urls_bytes = job->function_count * sizeof *endpoint->function_url;
    endpoint->function_url =
        fan_alloc_zero(job->function_count, sizeof *endpoint->function_url);
    if (comm->rank == 0) st = start_local(endpoint, job, err);
    st = fan_comm_agree(comm, st, err);
    if (st) return st;
    comm->ops->bcast(comm, &endpoint->access, sizeof endpoint->access, 0);
    comm->ops->bcast(comm, endpoint->function_url, urls_bytes, 0);
    if (comm->rank != 0) st = use_access(endpoint, job, err);
    return st ? st : use_tokens(endpoint, job, err);
}

static enum fan_status inspect_function(struct fan_control *control,
                                        const struct fan_job *job,
                                        const struct fan_job_function *f,
                                        struct fan_err *err)
{
    struct fan_function_state state;
    char name[FAN_JOB_LABEL_MAX];
    memset(&state, 0, sizeof state);
    enum fan_status st = fan_control_inspect(control, f->name, f->qualifier, &state, err);
    if (!st && state.memory_mb != f->memory_mb && !job->tune.resize)
        st = fan_fail(err, FAN_EUSAGE, "it has memory_mb %u, the job expects %u",
                      state.memory_mb, f->memory_mb);
    if (!st && state.timeout_s > f->timeout_s)
        st = fan_fail(err, FAN_EUSAGE, "it has timeout_s %u, the job expects at most %u",
                      state.timeout_s, f->timeout_s);
    if (!st) st = fan_endpoint_check_alias(control, fan_job_home(job, f), f, err);
    fan_err_prefix(err, "check function '%s': ", fan_job_label(f, name));
    return st;
}

/* ---- elsewhere ---- */

enum fan_status fan_endpoint_settle(struct fan_job *job, const char *profile,
                                    struct fan_comm *comm, struct fan_err *err)
{
    struct fan_profile *settings = NULL;
    char region[FAN_REGION_MAX] = "";
    const bool aws = job->endpoint == FAN_ENDPOINT_AWS;
    enum fan_status st = FAN_OK;
    if (profile) job->profile = fan_strdup(profile);
    if (job->endpoint == FAN_ENDPOINT_LOCAL || job->region_given) return FAN_OK;
    if (comm->rank == 0) {
        struct fan_err cause = { FAN_OK, "" };
        st = fan_profile_open(&settings, job->profile, &cause);
        if (!st) st = fan_settings_region(region, settings, aws, &cause);
        fan_profile_close(settings);
        if (st == FAN_ENOTFOUND && !aws)
            st = FAN_OK; /* a service of its own may have none */
        else if (st == FAN_ENOTFOUND)
            st = fan_fail(err, FAN_EUSAGE, "%.420s; or set the job's key 'region'",
                          cause.text);
        else if (st)
            st = fan_fail(err, FAN_EUSAGE, "%s", cause.text);
    }
    st = fan_comm_agree(comm, st, err);
    if (st) return st;
    comm->ops->bcast(comm, region, sizeof region, 0);
    if (!region[0]) return FAN_OK;
    free(job->region);
    job->region = fan_strdup(region);
    return FAN_OK;
}

/* The address, which rank 0 knows for all, and what each rank has to trust. */
static enum fan_status find_service(struct fan_endpoint *endpoint,
                                    const struct fan_job *job, struct fan_comm *comm,
                                    struct fan_err *err)
{
    struct fan_profile *settings = NULL;
    enum fan_status st = fan_profile_open(&settings, job->profile, err);
    if (!st) st = fan_settings_ca_file(endpoint->ca_file, settings, err);
    if (!st && job->endpoint == FAN_ENDPOINT_URL)
        snprintf(endpoint->url, sizeof endpoint->url, "%s", job->endpoint_url);
    else if (!st && comm->rank == 0)
        st = fan_settings_lambda_url(endpoint->url, sizeof endpoint->url, job->region,
                                     settings, err);
    fan_profile_close(settings);
    st = fan_comm_agree(comm, st, err);
    if (st) return st;
    comm->ops->bcast(comm, endpoint->url, sizeof endpoint->url, 0);
    return FAN_OK;
}

static enum fan_status find_keys(struct fan_endpoint *endpoint, const struct fan_job *job,
                                 struct fan_comm *comm, struct fan_err *err)
{
    struct fan_credentials keys;
    endpoint->provider = fan_provider_chain(job->profile);
    enum fan_status st = fan_provider_current(endpoint->provider, &keys, NULL, err);
    return fan_comm_agree(comm, st, err);
}

/* Can each rank connect? Are the functions of AWS what the job says? */
static enum fan_status try_service(const struct fan_endpoint *endpoint,
                                   const struct fan_job *job, struct fan_comm *comm,
                                   struct fan_err *err)
{
    struct fan_control *control = NULL;
    struct fan_transport_cfg cfg = control_cfg(endpoint, job);
    enum fan_status st = fan_control_open(&control, &cfg, err);
    if (!st) st = fan_control_reach(control, err);
    bool inspected = job->endpoint == FAN_ENDPOINT_AWS && comm->rank == 0;
    /* one that is resized has an entry per size */
    size_t count = job->tune.resize ? 1 : job->function_count;
    for (size_t i = 0; !st && inspected && i < count; i++)
        if (job->function[i].transport == job->transport[0])
            st = inspect_function(control, job, &job->function[i], err);
    if (st == FAN_ENET) fan_err_prefix(err, "endpoint '%.200s': ", endpoint->url);
    fan_control_close(control);
    return fan_comm_agree(comm, st, err);
}

/* Whether this rank will sign anything, be it a control call. */
static bool signs(const struct fan_job *job)
{
    return job->endpoint == FAN_ENDPOINT_AWS || job->tune.resize ||
           fan_job_uses(job, FAN_TRANSPORT_INVOKE) ||
           (fan_job_uses_gateway(job) && job->gateway.sign) ||
           (fan_job_uses(job, FAN_TRANSPORT_URL) && job->url_sign);
}

static enum fan_status find_api_key(struct fan_endpoint *endpoint, const char *name,
                                    struct fan_err *err)
{
    endpoint->api_key = getenv(name);
    if (endpoint->api_key && *endpoint->api_key) return FAN_OK;
    return fan_fail(err, FAN_ENOTFOUND,
                    "cannot send an API key: %s is not set in the environment", name);
}

/* What the gateway wants to see, looked for before anything is sent. */
static enum fan_status find_secrets(struct fan_endpoint *endpoint,
                                    const struct fan_job *job, struct fan_err *err)
{
    const struct fan_job_gateway *g = &job->gateway;
    enum fan_status st = FAN_OK;
    const bool token = fan_job_any_token(job);
    if (fan_job_any_key(job)) st = find_api_key(endpoint, g->api_key_env, err);
    if (!st && token && g->token_env)
        st = fan_bearer_variable(&endpoint->token, g->token_env, err);
    if (!st && token && g->token_command)
        endpoint->token = fan_bearer_command(g->token_command);
    return st || !endpoint->token ? st : try_token(endpoint, err);
}

static enum fan_status open_remote(struct fan_endpoint *endpoint,
                                   const struct fan_job *job, struct fan_comm *comm,
                                   struct fan_err *err)
{
    enum fan_status st = find_service(endpoint, job, comm, err);
    if (!st && signs(job)) st = find_keys(endpoint, job, comm, err);
    if (!st) st = fan_comm_agree(comm, find_secrets(endpoint, job, err), err);
    return st || !signs(job) ? st : try_service(endpoint, job, comm, err);
}

enum fan_status fan_endpoint_open(struct fan_endpoint *endpoint,
                                  const struct fan_job *job, struct fan_comm *comm,
                                  struct fan_err *err)
{
    memset(endpoint, 0, sizeof *endpoint);
    return job->endpoint == FAN_ENDPOINT_LOCAL ? open_local(endpoint, job, comm, err)
                                               : open_remote(endpoint, job, comm, err);
}

const char *fan_endpoint_address(const struct fan_endpoint *endpoint,
                                 const struct fan_job *job, size_t function)
{
    const struct fan_job_function *f = &job->function[function];
    bool embedded = job->endpoint == FAN_ENDPOINT_LOCAL;
    if (fan_job_is_gateway(f->transport))
        return embedded ? endpoint->access.gateway : job->gateway.url;
    if (f->transport == FAN_TRANSPORT_URL)
        return embedded ? endpoint->function_url[function] : f->url;
    return endpoint->url;
}

/* A change that AWS has accepted takes some seconds: ask until it is done. */
static enum fan_status await_size(struct fan_control *control, const char *function,
                                  uint32_t memory_mb, struct fan_err *err)
{
    for (int64_t waited_ns = 0; waited_ns < RESIZE_LIMIT_NS;
         waited_ns += RESIZE_POLL_NS) {
        struct fan_function_state state;
        enum fan_status st = fan_control_inspect(control, function, NULL, &state, err);
        if (st) return st;
        if (strcmp(state.update, "Failed") == 0)
            return fan_fail(err, FAN_EREMOTE, "the service could not change it");
        bool under_way = strcmp(state.update, "InProgress") == 0;
        if (state.memory_mb == memory_mb && !under_way) return FAN_OK;
        fan_clock_sleep_ns(RESIZE_POLL_NS);
    }
    return fan_fail(err, FAN_ENET, "it has not got the size after %d s",
                    (int)(RESIZE_LIMIT_NS / 1000000000));
}

enum fan_status fan_endpoint_resize(const struct fan_endpoint *endpoint,
                                    const struct fan_job *job, const char *function,
                                    uint32_t memory_mb, uint32_t *before,
                                    struct fan_err *err)
{
    struct fan_control *control = NULL;
    struct fan_function_state state;
    struct fan_transport_cfg cfg = control_cfg(endpoint, job);
    enum fan_status st = fan_control_open(&control, &cfg, err);
    if (!st && before) {
        st = fan_control_inspect(control, function, NULL, &state, err);
        if (!st) *before = state.memory_mb;
    }
    if (!st) st = fan_control_resize(control, function, memory_mb, err);
    if (!st) st = await_size(control, function, memory_mb, err);
    fan_control_close(control);
    fan_err_prefix(err, "give function '%s' %u MB: ", function, memory_mb);
    return st;
}

void fan_endpoint_explain(struct fan_endpoint *endpoint, struct fan_err *err)
{
    char how[64];
    if (!fan_endpoint_process_ended(endpoint->process, how, sizeof how)) return;
    size_t n = strlen(err->text);
    snprintf(err->text + n, sizeof err->text - n, "; local_lambda %s", how);
}

void fan_endpoint_close(struct fan_endpoint *endpoint)
{
    if (!endpoint) return;
    fan_endpoint_process_stop(endpoint->process);
    fan_provider_free(endpoint->provider);
    fan_bearer_free(endpoint->token);
    fan_token_command_close(endpoint->token_command);
    free(endpoint->function_url);
    fan_wipe(endpoint, sizeof *endpoint);
}
