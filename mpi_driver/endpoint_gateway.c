/* endpoint_gateway.c - see endpoint_gateway.h. */
#include "mpi_driver/endpoint_gateway.h"

#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#define TEXT_MAX 512

static json_t *route_of(const struct fan_job_function *f, bool key)
{
    char path[TEXT_MAX + 2], target[TEXT_MAX];
    snprintf(path, sizeof path, "%s%s", f->path ? "" : "/", f->path ? f->path : f->name);
    snprintf(target, sizeof target, "%s%s%s", f->name, f->qualifier ? ":" : "",
             f->qualifier ? f->qualifier : "");
    return json_pack("{s:s, s:s, s:s, s:b}", "method", "POST", "path", path, "function",
                     target, "api_key_required", key);
}

static json_t *describe(const struct fan_job *job)
{
    const bool key = job->gateway.api_key_env != NULL;
    json_t *routes = json_array();
    for (size_t i = 0; i < job->function_count; i++)
        if (fan_job_home(job, &job->function[i]) == &job->function[i])
            json_array_append_new(routes, route_of(&job->function[i], key));
    json_t *whole = json_pack("{s:s, s:o}", "stage", "local", "routes", routes);
    if (!key) return whole;
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
