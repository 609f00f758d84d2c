/* endpoint.c - see endpoint.h. */
#include "mpi_driver/endpoint.h"

#include "invoke/control.h"
#include "invoke/credentials.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PACKAGE_MAX        ((size_t)50 << 20) /* Lambda's limit of an uploaded zip */
#define CONNECT_TIMEOUT_MS 10000
#define FUNCTION_ZIP       "../share/lambda-fanout/function.zip"

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
    cfg.credentials = endpoint->credentials;
    cfg.places = 1;
    cfg.connect_timeout_ms = CONNECT_TIMEOUT_MS;
    return cfg;
}

static enum fan_status read_package(struct fan_buf *zip, const struct fan_job_function *f,
                                    struct fan_err *err)
{
    char path[PATH_MAX];
    fan_buf_reset(zip);
    if (f->package) return fan_buf_read_file(zip, f->package, err);
    enum fan_status st = fan_installed_path(path, sizeof path, FUNCTION_ZIP, err);
    return st ? st : fan_buf_read_file(zip, path, err);
}

static enum fan_status create_function(struct fan_control *control,
                                       const struct fan_job *job,
                                       const struct fan_job_function *f,
                                       struct fan_buf *zip, struct fan_err *err)
{
    struct fan_function_spec spec;
    memset(&spec, 0, sizeof spec);
    enum fan_status st = read_package(zip, f, err);
    if (st) goto out;
    spec.name = f->name;
    spec.handler = f->handler;
    spec.runtime = "provided.al2023";
    spec.arch = job->arch;
    spec.memory_mb = f->memory_mb;
    spec.timeout_s = f->timeout_s;
    spec.zip = zip->data;
    spec.zip_bytes = zip->size;
    st = fan_control_create(control, &spec, err);
    if (!st && f->reserved_set)
        st = fan_control_reserve(control, f->name, f->reserved, err);
out:
    fan_err_prefix(err, "create function '%s': ", f->name);
    return st;
}

static enum fan_status start_local(struct fan_endpoint *endpoint,
                                   const struct fan_job *job, struct fan_err *err)
{
    struct fan_control *control = NULL;
    struct fan_buf zip = FAN_BUF_INIT(PACKAGE_MAX);
    enum fan_status st =
        fan_endpoint_process_start(&endpoint->process, job, &endpoint->access, err);
    if (st) goto out;
    strcpy(endpoint->url, endpoint->access.url);
    endpoint->credentials.access_key_id = endpoint->access.access_key_id;
    endpoint->credentials.secret_access_key = endpoint->access.secret_access_key;
    struct fan_transport_cfg cfg = control_cfg(endpoint, job);
    st = fan_control_open(&control, &cfg, err);
    for (size_t i = 0; !st && i < job->function_count; i++)
        st = create_function(control, job, &job->function[i], &zip, err);
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
    if (comm->rank == 0) st = start_local(endpoint, job, err);
    st = fan_comm_agree(comm, st, err);
    if (st) return st;
    comm->ops->bcast(comm, &endpoint->access, sizeof endpoint->access, 0);
    strcpy(endpoint->url, endpoint->access.url);
    endpoint->credentials.access_key_id = endpoint->access.access_key_id;
    endpoint->credentials.secret_access_key = endpoint->access.secret_access_key;
    return FAN_OK;
}

static enum fan_status inspect_function(struct fan_control *control,
                                        const struct fan_job_function *f,
                                        struct fan_err *err)
{
    struct fan_function_state state;
    memset(&state, 0, sizeof state);
    enum fan_status st = fan_control_inspect(control, f->name, f->qualifier, &state, err);
    if (!st && state.memory_mb != f->memory_mb)
        st = fan_fail(err, FAN_EUSAGE, "it has memory_mb %u, the job expects %u",
                      state.memory_mb, f->memory_mb);
    if (!st && state.timeout_s > f->timeout_s)
        st = fan_fail(err, FAN_EUSAGE, "it has timeout_s %u, the job expects at most %u",
                      state.timeout_s, f->timeout_s);
    fan_err_prefix(err, "check function '%s': ", f->name);
    return st;
}

static enum fan_status inspect_all(const struct fan_endpoint *endpoint,
                                   const struct fan_job *job, struct fan_err *err)
{
    struct fan_control *control = NULL;
    struct fan_transport_cfg cfg = control_cfg(endpoint, job);
    enum fan_status st = fan_control_open(&control, &cfg, err);
    for (size_t i = 0; !st && i < job->function_count; i++)
        st = inspect_function(control, &job->function[i], err);
    fan_control_close(control);
    return st;
}

static enum fan_status open_remote(struct fan_endpoint *endpoint,
                                   const struct fan_job *job, struct fan_comm *comm,
                                   struct fan_err *err)
{
    if (job->endpoint == FAN_ENDPOINT_AWS)
        snprintf(endpoint->url, sizeof endpoint->url, "https://lambda.%s.amazonaws.com",
                 job->region);
    else
        snprintf(endpoint->url, sizeof endpoint->url, "%s", job->endpoint_url);
    enum fan_status st = fan_credentials_from_env(&endpoint->credentials, err);
    st = fan_comm_agree(comm, st, err);
    if (st || job->endpoint != FAN_ENDPOINT_AWS) return st;
    if (comm->rank == 0) st = inspect_all(endpoint, job, err);
    return fan_comm_agree(comm, st, err);
}

enum fan_status fan_endpoint_open(struct fan_endpoint *endpoint,
                                  const struct fan_job *job, struct fan_comm *comm,
                                  struct fan_err *err)
{
    memset(endpoint, 0, sizeof *endpoint);
    return job->endpoint == FAN_ENDPOINT_LOCAL ? open_local(endpoint, job, comm, err)
                                               : open_remote(endpoint, job, comm, err);
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
    memset(endpoint, 0, sizeof *endpoint);
}
