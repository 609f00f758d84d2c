/* control_api.c - see control_api.h. */
#include "local_lambda/control_api.h"

#include "local_lambda/function_code.h"
#include "local_lambda/function_json.h"
#include "local_lambda/function_settings.h"
#include "local_lambda/service_error.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE_FUNCTIONS     50 /* of a list without MaxItems */
#define PAGE_FUNCTIONS_MAX 10000

/* One call on its way through its handler. */
struct call {
    struct fan_registry *registry;
    const struct fan_http_request *request;
    struct fan_http_answer *answer;
    fan_function_changed_fn *changed;
    void *context;
    struct fan_function *function; /* of the path, where it names one */
    bool qualified;                /* ":$LATEST" was asked for */
    json_t *body;                  /* of requests that have one */
};

static void refuse(struct call *call, const char *message)
{
    fan_service_error(call->answer, 400, "InvalidParameterValueException", NULL, "%s",
                      message);
}

static void about_to_change(struct call *call, bool deleted)
{
    if (call->changed) call->changed(call->context, call->function, deleted);
}

/* ---- functions ---- */

/* the name of a function to create; a full ARN of it is allowed too */
static bool read_new_name(struct call *call, char name[65])
{
    const char *text = json_string_value(json_object_get(call->body, "FunctionName"));
    char qualifier[129];
    /* '%' would be an escape in a path; here it is no part of any name */
    if (text && !strchr(text, '%') &&
        !fan_function_id_parse(text, strlen(text), name, qualifier, NULL) &&
        !qualifier[0])
        return true;
    fan_service_error(
        call->answer, 400, "ValidationException", NULL,
        "1 validation error detected: Value '%s' at 'functionName' failed to "
        "satisfy constraint: Member must satisfy regular expression pattern: "
        "[a-zA-Z0-9-_]+, at most 64 characters",
        text ? text : "null");
    return false;
}

static bool publish_refused(struct call *call)
{
    if (!json_is_true(json_object_get(call->body, "Publish"))) return false;
    refuse(call, "local_lambda keeps the version $LATEST only: Publish must be false.");
    return true;
}

static void add_function(struct call *call, const char *name,
                         struct fan_settings *settings, const struct fan_code *code)
{
    struct fan_function *function = NULL;
    if (fan_registry_add(call->registry, name, &function, NULL)) {
        fan_service_error(call->answer, 409, "ResourceConflictException", NULL,
                          "Function already exist: %s", name);
        return;
    }
    char *dir = NULL;
    if (!fan_code_unpack(code, call->registry, function, &dir, call->answer)) {
        fan_registry_remove(call->registry, function);
        return;
    }
    fan_code_adopt(code, function, dir);
    fan_settings_apply(settings, function);
    fan_answer_json(call->answer, 201, fan_function_json(function, false));
}

static void create_function(struct call *call)
{
    char name[65];
    struct fan_settings settings;
    struct fan_code code = { 0 };
    fan_settings_default(&settings);
    if (read_new_name(call, name) && !publish_refused(call) &&
        fan_settings_read(&settings, call->body, true, call->answer)) {
        if (fan_registry_find(call->registry, name))
            fan_service_error(call->answer, 409, "ResourceConflictException", NULL,
                              "Function already exist: %s", name);
        else if (fan_code_read(&code, json_object_get(call->body, "Code"),
                               "CreateFunction", call->answer))
            add_function(call, name, &settings, &code);
    }
    fan_code_clear(&code);
    fan_settings_clear(&settings);
}

/* MaxItems of the query; 0 when it is wrong */
static size_t page_size(struct call *call)
{
    char text[32];
    int given = fan_http_query(call->request, "MaxItems", text, sizeof text);
    if (given == 0) return PAGE_FUNCTIONS;
    char *end = NULL;
    long n = given > 0 ? strtol(text, &end, 10) : 0;
    if (given > 0 && end != text && !*end && n >= 1 && n <= PAGE_FUNCTIONS_MAX)
        return (size_t)n;
    fan_service_error(call->answer, 400, "ValidationException", NULL,
                      "1 validation error detected: Value '%s' at 'maxItems' failed to "
                      "satisfy constraint: Member must have value from 1 to %d",
                      given > 0 ? text : "", PAGE_FUNCTIONS_MAX);
    return 0;
}

