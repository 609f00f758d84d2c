/* log_tail.c - see log_tail.h. */
#include "invoke/log_tail.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "common/base64.h"
#include "record/record.h"

#define MS_MAX 1e12 /* beyond any limit of the service; keeps conversions defined */

/* ---- the text line: fields "Name: value", separated by tabs ---- */

/* A number at the start of [p, p + n), as the platform prints it. */
static bool read_number(const char *p, size_t n, double *value)
{
    char digits[32];
    size_t length = 0;
    while (length < n && length < sizeof digits - 1 &&
           ((p[length] >= '0' && p[length] <= '9') || p[length] == '.'))
        length++;
    if (length == 0 || p[0] == '.') return false;
    memcpy(digits, p, length);
    digits[length] = '\0';
    *value = strtod(digits, NULL);
    return *value <= MS_MAX;
}

static uint32_t to_mb(double value)
{
    return value > 0 && value < 4e9 ? (uint32_t)value : 0;
}

/* Does [p, p + n) begin with this name? Sets the rest. */
static bool field_is(const char *p, size_t n, const char *name, const char **rest,
                     size_t *rest_bytes)
{
    size_t length = strlen(name);
    if (n < length || memcmp(p, name, length) != 0) return false;
    *rest = p + length;
    *rest_bytes = n - length;
    return true;
}

static void read_field(struct fan_log_report *r, bool *has_duration, const char *p,
                       size_t n)
{
    const char *v;
    size_t left;
    double number = 0;
    if (field_is(p, n, "REPORT RequestId: ", &v, &left)) {
        fan_record_set_text(r->request_id, sizeof r->request_id, v, left);
    } else if (field_is(p, n, "Duration: ", &v, &left)) {
        *has_duration = read_number(v, left, &r->duration_ms);
    } else if (field_is(p, n, "Billed Duration: ", &v, &left)) {
        if (read_number(v, left, &number)) r->billed_ms = (uint64_t)ceil(number);
    } else if (field_is(p, n, "Memory Size: ", &v, &left)) {
        if (read_number(v, left, &number)) r->memory_mb = to_mb(number);
    } else if (field_is(p, n, "Max Memory Used: ", &v, &left)) {
        if (read_number(v, left, &number)) r->max_memory_mb = to_mb(number);
    } else if (field_is(p, n, "Init Duration: ", &v, &left)) {
        r->has_init = read_number(v, left, &r->init_ms);
    } else if (field_is(p, n, "Status: ", &v, &left)) {
        fan_record_set_text(r->status, sizeof r->status, v, left);
    } else if (field_is(p, n, "Error Type: ", &v, &left)) {
        fan_record_set_text(r->error_type, sizeof r->error_type, v, left);
    }
}

static bool parse_text(struct fan_log_report *r, const char *line, size_t n)
{
    bool has_duration = false;
    memset(r, 0, sizeof *r);
    while (n > 0) {
        const char *tab = memchr(line, '\t', n);
        size_t field = tab ? (size_t)(tab - line) : n;
        read_field(r, &has_duration, line, field);
        field += tab ? 1 : 0;
        line += field;
        n -= field;
    }
    return has_duration;
}

/* ---- the JSON event ---- */

static bool json_number_in(const json_t *object, const char *key, double *value)
{
    const json_t *v = json_object_get(object, key);
    if (!json_is_number(v)) return false;
    double number = json_number_value(v);
    if (!(number >= 0 && number <= MS_MAX)) return false;
    *value = number;
    return true;
}

static void json_text_in(const json_t *object, const char *key, char *field, size_t size)
{
    const json_t *v = json_object_get(object, key);
    if (json_is_string(v))
        fan_record_set_text(field, size, json_string_value(v), json_string_length(v));
}

static bool parse_json(struct fan_log_report *r, const char *line, size_t n)
{
    memset(r, 0, sizeof *r);
    json_t *event = json_loadb(line, n, 0, NULL);
    const char *type = json_string_value(json_object_get(event, "type"));
    bool found = false;
    if (type && strcmp(type, "platform.report") == 0) {
        const json_t *record = json_object_get(event, "record");
        const json_t *metrics = json_object_get(record, "metrics");
        double billed = 0, memory = 0, most = 0;
        found = json_number_in(metrics, "durationMs", &r->duration_ms);
        if (json_number_in(metrics, "billedDurationMs", &billed))
            r->billed_ms = (uint64_t)ceil(billed);
        if (json_number_in(metrics, "memorySizeMB", &memory))
            r->memory_mb = to_mb(memory);
        if (json_number_in(metrics, "maxMemoryUsedMB", &most))
            r->max_memory_mb = to_mb(most);
        r->has_init = json_number_in(metrics, "initDurationMs", &r->init_ms);
        json_text_in(record, "requestId", r->request_id, sizeof r->request_id);
        json_text_in(record, "status", r->status, sizeof r->status);
        json_text_in(record, "errorType", r->error_type, sizeof r->error_type);
    }
    json_decref(event);
    return found;
}

bool fan_log_report_parse(struct fan_log_report *report, const char *log, size_t n)
{
    /* from the last line back: the report is at the end, the function's own output before
     */
    for (size_t end = n; end > 0;) {
        size_t start = end;
        while (start > 0 && log[start - 1] != '\n')
            start--;
        const char *line = log + start;
        size_t length = end - start;
        if (length > 18 && memcmp(line, "REPORT RequestId: ", 18) == 0) {
            if (parse_text(report, line, length)) return true;
        } else if (length > 0 && line[0] == '{') {
            if (parse_json(report, line, length)) return true;
        }
        end = start > 0 ? start - 1 : 0;
    }
    memset(report, 0, sizeof *report);
    return false;
}

bool fan_log_report_decode(struct fan_log_report *report, const char *value, size_t n)
{
    char log[2 * FAN_LOG_TAIL_MAX];
    size_t decoded = 0;
    memset(report, 0, sizeof *report);
    return fan_base64_decode(value, n, log, sizeof log, &decoded) &&
           fan_log_report_parse(report, log, decoded);
}
