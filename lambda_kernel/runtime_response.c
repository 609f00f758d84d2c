/* runtime_response.c - see runtime_response.h. */
#include "lambda_kernel/runtime_response.h"

#include <string.h>
#include <strings.h>

static void start(struct fan_runtime_response *r)
{
    r->status = 0;
    r->close = r->chunked = r->has_length = false;
    r->deadline_ms = 0;
    r->request_id[0] = r->trace_id[0] = '\0';
    r->left = 0;
    r->line_bytes = 0;
    r->state = FAN_RUNTIME_STATUS_LINE;
}

void fan_runtime_response_init(struct fan_runtime_response *response, size_t body_max)
{
    fan_buf_init(&response->body, body_max);
    response->head_bytes = 0;
    start(response);
}

void fan_runtime_response_reset(struct fan_runtime_response *response)
{
    fan_buf_reset(&response->body);
    response->head_bytes = 0;
    start(response);
}

void fan_runtime_response_clear(struct fan_runtime_response *response)
{
    fan_buf_clear(&response->body);
}

bool fan_runtime_response_untouched(const struct fan_runtime_response *response)
{
    return response->state == FAN_RUNTIME_STATUS_LINE && response->line_bytes == 0 &&
           response->head_bytes == 0;
}

static enum fan_status parse_status_line(struct fan_runtime_response *r,
                                         struct fan_err *err)
{
    const char *p = r->line;
    bool ok = strncmp(p, "HTTP/1.", 7) == 0 && (p[7] == '0' || p[7] == '1') &&
              p[8] == ' ' && p[9] >= '1' && p[9] <= '9';
    for (int i = 9; ok && i < 12; i++)
        ok = p[i] >= '0' && p[i] <= '9';
    if (!ok || (p[12] != ' ' && p[12] != '\0'))
        return fan_fail(err, FAN_EFORMAT, "cannot read status line '%.64s'", r->line);
    r->status = (p[9] - '0') * 100 + (p[10] - '0') * 10 + (p[11] - '0');
    r->close = p[7] == '0'; /* HTTP/1.0 ends connections unless it says otherwise */
    r->state = FAN_RUNTIME_HEADERS;
    return FAN_OK;
}

/* digits of `base` and nothing else; at most 2^62 */
static bool parse_digits(const char *text, size_t n, unsigned base, uint64_t *value)
{
    uint64_t v = 0;
    if (n == 0) return false;
    for (size_t i = 0; i < n; i++) {
        unsigned digit = base;
        if (text[i] >= '0' && text[i] <= '9') digit = (unsigned)(text[i] - '0');
        if (text[i] >= 'a' && text[i] <= 'f') digit = (unsigned)(text[i] - 'a') + 10;
        if (text[i] >= 'A' && text[i] <= 'F') digit = (unsigned)(text[i] - 'A') + 10;
        if (digit >= base || v >> 57) return false;
        v = v * base + digit;
    }
    *value = v;
    return true;
}

static bool is_id(const char *text)
{
    size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                            "0123456789-_");
    return n > 0 && n <= FAN_RUNTIME_ID_MAX && text[n] == '\0';
}

/* does a comma-separated value hold the token? */
static bool has_token(const char *value, const char *token)
{
    size_t n = strlen(token);
    while (*value) {
        value += strspn(value, ", \t");
        size_t length = strcspn(value, ", \t");
        if (length == n && strncasecmp(value, token, n) == 0) return true;
        value += length;
    }
    return false;
}

static enum fan_status set_length(struct fan_runtime_response *r, const char *value,
                                  struct fan_err *err)
{
    uint64_t length = 0;
    if (!parse_digits(value, strlen(value), 10, &length) ||
        (r->has_length && length != r->left))
        return fan_fail(err, FAN_EFORMAT, "cannot use content length '%.64s'", value);
    r->has_length = true;
    r->left = length;
    return FAN_OK;
}

static enum fan_status set_header(struct fan_runtime_response *r, const char *name,
                                  const char *value, struct fan_err *err)
{
    uint64_t number = 0;
    if (strcasecmp(name, "Content-Length") == 0) return set_length(r, value, err);
    if (strcasecmp(name, "Transfer-Encoding") == 0) {
        if (!has_token(value, "chunked"))
            return fan_fail(err, FAN_EFORMAT, "cannot decode transfer encoding '%.64s'",
                            value);
        r->chunked = true;
    } else if (strcasecmp(name, "Connection") == 0) {
        if (has_token(value, "close")) r->close = true;
        if (has_token(value, "keep-alive")) r->close = false;
    } else if (strcasecmp(name, "Lambda-Runtime-Aws-Request-Id") == 0) {
        if (!is_id(value))
            return fan_fail(err, FAN_EFORMAT, "cannot use request id '%.64s'", value);
        memcpy(r->request_id, value, strlen(value) + 1);
    } else if (strcasecmp(name, "Lambda-Runtime-Deadline-Ms") == 0) {
        if (!parse_digits(value, strlen(value), 10, &number))
            return fan_fail(err, FAN_EFORMAT, "cannot use deadline '%.64s'", value);
        r->deadline_ms = (int64_t)number;
    } else if (strcasecmp(name, "Lambda-Runtime-Trace-Id") == 0) {
        if (strlen(value) < sizeof r->trace_id)
            memcpy(r->trace_id, value, strlen(value) + 1);
    }
    return FAN_OK;
}

