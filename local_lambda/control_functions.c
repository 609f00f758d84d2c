/* control_functions.c - control calls that make, show, change and remove functions. */
#include "local_lambda/control_call.h"

#include "local_lambda/aliases.h"
#include "local_lambda/event_config.h"
#include "local_lambda/function_code.h"
#include "local_lambda/function_id.h"
#include "local_lambda/function_json.h"
#include "local_lambda/function_settings.h"
#include "local_lambda/service_error.h"
#include "local_lambda/versions.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void about_to_change(struct fan_control_call *call, bool deleted)
{
    if (call->changed) call->changed(call->context, call->function, deleted);
}

/* the name of a function to create; a full ARN of it is allowed too */
static bool read_new_name(struct fan_control_call *call, char name[65])
{
    const char *text = json_string_value(json_object_get(call->body, "FunctionName"));
    char qualifier[129];
    /* '%' would be an escape in a path; here it is no part of any name */
    if (text && !strchr(text, '%') &&
        !fan_function_id_parse(text, strlen(text), name, qualifier, NULL) &&
        !qualifier[0])
        return true;
    fan_service_invalid(call->answer, text, "functionName",
                        "satisfy regular expression pattern: " FAN_FUNCTION_ID_PATTERN);
    return false;
}

static bool publishes(const struct fan_control_call *call)
{
    return json_is_true(json_object_get(call->body, "Publish"));
}

/* Is there room for this code in place of the function's, and for a version of it? */
static bool code_fits(struct fan_control_call *call, const struct fan_code *code)
{
    uint64_t freed = call->function ? call->function->code_bytes : 0;
    return fan_control_storage(call, freed, code->zip_bytes * (publishes(call) ? 2 : 1));
}

/* Answer with the function, or the version when the request asks to publish one. */
static void answer_changed(struct fan_control_call *call, int status)
{
    if (publishes(call))
        fan_control_answer_published(call, status, NULL);
    else
        fan_answer_json(call->answer, status,
                        fan_function_json(call->function, call->qualifier));
}

static void add_function(struct fan_control_call *call, const char *name,
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
    call->function = function;
    answer_changed(call, 201);
}

void fan_control_create_function(struct fan_control_call *call)
{
    char name[65];
    struct fan_settings settings;
    struct fan_code code = { 0 };
    fan_settings_default(&settings);
    if (read_new_name(call, name) &&
        fan_settings_read(&settings, call->body, true, call->answer)) {
        if (fan_registry_find(call->registry, name))
            fan_service_error(call->answer, 409, "ResourceConflictException", NULL,
                              "Function already exist: %s", name);
        else if (fan_code_read(&code, json_object_get(call->body, "Code"),
                               "CreateFunction", call->answer) &&
                 code_fits(call, &code))
            add_function(call, name, &settings, &code);
    }
    fan_code_clear(&code);
    fan_settings_clear(&settings);
}

/* A listing on its way. A marker is the name of the last function of the page before,
 * with
 * ":VERSION" where versions are listed too. */
struct listing {
    json_t *functions;
    size_t left;
    char marker[129];
    bool full; /* and there is more */
};

/* Versions in their order: $LATEST, then by number. */
static unsigned long long order_of(const char *version)
{
    return strtoull(version, NULL, 10); /* 0 for $LATEST */
}

static bool is_behind(const struct fan_function *version, const char *marker)
{
    size_t n = strcspn(marker, ":");
    int order = strncmp(version->name, marker, n);
    if (order == 0 && version->name[n]) order = 1;
    if (order != 0 || marker[n] == '\0') return order > 0;
    return order_of(version->version) > order_of(marker + n + 1);
}

static void list(struct listing *listing, const struct fan_function *version, bool all)
{
    if (listing->full || !is_behind(version, listing->marker)) return;
    listing->full = listing->left == 0;
    if (listing->full) return;
    json_array_append_new(listing->functions,
                          fan_function_json(version, all ? version->version : ""));
    snprintf(listing->marker, sizeof listing->marker, "%s%s%s", version->name,
             all ? ":" : "", all ? version->version : "");
    listing->left--;
}

/* FunctionVersion=ALL lists all versions too. */
static bool read_version_filter(struct fan_control_call *call, bool *all)
{
    char text[16];
    int given = fan_http_query(call->request, "FunctionVersion", text, sizeof text);
    *all = given > 0 && strcmp(text, "ALL") == 0;
    if (given != 0 && !*all)
        fan_service_invalid(call->answer, given > 0 ? text : "", "functionVersion",
                            "satisfy enum value set: [ALL]");
    return given == 0 || *all;
}

