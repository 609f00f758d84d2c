/* function_settings.c - see function_settings.h. */
#include "local_lambda/function_settings.h"

#include "local_lambda/service_error.h"

#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MEMORY_MB_MIN 128
#define MEMORY_MB_MAX 10240
#define TIMEOUT_S_MAX 900

void fan_settings_default(struct fan_settings *settings)
{
    *settings = (struct fan_settings){ .arch = "x86_64",
                                       .memory_mb = MEMORY_MB_MIN,
                                       .timeout_s = 3 };
}

void fan_settings_of(struct fan_settings *settings, const struct fan_function *function)
{
    *settings = (struct fan_settings){ .memory_mb = function->memory_mb,
                                       .timeout_s = function->timeout_s };
    memcpy(settings->handler, function->handler, sizeof settings->handler);
    memcpy(settings->runtime, function->runtime, sizeof settings->runtime);
    memcpy(settings->arch, function->arch, sizeof settings->arch);
    memcpy(settings->role, function->role, sizeof settings->role);
    memcpy(settings->description, function->description, sizeof settings->description);
}

static void drop_environment(char **environment, size_t *count)
{
    for (size_t i = 0; i < *count; i++)
        free(environment[i]);
    *count = 0;
}

void fan_settings_apply(struct fan_settings *settings, struct fan_function *function)
{
    memcpy(function->handler, settings->handler, sizeof function->handler);
    memcpy(function->runtime, settings->runtime, sizeof function->runtime);
    memcpy(function->arch, settings->arch, sizeof function->arch);
    memcpy(function->role, settings->role, sizeof function->role);
    memcpy(function->description, settings->description, sizeof function->description);
    function->memory_mb = settings->memory_mb;
    function->timeout_s = settings->timeout_s;
    if (!settings->environment_given) return;
    drop_environment(function->environment, &function->environment_count);
    memcpy(function->environment, settings->environment,
           settings->environment_count * sizeof *settings->environment);
    function->environment_count = settings->environment_count;
    settings->environment_count = 0;
}

void fan_settings_clear(struct fan_settings *settings)
{
    drop_environment(settings->environment, &settings->environment_count);
}

static bool wrong_type(struct fan_http_answer *answer, const char *key, const char *type)
{
    fan_service_error(answer, 400, "SerializationException", NULL,
                      "The member %s of the request must be %s.", key, type);
    return false;
}

static bool invalid(struct fan_http_answer *answer, const char *message)
{
    fan_service_error(answer, 400, "InvalidParameterValueException", NULL, "%s", message);
    return false;
}

/* AWS names a member in such errors with a small first letter. */
static bool constraint(struct fan_http_answer *answer, const char *key, const char *value,
                       const char *must)
{
    fan_service_error(answer, 400, "ValidationException", NULL,
                      "1 validation error detected: Value '%s' at '%c%s' failed to "
                      "satisfy constraint: Member must %s",
                      value, tolower((unsigned char)key[0]), key + 1, must);
    return false;
}

static json_t *member(const json_t *request, const char *key)
{
    json_t *value = json_object_get(request, key);
    return json_is_null(value) ? NULL : value;
}

/* a string of at most capacity - 1 bytes; absent leaves text as it is */
static bool read_text(const json_t *request, const char *key, char *text, size_t capacity,
                      struct fan_http_answer *answer)
{
    const json_t *value = member(request, key);
    if (!value) return true;
    if (!json_is_string(value)) return wrong_type(answer, key, "a string");
    if (json_string_length(value) >= capacity) {
        char must[80];
        snprintf(must, sizeof must, "have length less than or equal to %zu",
                 capacity - 1);
        return constraint(answer, key, json_string_value(value), must);
    }
    memcpy(text, json_string_value(value), json_string_length(value) + 1);
    return true;
}

/* an integer from min to max; absent leaves number as it is */
static bool read_number(const json_t *request, const char *key, uint32_t min,
                        uint32_t max, uint32_t *number, struct fan_http_answer *answer)
{
    const json_t *value = member(request, key);
    if (!value) return true;
    if (!json_is_integer(value)) return wrong_type(answer, key, "an integer");
    json_int_t n = json_integer_value(value);
    char given[32], must[80];
    snprintf(given, sizeof given, "%lld", (long long)n);
    if (n < min || n > max) {
        snprintf(must, sizeof must, "have value %s than or equal to %lu",
                 n < min ? "greater" : "less", (unsigned long)(n < min ? min : max));
        return constraint(answer, key, given, must);
    }
    *number = (uint32_t)n;
    return true;
}

