/* http_response.c - see http_response.h. Lines are gathered in `head` and looked at
 * there; what is no header line is cut off again. */
#include "common/http_response.h"

#include <string.h>
#include <strings.h>

static void start(struct fan_http_response *r)
{
    r->status = 0;
    r->close = r->chunked = r->has_length = false;
    r->left = 0;
    r->line_start = 0;
    fan_buf_cut(&r->head, 0);
    r->state = FAN_HTTP_STATUS_LINE;
}

void fan_http_response_init(struct fan_http_response *response, size_t body_max)
{
    fan_buf_init(&response->head, FAN_HTTP_HEAD_MAX);
    fan_buf_init(&response->body, body_max);
    response->head_bytes = 0;
    start(response);
}

void fan_http_response_reset(struct fan_http_response *response)
{
    fan_buf_reset(&response->body);
    response->head_bytes = 0;
    start(response);
}

void fan_http_response_clear(struct fan_http_response *response)
{
    fan_buf_clear(&response->head);
    fan_buf_clear(&response->body);
}

bool fan_http_response_untouched(const struct fan_http_response *response)
{
    return response->state == FAN_HTTP_STATUS_LINE && response->head.size == 0 &&
           response->head_bytes == 0;
}

/* Refuse bytes that came; they are quoted without what could upset a terminal. */
static enum fan_status refuse(struct fan_err *err, const char *what, const char *p,
                              size_t n)
{
    char text[65];
    if (n > sizeof text - 1) n = sizeof text - 1;
    for (size_t i = 0; i < n; i++)
        text[i] = p[i] >= ' ' && p[i] <= '~' ? p[i] : '?';
    text[n] = '\0';
    return fan_fail(err, FAN_EFORMAT, "cannot read %s '%s' of the answer", what, text);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* the line is terminated, so that looking one byte ahead is safe */
static enum fan_status parse_status_line(struct fan_http_response *r, const char *p,
                                         size_t n, struct fan_err *err)
{
    bool ok = n >= 12 && memcmp(p, "HTTP/1.", 7) == 0 && (p[7] == '0' || p[7] == '1') &&
              p[8] == ' ' && p[9] >= '1' && p[9] <= '9' && is_digit(p[10]) &&
              is_digit(p[11]) && (n == 12 || p[12] == ' ');
    if (!ok) return refuse(err, "status line", p, n);
    r->status = (p[9] - '0') * 100 + (p[10] - '0') * 10 + (p[11] - '0');
    r->close = p[7] == '0'; /* HTTP/1.0 ends connections unless it says otherwise */
    r->state = FAN_HTTP_HEADERS;
    return FAN_OK;
}

/* digits of `base` and nothing else; less than 2^57 * base */
static bool parse_digits(const char *text, size_t n, unsigned base, uint64_t *value)
{
    uint64_t v = 0;
    if (n == 0) return false;
    for (size_t i = 0; i < n; i++) {
        unsigned digit = base;
        if (is_digit(text[i])) digit = (unsigned)(text[i] - '0');
        if (text[i] >= 'a' && text[i] <= 'f') digit = (unsigned)(text[i] - 'a') + 10;
        if (text[i] >= 'A' && text[i] <= 'F') digit = (unsigned)(text[i] - 'A') + 10;
        if (digit >= base || v >> 57) return false;
        v = v * base + digit;
    }
    *value = v;
    return true;
}

static bool is_word(const char *p, size_t n, const char *word)
{
    return n == strlen(word) && strncasecmp(p, word, n) == 0;
}

/* does a comma-separated value hold the token? */
static bool has_token(const char *value, size_t n, const char *token)
{
    for (size_t i = 0; i < n;) {
        size_t length = 0;
        while (i < n && strchr(", \t", value[i]))
            i++;
        while (i + length < n && !strchr(", \t", value[i + length]))
            length++;
        if (is_word(value + i, length, token)) return true;
        i += length;
    }
    return false;
}

static enum fan_status set_header(struct fan_http_response *r, const char *name,
                                  size_t name_bytes, const char *value, size_t n,
                                  struct fan_err *err)
{
    uint64_t length = 0;
    if (is_word(name, name_bytes, "Content-Length")) {
        if (!parse_digits(value, n, 10, &length) || (r->has_length && length != r->left))
            return refuse(err, "content length", value, n);
        r->has_length = true;
        r->left = length;
    } else if (is_word(name, name_bytes, "Transfer-Encoding")) {
        if (r->chunked || !is_word(value, n, "chunked")) /* nothing else was asked for */
            return refuse(err, "transfer encoding", value, n);
        r->chunked = true;
    } else if (is_word(name, name_bytes, "Connection")) {
        if (has_token(value, n, "close"))
            r->close = true;
        else if (has_token(value, n, "keep-alive"))
            r->close = false;
    }
    return FAN_OK;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static enum fan_status parse_header(struct fan_http_response *r, const char *line,
                                    size_t n, struct fan_err *err)
{
    const char *colon = memchr(line, ':', n), *end = line + n;
    if (!colon || colon == line || is_blank(line[0]) || is_blank(colon[-1]))
        return refuse(err, "header", line, n);
    const char *value = colon + 1;
    while (value < end && is_blank(*value))
        value++;
    while (end > value && is_blank(end[-1]))
        end--;
    return set_header(r, line, (size_t)(colon - line), value, (size_t)(end - value), err);
}

static enum fan_status refuse_long_body(const struct fan_http_response *r,
                                        struct fan_err *err)
{
    return fan_fail(err, FAN_ELIMIT, "answer is longer than %zu bytes", r->body.max);
}

/* The empty line came: what follows? */
static enum fan_status end_headers(struct fan_http_response *r, struct fan_err *err)
{
    if (r->status < 200) { /* interim: the real one follows */
        start(r);
        return FAN_OK;
    }
    if (r->status == 204 || r->status == 304) {
        r->state = FAN_HTTP_DONE;
    } else if (r->chunked) {
        /* a length beside it is an attempt to make two readers disagree, or a bug */
        if (r->has_length) r->close = true;
        r->state = FAN_HTTP_CHUNK_SIZE;
    } else if (r->has_length) {
        if (r->left > r->body.max) return refuse_long_body(r, err);
        r->state = r->left ? FAN_HTTP_BODY : FAN_HTTP_DONE;
    } else {
        r->close = true;
        r->state = FAN_HTTP_BODY_REST;
    }
    return FAN_OK;
}

static enum fan_status parse_chunk_size(struct fan_http_response *r, const char *line,
                                        size_t n, struct fan_err *err)
{
    size_t digits = strcspn(line, "; \t\r\n"); /* extensions mean nothing to us */
    if (!parse_digits(line, digits, 16, &r->left))
        return refuse(err, "chunk size", line, n);
    r->state = r->left ? FAN_HTTP_CHUNK : FAN_HTTP_TRAILERS;
    return FAN_OK;
}

/* A line of n bytes, without its end. */
static enum fan_status take_line(struct fan_http_response *r, const char *line, size_t n,
                                 struct fan_err *err)
{
    switch (r->state) {
    case FAN_HTTP_STATUS_LINE: return parse_status_line(r, line, n, err);
    case FAN_HTTP_HEADERS: return n ? parse_header(r, line, n, err) : end_headers(r, err);
    case FAN_HTTP_CHUNK_SIZE: return parse_chunk_size(r, line, n, err);
    case FAN_HTTP_CHUNK_END:
        if (n) return refuse(err, "end of a chunk", line, n);
        r->state = FAN_HTTP_CHUNK_SIZE;
        return FAN_OK;
    case FAN_HTTP_TRAILERS:
        if (n == 0) r->state = FAN_HTTP_DONE;
        return FAN_OK;
    case FAN_HTTP_BODY:
    case FAN_HTTP_BODY_REST:
    case FAN_HTTP_CHUNK:
    case FAN_HTTP_DONE: break;
    }
    return fan_fail(err, FAN_ESTATE, "cannot take a line in state %d", (int)r->state);
}

static enum fan_status end_line(struct fan_http_response *r, struct fan_err *err)
{
    const char *line = r->head.data + r->line_start;
    size_t n = r->head.size - r->line_start, whole = n;
    bool counts = r->state != FAN_HTTP_CHUNK_SIZE && r->state != FAN_HTTP_CHUNK_END;
    n -= n > 1 && line[n - 2] == '\r' ? 2 : 1;
    if (memchr(line, '\0', n)) return refuse(err, "line", line, n);
    bool header = r->state == FAN_HTTP_HEADERS && n > 0;
    enum fan_status st = take_line(r, line, n, err);
    /* chunk lines need no limit in sum: each brings a byte of the bounded body */
    if (counts) r->head_bytes += whole;
    if (header)
        r->line_start = r->head.size;
    else
        fan_buf_cut(&r->head, r->line_start);
    return st;
}

/* Take bytes up to and with the next line end. */
static enum fan_status feed_line(struct fan_http_response *r, const char *bytes, size_t n,
                                 size_t *used, struct fan_err *err)
{
    const char *end = memchr(bytes, '\n', n);
    size_t take = end ? (size_t)(end - bytes) + 1 : n;
    size_t room = FAN_HTTP_HEAD_MAX - r->head_bytes - (r->head.size - r->line_start);
    if (take > room || fan_buf_add(&r->head, bytes, take, NULL))
        return fan_fail(err, FAN_ELIMIT, "answer's head is longer than %d bytes",
                        FAN_HTTP_HEAD_MAX);
    *used = take;
    return end ? end_line(r, err) : FAN_OK;
}

/* Take bytes of the body. */
static enum fan_status feed_body(struct fan_http_response *r, const char *bytes, size_t n,
                                 size_t *used, struct fan_err *err)
{
    if (r->state != FAN_HTTP_BODY_REST && n > r->left) n = (size_t)r->left;
    *used = n;
    if (fan_buf_add(&r->body, bytes, n, NULL)) return refuse_long_body(r, err);
    if (r->state == FAN_HTTP_BODY_REST) return FAN_OK;
    r->left -= n;
    if (r->left == 0)
        r->state = r->state == FAN_HTTP_BODY ? FAN_HTTP_DONE : FAN_HTTP_CHUNK_END;
    return FAN_OK;
}

enum fan_status fan_http_response_feed(struct fan_http_response *response,
                                       const char *bytes, size_t n, size_t *used,
                                       struct fan_err *err)
{
    size_t at = 0;
    while (at < n && response->state != FAN_HTTP_DONE) {
        bool in_body = response->state == FAN_HTTP_BODY ||
                       response->state == FAN_HTTP_BODY_REST ||
                       response->state == FAN_HTTP_CHUNK;
        size_t taken = 0;
        enum fan_status st = in_body
                                 ? feed_body(response, bytes + at, n - at, &taken, err)
                                 : feed_line(response, bytes + at, n - at, &taken, err);
        if (st) return st;
        at += taken;
    }
    *used = at;
    return FAN_OK;
}

enum fan_status fan_http_response_end(struct fan_http_response *response,
                                      struct fan_err *err)
{
    if (response->state == FAN_HTTP_BODY_REST) response->state = FAN_HTTP_DONE;
    if (response->state == FAN_HTTP_DONE) return FAN_OK;
    return fan_fail(err, FAN_ENET, "connection closed within the answer");
}