void fan_control_list_functions(struct fan_control_call *call)
{
    struct listing listing = { .full = false };
    bool all = false;
    listing.left = fan_control_page(call, listing.marker);
    if (!listing.left || !read_version_filter(call, &all)) return;
    listing.functions = json_array();
    for (size_t i = 0; i < fan_registry_count(call->registry) && !listing.full; i++) {
        const struct fan_function *function = fan_registry_at(call->registry, i);
        list(&listing, function, all);
        for (size_t k = 0; all && k < fan_versions_count(function); k++)
            list(&listing, fan_versions_at(function, k), all);
    }
    json_t *next = listing.full ? json_string(listing.marker) : json_null();
    fan_answer_json(
        call->answer, 200,
        json_pack("{s:o,s:o}", "NextMarker", next, "Functions", listing.functions));
}

void fan_control_get_function(struct fan_control_call *call)
{
    const struct fan_function *function = call->function;
    char location[4200];
    snprintf(location, sizeof location, "file://%s", call->version->package_dir);
    json_t *body = json_pack("{s:o,s:{s:s,s:s}}", "Configuration",
                             fan_function_json(call->version, call->qualifier), "Code",
                             "RepositoryType", "local", "Location", location);
    if (function->reserved_set)
        json_object_set_new(body, "Concurrency",
                            json_pack("{s:I}", "ReservedConcurrentExecutions",
                                      (json_int_t)function->reserved));
    fan_answer_json(call->answer, 200, body);
}

void fan_control_get_configuration(struct fan_control_call *call)
{
    fan_answer_json(call->answer, 200, fan_function_json(call->version, call->qualifier));
}

void fan_control_update_configuration(struct fan_control_call *call)
{
    struct fan_settings settings;
    fan_settings_of(&settings, call->function);
    if (fan_control_revision(call, call->function->revision_id) &&
        fan_settings_read(&settings, call->body, false, call->answer)) {
        about_to_change(call, false);
        fan_settings_apply(&settings, call->function);
        fan_registry_touch(call->function);
        fan_control_get_configuration(call);
    }
    fan_settings_clear(&settings);
}

static void replace_code(struct fan_control_call *call, const struct fan_code *code,
                         const char arch[16])
{
    char *dir = NULL;
    if (!fan_code_unpack(code, call->registry, call->function, &dir, call->answer))
        return;
    about_to_change(call, false);
    fan_code_adopt(code, call->function, dir);
    memcpy(call->function->arch, arch, sizeof call->function->arch);
    fan_registry_touch(call->function);
    answer_changed(call, 200);
}

void fan_control_update_code(struct fan_control_call *call)
{
    struct fan_code code = { 0 };
    char arch[16];
    memcpy(arch, call->function->arch, sizeof arch);
    if (fan_control_revision(call, call->function->revision_id) &&
        fan_settings_read_arch(arch, call->body, call->answer) &&
        fan_code_read(&code, call->body, "UpdateFunctionCode", call->answer)) {
        if (json_is_true(json_object_get(call->body, "DryRun")))
            fan_control_get_configuration(call);
        else if (code_fits(call, &code))
            replace_code(call, &code, arch);
    }
    fan_code_clear(&code);
}

/* A version that does not exist is as good as deleted. */
static void delete_version(struct fan_control_call *call)
{
    char aliases[1024];
    const char *number = call->qualifier;
    if (number[strspn(number, "0123456789")]) {
        fan_control_refuse(
            call, strcmp(number, FAN_VERSION_LATEST) == 0
                      ? "$LATEST version cannot be deleted without deleting the function."
                      : "Deletion of aliases is not currently supported.");
        return;
    }
    if (fan_aliases_of(call->function, number, aliases, sizeof aliases)) {
        fan_service_error(call->answer, 409, "ResourceConflictException", NULL,
                          "Unable to delete version because the following aliases "
                          "reference it: [%s]",
                          aliases);
        return;
    }
    if (call->version) {
        if (call->changed) call->changed(call->context, call->version, true);
        fan_event_configs_remove(call->function, number);
        fan_versions_remove(call->version);
    }
    fan_answer_json(call->answer, 204, NULL);
}

void fan_control_delete_function(struct fan_control_call *call)
{
    if (call->qualifier[0]) {
        delete_version(call);
        return;
    }
    about_to_change(call, true);
    fan_registry_remove(call->registry, call->function);
    fan_answer_json(call->answer, 204, NULL);
}

void fan_control_list_tags(struct fan_control_call *call)
{
    fan_answer_json(call->answer, 200, json_pack("{s:{}}", "Tags"));
}
