/* strict_json.c - see strict_json.h. */
#include "analysis/strict_json.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

void fan_strict_fail(struct fan_strict *r, const char *path, const char *fmt, ...)
{
    char text[300];
    va_list args;
    if (r->st) return;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    for (char *c = text; *c; c++) /* it may quote the file's own bytes */
        if ((unsigned char)*c < ' ' || *c == 0x7f) *c = '?';
    if (*path)
        r->st = fan_fail(r->err, FAN_EUSAGE, "%s: key '%s': %s", r->name, path, text);
    else
        r->st = fan_fail(r->err, FAN_EUSAGE, "%s: %s", r->name, text);
}

struct json_t *fan_strict_open(struct fan_strict *r, const char *text, size_t n,
                               const char *expected)
{
    json_error_t where;
    json_t *root = json_loadb(text, n, JSON_REJECT_DUPLICATES, &where);
    if (root) return root;
    char place[64];
    snprintf(place, sizeof place, "line %d, column %d", where.line, where.column);
    fan_strict_fail(r, "", "%s: %s, expected %s", place, where.text, expected);
    return NULL;
}

void fan_strict_close(struct json_t *root)
{
    json_decref(root);
}

/* "an object", "text": what a value is, in words. */
static const char *kind_of(const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT: return "an object";
    case JSON_ARRAY: return "a list";
    case JSON_STRING: return "text";
    case JSON_INTEGER:
    case JSON_REAL: return "a number";
    case JSON_TRUE:
    case JSON_FALSE: return "true or false";
    case JSON_NULL: break;
    }
    return "null";
}

/* What is too long is cut: the message still says where to look. */
static struct fan_strict_place below(const struct fan_strict_place *parent,
                                     const char *key, json_t *value)
{
    struct fan_strict_place place;
    snprintf(place.path, sizeof place.path, "%.100s%s%.56s", parent->path,
             parent->path[0] ? "." : "", key);
    for (char *c = place.path; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7f) *c = '?';
    place.value = value;
    return place;
}

/* Is the word one of the list's? */
static bool has_word(const char *words, const char *word)
{
    const size_t n = strlen(word);
    while (*words) {
        const size_t next = strcspn(words, " ");
        if (next == n && memcmp(words, word, n) == 0) return true;
        words += next;
        words += *words == ' ';
    }
    return false;
}

void fan_strict_check(struct fan_strict *r, struct fan_strict_place *place,
                      const char *keys)
{
    if (r->st || !place->value) return;
    if (!json_is_object(place->value)) {
        fan_strict_fail(r, place->path, "this is %s, expected an object%s%s",
                        kind_of(place->value), keys ? " with keys of: " : "",
                        keys ? keys : "");
        place->value = NULL;
        return;
    }
    for (void *at = json_object_iter(place->value); keys && at;
         at = json_object_iter_next(place->value, at)) {
        const char *key = json_object_iter_key(at);
        if (!has_word(keys, key))
            fan_strict_fail(r, below(place, key, NULL).path,
                            "unknown, expected one of: %s", keys);
    }
}

struct fan_strict_place fan_strict_get(struct fan_strict *r,
                                       const struct fan_strict_place *parent,
                                       const char *key, bool optional,
                                       const char *expected)
{
    json_t *value = json_object_get(parent->value, key); /* NULL for NULL */
    const struct fan_strict_place place = below(parent, key, r->st ? NULL : value);
    if (!value && !optional)
        fan_strict_fail(r, place.path, "missing, expected %s", expected);
    return place;
}

struct fan_strict_place fan_strict_object(struct fan_strict *r,
                                          const struct fan_strict_place *parent,
                                          const char *key, bool optional,
                                          const char *keys)
{
    struct fan_strict_place place = fan_strict_get(r, parent, key, optional, "an object");
    fan_strict_check(r, &place, keys);
    return place;
}

size_t fan_strict_length(struct fan_strict *r, const struct fan_strict_place *list,
                         size_t most, const char *expected)
{
    if (r->st || !list->value) return 0;
    const size_t n = json_array_size(list->value);
    if (!json_is_array(list->value))
        fan_strict_fail(r, list->path, "this is %s, expected %s", kind_of(list->value),
                        expected);
    else if (n < 1 || n > most)
        fan_strict_fail(r, list->path, "the list has %zu entries, expected 1 to %zu", n,
                        most);
    return r->st ? 0 : n;
}

struct fan_strict_place fan_strict_entry(struct fan_strict *r,
                                         const struct fan_strict_place *list, size_t i)
{
    char number[24];
    snprintf(number, sizeof number, "%zu", i);
    return below(list, number, r->st ? NULL : json_array_get(list->value, i));
}

void fan_strict_number(struct fan_strict *r, const struct fan_strict_place *parent,
                       const char *key, bool optional, double most, const char *expected,
                       double *out)
{
    const struct fan_strict_place place =
        fan_strict_get(r, parent, key, optional, expected);
    if (!place.value) return;
    const double number = json_number_value(place.value);
    if (!json_is_number(place.value))
        fan_strict_fail(r, place.path, "this is %s, expected %s", kind_of(place.value),
                        expected);
    else if (!(number >= 0.0 && number <= most))
        fan_strict_fail(r, place.path, "%g is not from 0 to %g, expected %s", number,
                        most, expected);
    else
        *out = number;
}

void fan_strict_bool(struct fan_strict *r, const struct fan_strict_place *parent,
                     const char *key, bool *out)
{
    const struct fan_strict_place place =
        fan_strict_get(r, parent, key, false, "true or false");
    if (!place.value) return;
    if (!json_is_boolean(place.value))
        fan_strict_fail(r, place.path, "this is %s, expected true or false",
                        kind_of(place.value));
    else
        *out = json_is_true(place.value);
}

void fan_strict_text(struct fan_strict *r, const struct fan_strict_place *parent,
                     const char *key, const char *expected, char *out, size_t capacity)
{
    const struct fan_strict_place place = fan_strict_get(r, parent, key, false, expected);
    if (!place.value) return;
    const char *text = json_string_value(place.value);
    if (!text) {
        fan_strict_fail(r, place.path, "this is %s, expected %s", kind_of(place.value),
                        expected);
        return;
    }
    const size_t n = strlen(text); /* jansson refuses NUL bytes, and what is not UTF-8 */
    bool printable = n > 0 && n < capacity;
    for (size_t i = 0; i < n && printable; i++)
        printable = (unsigned char)text[i] >= ' ' && text[i] != 0x7f;
    if (!printable)
        fan_strict_fail(r, place.path,
                        "'%.60s' is not a text of 1 to %zu printable bytes, expected %s",
                        text, capacity - 1, expected);
    else
        memcpy(out, text, n + 1);
}