static bool check_runtime(const char *runtime, struct fan_http_answer *answer)
{
    if (strcmp(runtime, "provided.al2023") == 0 || strcmp(runtime, "provided.al2") == 0)
        return true;
    char text[200];
    snprintf(text, sizeof text,
             "Value %s at 'runtime' failed to satisfy constraint: local_lambda runs "
             "provided.al2023 and provided.al2",
             runtime);
    return invalid(answer, text);
}

/* arn:aws:iam::123456789012:role/NAME */
static bool check_role(const char *role, struct fan_http_answer *answer)
{
    const char *at = strncmp(role, "arn:aws", 7) == 0 ? role + 7 : "";
    while (isalpha((unsigned char)*at) || *at == '-')
        at++;
    bool right = strncmp(at, ":iam::", 6) == 0 && strspn(at + 6, "0123456789") == 12 &&
                 strncmp(at + 18, ":role", 5) == 0 && at[23] != '\0';
    for (const char *c = right ? at + 23 : ""; *c && right; c++)
        right = isalnum((unsigned char)*c) || strchr("+=,.@-_/", *c);
    return right ||
           constraint(answer, "Role", role,
                      "satisfy regular expression pattern: "
                      "arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+");
}

static bool check_handler(const char *handler, struct fan_http_answer *answer)
{
    for (const char *c = handler; *c; c++)
        if (isspace((unsigned char)*c))
            return constraint(answer, "Handler", handler,
                              "satisfy regular expression pattern: [^\\s]+");
    return true;
}

/* Names that the platform sets itself. Source: developer guide, "Defined runtime
 * environment variables", reserved ones. */
static bool reserved_name(const char *name)
{
    static const char *const names[] = {
        "_HANDLER",
        "_X_AMZN_TRACE_ID",
        "AWS_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID",
        "AWS_DEFAULT_REGION",
        "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE",
        "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_LAMBDA_RUNTIME_API",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "LAMBDA_RUNTIME_DIR",
        "LAMBDA_TASK_ROOT",
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], name) == 0) return true;
    return false;
}

static bool proper_name(const char *name)
{
    if (!isalpha((unsigned char)name[0]) || !name[1]) return false;
    for (const char *c = name + 1; *c; c++)
        if (!isalnum((unsigned char)*c) && *c != '_') return false;
    return true;
}

/* all names of the map are allowed and all values are text */
static bool check_names(json_t *variables, struct fan_http_answer *answer)
{
    const char *name;
    json_t *value;
    char keys[512] = "";
    size_t at = 0;
    json_object_foreach(variables, name, value)
    {
        if (!json_is_string(value))
            return wrong_type(answer, "Environment.Variables", "a map of strings");
        if (reserved_name(name))
            at += (size_t)snprintf(keys + at, sizeof keys - at, "%s%s", at ? ", " : "",
                                   name);
        else if (!proper_name(name))
            return constraint(answer, "Environment.Variables", name,
                              "have keys that satisfy the regular expression pattern "
                              "[a-zA-Z]([a-zA-Z0-9_])+");
    }
    if (!at) return true;
    fan_service_error(
        answer, 400, "InvalidParameterValueException", NULL,
        "Lambda was unable to configure your environment variables because "
        "the environment variables you have provided contains reserved keys "
        "that are currently not supported for modification. Reserved keys "
        "used in this request: %s",
        keys);
    return false;
}

static bool check_size(json_t *variables, struct fan_http_answer *answer)
{
    size_t bytes = json_dumpb(variables, NULL, 0, JSON_COMPACT);
    if (bytes <= FAN_ENV_BYTES && json_object_size(variables) <= FAN_ENV_MAX) return true;
    return invalid(answer, "Lambda was unable to configure your environment variables "
                           "because the environment variables you have provided exceeded "
                           "the 4KB limit.");
}

