/* canonical_request.c - see canonical_request.h. */
#include "local_lambda/canonical_request.h"

#include "local_lambda/percent.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define PATH_PARTS_MAX 64

/* a stretch of the request */
struct span {
    const char *at;
    size_t n;
};

/* append percent-encoded */
static enum fan_status add_encoded(struct fan_buf *buf, struct span text)
{
    static const char digits[] = "0123456789ABCDEF";
    size_t from = 0;
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.at[i];
        if (fan_percent_unreserved(c)) continue;
        const char escape[3] = { '%', digits[c >> 4], digits[c & 15] };
        enum fan_status st = fan_buf_add(buf, text.at + from, i - from, NULL);
        if (!st) st = fan_buf_add(buf, escape, 3, NULL);
        if (st) return st;
        from = i + 1;
    }
    return fan_buf_add(buf, text.at + from, text.n - from, NULL);
}

/* Dot segments and empty ones go (RFC 3986, section 5.2.4); a trailing slash stays. */
static enum fan_status add_path(struct fan_buf *buf, const char *path)
{
    struct span part[PATH_PARTS_MAX];
    size_t parts = 0, length = strlen(path);
    for (const char *at = path; *at;) {
        size_t n = strcspn(at, "/");
        bool dot = n == 1 && at[0] == '.', dots = n == 2 && at[0] == '.' && at[1] == '.';
        if (dots) {
            if (parts) parts--;
        } else if (n && !dot) {
            if (parts == PATH_PARTS_MAX) return FAN_ELIMIT;
            part[parts++] = (struct span){ at, n };
        }
        at += n;
        if (*at) at++;
    }
    enum fan_status st = FAN_OK;
    for (size_t i = 0; i < parts && !st; i++) {
        st = fan_buf_add(buf, "/", 1, NULL);
        if (!st) st = add_encoded(buf, part[i]);
    }
    bool slash = parts == 0 || (length && path[length - 1] == '/');
    if (!st && slash) st = fan_buf_add(buf, "/", 1, NULL);
    return st;
}

/* A parameter, encoded; both parts lie in one scratch buffer. */
struct parameter {
    struct span name, value;
};

static int compare_spans(struct span a, struct span b)
{
    int order = memcmp(a.at, b.at, a.n < b.n ? a.n : b.n);
    if (order) return order;
    return (a.n > b.n) - (a.n < b.n);
}

static int compare_parameters(const void *a, const void *b)
{
    const struct parameter *x = a, *y = b;
    int order = compare_spans(x->name, y->name);
    return order ? order : compare_spans(x->value, y->value);
}

/* decode and encode again, so that every spelling of a value becomes the same one */
static enum fan_status add_normalised(struct fan_buf *scratch, const char *text, size_t n,
                                      struct span *span)
{
    char *decoded = fan_alloc(n + 1);
    long bytes = fan_percent_decode(text, n, decoded, n + 1);
    size_t start = scratch->size;
    enum fan_status st =
        bytes < 0 ? FAN_EFORMAT
                  : add_encoded(scratch, (struct span){ decoded, (size_t)bytes });
    free(decoded);
    /* only the length for now: the scratch buffer may still move */
    *span = (struct span){ NULL, scratch->size - start };
    return st;
}

static enum fan_status read_query(struct fan_buf *scratch, const char *query,
                                  struct parameter parameter[FAN_CANONICAL_QUERY_MAX],
                                  size_t *count)
{
    size_t n = 0;
    for (const char *at = query; *at;) {
        size_t bytes = strcspn(at, "&"), name = strcspn(at, "=&");
        if (bytes) {
            if (n == FAN_CANONICAL_QUERY_MAX) return FAN_ELIMIT;
            size_t value = name < bytes ? name + 1 : name;
            enum fan_status st = add_normalised(scratch, at, name, &parameter[n].name);
            if (!st)
                st = add_normalised(scratch, at + value, bytes - value,
                                    &parameter[n].value);
            if (st) return st;
            n++;
        }
        at += bytes;
        if (*at) at++;
    }
    *count = n;
    return FAN_OK;
}