static enum fan_status parse_header(struct fan_runtime_response *r, struct fan_err *err)
{
    char *colon = strchr(r->line, ':');
    if (!colon || colon == r->line)
        return fan_fail(err, FAN_EFORMAT, "cannot read header '%.64s'", r->line);
    *colon = '\0';
    char *value = colon + 1 + strspn(colon + 1, " \t");
    size_t n = strlen(value);
    while (n > 0 && (value[n - 1] == ' ' || value[n - 1] == '\t'))
        value[--n] = '\0';
    return set_header(r, r->line, value, err);
}

/* The empty line came: what follows? */
static enum fan_status end_headers(struct fan_runtime_response *r, struct fan_err *err)
{
    if (r->status < 200) { /* interim: the real one follows */
        start(r);
        return FAN_OK;
    }
    if (r->status == 204 || r->status == 304) {
        r->state = FAN_RUNTIME_DONE;
    } else if (r->chunked) {
        r->state = FAN_RUNTIME_CHUNK_SIZE;
    } else if (r->has_length) {
        if (r->left > r->body.max)
            return fan_fail(err, FAN_ELIMIT, "cannot take a body of more than %zu bytes",
                            r->body.max);
        r->state = r->left ? FAN_RUNTIME_BODY : FAN_RUNTIME_DONE;
    } else {
        r->close = true;
        r->state = FAN_RUNTIME_BODY_REST;
    }
    return FAN_OK;
}

static enum fan_status parse_chunk_size(struct fan_runtime_response *r,
                                        struct fan_err *err)
{
    size_t n = strcspn(r->line, "; \t"); /* extensions mean nothing to us */
    if (!parse_digits(r->line, n, 16, &r->left))
        return fan_fail(err, FAN_EFORMAT, "cannot read chunk size '%.64s'", r->line);
    r->state = r->left ? FAN_RUNTIME_CHUNK : FAN_RUNTIME_TRAILERS;
    return FAN_OK;
}

static enum fan_status end_line(struct fan_runtime_response *r, struct fan_err *err)
{
    size_t n = r->line_bytes;
    if (n > 0 && r->line[n - 1] == '\r') n--;
    r->line[n] = '\0';
    r->line_bytes = 0;
    if (strlen(r->line) != n)
        return fan_fail(err, FAN_EFORMAT, "cannot read a line with a zero byte");
    switch (r->state) {
    case FAN_RUNTIME_STATUS_LINE: return parse_status_line(r, err);
    case FAN_RUNTIME_HEADERS: return n ? parse_header(r, err) : end_headers(r, err);
    case FAN_RUNTIME_CHUNK_SIZE: return parse_chunk_size(r, err);
    case FAN_RUNTIME_CHUNK_END:
        if (n) return fan_fail(err, FAN_EFORMAT, "cannot find the end of a chunk");
        r->state = FAN_RUNTIME_CHUNK_SIZE;
        return FAN_OK;
    case FAN_RUNTIME_TRAILERS:
        if (n == 0) r->state = FAN_RUNTIME_DONE;
        return FAN_OK;
    case FAN_RUNTIME_BODY:
    case FAN_RUNTIME_BODY_REST:
    case FAN_RUNTIME_CHUNK:
    case FAN_RUNTIME_DONE: break;
    }
    return fan_fail(err, FAN_ESTATE, "cannot take a line in state %d", (int)r->state);
}

/* Take bytes up to and with the next line end. */
static enum fan_status feed_line(struct fan_runtime_response *r, const char *bytes,
                                 size_t n, size_t *used, struct fan_err *err)
{
    const char *end = memchr(bytes, '\n', n);
    size_t take = end ? (size_t)(end - bytes) : n;
    if (take >= sizeof r->line - r->line_bytes ||
        take + 1 > FAN_RUNTIME_HEAD_MAX - r->head_bytes)
        return fan_fail(err, FAN_ELIMIT, "cannot take so long a response head");
    memcpy(r->line + r->line_bytes, bytes, take);
    r->line_bytes += take;
    /* chunk lines need no limit in sum: each brings a byte of the bounded body */
    if (r->state != FAN_RUNTIME_CHUNK_SIZE && r->state != FAN_RUNTIME_CHUNK_END)
        r->head_bytes += take + (end ? 1 : 0);
    *used = take + (end ? 1 : 0);
    return end ? end_line(r, err) : FAN_OK;
}

/* Take bytes of the body. */
static enum fan_status feed_body(struct fan_runtime_response *r, const char *bytes,
                                 size_t n, size_t *used, struct fan_err *err)
{
    if (r->state != FAN_RUNTIME_BODY_REST && n > r->left) n = (size_t)r->left;
    *used = n;
    enum fan_status st = fan_buf_add(&r->body, bytes, n, err);
    if (st || r->state == FAN_RUNTIME_BODY_REST) return st;
    r->left -= n;
    if (r->left == 0)
        r->state =
            r->state == FAN_RUNTIME_BODY ? FAN_RUNTIME_DONE : FAN_RUNTIME_CHUNK_END;
    return FAN_OK;
}

enum fan_status fan_runtime_response_feed(struct fan_runtime_response *response,
                                          const char *bytes, size_t n, size_t *used,
                                          struct fan_err *err)
{
    size_t at = 0;
    while (at < n && response->state != FAN_RUNTIME_DONE) {
        bool in_body = response->state == FAN_RUNTIME_BODY ||
                       response->state == FAN_RUNTIME_BODY_REST ||
                       response->state == FAN_RUNTIME_CHUNK;
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

enum fan_status fan_runtime_response_end(struct fan_runtime_response *response,
                                         struct fan_err *err)
{
    if (response->state == FAN_RUNTIME_BODY_REST) response->state = FAN_RUNTIME_DONE;
    if (response->state == FAN_RUNTIME_DONE) return FAN_OK;
    return fan_fail(err, FAN_ENET, "the connection ended within a response");
}
