/* job_value.c - see job_value.h. */
#include "mpi_driver/job_value.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "common/buf.h"
#include "common/number.h"
#include "mpi_driver/job_schema.h"

void fan_value_fail(struct fan_value_reader *r, const char *path, const char *fmt, ...)
{
    if (r->st) return;
    char what[FAN_ERR_TEXT_MAX];
    va_list args;
    va_start(args, fmt);
    vsnprintf(what, sizeof what, fmt, args);
    va_end(args);
    r->st = fan_tree_fail(r->root, r->name, path, r->err, "%s", what);
}

void fan_value_u64(struct fan_value_reader *r, const char *path, const char *text,
                   struct fan_bounds bounds, uint64_t *value)
{
    struct fan_err why = { 0 };
    if (r->st || !text) return;
    if (fan_number_u64(text, bounds.min, bounds.max, value, &why))
        fan_value_fail(r, path, "%s, expected %s", why.text, bounds.expected);
}

void fan_value_u32(struct fan_value_reader *r, const char *path, const char *text,
                   struct fan_bounds bounds, uint32_t *value)
{
    uint64_t wide = *value;
    fan_value_u64(r, path, text, bounds, &wide);
    *value = (uint32_t)wide; /* bounds.max fits */
}

void fan_value_double(struct fan_value_reader *r, const char *path, const char *text,
                      struct fan_interval interval, double *value)
{
    struct fan_err why = { 0 };
    if (r->st || !text) return;
    if (fan_number_double(text, interval.min, interval.max, value, &why))
        fan_value_fail(r, path, "%s, expected %s", why.text, interval.expected);
}

void fan_value_duration(struct fan_value_reader *r, const char *path, const char *text,
                        struct fan_span_bounds bounds, int64_t *value_ns)
{
    struct fan_err why = { 0 };
    if (r->st || !text) return;
    if (fan_number_duration(text, bounds.min_ns, bounds.max_ns, value_ns, &why))
        fan_value_fail(r, path, "%s, expected %s", why.text, bounds.expected);
}

/* "count or retry", "tick, quota or off" */
static void list_words(const char *const *words, char *text, size_t size)
{
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; words[i] && used < size; i++)
        used += (size_t)snprintf(text + used, size - used, "%s%s",
                                 !i             ? ""
                                 : words[i + 1] ? ", "
                                                : " or ",
                                 words[i]);
}

void fan_value_choice(struct fan_value_reader *r, const char *path, const char *text,
                      const char *const *words, int *index)
{
    if (r->st || !text) return;
    for (int i = 0; words[i]; i++)
        if (strcmp(words[i], text) == 0) {
            *index = i;
            return;
        }
    char known[128];
    list_words(words, known, sizeof known);
    const char *meant = fan_schema_suggest(text, words);
    if (meant)
        fan_value_fail(r, path, "'%.64s' is unknown, did you mean '%s'? expected %s",
                       text, meant, known);
    else
        fan_value_fail(r, path, "'%.64s' is unknown, expected %s", text, known);
}

static bool fits(const char *text, struct fan_charset set)
{
    size_t n = strlen(text);
    if (n < set.min || n > set.max) return false;
    for (const char *p = text; *p; p++) {
        unsigned char c = (unsigned char)*p;
        bool ok = set.extra ? (c < 0x80 && (isalnum(c) || strchr(set.extra, c)))
                            : c >= 0x20 && c != 0x7f;
        if (!ok) return false;
    }
    return true;
}

void fan_value_word(struct fan_value_reader *r, const char *path, const char *text,
                    struct fan_charset set, char **value)
{
    if (r->st || !text) return;
    if (!fits(text, set))
        fan_value_fail(r, path,
                       "'%.64s' cannot be used, expected %s, of %zu to %zu "
                       "characters",
                       text, set.expected, set.min, set.max);
    else
        *value = fan_strdup(text);
}

void fan_value_json(struct fan_value_reader *r, const char *path, const char *text,
                    char **value)
{
    if (r->st || !text) return;
    json_error_t error;
    json_t *json = json_loads(text, JSON_DECODE_ANY, &error);
    if (!json)
        fan_value_fail(r, path,
                       "'%.64s' is not JSON (%.80s), expected text such as "
                       "'{\"n\": 7}'",
                       text, error.text);
    else
        *value = fan_strdup(text);
    json_decref(json);
}

/* host or [ipv6], then perhaps :port, then perhaps one slash; *end behind it */
static bool host_and_port(const char *p, size_t *end)
{
    const char *start = p;
    size_t host;
    if (*p == '[') {
        host = 1 + strspn(p + 1, "0123456789abcdefABCDEF:.");
        if (host < 3 || p[host] != ']') return false;
        host++;
    } else
        for (host = 0;
             isalnum((unsigned char)p[host]) || (p[host] && strchr("-._", p[host]));)
            host++;
    if (host == 0 || host > 255) return false;
    p += host;
    if (*p == ':') {
        char port[8];
        size_t digits = strspn(++p, "0123456789");
        uint64_t number;
        if (digits == 0 || digits >= sizeof port) return false;
        memcpy(port, p, digits);
        port[digits] = '\0';
        if (fan_number_u64(port, 1, 65535, &number, NULL)) return false;
        p += digits;
    }
    *end = (size_t)(p - start);
    return *p == '\0' || strcmp(p, "/") == 0;
}

void fan_value_url(struct fan_value_reader *r, const char *path, const char *text,
                   char **value)
{
    if (r->st) return;
    size_t scheme = 0, end = 0;
    if (strncmp(text, "http://", 7) == 0) scheme = 7;
    if (strncmp(text, "https://", 8) == 0) scheme = 8;
    if (!scheme || !host_and_port(text + scheme, &end)) {
        fan_value_fail(r, path,
                       "'%.100s' is no endpoint, expected local, aws or "
                       "https://host[:port]",
                       text);
        return;
    }
    *value = fan_strdup(text);
    (*value)[scheme + end] = '\0';
}

void fan_value_list(struct fan_value_reader *r, const char *path,
                    struct fan_text_list list, struct fan_bounds bounds,
                    uint32_t **values, size_t *count)
{
    if (r->st) return;
    size_t n = list.count ? list.count : 1;
    uint32_t *v = fan_alloc_zero(n, sizeof *v);
    v[0] = 1;
    for (size_t i = 0; i < list.count; i++) {
        char at[FAN_TREE_PATH_MAX];
        snprintf(at, sizeof at, "%s.%zu", path, i);
        fan_value_u32(r, at, list.text[i], bounds, &v[i]);
        for (size_t j = 0; j < i; j++)
            if (v[j] == v[i])
                fan_value_fail(r, at, "'%.64s' is in the list twice, expected once",
                               list.text[i]);
    }
    *values = v;
    *count = n;
}

const char *fan_value_path(char path[FAN_TREE_PATH_MAX], const char *section,
                           size_t index, const char *key)
{
    snprintf(path, FAN_TREE_PATH_MAX, "%s.%zu.%s", section, index, key);
    return path;
}
