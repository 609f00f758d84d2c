/* control_aliases.c - control calls that make, show, change and remove aliases. */
#include "local_lambda/control_call.h"

#include "local_lambda/aliases.h"
#include "local_lambda/event_config.h"
#include "local_lambda/function_json.h"
#include "local_lambda/percent.h"
#include "local_lambda/service_error.h"
#include "local_lambda/versions.h"

#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json_t *alias_json(const struct fan_function *function,
                          const struct fan_alias *alias)
{
    char arn[sizeof function->arn + sizeof alias->name + 1];
    snprintf(arn, sizeof arn, "%s:%s", function->arn, alias->name);
    json_t *object =
        json_pack("{s:s,s:s,s:s,s:s,s:s}", "AliasArn", arn, "Name", alias->name,
                  "FunctionVersion", alias->version, "Description", alias->description,
                  "RevisionId", alias->revision_id);
    if (alias->extra[0])
        json_object_set_new(object, "RoutingConfig",
                            json_pack("{s:{s:f}}", "AdditionalVersionWeights",
                                      alias->extra, alias->weight));
    return object;
}

/* --- what a request says of an alias ------------------------------------------------ */

static bool is_number(const char *text)
{
    return *text && !text[strspn(text, "0123456789")];
}

static bool check_name(struct fan_control_call *call, const char *name)
{
    bool right = *name && !is_number(name);
    for (const char *c = name; *c && right; c++)
        right = isalnum((unsigned char)*c) || *c == '-' || *c == '_';
    if (!right)
        fan_service_invalid(call->answer, *name ? name : NULL, "name",
                            *name ? "satisfy regular expression pattern: "
                                    "(?!^[0-9]+$)([a-zA-Z0-9-_]+)"
                                  : "not be null");
    return right;
}

/* The version must exist; its name is copied. */
static bool read_version(struct fan_control_call *call, const char *name,
                         char version[FAN_VERSION_MAX])
{
    const struct fan_function *found = fan_versions_find(call->function, name);
    if (found)
        memcpy(version, found->version, FAN_VERSION_MAX);
    else
        fan_control_not_found(call, call->function->name, name);
    return found != NULL;
}

static bool read_main_version(struct fan_control_call *call, bool needed,
                              struct fan_alias *alias)
{
    char version[1025] = "";
    if (!fan_control_text(call, "FunctionVersion", version, sizeof version)) return false;
    if (!*version && !needed) return true;
    if (*version && (is_number(version) || strcmp(version, FAN_VERSION_LATEST) == 0))
        return read_version(call, version, alias->version);
    fan_service_invalid(call->answer, *version ? version : NULL, "functionVersion",
                        *version ? "satisfy regular expression pattern: "
                                   "(\\$LATEST|[0-9]+)"
                                 : "not be null");
    return false;
}

static bool weight_invalid(struct fan_control_call *call, const char *version,
                           const json_t *weight, const char *constraint)
{
    char *text = json_dumps(weight, JSON_COMPACT | JSON_ENCODE_ANY);
    fan_service_error(call->answer, 400, "ValidationException", NULL,
                      "1 validation error detected: Value '{%.200s=%.64s}' at "
                      "'routingConfig.additionalVersionWeights' failed to satisfy "
                      "constraint: Map %s",
                      version, text ? text : "", constraint);
    free(text);
    return false;
}

static bool read_weight(struct fan_control_call *call, const char *version,
                        const json_t *weight, struct fan_alias *alias)
{
    double part = json_number_value(weight);
    if (!is_number(version))
        return weight_invalid(call, version, weight,
                              "keys must satisfy constraint: [Member must have length "
                              "less than or equal to 1024, Member must have length "
                              "greater than or equal to 1, Member must satisfy regular "
                              "expression pattern: [0-9]+]");
    if (!json_is_number(weight) || !(part >= 0 && part <= 1))
        return weight_invalid(call, version, weight,
                              "value must satisfy constraint: [Member must have value "
                              "less than or equal to 1.0, Member must have value greater "
                              "than or equal to 0.0, Member must not be null]");
    if (!read_version(call, version, alias->extra)) return false;
    alias->weight = part;
    return true;
}

/* One version beside the main one may get a part of the calls. */
static bool read_routing(struct fan_control_call *call, struct fan_alias *alias)
{
    const json_t *routing = json_object_get(call->body, "RoutingConfig");
    if (!routing || json_is_null(routing)) return true;
    json_t *weights = json_object_get(routing, "AdditionalVersionWeights");
    if (!json_is_object(routing) ||
        (weights && !json_is_object(weights) && !json_is_null(weights))) {
        fan_service_error(call->answer, 400, "SerializationException", NULL,
                          "The member RoutingConfig of the request must be an object "
                          "with a map AdditionalVersionWeights.");
        return false;
    }
    alias->extra[0] = '\0';
    alias->weight = 0;
    if (json_object_size(weights) > 1) {
        fan_control_refuse(call, "Number of items in AdditionalVersionWeights cannot be "
                                 "greater than 1");
        return false;
    }
    void *first = json_object_iter(weights);
    return !first || read_weight(call, json_object_iter_key(first),
                                 json_object_iter_value(first), alias);
}

