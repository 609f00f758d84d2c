/* json_values.h - the values that every JSON of this room is made of. Inside it only. */
#ifndef FAN_ANALYSIS_JSON_VALUES_H
#define FAN_ANALYSIS_JSON_VALUES_H

#include "analysis/statistics.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct json_t; /* jansson's */

/* New references, the caller's. What is not known is null. */
struct json_t *fan_json_number(double value);
struct json_t *fan_json_count(uint64_t value);
struct json_t *fan_json_interval(struct fan_interval bounds);

/* Set a key, taking over the value. NULL, which jansson makes of a text that is not
 * UTF-8 (a journal may hold outside bytes), becomes an empty text. */
void fan_json_set(struct json_t *object, const char *key, struct json_t *value);

#ifdef __cplusplus
}
#endif
#endif
