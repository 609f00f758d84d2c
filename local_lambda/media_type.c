/* media_type.c - see media_type.h. */
#include "local_lambda/media_type.h"

#include <jansson.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

/* The first type of a header's value, without parameters and blanks. */
static const char *first_type(const char *header, size_t *n)
{
    if (!header) header = "";
    header += strspn(header, " \t");
    *n = strcspn(header, ";, \t");
    return header;
}

static bool matches(const char *pattern, const char *type, size_t n)
{
    size_t bytes = strlen(pattern);
    if (strcmp(pattern, "*/*") == 0) return true;
    if (bytes > 2 && strcmp(pattern + bytes - 2, "/*") == 0)
        return n >= bytes && strncasecmp(pattern, type, bytes - 1) == 0;
    return n == bytes && strncasecmp(pattern, type, n) == 0;
}

bool fan_media_type_listed(const struct json_t *patterns, const char *header)
{
    size_t n = 0;
    const char *type = first_type(header, &n);
    for (size_t i = 0; i < json_array_size(patterns); i++) {
        const char *pattern = json_string_value(json_array_get(patterns, i));
        if (pattern && matches(pattern, type, n)) return true;
    }
    return false;
}

static bool is_one_of(const char *type, size_t n, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strlen(list[i]) == n && strncasecmp(list[i], type, n) == 0) return true;
    return false;
}

bool fan_media_type_is_text(const char *header)
{
    static const char *const exact[] = { "application/json", "application/xml",
                                         "application/javascript" };
    static const char *const suffixes[] = { "+json", "+xml" };
    size_t n = 0;
    const char *type = first_type(header, &n);
    if (strncasecmp(type, "text/", 5) == 0) return true;
    if (is_one_of(type, n, exact, sizeof exact / sizeof *exact)) return true;
    const char *plus = memchr(type, '+', n);
    return plus && is_one_of(plus, n - (size_t)(plus - type), suffixes,
                             sizeof suffixes / sizeof *suffixes);
}