/* A split is between two published versions of the same role. */
static bool check_split(struct fan_control_call *call, const struct fan_alias *alias)
{
    if (!alias->extra[0]) return true;
    if (strcmp(alias->version, FAN_VERSION_LATEST) == 0) {
        fan_control_refuse(call, "$LATEST is not supported for an alias pointing to more "
                                 "than 1 version");
        return false;
    }
    if (strcmp(alias->version, alias->extra) == 0) {
        fan_service_error(call->answer, 400, "InvalidParameterValueException", NULL,
                          "Invalid function version %s. Function version %s is already "
                          "included in routing configuration.",
                          alias->extra, alias->extra);
        return false;
    }
    const struct fan_function *a = fan_versions_find(call->function, alias->version),
                              *b = fan_versions_find(call->function, alias->extra);
    if (a && b && strcmp(a->role, b->role) == 0) return true;
    fan_control_refuse(call, "The versions of a routing configuration must have the same "
                             "role.");
    return false;
}

/* --- the calls ---------------------------------------------------------------------- */

static void answer_alias(struct fan_control_call *call, int status,
                         const struct fan_alias *alias)
{
    fan_answer_json(call->answer, status, alias_json(call->function, alias));
}

static bool read_alias(struct fan_control_call *call, bool creating,
                       struct fan_alias *alias)
{
    return read_main_version(call, creating, alias) &&
           fan_control_text(call, "Description", alias->description,
                            sizeof alias->description) &&
           read_routing(call, alias) && check_split(call, alias);
}

void fan_control_create_alias(struct fan_control_call *call)
{
    struct fan_alias alias = { 0 };
    if (!fan_control_text(call, "Name", alias.name, sizeof alias.name) ||
        !check_name(call, alias.name) || !read_alias(call, true, &alias))
        return;
    if (fan_aliases_find(call->function, alias.name)) {
        fan_service_error(call->answer, 409, "ResourceConflictException", NULL,
                          "Alias already exists: %s:%s", call->function->arn, alias.name);
        return;
    }
    answer_alias(call, 201, fan_aliases_put(call->function, &alias));
}

/* The alias's name in the path. */
static bool read_path_name(struct fan_control_call *call, char name[129])
{
    if (fan_percent_decode(call->alias, call->alias_bytes, name, 129) >= 0)
        return check_name(call, name);
    fan_service_invalid(call->answer, "", "name",
                        "have length less than or equal to 128");
    return false;
}

/* The alias of the path; NULL: answered with a 404. */
static const struct fan_alias *find_alias(struct fan_control_call *call)
{
    char name[129];
    if (!read_path_name(call, name)) return NULL;
    const struct fan_alias *alias = fan_aliases_find(call->function, name);
    if (!alias)
        fan_service_error(call->answer, 404, "ResourceNotFoundException", NULL,
                          "Cannot find alias arn: %s:%s", call->function->arn, name);
    return alias;
}

void fan_control_update_alias(struct fan_control_call *call)
{
    const struct fan_alias *alias = find_alias(call);
    if (!alias || !fan_control_revision(call, alias->revision_id)) return;
    struct fan_alias changed = *alias;
    if (read_alias(call, false, &changed))
        answer_alias(call, 200, fan_aliases_put(call->function, &changed));
}

void fan_control_get_alias(struct fan_control_call *call)
{
    const struct fan_alias *alias = find_alias(call);
    if (alias) answer_alias(call, 200, alias);
}

/* An alias that does not exist is as good as deleted. */
void fan_control_delete_alias(struct fan_control_call *call)
{
    char name[129];
    if (!read_path_name(call, name)) return;
    fan_aliases_remove(call->function, name);
    fan_event_configs_remove(call->function, name);
    fan_answer_json(call->answer, 204, NULL);
}

/* A marker is the name of the last alias of the page before. */
void fan_control_list_aliases(struct fan_control_call *call)
{
    char marker[129], version[FAN_VERSION_MAX] = "";
    size_t left = fan_control_page(call, marker);
    if (!left) return;
    if (fan_http_query(call->request, "FunctionVersion", version, sizeof version) < 0) {
        fan_control_refuse(call, "Invalid FunctionVersion.");
        return;
    }
    json_t *aliases = json_array(), *next = json_null();
    for (size_t i = 0; i < fan_aliases_count(call->function); i++) {
        const struct fan_alias *alias = fan_aliases_at(call->function, i);
        if (strcmp(alias->name, marker) <= 0) continue;
        if (*version && strcmp(alias->version, version) != 0 &&
            strcmp(alias->extra, version) != 0)
            continue;
        if (left-- == 0) {
            next = json_string(marker);
            break;
        }
        json_array_append_new(aliases, alias_json(call->function, alias));
        memcpy(marker, alias->name, sizeof marker);
    }
    fan_answer_json(call->answer, 200,
                    json_pack("{s:o,s:o}", "NextMarker", next, "Aliases", aliases));
}
