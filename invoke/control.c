/* control.c - see control.h. */
#include "invoke/control.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "common/base64.h"
#include "common/buf.h"
#include "invoke/control_exchange.h"
#include "invoke/invoke_message.h"

/* Every function needs a role; the local endpoint records it, and creates functions only
 * there. */
#define LOCAL_ROLE "arn:aws:iam::123456789012:role/lambda-fanout"

static char *create_body(const struct fan_function_spec *spec)
{
    size_t n = fan_base64_chars(spec->zip_bytes);
    char *zip = fan_alloc(n + 1);
    fan_base64_encode(spec->zip, spec->zip_bytes, zip);
    json_t *body = json_pack("{s:s, s:s, s:s, s:s, s:{s:s%}, s:i, s:i, s:[s]}",
                             "FunctionName", spec->name, "Runtime", spec->runtime, "Role",
                             LOCAL_ROLE, "Handler", spec->handler, "Code", "ZipFile", zip,
                             n, "Timeout", (int)spec->timeout_s, "MemorySize",
                             (int)spec->memory_mb, "Architectures", spec->arch);
    char *text = body ? json_dumps(body, JSON_COMPACT) : NULL;
    json_decref(body);
    free(zip);
    return text;
}

static const struct fan_signing_header content_type = { "Content-Type",
                                                        "application/json" };

enum fan_status fan_control_create(struct fan_control *control,
                                   const struct fan_function_spec *spec,
                                   struct fan_err *err)
{
    if (spec->zip_bytes > FAN_CONTROL_ZIP_MAX_BYTES || spec->memory_mb > INT_MAX ||
        spec->timeout_s > INT_MAX)
        return fan_fail(err, FAN_ELIMIT,
                        "cannot create function '%.80s': package of %zu bytes, expected "
                        "at most %d",
                        spec->name, spec->zip_bytes, FAN_CONTROL_ZIP_MAX_BYTES);
    char *body = create_body(spec);
    if (!body)
        return fan_fail(err, FAN_EINVAL,
                        "cannot create function '%.80s': a setting is not UTF-8",
                        spec->name);
    struct fan_signed_request request = { .method = "POST",
                                          .path = "/2015-03-31/functions",
                                          .query = "",
                                          .header = &content_type,
                                          .header_count = 1,
                                          .body = body,
                                          .body_bytes = strlen(body) };
    json_t *answer = NULL;
    struct fan_err cause = { FAN_OK, "" };
    enum fan_status st = fan_control_call(control, &request, &answer, &cause);
    if (st)
        fan_fail(err, st, "cannot create function '%.80s': %.400s", spec->name,
                 cause.text);
    json_decref(answer);
    free(body);
    return st;
}

enum fan_status fan_control_reserve(struct fan_control *control, const char *function,
                                    uint32_t concurrent_executions, struct fan_err *err)
{
    char body[64];
    snprintf(body, sizeof body, "{\"ReservedConcurrentExecutions\":%u}",
             concurrent_executions);
    const struct fan_control_request request = {
        "reserve concurrency of", "PUT", "2017-10-31", function, "concurrency", body, NULL
    };
    json_t *answer = NULL;
    enum fan_status st = fan_control_send(control, &request, &answer, err);
    json_decref(answer);
    return st;
}

static enum fan_status read_url(const json_t *answer, char url[FAN_FUNCTION_URL_MAX],
                                struct fan_err *err)
{
    const char *text = json_string_value(json_object_get(answer, "FunctionUrl"));
    if (!text || strlen(text) >= FAN_FUNCTION_URL_MAX)
        return fan_fail(err, FAN_EREMOTE, "the service answered without an address");
    strcpy(url, text);
    return FAN_OK;
}

enum fan_status fan_control_create_url(struct fan_control *control, const char *function,
                                       const char *qualifier, bool sign,
                                       char url[FAN_FUNCTION_URL_MAX],
                                       struct fan_err *err)
{
    const struct fan_control_request request = {
        .what = "give a URL to",
        .method = "POST",
        .version = "2021-10-31",
        .function = function,
        .suffix = "url",
        .body = sign ? "{\"AuthType\":\"AWS_IAM\"}" : "{\"AuthType\":\"NONE\"}",
        .qualifier = qualifier,
    };
    json_t *answer = NULL;
    enum fan_status st = fan_control_send(control, &request, &answer, err);
    if (!st) {
        st = read_url(answer, url, err);
        fan_err_prefix(err, "cannot give a URL to function '%.80s': ", function);
    }
    json_decref(answer);
    return st;
}

enum fan_status fan_control_resize(struct fan_control *control, const char *function,
                                   uint32_t memory_mb, struct fan_err *err)
{
    char body[64];
    snprintf(body, sizeof body, "{\"MemorySize\":%u}", memory_mb);
    const struct fan_control_request request = { "resize", "PUT",           "2015-03-31",
                                                 function, "configuration", body,
                                                 NULL };
    json_t *answer = NULL;
    enum fan_status st = fan_control_send(control, &request, &answer, err);
    json_decref(answer);
    return st;
}

static uint32_t get_u32(const json_t *object, const char *key)
{
    json_int_t value = json_integer_value(json_object_get(object, key));
    return value > 0 && value <= (json_int_t)UINT32_MAX ? (uint32_t)value : 0;
}

static void get_text(const json_t *value, char *field, size_t size)
{
    if (json_is_string(value))
        fan_record_set_text(field, size, json_string_value(value),
                            json_string_length(value));
}

static enum fan_status read_state(const json_t *answer, struct fan_function_state *state,
                                  struct fan_err *err)
{
    struct fan_function_state s;
    memset(&s, 0, sizeof s);
    s.memory_mb = get_u32(answer, "MemorySize");
    s.timeout_s = get_u32(answer, "Timeout");
    get_text(json_object_get(answer, "LastUpdateStatus"), s.update, sizeof s.update);
    get_text(json_object_get(answer, "Handler"), s.handler, sizeof s.handler);
    get_text(json_object_get(answer, "Runtime"), s.runtime, sizeof s.runtime);
    get_text(json_object_get(answer, "Version"), s.version, sizeof s.version);
    const json_t *architectures = json_object_get(answer, "Architectures");
    get_text(json_array_get(architectures, 0), s.arch, sizeof s.arch);
    if (s.memory_mb == 0 || s.timeout_s == 0)
        return fan_fail(
            err, FAN_EREMOTE,
            "the answer has no MemorySize and Timeout: not the Lambda service?");
    *state = s;
    return FAN_OK;
}

enum fan_status fan_control_inspect(struct fan_control *control, const char *function,
                                    const char *qualifier,
                                    struct fan_function_state *state, struct fan_err *err)
{
    const struct fan_control_request request = { .what = "inspect",
                                                 .method = "GET",
                                                 .version = "2015-03-31",
                                                 .function = function,
                                                 .suffix = "configuration",
                                                 .qualifier = qualifier };
    json_t *answer = NULL;
    enum fan_status st = fan_control_send(control, &request, &answer, err);
    if (!st) {
        st = read_state(answer, state, err);
        fan_err_prefix(err, "cannot inspect function '%.80s': ", function);
    }
    json_decref(answer);
    return st;
}