static bool read_environment(struct fan_settings *settings, const json_t *request,
                             struct fan_http_answer *answer)
{
    const json_t *environment = member(request, "Environment");
    if (!environment) return true;
    if (!json_is_object(environment))
        return wrong_type(answer, "Environment", "an object");
    json_t *variables = member(environment, "Variables");
    settings->environment_given = true;
    if (!variables) return true;
    if (!json_is_object(variables))
        return wrong_type(answer, "Environment.Variables", "an object");
    if (!check_size(variables, answer) || !check_names(variables, answer)) return false;
    const char *name;
    json_t *value;
    json_object_foreach(variables, name, value)
    {
        size_t n = strlen(name) + json_string_length(value) + 2;
        char *entry = fan_alloc(n);
        snprintf(entry, n, "%s=%s", name, json_string_value(value));
        settings->environment[settings->environment_count++] = entry;
    }
    return true;
}

bool fan_settings_read_arch(char arch[16], const struct json_t *request,
                            struct fan_http_answer *answer)
{
    const json_t *list = member(request, "Architectures");
    if (!list) return true;
    const char *name = json_string_value(json_array_get(list, 0));
    if (json_array_size(list) != 1 || !name ||
        (strcmp(name, "x86_64") != 0 && strcmp(name, "arm64") != 0))
        return constraint(answer, "Architectures", name ? name : "",
                          "be one of: [x86_64, arm64]");
    snprintf(arch, 16, "%s", name);
    return true;
}

/* what would make a function behave otherwise than here is refused, not ignored */
static bool check_unsupported(const json_t *request, struct fan_http_answer *answer)
{
    static const char *const members[] = { "Layers",          "VpcConfig",
                                           "ImageConfig",     "FileSystemConfigs",
                                           "KMSKeyArn",       "CodeSigningConfigArn",
                                           "DeadLetterConfig" };
    char text[160];
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        const json_t *value = member(request, members[i]);
        if (!value || (json_is_array(value) && json_array_size(value) == 0) ||
            (json_is_object(value) && json_object_size(value) == 0) ||
            (json_is_string(value) && json_string_length(value) == 0))
            continue;
        snprintf(text, sizeof text, "local_lambda does not support %s.", members[i]);
        return invalid(answer, text);
    }
    const char *package = json_string_value(member(request, "PackageType"));
    if (package && strcmp(package, "Zip") != 0)
        return invalid(answer, "local_lambda runs functions of PackageType Zip only.");
    const json_t *storage = member(member(request, "EphemeralStorage"), "Size");
    if (storage && json_integer_value(storage) != 512)
        return invalid(answer, "local_lambda does not limit /tmp: EphemeralStorage.Size "
                               "must be 512.");
    return true;
}

static bool check_mandatory(const struct fan_settings *settings,
                            struct fan_http_answer *answer)
{
    if (!settings->role[0]) {
        fan_service_error(answer, 400, "ValidationException", NULL,
                          "1 validation error detected: Value null at 'role' failed to "
                          "satisfy constraint: Member must not be null");
        return false;
    }
    if (!settings->runtime[0] || !settings->handler[0])
        return invalid(answer,
                       "Runtime and Handler are mandatory parameters for functions "
                       "created with deployment packages.");
    return true;
}

bool fan_settings_read(struct fan_settings *settings, const struct json_t *request,
                       bool creating, struct fan_http_answer *answer)
{
    struct fan_settings *s = settings;
    return read_text(request, "Handler", s->handler, sizeof s->handler, answer) &&
           read_text(request, "Runtime", s->runtime, sizeof s->runtime, answer) &&
           read_text(request, "Role", s->role, sizeof s->role, answer) &&
           read_text(request, "Description", s->description, sizeof s->description,
                     answer) &&
           read_number(request, "MemorySize", MEMORY_MB_MIN, MEMORY_MB_MAX, &s->memory_mb,
                       answer) &&
           read_number(request, "Timeout", 1, TIMEOUT_S_MAX, &s->timeout_s, answer) &&
           check_unsupported(request, answer) &&
           (!creating || fan_settings_read_arch(s->arch, request, answer)) &&
           check_mandatory(s, answer) && check_role(s->role, answer) &&
           check_handler(s->handler, answer) && check_runtime(s->runtime, answer) &&
           read_environment(s, request, answer);
}