static enum fan_status add_query(struct fan_buf *buf, const char *query)
{
    if (!*query) return FAN_OK;
    struct parameter parameter[FAN_CANONICAL_QUERY_MAX];
    struct fan_buf scratch = FAN_BUF_INIT(buf->max);
    size_t count = 0;
    enum fan_status st = read_query(&scratch, query, parameter, &count);
    const char *at = scratch.data ? scratch.data : "";
    for (size_t i = 0; i < count && !st; i++) {
        parameter[i].name.at = at;
        at += parameter[i].name.n;
        parameter[i].value.at = at;
        at += parameter[i].value.n;
    }
    if (!st && count) qsort(parameter, count, sizeof *parameter, compare_parameters);
    for (size_t i = 0; i < count && !st; i++) {
        if (i) st = fan_buf_add(buf, "&", 1, NULL);
        if (!st) st = fan_buf_add(buf, parameter[i].name.at, parameter[i].name.n, NULL);
        if (!st) st = fan_buf_add(buf, "=", 1, NULL);
        if (!st) st = fan_buf_add(buf, parameter[i].value.at, parameter[i].value.n, NULL);
    }
    fan_buf_clear(&scratch);
    return st;
}

/* a header's value without outer spaces, inner runs of them as one */
static enum fan_status add_trimmed(struct fan_buf *buf, const char *value)
{
    static const char blank[] = " \t\r\n";
    enum fan_status st = FAN_OK;
    const char *at = value + strspn(value, blank);
    while (*at && !st) {
        size_t n = strcspn(at, blank);
        st = fan_buf_add(buf, at, n, NULL);
        at += n;
        at += strspn(at, blank);
        if (*at && !st) st = fan_buf_add(buf, " ", 1, NULL);
    }
    return st;
}

/* "name:value,value\n" */
static enum fan_status
add_header(struct fan_buf *buf, const struct fan_http_request *request, struct span name)
{
    bool found = false;
    enum fan_status st = fan_buf_add(buf, name.at, name.n, NULL);
    for (size_t i = 0; i < request->header_count && !st; i++) {
        const char *candidate = request->header[i].name;
        if (strncasecmp(candidate, name.at, name.n) != 0 || candidate[name.n]) continue;
        st = fan_buf_add(buf, found ? "," : ":", 1, NULL);
        if (!st) st = add_trimmed(buf, request->header[i].value);
        found = true;
    }
    if (!st && !found) return FAN_EFORMAT;
    return st ? st : fan_buf_add(buf, "\n", 1, NULL);
}

static enum fan_status add_headers(struct fan_buf *buf,
                                   const struct fan_http_request *request,
                                   struct span names)
{
    enum fan_status st = FAN_OK;
    const char *at = names.at, *end = names.at + names.n;
    while (at < end && !st) {
        const char *semicolon = memchr(at, ';', (size_t)(end - at));
        size_t n = (size_t)((semicolon ? semicolon : end) - at);
        st = n ? add_header(buf, request, (struct span){ at, n }) : FAN_EFORMAT;
        at += n + 1;
    }
    return st;
}

enum fan_status fan_canonical_request(struct fan_buf *buf,
                                      const struct fan_http_request *request,
                                      const char *signed_headers,
                                      size_t signed_headers_bytes,
                                      const char *payload_hash)
{
    struct span names = { signed_headers, signed_headers_bytes };
    fan_buf_reset(buf);
    enum fan_status st = fan_buf_adds(buf, request->method, NULL);
    if (!st) st = fan_buf_add(buf, "\n", 1, NULL);
    if (!st) st = add_path(buf, request->path);
    if (!st) st = fan_buf_add(buf, "\n", 1, NULL);
    if (!st) st = add_query(buf, request->query);
    if (!st) st = fan_buf_add(buf, "\n", 1, NULL);
    if (!st) st = add_headers(buf, request, names);
    if (!st) st = fan_buf_add(buf, "\n", 1, NULL);
    if (!st) st = fan_buf_add(buf, names.at, names.n, NULL);
    if (!st) st = fan_buf_add(buf, "\n", 1, NULL);
    return st ? st : fan_buf_adds(buf, payload_hash, NULL);
}
