/* json_check.h - is a text JSON? Without building it: an event may be 6 MB. Pure. */
#ifndef FAN_LOCAL_LAMBDA_JSON_CHECK_H
#define FAN_LOCAL_LAMBDA_JSON_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_JSON_DEPTH_MAX 1000 /* nested arrays and objects */

/**
 * True when all of text is one JSON value in UTF-8. Otherwise *wrong_at is the offset of
 * the first byte that cannot stand where it is (n when the text ends too early). Source:
 * RFC 8259.
 */
bool fan_json_check(const char *text, size_t n, size_t *wrong_at);

#ifdef __cplusplus
}
#endif
#endif
