/* control_api.c - see control_api.h. Which call a request is, and what it names. */
#include "local_lambda/control_api.h"

#include "local_lambda/aliases.h"
#include "local_lambda/control_call.h"
#include "local_lambda/service_error.h"
#include "local_lambda/versions.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE_ITEMS     50 /* of a list without MaxItems */
#define PAGE_ITEMS_MAX 10000

/* What a call takes. */
enum takes {
    NOTHING = 0,
    BODY = 1,      /* a JSON object */
    EMPTY = 2,     /* or nothing in its place */
    QUALIFIED = 4, /* any version or alias; otherwise none or $LATEST */
    UNKNOWN = 8    /* even one that does not exist */
};

struct route {
    const char *method, *path; /* '*' stands for a function's name, then for an alias's */
    void (*handler)(struct fan_control_call *call);
    int takes;
};

/* clang-format off */
static const struct route routes[] = {
    { "POST",   "/2015-03-31/functions",                 fan_control_create_function,      BODY },
    { "GET",    "/2015-03-31/functions",                 fan_control_list_functions,       NOTHING },
    { "GET",    "/2015-03-31/functions/*",               fan_control_get_function,         QUALIFIED },
    { "DELETE", "/2015-03-31/functions/*",               fan_control_delete_function,      QUALIFIED | UNKNOWN },
    { "GET",    "/2015-03-31/functions/*/configuration", fan_control_get_configuration,    QUALIFIED },
    { "PUT",    "/2015-03-31/functions/*/configuration", fan_control_update_configuration, BODY },
    { "PUT",    "/2015-03-31/functions/*/code",          fan_control_update_code,          BODY },
    { "POST",   "/2015-03-31/functions/*/versions",      fan_control_publish_version,      BODY | EMPTY },
    { "GET",    "/2015-03-31/functions/*/versions",      fan_control_list_versions,        NOTHING },
    { "POST",   "/2015-03-31/functions/*/aliases",       fan_control_create_alias,         BODY },
    { "GET",    "/2015-03-31/functions/*/aliases",       fan_control_list_aliases,         NOTHING },
    { "PUT",    "/2015-03-31/functions/*/aliases/*",     fan_control_update_alias,         BODY },
    { "GET",    "/2015-03-31/functions/*/aliases/*",     fan_control_get_alias,            NOTHING },
    { "DELETE", "/2015-03-31/functions/*/aliases/*",     fan_control_delete_alias,         NOTHING },
    { "GET",    "/2017-03-31/tags/*",                    fan_control_list_tags,            NOTHING },
    { "GET",    "/2019-09-30/functions/*/concurrency",   fan_control_get_concurrency,      NOTHING },
    { "PUT",    "/2017-10-31/functions/*/concurrency",   fan_control_put_concurrency,      BODY },
    { "DELETE", "/2017-10-31/functions/*/concurrency",   fan_control_delete_concurrency,   NOTHING },
    { "PUT",    "/2019-09-25/functions/*/event-invoke-config", fan_control_put_event_config, BODY | QUALIFIED },
    { "POST",   "/2019-09-25/functions/*/event-invoke-config", fan_control_update_event_config, BODY | QUALIFIED },
    { "GET",    "/2019-09-25/functions/*/event-invoke-config", fan_control_get_event_config, QUALIFIED },
    { "DELETE", "/2019-09-25/functions/*/event-invoke-config", fan_control_delete_event_config, QUALIFIED },
    { "GET",    "/2019-09-25/functions/*/event-invoke-config/list", fan_control_list_event_configs, NOTHING },
    { "POST",   "/2021-10-31/functions/*/url",           fan_control_create_url,           QUALIFIED | BODY },
    { "GET",    "/2021-10-31/functions/*/url",           fan_control_get_url,              QUALIFIED | UNKNOWN },
    { "PUT",    "/2021-10-31/functions/*/url",           fan_control_update_url,           QUALIFIED | UNKNOWN | BODY },
    { "DELETE", "/2021-10-31/functions/*/url",           fan_control_delete_url,           QUALIFIED | UNKNOWN },
    { "GET",    "/2021-10-31/functions/*/urls",          fan_control_list_urls,            NOTHING },
    { "GET",    "/2016-08-19/account-settings",          fan_control_account_settings,     NOTHING },
};
/* clang-format on */

/* What the '*' of a path stand for. */
struct names {
    const char *name[2];
    size_t bytes[2];
    size_t count;
};

/* A trailing slash of path makes no difference. */
static bool matches(const char *pattern, const char *path, struct names *names)
{
    names->count = 0;
    for (; *pattern; pattern++) {
        if (*pattern == '*') {
            size_t n = strcspn(path, "/");
            if (n == 0) return false;
            names->name[names->count] = path;
            names->bytes[names->count++] = n;
            path += n;
        } else if (*pattern != *path++) {
            return false;
        }
    }
    return *path == '\0' || strcmp(path, "/") == 0;
}

/* --- what handlers share ------------------------------------------------------------ */

void fan_control_refuse(struct fan_control_call *call, const char *message)
{
    fan_service_error(call->answer, 400, "InvalidParameterValueException", NULL, "%s",
                      message);
}

