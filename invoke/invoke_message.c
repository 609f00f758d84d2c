/* invoke_message.c - see invoke_message.h. */
#include "invoke/invoke_message.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

#include <jansson.h>

#include "invoke/base_url.h"
#include "common/http_head.h"
#include "invoke/log_tail.h"

#define NAME_MAX_BYTES      256
#define BODY_JSON_MAX_BYTES (256 * 1024) /* a longer answer is data, not a statement */
#define RETRY_AFTER_MAX_S   3600

/* ---- request ---- */

static bool is_name(const char *text)
{
    size_t n = text ? strlen(text) : 0;
    if (n == 0 || n > NAME_MAX_BYTES || text[0] == '.') return false;
    for (size_t i = 0; i < n; i++)
        if (!isalnum((unsigned char)text[i]) && !strchr("-_:$.", text[i])) return false;
    return true;
}

enum fan_status fan_function_path(char *path, size_t capacity, const char *version,
                                  const char *function, const char *suffix,
                                  struct fan_err *err)
{
    if (!is_name(function))
        return fan_fail(err, FAN_EINVAL,
                        "'%.80s' is not a function: expected a name or ARN",
                        function ? function : "");
    path[0] = '\0';
    if (fan_url_append(path, capacity, "/") && fan_url_append(path, capacity, version) &&
        fan_url_append(path, capacity, "/functions/") &&
        fan_url_append_encoded(path, capacity, function) &&
        (!suffix ||
         (fan_url_append(path, capacity, "/") && fan_url_append(path, capacity, suffix))))
        return FAN_OK;
    return fan_fail(err, FAN_ELIMIT, "cannot call function '%.80s': its name is too long",
                    function);
}

enum fan_status fan_invoke_build(struct fan_invoke_target *target, const char *function,
                                 const char *qualifier, struct fan_err *err)
{
    enum fan_status st = fan_function_path(target->path, sizeof target->path,
                                           "2015-03-31", function, "invocations", err);
    if (st) return st;
    target->query[0] = '\0';
    if (!qualifier) return FAN_OK;
    if (is_name(qualifier) && strlen(qualifier) <= 128 &&
        fan_url_append(target->query, sizeof target->query, "Qualifier=") &&
        fan_url_append_encoded(target->query, sizeof target->query, qualifier))
        return FAN_OK;
    return fan_fail(err, FAN_EINVAL,
                    "'%.80s' is not a qualifier: expected a version, an alias or $LATEST",
                    qualifier);
}

/* ---- answer: head ---- */

struct head {
    bool function_error, host_limited, has_report;
    uint32_t retry_after_ms;
    struct fan_log_report report;
};

static uint32_t read_seconds_ms(const char *p, size_t n)
{
    uint32_t seconds = 0;
    if (n == 0) return 0;
    for (size_t i = 0; i < n; i++) {
        if (!isdigit((unsigned char)p[i]))
            return 0; /* a date: we go by our own backoff */
        if (seconds <= RETRY_AFTER_MAX_S) seconds = seconds * 10 + (uint32_t)(p[i] - '0');
    }
    return (seconds < RETRY_AFTER_MAX_S ? seconds : RETRY_AFTER_MAX_S) * 1000;
}

#define SET_TEXT(field, p, n) fan_record_set_text(field, sizeof(field), p, n)

static void read_line(const struct fan_http_line *line, struct head *head,
                      struct fan_record *record)
{
    const char *v = line->value;
    size_t n = line->value_bytes;
    if (fan_http_line_is(line, "X-Amzn-RequestId")) {
        SET_TEXT(record->request_id, v, n);
    } else if (fan_http_line_is(line, "X-Amz-Executed-Version")) {
        SET_TEXT(record->executed_version, v, n);
    } else if (fan_http_line_is(line, "X-Amz-Function-Error")) {
        head->function_error = true;
        SET_TEXT(record->error_type, v, n); /* until the body says more */
    } else if (fan_http_line_is(line, "X-Amz-Log-Result")) {
        head->has_report = fan_log_report_decode(&head->report, v, n);
    } else if (fan_http_line_is(line, "X-Amzn-ErrorType")) {
        const char *colon = memchr(v, ':', n); /* some services append ":http://..." */
        SET_TEXT(record->error_type, v, colon ? (size_t)(colon - v) : n);
    } else if (fan_http_line_is(line, "Retry-After")) {
        head->retry_after_ms = read_seconds_ms(v, n);
    } else if (fan_http_line_is(line, "X-Local-Lambda-Host-Limited")) {
        head->host_limited = n == 1 && v[0] == '1';
    }
}

