/* control_release.c - control calls about versions and aliases; see control.h. */
#include "invoke/control.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "common/base64.h"
#include "common/buf.h"
#include "invoke/control_exchange.h"

#define API "2015-03-31"

/* Send a body; frees it. *answer may be NULL where nobody wants it. */
static enum fan_status send_body(struct fan_control *control,
                                 struct fan_control_request request, json_t *body,
                                 json_t **answer, struct fan_err *err)
{
    json_t *got = NULL;
    char *text = body ? json_dumps(body, JSON_COMPACT | JSON_REAL_PRECISION(15)) : NULL;
    json_decref(body);
    if (!text)
        return fan_fail(err, FAN_EINVAL, "cannot %s function '%.80s': it is not UTF-8",
                        request.what, request.function);
    request.body = text;
    enum fan_status st = fan_control_send(control, &request, &got, err);
    free(text);
    if (answer)
        *answer = got;
    else
        json_decref(got);
    return st;
}

static enum fan_status change_code(struct fan_control *control, const char *function,
                                   const void *zip, size_t bytes, struct fan_err *err)
{
    const struct fan_control_request request = {
        "update the code of", "PUT", API, function, "code", NULL, NULL
    };
    if (bytes > FAN_CONTROL_ZIP_MAX_BYTES)
        return fan_fail(err, FAN_ELIMIT,
                        "cannot update the code of function '%.80s': package of %zu "
                        "bytes, expected at most %d",
                        function, bytes, FAN_CONTROL_ZIP_MAX_BYTES);
    const size_t n = fan_base64_chars(bytes);
    char *text = fan_alloc(n + 1);
    fan_base64_encode(zip, bytes, text);
    json_t *body = json_pack("{s:s%}", "ZipFile", text, n);
    free(text);
    return send_body(control, request, body, NULL, err);
}

/* {"Variables": {..}} of NAME=value texts */
static json_t *environment_json(const struct fan_function_change *change)
{
    json_t *variables = json_object();
    for (size_t i = 0; i < change->environment_count; i++) {
        const char *text = change->environment[i], *equals = strchr(text, '=');
        char *name = fan_strdup(text);
        if (equals) name[equals - text] = '\0';
        json_object_set_new(variables, name, json_string(equals ? equals + 1 : ""));
        free(name);
    }
    return json_pack("{s:o}", "Variables", variables);
}

enum fan_status fan_control_change(struct fan_control *control, const char *function,
                                   const struct fan_function_change *change,
                                   struct fan_err *err)
{
    const struct fan_control_request request = { "configure",     "PUT", API, function,
                                                 "configuration", NULL,  NULL };
    if (change->memory_mb > INT_MAX)
        return fan_fail(err, FAN_ELIMIT, "cannot configure function '%.80s': %u MB",
                        function, change->memory_mb);
    if (change->zip) {
        enum fan_status st =
            change_code(control, function, change->zip, change->zip_bytes, err);
        if (st) return st;
    }
    json_t *body = json_object();
    if (change->handler)
        json_object_set_new(body, "Handler", json_string(change->handler));
    if (change->description)
        json_object_set_new(body, "Description", json_string(change->description));
    if (change->memory_mb)
        json_object_set_new(body, "MemorySize", json_integer(change->memory_mb));
    if (change->environment)
        json_object_set_new(body, "Environment", environment_json(change));
    return send_body(control, request, body, NULL, err);
}

static enum fan_status read_text(const json_t *value, char *field, size_t size,
                                 const char *what, struct fan_err *err)
{
    if (!json_is_string(value))
        return fan_fail(err, FAN_EREMOTE, "the answer has no %s: not the Lambda service?",
                        what);
    fan_record_set_text(field, size, json_string_value(value), json_string_length(value));
    return FAN_OK;
}

enum fan_status fan_control_publish(struct fan_control *control, const char *function,
                                    char version[16], struct fan_err *err)
{
    const struct fan_control_request request = {
        "publish a version of", "POST", API, function, "versions", NULL, NULL
    };
    json_t *answer = NULL;
    enum fan_status st = send_body(control, request, json_object(), &answer, err);
    if (!st)
        st = read_text(json_object_get(answer, "Version"), version, 16, "Version", err);
    json_decref(answer);
    return st;
}

enum fan_status fan_control_create_alias(struct fan_control *control,
                                         const char *function, const char *name,
                                         const struct fan_alias_state *alias,
                                         struct fan_err *err)
{
    const struct fan_control_request request = {
        "name a version of", "POST", API, function, "aliases", NULL, NULL
    };
    json_t *body =
        json_pack("{s:s, s:s}", "Name", name, "FunctionVersion", alias->version);
    if (body && alias->extra[0])
        json_object_set_new(body, "RoutingConfig",
                            json_pack("{s:{s:f}}", "AdditionalVersionWeights",
                                      alias->extra, alias->weight));
    return send_body(control, request, body, NULL, err);
}

enum fan_status fan_control_get_alias(struct fan_control *control, const char *function,
                                      const char *name, struct fan_alias_state *alias,
                                      struct fan_err *err)
{
    char suffix[160];
    struct fan_alias_state state = { "", "", 0.0 };
    snprintf(suffix, sizeof suffix, "aliases/%.128s", name);
    const struct fan_control_request request = {
        "look up an alias of", "GET", API, function, suffix, NULL, NULL
    };
    json_t *answer = NULL;
    enum fan_status st = fan_control_send(control, &request, &answer, err);
    if (!st)
        st = read_text(json_object_get(answer, "FunctionVersion"), state.version,
                       sizeof state.version, "FunctionVersion", err);
    const char *version;
    json_t *weight;
    json_object_foreach(json_object_get(json_object_get(answer, "RoutingConfig"),
                                        "AdditionalVersionWeights"),
                        version, weight)
    {
        fan_record_set_text(state.extra, sizeof state.extra, version, strlen(version));
        state.weight = json_number_value(weight);
    }
    json_decref(answer);
    if (!st) *alias = state;
    return st;
}