/* a marker is the name of the last function of the page before */
static void list_functions(struct call *call)
{
    char marker[65] = "";
    size_t left = page_size(call);
    if (!left) return;
    if (fan_http_query(call->request, "Marker", marker, sizeof marker) < 0) {
        refuse(call, "Invalid Marker.");
        return;
    }
    json_t *functions = json_array(), *next = json_null();
    for (size_t i = 0; i < fan_registry_count(call->registry); i++) {
        const struct fan_function *function = fan_registry_at(call->registry, i);
        if (strcmp(function->name, marker) <= 0) continue;
        if (left == 0) {
            next = json_string(marker);
            break;
        }
        json_array_append_new(functions, fan_function_json(function, false));
        memcpy(marker, function->name, sizeof marker);
        left--;
    }
    fan_answer_json(call->answer, 200,
                    json_pack("{s:o,s:o}", "NextMarker", next, "Functions", functions));
}

static void get_function(struct call *call)
{
    const struct fan_function *function = call->function;
    char location[4200];
    snprintf(location, sizeof location, "file://%s", function->package_dir);
    json_t *body = json_pack("{s:o,s:{s:s,s:s}}", "Configuration",
                             fan_function_json(function, call->qualified), "Code",
                             "RepositoryType", "local", "Location", location);
    if (function->reserved_set)
        json_object_set_new(body, "Concurrency",
                            json_pack("{s:I}", "ReservedConcurrentExecutions",
                                      (json_int_t)function->reserved));
    fan_answer_json(call->answer, 200, body);
}

static void get_configuration(struct call *call)
{
    fan_answer_json(call->answer, 200,
                    fan_function_json(call->function, call->qualified));
}

/* the caller may say which revision it means to change */
static bool revision_holds(struct call *call)
{
    const char *wanted = json_string_value(json_object_get(call->body, "RevisionId"));
    if (!wanted || strcmp(wanted, call->function->revision_id) == 0) return true;
    fan_service_error(
        call->answer, 412, "PreconditionFailedException", NULL,
        "The RevisionId provided does not match the latest RevisionId. Call "
        "the GetFunction/GetAlias API to retrieve the latest RevisionId");
    return false;
}

static void update_configuration(struct call *call)
{
    struct fan_settings settings;
    fan_settings_of(&settings, call->function);
    if (revision_holds(call) &&
        fan_settings_read(&settings, call->body, false, call->answer)) {
        about_to_change(call, false);
        fan_settings_apply(&settings, call->function);
        fan_registry_touch(call->function);
        get_configuration(call);
    }
    fan_settings_clear(&settings);
}

static void replace_code(struct call *call, const struct fan_code *code,
                         const char arch[16])
{
    char *dir = NULL;
    if (!fan_code_unpack(code, call->registry, call->function, &dir, call->answer))
        return;
    about_to_change(call, false);
    fan_code_adopt(code, call->function, dir);
    memcpy(call->function->arch, arch, sizeof call->function->arch);
    fan_registry_touch(call->function);
    get_configuration(call);
}

static void update_code(struct call *call)
{
    struct fan_code code = { 0 };
    char arch[16];
    memcpy(arch, call->function->arch, sizeof arch);
    if (revision_holds(call) && !publish_refused(call) &&
        fan_settings_read_arch(arch, call->body, call->answer) &&
        fan_code_read(&code, call->body, "UpdateFunctionCode", call->answer)) {
        if (json_is_true(json_object_get(call->body, "DryRun")))
            get_configuration(call);
        else
            replace_code(call, &code, arch);
    }
    fan_code_clear(&code);
}

