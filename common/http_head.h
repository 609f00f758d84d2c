/* http_head.h - reading the header lines of an answer.  Pure. */
#ifndef FAN_COMMON_HTTP_HEAD_H
#define FAN_COMMON_HTTP_HEAD_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One line; both point into the head and are not terminated. */
struct fan_http_line {
    const char *name, *value;
    size_t name_bytes, value_bytes;
};

/**
 * Read the line at *at of a head ("Name: value\r\n" each, terminated by NUL) and advance
 * *at. Lines without a colon are skipped; the value has no outer blanks. Returns false at
 * the end.
 */
bool fan_http_line_next(const char **at, struct fan_http_line *line);

/* Does the line have this name, in any case? */
bool fan_http_line_is(const struct fan_http_line *line, const char *name);

#ifdef __cplusplus
}
#endif
#endif
