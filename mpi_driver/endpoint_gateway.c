/* endpoint_gateway.c - see endpoint_gateway.h. */
#include "mpi_driver/endpoint_gateway.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "mpi_driver/endpoint_authorizer.h"

#define TEXT_MAX 768
#define NS_PER_S INT64_C(1000000000)

static json_t *route_of(const struct fan_job *job, const struct fan_job_function *f)
{
    char path[TEXT_MAX + 2], target[TEXT_MAX];
    const char *given = f->resource ? f->resource : f->path;
    snprintf(path, sizeof path, "%s%s", given ? "" : "/", given ? given : f->name);
    snprintf(target, sizeof target, "%s%s%s", f->name, f->qualifier ? ":" : "",
             f->qualifier ? f->qualifier : "");
    json_t *route =
        json_pack("{s:s, s:s, s:s, s:b}", "method", "POST", "path", path, "function",
                  target, "api_key_required", fan_job_sends_key(job, f->transport));
    if (fan_job_sends_token(job, f->transport))
        json_object_set_new(route, "authorizer", json_string(FAN_AUTHORIZER_NAME));
    return route;
}

/* Whether an entry before it has the same path: sizes of one function that is resized. */
static bool is_repeated(const struct fan_job *job, size_t index)
{
    const struct fan_job_function *f = &job->function[index];
    for (size_t i = 0; i < index; i++)
        if (strcmp(job->function[i].name, f->name) == 0 &&
            job->function[i].transport == f->transport)
            return true;
    return false;
}

static json_t *describe(const struct fan_job *job)
{
    json_t *routes = json_array();
    for (size_t i = 0; i < job->function_count; i++)
        if (fan_job_is_gateway(job->function[i].transport) && !is_repeated(job, i))
            json_array_append_new(routes, route_of(job, &job->function[i]));
    json_t *whole = json_pack("{s:s, s:o}", "stage", "local", "routes", routes);
    if (fan_job_any_token(job))
        json_object_set_new(whole, "authorizers",
                            json_pack("[{s:s, s:s, s:s, s:I}]", "name",
                                      FAN_AUTHORIZER_NAME, "type", "TOKEN", "function",
                                      FAN_AUTHORIZER_NAME, "ttl_s",
                                      (json_int_t)(job->gateway.cache_ns / NS_PER_S)));
    if (!fan_job_any_key(job)) return whole;
    json_object_set_new(whole, "api_keys",
                        json_pack("[{s:s, s:s}]", "name", "driver", "value_env",
                                  FAN_GATEWAY_KEY_VARIABLE));
    json_object_set_new(whole, "usage_plans",
                        json_pack("[{s:s, s:[s]}]", "name", "driver", "keys", "driver"));
    return whole;
}

enum fan_status fan_endpoint_gateway_describe(const struct fan_job *job,
                                              struct fan_buf *out, struct fan_err *err)
{
    json_t *whole = describe(job);
    char *text = json_dumps(whole, JSON_COMPACT);
    enum fan_status st = fan_buf_adds(out, text ? text : "", err);
    free(text);
    json_decref(whole);
    return st;
}