static void delete_function(struct call *call)
{
    if (call->qualified) {
        refuse(call, "$LATEST version cannot be deleted without deleting the function.");
        return;
    }
    about_to_change(call, true);
    fan_registry_remove(call->registry, call->function);
    fan_answer_json(call->answer, 204, NULL);
}

static void list_versions(struct call *call)
{
    fan_answer_json(call->answer, 200,
                    json_pack("{s:n,s:[o]}", "NextMarker", "Versions",
                              fan_function_json(call->function, true)));
}

static void list_tags(struct call *call)
{
    fan_answer_json(call->answer, 200, json_pack("{s:{}}", "Tags"));
}

/* ---- limits ---- */

static void get_concurrency(struct call *call)
{
    json_t *body = json_object();
    if (call->function->reserved_set)
        json_object_set_new(body, "ReservedConcurrentExecutions",
                            json_integer((json_int_t)call->function->reserved));
    fan_answer_json(call->answer, 200, body);
}

static void put_concurrency(struct call *call)
{
    const json_t *count = json_object_get(call->body, "ReservedConcurrentExecutions");
    if (!json_is_integer(count) || json_integer_value(count) < 0) {
        fan_service_error(call->answer, 400, "ValidationException", NULL,
                          "1 validation error detected: Value at "
                          "'reservedConcurrentExecutions' failed to satisfy constraint: "
                          "Member must be an integer greater than or equal to 0");
        return;
    }
    if (fan_registry_reserve(call->registry, call->function, json_integer_value(count),
                             NULL)) {
        fan_service_error(
            call->answer, 400, "InvalidParameterValueException", NULL,
            "Specified ReservedConcurrentExecutions for function decreases "
            "account's UnreservedConcurrentExecution below its minimum value "
            "of [%" PRIu32 "].",
            fan_registry_settings(call->registry)->unreserved_min);
        return;
    }
    get_concurrency(call);
}

static void delete_concurrency(struct call *call)
{
    /* giving a reservation back cannot break the minimum */
    if (fan_registry_reserve(call->registry, call->function, -1, NULL)) abort();
    fan_answer_json(call->answer, 204, NULL);
}

static void account_settings(struct call *call)
{
    const struct fan_registry_cfg *cfg = fan_registry_settings(call->registry);
    uint64_t code_bytes = fan_registry_code_bytes(call->registry);
    json_t *limit =
        json_pack("{s:I,s:I,s:I,s:I,s:I}", "TotalCodeSize", (json_int_t)80530636800,
                  "CodeSizeUnzipped", (json_int_t)262144000, "CodeSizeZipped",
                  (json_int_t)52428800, "ConcurrentExecutions",
                  (json_int_t)cfg->concurrency, "UnreservedConcurrentExecutions",
                  (json_int_t)fan_registry_unreserved(call->registry));
    json_t *usage =
        json_pack("{s:I,s:I}", "TotalCodeSize", (json_int_t)code_bytes, "FunctionCount",
                  (json_int_t)fan_registry_count(call->registry));
    fan_answer_json(call->answer, 200,
                    json_pack("{s:o,s:o}", "AccountLimit", limit, "AccountUsage", usage));
}

/* ---- routes ---- */

struct route {
    const char *method, *path; /* '*' stands for the component that names a function */
    void (*handler)(struct call *call);
    bool has_body;
};

/* clang-format off */
static const struct route routes[] = {
    { "POST",   "/2015-03-31/functions",                 create_function,      true },
    { "GET",    "/2015-03-31/functions",                 list_functions,       false },
    { "GET",    "/2015-03-31/functions/*",               get_function,         false },
    { "DELETE", "/2015-03-31/functions/*",               delete_function,      false },
    { "GET",    "/2015-03-31/functions/*/configuration", get_configuration,    false },
    { "PUT",    "/2015-03-31/functions/*/configuration", update_configuration, true },
    { "PUT",    "/2015-03-31/functions/*/code",          update_code,          true },
    { "GET",    "/2015-03-31/functions/*/versions",      list_versions,        false },
    { "GET",    "/2017-03-31/tags/*",                    list_tags,            false },
    { "GET",    "/2019-09-30/functions/*/concurrency",   get_concurrency,      false },
    { "PUT",    "/2017-10-31/functions/*/concurrency",   put_concurrency,      true },
    { "DELETE", "/2017-10-31/functions/*/concurrency",   delete_concurrency,   false },
    { "GET",    "/2016-08-19/account-settings",          account_settings,     false },
};
/* clang-format on */

