/* function_json.c - see function_json.h. */
#include "local_lambda/function_json.h"

#include "local_lambda/service_error.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void set_text(json_t *object, const char *key, const char *value)
{
    json_object_set_new(object, key, json_string(value));
}

static void set_number(json_t *object, const char *key, uint64_t value)
{
    json_object_set_new(object, key, json_integer((json_int_t)value));
}

static void set_environment(json_t *object, const struct fan_function *function)
{
    if (!function->environment_count) return;
    json_t *variables = json_object();
    for (size_t i = 0; i < function->environment_count; i++) {
        const char *entry = function->environment[i], *value = strchr(entry, '=');
        char name[FAN_ENV_BYTES];
        if (!value) continue;
        snprintf(name, sizeof name, "%.*s", (int)(value - entry), entry);
        set_text(variables, name, value + 1);
    }
    json_object_set_new(object, "Environment",
                        json_pack("{s:o}", "Variables", variables));
}

struct json_t *fan_function_json(const struct fan_function *function,
                                 const char *qualifier)
{
    json_t *object = json_object();
    char text[sizeof function->arn + 130];
    snprintf(text, sizeof text, "%s%s%s", function->arn, *qualifier ? ":" : "",
             qualifier);
    set_text(object, "FunctionName", function->name);
    set_text(object, "FunctionArn", text);
    set_text(object, "Runtime", function->runtime);
    set_text(object, "Role", function->role);
    set_text(object, "Handler", function->handler);
    set_number(object, "CodeSize", function->code_bytes);
    set_text(object, "Description", function->description);
    set_number(object, "Timeout", function->timeout_s);
    set_number(object, "MemorySize", function->memory_mb);
    set_text(object, "LastModified", function->last_modified);
    set_text(object, "CodeSha256", function->code_sha256);
    set_text(object, "Version", function->version);
    set_environment(object, function);
    json_object_set_new(object, "TracingConfig",
                        json_pack("{s:s}", "Mode", "PassThrough"));
    set_text(object, "RevisionId", function->revision_id);
    set_text(object, "State", "Active");
    set_text(object, "LastUpdateStatus", "Successful");
    set_text(object, "PackageType", "Zip");
    json_object_set_new(object, "Architectures", json_pack("[s]", function->arch));
    json_object_set_new(object, "EphemeralStorage", json_pack("{s:i}", "Size", 512));
    json_object_set_new(
        object, "SnapStart",
        json_pack("{s:s,s:s}", "ApplyOn", "None", "OptimizationStatus", "Off"));
    snprintf(text, sizeof text, "/aws/lambda/%s", function->name);
    json_object_set_new(object, "LoggingConfig",
                        json_pack("{s:s,s:s}", "LogFormat", "Text", "LogGroup", text));
    return object;
}

void fan_answer_json(struct fan_http_answer *answer, int status, struct json_t *body)
{
    answer->status = status;
    fan_buf_reset(&answer->body);
    if (!body) return;
    /* 15 digits: a weight of 0.1 reads as it was given */
    char *text = json_dumps(body, JSON_COMPACT | JSON_REAL_PRECISION(15));
    json_decref(body);
    if (!text) abort(); /* out of memory */
    fan_http_answer_header(answer, "Content-Type", "application/json");
    if (fan_buf_adds(&answer->body, text, NULL))
        fan_service_error(answer, 500, "ServiceException", NULL,
                          "The answer would be larger than %zu bytes.", answer->body.max);
    free(text);
}
