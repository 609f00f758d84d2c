/* front_message.c - see front_message.h. */
#include "invoke/front_message.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "common/http_head.h"
#include "invoke/base_url.h"

/* ---- request ---- */

static bool is_path(const char *path)
{
    if (path[0] != '/') return false;
    for (const char *p = path; *p; p++)
        if (!isalnum((unsigned char)*p) && !strchr("/-._~%", *p)) return false;
    return true;
}

enum fan_status fan_front_build(struct fan_invoke_target *target, const char *path,
                                const char *function, struct fan_err *err)
{
    target->path[0] = target->query[0] = '\0';
    if (path && !is_path(path))
        return fan_fail(err, FAN_EINVAL,
                        "'%.80s' is not a path: expected one such as /primes", path);
    if (!path && (!function || !*function))
        return fan_fail(err, FAN_EINVAL, "a call without a path needs a function's name");
    if (path ? fan_url_append(target->path, sizeof target->path, path)
             : fan_url_append(target->path, sizeof target->path, "/") &&
                   fan_url_append_encoded(target->path, sizeof target->path, function))
        return FAN_OK;
    return fan_fail(err, FAN_ELIMIT, "cannot call '%.80s': its path is too long",
                    path ? path : function);
}

/* ---- answer ---- */

static bool is_of_the_door(const char *head)
{
    struct fan_http_line line;
    while (fan_http_line_next(&head, &line))
        if (fan_http_line_is(&line, "X-Amzn-ErrorType")) return true;
    return false;
}

/* There is no log here: who has set that header was not the platform. */
static void forget_report(struct fan_record *record)
{
    if (!record->reported) return;
    record->reported = record->cold = false;
    record->duration_ms = record->init_ms = 0;
    record->billed_ms = 0;
    record->memory_mb = record->max_memory_mb = 0;
}

static bool copy_text(const json_t *object, const char *key, char *field, size_t size)
{
    const json_t *value = json_object_get(object, key);
    if (!json_is_string(value)) return false;
    fan_record_set_text(field, size, json_string_value(value), json_string_length(value));
    return true;
}

/* The function's error in its own words, as the direct way would have it. */
static bool is_function_error(const struct fan_invoke_answer *answer,
                              struct fan_record *record)
{
    if (answer->body_bytes > FAN_RECORD_BODY_MAX) return false;
    json_t *body =
        json_loadb(answer->body ? answer->body : "", answer->body_bytes, 0, NULL);
    bool is = copy_text(body, "errorType", record->error_type, sizeof record->error_type);
    if (is)
        copy_text(body, "errorMessage", record->error_text, sizeof record->error_text);
    json_decref(body);
    return is;
}

static void name_status(struct fan_record *record)
{
    if (!record->error_type[0])
        snprintf(record->error_type, sizeof record->error_type, "HTTP %u",
                 record->http_status);
}

/* The door's words are the same for several causes, and few. */
static void explain(struct fan_record *record)
{
    static const struct {
        uint32_t status;
        const char *text, *means;
    } hints[] = {
        { 401, "Unauthorized", "no token was sent, or the authorizer refuses it" },
        { 403, "Forbidden",
          "the API key is missing, not known or in no usage plan of this stage" },
        { 403, "Missing Authentication Token",
          "there is no such path with POST, or it wants a signature" },
        { 429, "Limit Exceeded", "the quota of the usage plan is used up" },
    };
    for (size_t i = 0; i < sizeof hints / sizeof *hints; i++)
        if (record->http_status == hints[i].status &&
            strcmp(record->error_text, hints[i].text) == 0) {
            snprintf(record->error_text, sizeof record->error_text, "%s: %s",
                     hints[i].text, hints[i].means);
            return;
        }
}

uint32_t fan_front_read(const struct fan_invoke_answer *answer, struct fan_record *record)
{
    uint32_t wait_ms = fan_invoke_read(answer, record);
    forget_report(record);
    if (answer->status >= 200 && answer->status <= 299) return wait_ms;
    bool failed_inside = answer->status == 502 || answer->status == 504;
    if (!is_of_the_door(answer->head) && is_function_error(answer, record))
        failed_inside = true;
    if (failed_inside) {
        record->outcome = FAN_OUTCOME_FUNCTION;
        record->reason = FAN_REASON_NONE;
    }
    if (answer->status == 429 && !failed_inside &&
        strcmp(record->error_text, "Limit Exceeded") == 0)
        snprintf(record->error_type, sizeof record->error_type, "%s", FAN_FRONT_QUOTA);
    name_status(record);
    if (!failed_inside) explain(record);
    return failed_inside ? 0 : wait_ms;
}