void fan_control_not_found(struct fan_control_call *call, const char *name,
                           const char *qualifier)
{
    const struct fan_registry_cfg *cfg = fan_registry_settings(call->registry);
    fan_service_error(call->answer, 404, "ResourceNotFoundException", NULL,
                      "Function not found: arn:aws:lambda:%s:%s:function:%s%s%s",
                      cfg->region, cfg->account, name, qualifier[0] ? ":" : "",
                      qualifier);
}

bool fan_control_text(struct fan_control_call *call, const char *key, char *text,
                      size_t capacity)
{
    const json_t *value = json_object_get(call->body, key);
    if (!value || json_is_null(value)) return true;
    if (!json_is_string(value)) {
        fan_service_error(call->answer, 400, "SerializationException", NULL,
                          "The member %s of the request must be a string.", key);
        return false;
    }
    if (json_string_length(value) >= capacity) {
        char member[64], must[80];
        snprintf(member, sizeof member, "%c%s", key[0] | 0x20, key + 1);
        snprintf(must, sizeof must, "have length less than or equal to %zu",
                 capacity - 1);
        fan_service_invalid(call->answer, json_string_value(value), member, must);
        return false;
    }
    memcpy(text, json_string_value(value), json_string_length(value) + 1);
    return true;
}

bool fan_control_revision(struct fan_control_call *call, const char *revision_id)
{
    const char *wanted = json_string_value(json_object_get(call->body, "RevisionId"));
    if (!wanted || strcmp(wanted, revision_id) == 0) return true;
    fan_service_error(
        call->answer, 412, "PreconditionFailedException", NULL,
        "The RevisionId provided does not match the latest RevisionId. Call "
        "the GetFunction/GetAlias API to retrieve the latest RevisionId");
    return false;
}

size_t fan_control_page(struct fan_control_call *call, char marker[129])
{
    char text[32];
    marker[0] = '\0';
    if (fan_http_query(call->request, "Marker", marker, 129) < 0) {
        fan_control_refuse(call, "Invalid Marker.");
        return 0;
    }
    int given = fan_http_query(call->request, "MaxItems", text, sizeof text);
    if (given == 0) return PAGE_ITEMS;
    char *end = NULL;
    long n = given > 0 ? strtol(text, &end, 10) : 0;
    if (given > 0 && end != text && !*end && n >= 1 && n <= PAGE_ITEMS_MAX)
        return (size_t)n;
    char constraint[64];
    snprintf(constraint, sizeof constraint, "have value from 1 to %d", PAGE_ITEMS_MAX);
    fan_service_invalid(call->answer, given > 0 ? text : "", "maxItems", constraint);
    return 0;
}

/* --- from the request to its handler ------------------------------------------------ */

/* The qualifier of the path or the query. */
static bool read_qualifier(struct fan_control_call *call)
{
    char asked[129] = "";
    int given = fan_http_query(call->request, "Qualifier", asked, sizeof asked);
    if (given < 0) {
        fan_service_invalid(call->answer, "", "qualifier", FAN_QUALIFIER_CONSTRAINT);
        return false;
    }
    if (given && call->qualifier[0] && strcmp(asked, call->qualifier) != 0) {
        fan_control_refuse(call, "The derived qualifier from the function name does not "
                                 "match the specified qualifier.");
        return false;
    }
    if (given) memcpy(call->qualifier, asked, sizeof asked);
    return true;
}

/* Find the function that a component of the path and the query name. */
static bool find_function(struct fan_control_call *call, const char *component, size_t n,
                          int takes)
{
    char name[65];
    if (fan_function_id_parse(component, n, name, call->qualifier, NULL)) {
        fan_service_invalid_name(call->answer, component, n);
        return false;
    }
    if (!read_qualifier(call)) return false;
    const char *qualifier = call->qualifier;
    call->function = fan_registry_find(call->registry, name);
    if (call->function)
        call->version = fan_aliases_resolve(call->function, qualifier, NULL);
    if (call->function && !(takes & QUALIFIED) && *qualifier &&
        strcmp(qualifier, FAN_VERSION_LATEST) != 0) {
        fan_control_refuse(
            call, "This operation is permitted on Lambda functions only. Aliases and "
                  "versions do not support this operation. Please specify either a "
                  "function name or an unqualified function ARN.");
        return false;
    }
    if (call->version || (call->function && (takes & UNKNOWN))) return true;
    fan_control_not_found(call, name, qualifier);
    return false;
}

static bool parse_body(struct fan_control_call *call, int takes)
{
    json_error_t why;
    if ((takes & EMPTY) && call->request->body_bytes == 0) {
        call->body = json_object();
        return true;
    }
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
    struct fan_control_call call = { .registry = registry,
                                     .request = request,
                                     .answer = answer,
                                     .changed = changed,
                                     .context = context };
    for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
        const struct route *route = &routes[i];
        struct names names;
        if (strcmp(route->method, request->method) != 0) continue;
        if (!matches(route->path, request->path, &names)) continue;
        if (names.count > 0 &&
            !find_function(&call, names.name[0], names.bytes[0], route->takes))
            return;
        call.alias = names.count > 1 ? names.name[1] : NULL;
        call.alias_bytes = names.count > 1 ? names.bytes[1] : 0;
        if (!(route->takes & BODY) || parse_body(&call, route->takes))
            route->handler(&call);
        json_decref(call.body);
        return;
    }
    fan_service_error(answer, 404, "UnknownOperationException", NULL,
                      "local_lambda has no operation %.16s %.200s", request->method,
                      request->path);
}
