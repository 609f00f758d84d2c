/* runtime_response.c - see runtime_response.h. */
#include "runtime/runtime_response.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "common/http_head.h"

#define DEADLINE_DIGITS_MAX 18 /* more do not fit an int64_t for sure */

static bool is_id(const char *p, size_t n)
{
    if (n == 0 || n > FAN_RUNTIME_ID_MAX) return false;
    for (size_t i = 0; i < n; i++)
        if (!isalnum((unsigned char)p[i]) && p[i] != '-' && p[i] != '_') return false;
    return true;
}

static bool parse_deadline(const char *p, size_t n, int64_t *deadline_ms)
{
    int64_t value = 0;
    if (n == 0 || n > DEADLINE_DIGITS_MAX) return false;
    for (size_t i = 0; i < n; i++) {
        if (p[i] < '0' || p[i] > '9') return false;
        value = value * 10 + (p[i] - '0');
    }
    *deadline_ms = value;
    return true;
}

static void copy(char *field, const char *p, size_t n)
{
    memcpy(field, p, n);
    field[n] = '\0';
}

enum fan_status fan_runtime_response_read(struct fan_runtime_response *response,
                                          const char *head, struct fan_err *err)
{
    struct fan_http_line line;
    response->deadline_ms = 0;
    response->request_id[0] = response->trace_id[0] = '\0';
    for (const char *at = head ? head : ""; fan_http_line_next(&at, &line);) {
        const char *v = line.value;
        size_t n = line.value_bytes;
        int shown = n < 64 ? (int)n : 64;
        if (fan_http_line_is(&line, "Lambda-Runtime-Aws-Request-Id")) {
            if (!is_id(v, n))
                return fan_fail(err, FAN_EFORMAT, "cannot use request id '%.*s'", shown,
                                v);
            copy(response->request_id, v, n);
        } else if (fan_http_line_is(&line, "Lambda-Runtime-Deadline-Ms")) {
            if (!parse_deadline(v, n, &response->deadline_ms))
                return fan_fail(err, FAN_EFORMAT, "cannot use deadline '%.*s'", shown, v);
        } else if (fan_http_line_is(&line, "Lambda-Runtime-Trace-Id")) {
            if (n < sizeof response->trace_id) copy(response->trace_id, v, n);
        }
    }
    return FAN_OK;
}
