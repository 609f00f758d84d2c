/* control_versions.c - control calls that publish and list the versions of a function. */
#include "local_lambda/control_call.h"

#include "local_lambda/function_json.h"
#include "local_lambda/service_error.h"
#include "local_lambda/versions.h"

#include <jansson.h>
#include <string.h>

void fan_control_answer_published(struct fan_control_call *call, int status,
                                  const char *description)
{
    const struct fan_function *version =
        fan_versions_publish(call->function, description);
    fan_answer_json(call->answer, status, fan_function_json(version, version->version));
}

/* The caller may say which code it means to publish. */
static bool code_holds(struct fan_control_call *call)
{
    const char *wanted = json_string_value(json_object_get(call->body, "CodeSha256"));
    if (!wanted || !*wanted || strcmp(wanted, call->function->code_sha256) == 0)
        return true;
    fan_service_error(
        call->answer, 400, "InvalidParameterValueException", NULL,
        "CodeSHA256 (%.64s) is different from current CodeSHA256 in $LATEST "
        "(%s). Please try again with the CodeSHA256 in $LATEST.",
        wanted, call->function->code_sha256);
    return false;
}

void fan_control_publish_version(struct fan_control_call *call)
{
    char description[sizeof call->function->description] = "";
    if (!fan_control_text(call, "Description", description, sizeof description) ||
        !code_holds(call) || !fan_control_revision(call, call->function->revision_id))
        return;
    if (!fan_versions_unchanged(call->function) &&
        !fan_control_storage(call, 0, call->function->code_bytes))
        return;
    fan_control_answer_published(call, 201, *description ? description : NULL);
}

/* $LATEST, then the published ones; a marker is the last version of the page before. */
void fan_control_list_versions(struct fan_control_call *call)
{
    char marker[129];
    size_t left = fan_control_page(call, marker);
    if (!left) return;
    json_t *versions = json_array(), *next = json_null();
    bool found = !*marker;
    const struct fan_function *last = NULL;
    for (size_t i = 0; i <= fan_versions_count(call->function); i++) {
        const struct fan_function *version =
            i == 0 ? call->function : fan_versions_at(call->function, i - 1);
        if (!found) {
            found = strcmp(version->version, marker) == 0;
            continue;
        }
        if (left-- == 0) {
            next = json_string(last->version);
            break;
        }
        json_array_append_new(versions, fan_function_json(version, version->version));
        last = version;
    }
    fan_answer_json(call->answer, 200,
                    json_pack("{s:o,s:o}", "NextMarker", next, "Versions", versions));
}
