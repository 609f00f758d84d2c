/* json_text.h - what events hold of a request, as JSON values. Pure. */
#ifndef FAN_LOCAL_LAMBDA_JSON_TEXT_H
#define FAN_LOCAL_LAMBDA_JSON_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct json_t; /* of jansson */

/* Is all of this UTF-8 (RFC 3629)? */
bool fan_utf8_valid(const char *bytes, size_t n);

/**
 * A JSON string of n bytes, of which each that is part of no UTF-8 character becomes
 * U+FFFD: JSON has no other way to hold them. Owns: json_decref.
 */
struct json_t *fan_json_text(const char *bytes, size_t n);

/* The same of a NUL-terminated text. */
struct json_t *fan_json_string(const char *text);

/* A JSON string of the bytes' base64. Owns: json_decref. */
struct json_t *fan_json_base64(const void *bytes, size_t n);

#define FAN_TIME_LOG_MAX 32
/* Wall time as events hold it, "12/Mar/2020:19:03:58 +0000", in UTC. Returns text. */
const char *fan_time_log(int64_t wall_ns, char text[FAN_TIME_LOG_MAX]);

#ifdef __cplusplus
}
#endif
#endif
