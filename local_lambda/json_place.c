/* json_place.c - see json_place.h. */
#include "local_lambda/json_place.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct fan_place fan_place_member(const struct fan_place *object, const char *key)
{
    return (struct fan_place){
        object, key, 0, json_object_get(object->value, key), object->file, object->err
    };
}

struct fan_place fan_place_element(const struct fan_place *array, size_t index)
{
    return (struct fan_place){ array,       NULL,
                               index,       json_array_get(array->value, index),
                               array->file, array->err };
}

/* Append the way to a place; returns the length, which is below capacity. */
static size_t write_way(const struct fan_place *place, char *text, size_t capacity)
{
    if (!place->up) return 0;
    size_t n = write_way(place->up, text, capacity);
    int more = place->key
                   ? snprintf(text + n, capacity - n, "%s%.64s", n ? "." : "", place->key)
                   : snprintf(text + n, capacity - n, "[%zu]", place->index);
    n += more > 0 ? (size_t)more : 0;
    return n < capacity ? n : capacity - 1;
}

static const char *type_name(const json_t *value)
{
    if (!value) return "but it is missing";
    switch (json_typeof(value)) {
    case JSON_OBJECT: return "not this object";
    case JSON_ARRAY: return "not this array";
    case JSON_STRING: return "not this string";
    case JSON_INTEGER:
    case JSON_REAL: return "not this number";
    case JSON_TRUE:
    case JSON_FALSE: return "not a boolean";
    case JSON_NULL: return "not null";
    }
    return "";
}

static enum fan_status fail(const struct fan_place *place, const char *before,
                            const char *text, const char *after)
{
    char way[256] = "";
    size_t n = write_way(place, way, sizeof way);
    return fan_fail(place->err, FAN_EFORMAT, "cannot read %s: %s%s%s%s%s", place->file,
                    way, n ? ": " : "", before, text, after);
}

enum fan_status fan_place_expected(const struct fan_place *place, const char *fmt, ...)
{
    char text[256], after[40];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    snprintf(after, sizeof after, ", %s", type_name(place->value));
    return fail(place, "expected ", text, after);
}

enum fan_status fan_place_wrong(const struct fan_place *place, const char *fmt, ...)
{
    char text[256];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    return fail(place, "", text, "");
}

static bool is_listed(const char *key, const char *const *keys)
{
    for (; *keys; keys++)
        if (strcmp(*keys, key) == 0) return true;
    return false;
}

enum fan_status fan_place_object(const struct fan_place *place, const char *const *keys)
{
    if (!json_is_object(place->value)) return fan_place_expected(place, "an object");
    for (void *at = json_object_iter(place->value); at;
         at = json_object_iter_next(place->value, at)) {
        const char *key = json_object_iter_key(at);
        if (is_listed(key, keys)) continue;
        char known[200] = "";
        size_t n = 0;
        for (size_t i = 0; keys[i] && n < sizeof known; i++) {
            int more =
                snprintf(known + n, sizeof known - n, "%s%s", i ? ", " : "", keys[i]);
            n += more > 0 ? (size_t)more : 0;
        }
        return fan_place_wrong(place, "unknown key '%.40s': expected one of %s", key,
                               known);
    }
    return FAN_OK;
}

enum fan_status fan_place_array(const struct fan_place *place, size_t max, size_t *count)
{
    if (!json_is_array(place->value) || json_array_size(place->value) > max)
        return fan_place_expected(place, "an array of at most %zu", max);
    *count = json_array_size(place->value);
    return FAN_OK;
}

enum fan_status fan_place_text(const struct fan_place *place, size_t min, size_t max,
                               const char **text)
{
    const char *value = json_string_value(place->value);
    size_t n = json_string_length(place->value);
    if (!value || n < min || n > max || strlen(value) != n)
        return fan_place_expected(place, "a string of %zu to %zu bytes", min, max);
    *text = value;
    return FAN_OK;
}

enum fan_status fan_place_integer(const struct fan_place *place, long long min,
                                  long long max, long long *value)
{
    long long found = json_integer_value(place->value);
    if (!json_is_integer(place->value) || found < min || found > max)
        return fan_place_expected(place, "an integer from %lld to %lld", min, max);
    *value = found;
    return FAN_OK;
}

enum fan_status fan_place_number(const struct fan_place *place, double min, double max,
                                 double *value)
{
    double found = json_number_value(place->value);
    if (!json_is_number(place->value) || !(found >= min && found <= max))
        return fan_place_expected(place, "a number from %g to %g", min, max);
    *value = found;
    return FAN_OK;
}

enum fan_status fan_place_boolean(const struct fan_place *place, bool *value)
{
    if (!json_is_boolean(place->value)) return fan_place_expected(place, "true or false");
    *value = json_is_true(place->value);
    return FAN_OK;
}

enum fan_status fan_place_choice(const struct fan_place *place, const char *choices,
                                 int *index)
{
    const char *text = json_string_value(place->value);
    int i = 0;
    for (const char *at = choices; text && *at; i++) {
        size_t n = strcspn(at, "|");
        if (strlen(text) == n && strncmp(text, at, n) == 0) {
            *index = i;
            return FAN_OK;
        }
        at += n;
        if (*at) at++;
    }
    return fan_place_expected(place, "one of %s", choices);
}
