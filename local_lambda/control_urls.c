/* control_urls.c - control calls about function URLs. */
#include "local_lambda/control_call.h"

#include "local_lambda/function_json.h"
#include "local_lambda/function_urls.h"
#include "local_lambda/service_error.h"

#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ALIAS_PATTERN "((?!^\\d+$)^[0-9a-zA-Z-_]+$)"

static struct fan_urls *urls_of(struct fan_control_call *call)
{
    return fan_registry_urls(call->registry);
}

/* An alias: letters, digits, '-' and '_', not digits alone. */
static bool is_alias(const char *text)
{
    bool only_digits = true;
    for (const char *c = text; *c; c++) {
        if (!isalnum((unsigned char)*c) && *c != '-' && *c != '_') return false;
        only_digits = only_digits && isdigit((unsigned char)*c);
    }
    return *text && !only_digits;
}

/* The function and the alias that the call names; false: answered. */
static bool read_target(struct fan_control_call *call, struct fan_target *target)
{
    memcpy(target->name, call->function->name, sizeof target->name);
    memcpy(target->qualifier, call->qualifier, sizeof target->qualifier);
    if (!*target->qualifier || is_alias(target->qualifier)) return true;
    fan_service_invalid(call->answer, target->qualifier, "qualifier",
                        "satisfy regular expression pattern: " ALIAS_PATTERN);
    return false;
}

static void arn_of(const struct fan_control_call *call, const struct fan_target *target,
                   char arn[320])
{
    snprintf(arn, 320, "%s%s%s", call->function->arn, *target->qualifier ? ":" : "",
             target->qualifier);
}

/* The URL that the call is about; NULL: answered. */
static struct fan_function_url *find_url(struct fan_control_call *call)
{
    struct fan_target target;
    if (!read_target(call, &target)) return NULL;
    struct fan_function_url *url =
        fan_urls_find(urls_of(call), target.name, target.qualifier);
    if (!url)
        fan_service_error(call->answer, 404, "ResourceNotFoundException", NULL,
                          "The resource you requested does not exist.");
    return url;
}

static json_t *url_json(struct fan_control_call *call, const struct fan_function_url *url)
{
    char text[FAN_URL_TEXT_MAX], arn[320];
    arn_of(call, &url->function, arn);
    return json_pack("{s:s,s:s,s:s,s:s,s:s}", "FunctionUrl",
                     fan_urls_text(urls_of(call), url, text), "FunctionArn", arn,
                     "AuthType", url->auth == FAN_URL_NONE ? "NONE" : "AWS_IAM",
                     "CreationTime", url->created, "InvokeMode", "BUFFERED");
}

static json_t *url_json_changed(struct fan_control_call *call,
                                const struct fan_function_url *url)
{
    json_t *object = url_json(call, url);
    json_object_set_new(object, "LastModifiedTime", json_string(url->modified));
    return object;
}

/* AuthType; absent leaves *auth as it is, unless it is required. */
static bool read_auth(struct fan_control_call *call, bool required,
                      enum fan_url_auth *auth)
{
    const json_t *value = json_object_get(call->body, "AuthType");
    const char *text = json_string_value(value);
    if (text && strcmp(text, "NONE") == 0)
        *auth = FAN_URL_NONE;
    else if (text && strcmp(text, "AWS_IAM") == 0)
        *auth = FAN_URL_AWS_IAM;
    else if (!value || json_is_null(value)) {
        if (required) fan_service_invalid(call->answer, NULL, "authType", "not be null");
        return !required;
    } else {
        fan_service_invalid(call->answer, text ? text : "", "authType",
                            "satisfy enum value set: [NONE, AWS_IAM]");
        return false;
    }
    return true;
}

/* What would make a URL behave otherwise than here is refused. */
static bool read_others(struct fan_control_call *call)
{
    const json_t *mode = json_object_get(call->body, "InvokeMode");
    const json_t *cors = json_object_get(call->body, "Cors");
    const char *text = json_string_value(mode);
    if (mode && !json_is_null(mode) &&
        (!text ||
         (strcmp(text, "BUFFERED") != 0 && strcmp(text, "RESPONSE_STREAM") != 0))) {
        fan_service_invalid(call->answer, text ? text : "", "invokeMode",
                            "satisfy enum value set: [BUFFERED, RESPONSE_STREAM]");
        return false;
    }
    if (text && strcmp(text, "BUFFERED") != 0) {
        fan_control_refuse(call, "local_lambda does not stream answers: InvokeMode must "
                                 "be BUFFERED.");
        return false;
    }
    if (json_object_size(cors) == 0) return true;
    fan_control_refuse(call,
                       "local_lambda does not answer for CORS: let the function do it.");
    return false;
}

void fan_control_create_url(struct fan_control_call *call)
{
    struct fan_target target;
    enum fan_url_auth auth = FAN_URL_NONE;
    char arn[320];
    if (!read_target(call, &target) || !read_auth(call, true, &auth) ||
        !read_others(call))
        return;
    if (fan_urls_find(urls_of(call), target.name, target.qualifier)) {
        arn_of(call, &target, arn);
        fan_service_error(call->answer, 409, "ResourceConflictException", NULL,
                          "Failed to create function url config for [functionArn = %s]. "
                          "Error message:  FunctionUrlConfig exists for this Lambda "
                          "function",
                          arn);
        return;
    }
    struct fan_function_url *url = fan_urls_add(urls_of(call), &target);
    url->auth = auth;
    fan_answer_json(call->answer, 201, url_json(call, url));
}

void fan_control_get_url(struct fan_control_call *call)
{
    const struct fan_function_url *url = find_url(call);
    if (url) fan_answer_json(call->answer, 200, url_json_changed(call, url));
}

void fan_control_update_url(struct fan_control_call *call)
{
    struct fan_function_url *url = find_url(call);
    if (!url) return;
    enum fan_url_auth auth = url->auth;
    if (!read_auth(call, false, &auth) || !read_others(call)) return;
    url->auth = auth;
    fan_urls_touch(url);
    fan_answer_json(call->answer, 200, url_json_changed(call, url));
}

void fan_control_delete_url(struct fan_control_call *call)
{
    struct fan_function_url *url = find_url(call);
    if (!url) return;
    fan_urls_remove(urls_of(call), url);
    fan_answer_json(call->answer, 204, NULL);
}

/* One page: a function has few URLs, its own and its aliases'. */
void fan_control_list_urls(struct fan_control_call *call)
{
    json_t *list = json_array();
    for (size_t i = 0; i < fan_urls_count(urls_of(call)); i++) {
        const struct fan_function_url *url = fan_urls_at(urls_of(call), i);
        if (strcmp(url->function.name, call->function->name) == 0)
            json_array_append_new(list, url_json_changed(call, url));
    }
    fan_answer_json(call->answer, 200, json_pack("{s:o}", "FunctionUrlConfigs", list));
}
