/* json_place.h - read a JSON file strictly: every error names file, place and what was
 * expected there. Values are never quoted: some are secrets. Pure. */
#ifndef FAN_LOCAL_LAMBDA_JSON_PLACE_H
#define FAN_LOCAL_LAMBDA_JSON_PLACE_H

#include "common/err.h"

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct json_t; /* of jansson */

/* A value and the way to it: "routes[2].path". Plain data, made on the stack. */
struct fan_place {
    const struct fan_place *up; /* NULL: the whole file */
    const char *key;            /* of an object's member; NULL: an array's element */
    size_t index;
    struct json_t *value; /* borrowed; NULL: the member is absent */
    const char *file;     /* as errors name it: "gateway 'g.json'" */
    struct fan_err *err;
};

/* Ways down. A place outlives those made from it. */
struct fan_place fan_place_member(const struct fan_place *object, const char *key);
struct fan_place fan_place_element(const struct fan_place *array, size_t index);

/**
 * Fail at this place: "cannot read FILE: PLACE: expected EXPECTED, not a number" ("but it
 * is missing"). Returns FAN_EFORMAT.
 */
enum fan_status fan_place_expected(const struct fan_place *place, const char *fmt, ...)
    FAN_PRINTF(2, 3);

/* Fail for another reason: "cannot read FILE: PLACE: REASON". Returns FAN_EFORMAT. */
enum fan_status fan_place_wrong(const struct fan_place *place, const char *fmt, ...)
    FAN_PRINTF(2, 3);

/**
 * Each checks the value and writes it out; an absent member is an error. Errors:
 * FAN_EFORMAT.
 * object: no other keys than those listed (NULL-terminated) · array: at most max elements
 * · text: min to max bytes, no NUL, the file's · choice: index of one of "A|B|C".
 */
enum fan_status fan_place_object(const struct fan_place *place,
                                 const char *const *keys) FAN_MUST_CHECK;
enum fan_status fan_place_array(const struct fan_place *place, size_t max,
                                size_t *count) FAN_MUST_CHECK;
enum fan_status fan_place_text(const struct fan_place *place, size_t min, size_t max,
                               const char **text) FAN_MUST_CHECK;
enum fan_status fan_place_integer(const struct fan_place *place, long long min,
                                  long long max, long long *value) FAN_MUST_CHECK;
enum fan_status fan_place_number(const struct fan_place *place, double min, double max,
                                 double *value) FAN_MUST_CHECK;
enum fan_status fan_place_boolean(const struct fan_place *place,
                                  bool *value) FAN_MUST_CHECK;
enum fan_status fan_place_choice(const struct fan_place *place, const char *choices,
                                 int *index) FAN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
