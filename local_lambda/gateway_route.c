/* gateway_route.c - see gateway_route.h. */
#include "local_lambda/gateway_route.h"

#include <ctype.h>
#include <string.h>

enum kind { KIND_TEXT, KIND_ONE, KIND_REST, KIND_END };

/* A segment of a pattern; name lies inside its braces. */
struct segment {
    enum kind kind;
    const char *text;
    size_t bytes;
};

/* The segment behind *at, which is moved to its end. */
static struct segment next_segment(const char **at)
{
    struct segment s = { KIND_END, *at, 0 };
    while (*s.text == '/')
        s.text++;
    if (!*s.text) return s;
    s.bytes = strcspn(s.text, "/");
    *at = s.text + s.bytes;
    s.kind = KIND_TEXT;
    if (s.text[0] != '{') return s;
    s.kind = s.text[s.bytes - 2] == '+' ? KIND_REST : KIND_ONE;
    s.text++;
    s.bytes -= s.kind == KIND_REST ? 3 : 2;
    return s;
}

static bool plain(const char *text, size_t n, const char *others)
{
    for (size_t i = 0; i < n; i++)
        if (!isalnum((unsigned char)text[i]) && !strchr(others, text[i])) return false;
    return n > 0;
}

static const char *segment_problem(const char *text, size_t n)
{
    if (text[0] != '{')
        return plain(text, n, "-._~:$%@!*,;=+()'&")
                   ? NULL
                   : "a segment holds characters that no path has, or is empty";
    if (n < 3 || text[n - 1] != '}') return "a segment lacks its closing brace";
    bool rest = text[n - 2] == '+';
    if (!plain(text + 1, n - (rest ? 3 : 2), "-._"))
        return "a parameter's name is not of letters, digits, '-', '.' and '_'";
    return rest && text[n] ? "'{name+}' stands before the last segment" : NULL;
}

const char *fan_route_problem(const char *pattern)
{
    size_t params = 0;
    if (pattern[0] != '/') return "it does not begin with '/'";
    for (const char *at = pattern; at[1] || at != pattern;) {
        size_t n = strcspn(at + 1, "/");
        const char *problem = segment_problem(at + 1, n);
        if (problem) return problem;
        params += at[1] == '{';
        at += 1 + n;
        if (!*at) break;
    }
    return params > FAN_ROUTE_PARAMS_MAX ? "it has more than 16 parameters" : NULL;
}

static void note(struct fan_route_match *match, struct segment s, const char *value,
                 size_t n)
{
    if (match->count == FAN_ROUTE_PARAMS_MAX) return; /* no valid pattern has more */
    match->param[match->count++] = (struct fan_route_param){ s.text, value, s.bytes, n };
}

bool fan_route_matches(const char *pattern, const char *path,
                       struct fan_route_match *match)
{
    struct fan_route_match found = { .count = 0 };
    size_t n = strlen(path);
    while (n > 0 && path[n - 1] == '/')
        n--;
    const char *end = path + n;
    for (;;) {
        struct segment s = next_segment(&pattern);
        if (s.kind == KIND_END || path == end) {
            if (s.kind != KIND_END || path != end) return false;
            *match = found;
            return true;
        }
        path++; /* the slash */
        size_t value = s.kind == KIND_REST ? (size_t)(end - path) : strcspn(path, "/");
        if (value == 0) return false;
        if (s.kind != KIND_TEXT)
            note(&found, s, path, value);
        else if (value != s.bytes || memcmp(path, s.text, value) != 0)
            return false;
        path += value;
    }
}

int fan_route_order(const char *a, const char *b)
{
    for (;;) {
        struct segment x = next_segment(&a), y = next_segment(&b);
        if (x.kind != y.kind) return x.kind < y.kind ? -1 : 1;
        if (x.kind == KIND_END) return 0;
        if (x.kind != KIND_TEXT) continue;
        size_t n = x.bytes < y.bytes ? x.bytes : y.bytes;
        int order = memcmp(x.text, y.text, n);
        if (order) return order;
        if (x.bytes != y.bytes) return x.bytes < y.bytes ? -1 : 1;
    }
}