/* A trailing slash of path makes no difference. *component stays NULL without '*'. */
static bool matches(const char *pattern, const char *path, const char **component,
                    size_t *component_bytes)
{
    *component = NULL;
    for (; *pattern; pattern++) {
        if (*pattern == '*') {
            *component = path;
            *component_bytes = strcspn(path, "/");
            path += *component_bytes;
            if (*component_bytes == 0) return false;
        } else if (*pattern != *path++) {
            return false;
        }
    }
    return *path == '\0' || strcmp(path, "/") == 0;
}

static void not_found(struct call *call, const char *name, const char *qualifier)
{
    const struct fan_registry_cfg *cfg = fan_registry_settings(call->registry);
    fan_service_error(call->answer, 404, "ResourceNotFoundException", NULL,
                      "Function not found: arn:aws:lambda:%s:%s:function:%s%s%s",
                      cfg->region, cfg->account, name, qualifier[0] ? ":" : "",
                      qualifier);
}

/* find the function that a component of the path and the query name */
static bool find_function(struct call *call, const char *component, size_t n)
{
    char name[65], qualifier[129], asked[129] = "";
    int given = fan_http_query(call->request, "Qualifier", asked, sizeof asked);
    if (given < 0 || fan_function_id_parse(component, n, name, qualifier, NULL)) {
        fan_service_error(
            call->answer, 400, "ValidationException", NULL,
            "1 validation error detected: Value '%.*s' at '%s' failed to satisfy "
            "constraint: Member must satisfy regular expression pattern: "
            "(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(-gov)?-[a-z]+-\\d{1}:)?(\\d{12}:)?"
            "(function:)?([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?",
            (int)(n < 200 ? n : 200), component,
            given < 0 ? "qualifier" : "functionName");
        return false;
    }
    if (given && qualifier[0] && strcmp(asked, qualifier) != 0) {
        refuse(call, "The derived qualifier from the function name does not match the "
                     "specified qualifier.");
        return false;
    }
    if (given) memcpy(qualifier, asked, sizeof qualifier);
    call->qualified = strcmp(qualifier, "$LATEST") == 0;
    call->function = fan_registry_find(call->registry, name);
    if (call->function && (call->qualified || !qualifier[0])) return true;
    not_found(call, name, qualifier);
    return false;
}

static bool parse_body(struct call *call)
{
    json_error_t why;
    call->body = json_loadb(call->request->body, call->request->body_bytes, 0, &why);
    if (json_is_object(call->body)) return true;
    if (call->body) snprintf(why.text, sizeof why.text, "an object is expected");
    fan_service_error(call->answer, 400, "SerializationException", NULL,
                      "Could not parse request body into json: %s", why.text);
    return false;
}

void fan_control_answer(struct fan_registry *registry,
                        const struct fan_http_request *request,
                        fan_function_changed_fn *changed, void *context,
                        struct fan_http_answer *answer)
{
    struct call call = { .registry = registry,
                         .request = request,
                         .answer = answer,
                         .changed = changed,
                         .context = context };
    for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
        const char *component = NULL;
        size_t n = 0;
        if (strcmp(routes[i].method, request->method) != 0) continue;
        if (!matches(routes[i].path, request->path, &component, &n)) continue;
        if (component && !find_function(&call, component, n)) return;
        if (!routes[i].has_body || parse_body(&call)) routes[i].handler(&call);
        json_decref(call.body);
        return;
    }
    fan_service_error(answer, 404, "UnknownOperationException", NULL,
                      "local_lambda has no operation %.16s %.200s", request->method,
                      request->path);
}
