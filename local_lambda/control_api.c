/* control_api.c - see control_api.h. Which call a request is, and the function it names.
 */
#include "local_lambda/control_api.h"

#include "local_lambda/control_call.h"
#include "local_lambda/service_error.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

static void refuse(struct fan_control_call *call, const char *message)
{
    fan_service_error(call->answer, 400, "InvalidParameterValueException", NULL, "%s",
                      message);
}

struct route {
    const char *method, *path; /* '*' stands for the component that names a function */
    void (*handler)(struct fan_control_call *call);
    bool has_body;
};

/* clang-format off */
static const struct route routes[] = {
    { "POST",   "/2015-03-31/functions",                 fan_control_create_function,      true },
    { "GET",    "/2015-03-31/functions",                 fan_control_list_functions,       false },
    { "GET",    "/2015-03-31/functions/*",               fan_control_get_function,         false },
    { "DELETE", "/2015-03-31/functions/*",               fan_control_delete_function,      false },
    { "GET",    "/2015-03-31/functions/*/configuration", fan_control_get_configuration,    false },
    { "PUT",    "/2015-03-31/functions/*/configuration", fan_control_update_configuration, true },
    { "PUT",    "/2015-03-31/functions/*/code",          fan_control_update_code,          true },
    { "GET",    "/2015-03-31/functions/*/versions",      fan_control_list_versions,        false },
    { "GET",    "/2017-03-31/tags/*",                    fan_control_list_tags,            false },
    { "GET",    "/2019-09-30/functions/*/concurrency",   fan_control_get_concurrency,      false },
    { "PUT",    "/2017-10-31/functions/*/concurrency",   fan_control_put_concurrency,      true },
    { "DELETE", "/2017-10-31/functions/*/concurrency",   fan_control_delete_concurrency,   false },
    { "GET",    "/2016-08-19/account-settings",          fan_control_account_settings,     false },
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

static void not_found(struct fan_control_call *call, const char *name,
                      const char *qualifier)
{
    const struct fan_registry_cfg *cfg = fan_registry_settings(call->registry);
    fan_service_error(call->answer, 404, "ResourceNotFoundException", NULL,
                      "Function not found: arn:aws:lambda:%s:%s:function:%s%s%s",
                      cfg->region, cfg->account, name, qualifier[0] ? ":" : "",
                      qualifier);
}

/* find the function that a component of the path and the query name */
static bool find_function(struct fan_control_call *call, const char *component, size_t n)
{
    char name[65], qualifier[129], asked[129] = "";
    int given = fan_http_query(call->request, "Qualifier", asked, sizeof asked);
    if (fan_function_id_parse(component, n, name, qualifier, NULL)) {
        fan_service_invalid_name(call->answer, component, n);
        return false;
    }
    if (given < 0) {
        fan_service_invalid(call->answer, "", "qualifier", FAN_QUALIFIER_CONSTRAINT);
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

static bool parse_body(struct fan_control_call *call)
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
    struct fan_control_call call = { .registry = registry,
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