static enum fan_outcome outcome_of(uint32_t status, bool function_error)
{
    if (status >= 200 && status <= 299)
        return function_error ? FAN_OUTCOME_FUNCTION : FAN_OUTCOME_OK;
    if (status == 429) return FAN_OUTCOME_THROTTLE;
    return status >= 500 ? FAN_OUTCOME_SERVICE : FAN_OUTCOME_CLIENT;
}

static void take_report(const struct fan_log_report *report, struct fan_record *record)
{
    record->reported = true;
    record->cold = report->has_init;
    record->duration_ms = report->duration_ms;
    record->init_ms = report->init_ms;
    record->billed_ms = report->billed_ms;
    record->memory_mb = report->memory_mb;
    record->max_memory_mb = report->max_memory_mb;
}

/* ---- answer: body ---- */

static void json_text(const json_t *object, const char *key, char *field, size_t size)
{
    const json_t *v = json_object_get(object, key);
    if (json_is_string(v) && json_string_length(v) > 0)
        fan_record_set_text(field, size, json_string_value(v), json_string_length(v));
}

static double json_seconds(const json_t *object, const char *key)
{
    const json_t *v = json_object_get(object, key);
    double seconds = json_number_value(v); /* 0 for anything but a number */
    return isfinite(seconds) && seconds > 0 ? seconds : 0;
}

/* What the function says of its own run: see docs/records.md. */
static void read_function_answer(const json_t *body, struct fan_record *record)
{
    record->function_s = json_seconds(body, "durationSeconds");
    if (record->function_s <= 0) record->function_s = json_seconds(body, "kernelSeconds");
    record->function_cpu_s = json_seconds(body, "cpuSeconds");
    json_text(body, "instance", record->instance, sizeof record->instance);
    json_text(body, "cpuModel", record->cpu_model, sizeof record->cpu_model);
    if (json_is_true(json_object_get(body, "cold"))) record->cold = true;
}

static void read_function_error(const json_t *body, struct fan_record *record)
{
    json_text(body, "errorType", record->error_type, sizeof record->error_type);
    json_text(body, "errorMessage", record->error_text, sizeof record->error_text);
}

static void read_service_error(const json_t *body, struct fan_record *record)
{
    const char *reason = json_string_value(json_object_get(body, "Reason"));
    if (record->outcome == FAN_OUTCOME_THROTTLE)
        record->reason = reason && *reason ? fan_reason_parse(reason) : FAN_REASON_OTHER;
    if (!record->error_type[0])
        json_text(body, "__type", record->error_type, sizeof record->error_type);
    json_text(body, "message", record->error_text, sizeof record->error_text);
    json_text(body, "Message", record->error_text, sizeof record->error_text);
}

/* Parsing costs more than all else here: an answer without our keys is left alone. */
static bool mentions_run(const char *body)
{
    static const char *const keys[] = { "\"durationSeconds\"", "\"kernelSeconds\"",
                                        "\"cpuSeconds\"",      "\"instance\"",
                                        "\"cpuModel\"",        "\"cold\"" };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strstr(body, keys[i])) return true;
    return false;
}

static void read_body(const struct fan_invoke_answer *answer, struct fan_record *record)
{
    json_t *body = NULL;
    bool ok = record->outcome == FAN_OUTCOME_OK;
    const char *text = answer->body ? answer->body : "";
    bool object = text[strspn(text, " \t\r\n")] == '{';
    if (object && answer->body_bytes <= BODY_JSON_MAX_BYTES &&
        (!ok || mentions_run(text)))
        body = json_loadb(text, answer->body_bytes, 0, NULL);
    if (ok)
        read_function_answer(body, record);
    else if (record->outcome == FAN_OUTCOME_FUNCTION)
        read_function_error(body, record);
    else
        read_service_error(body, record);
    if (!ok && !record->error_text[0]) /* plain text, as of a proxy on the way */
        SET_TEXT(record->error_text, text, answer->body_bytes);
    json_decref(body);
}

uint32_t fan_invoke_read(const struct fan_invoke_answer *answer,
                         struct fan_record *record)
{
    struct head head;
    struct fan_http_line line;
    const char *at = answer->head;
    memset(&head, 0, sizeof head);
    while (fan_http_line_next(&at, &line))
        read_line(&line, &head, record);
    record->http_status = answer->status;
    record->outcome = outcome_of(answer->status, head.function_error);
    record->host_limited = head.host_limited;
    if (head.has_report) take_report(&head.report, record);
    read_body(answer, record);
    return head.retry_after_ms;
}
