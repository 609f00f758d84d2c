/* http_head.c - see http_head.h. */
#include "common/http_head.h"

#include <string.h>
#include <strings.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

bool fan_http_line_next(const char **at, struct fan_http_line *line)
{
    while (**at) {
        const char *start = *at;
        size_t n = strcspn(start, "\n");
        *at = start + n + (start[n] == '\n');
        const char *colon = memchr(start, ':', n);
        if (!colon) continue;
        const char *value = colon + 1, *end = start + n;
        while (value < end && is_blank(*value))
            value++;
        while (end > value && is_blank(end[-1]))
            end--;
        line->name = start;
        line->name_bytes = (size_t)(colon - start);
        line->value = value;
        line->value_bytes = (size_t)(end - value);
        return true;
    }
    return false;
}

bool fan_http_line_is(const struct fan_http_line *line, const char *name)
{
    size_t n = strlen(name);
    return line->name_bytes == n && strncasecmp(line->name, name, n) == 0;
}
