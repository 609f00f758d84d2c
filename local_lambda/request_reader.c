/* request_reader.c - see request_reader.h. The head is cut up in place (NULs over the
 * separators); a chunked body is joined in place. */
#include "local_lambda/request_reader.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#define FEED_MAX       (1u << 20)
#define CHUNK_HEAD_MAX 1024
#define KEEP_BYTES_MAX 65536 /* a larger buffer is given back once it is empty */

void fan_reader_init(struct fan_request_reader *reader, size_t body_max)
{
    memset(reader, 0, sizeof *reader);
    reader->body_max = body_max;
    /* body, head, chunk heads and what was pipelined behind them */
    fan_buf_init(&reader->buf, FAN_READER_HEAD_MAX + 2 * body_max + 2 * FEED_MAX);
}

void fan_reader_clear(struct fan_request_reader *reader)
{
    fan_buf_clear(&reader->buf);
}

static void drop_used(struct fan_request_reader *reader)
{
    if (reader->used == 0) return;
    struct fan_buf *buf = &reader->buf;
    buf->size -= reader->used;
    if (buf->size > 0)
        memmove(buf->data, buf->data + reader->used, buf->size);
    else if (buf->capacity > KEEP_BYTES_MAX)
        fan_buf_clear(buf);
    reader->used = 0;
}

enum fan_status fan_reader_feed(struct fan_request_reader *reader, const void *bytes,
                                size_t n, struct fan_err *err)
{
    assert(n <= FEED_MAX);
    drop_used(reader);
    return fan_buf_add(&reader->buf, bytes, n, err);
}

/* Digits of base 10 or 16 up to end; false when there are none, others or too many. */
static bool parse_size(const char *text, const char *end, unsigned base, size_t *value)
{
    size_t v = 0;
    if (text == end) return false;
    for (; text < end; text++) {
        unsigned digit = (unsigned)*text - '0';
        if (digit > 9) {
            digit = ((unsigned)*text | 0x20) - 'a' + 10;
            if (digit < 10 || digit >= base) return false;
        }
        if (v > (SIZE_MAX >> 8)) return false;
        v = v * base + digit;
    }
    *value = v;
    return true;
}

static bool header_is(const char *name, size_t n, const char *wanted)
{
    return n == strlen(wanted) && strncasecmp(name, wanted, n) == 0;
}

/* One header line [line, end), NUL at end. False: malformed or of no use together. */
static bool take_header(struct fan_request_reader *reader, char *line, char *end,
                        bool *has_length)
{
    char *colon = memchr(line, ':', (size_t)(end - line));
    if (!colon || colon == line) return false;
    size_t n = (size_t)(colon - line);
    char *value = colon + 1;
    while (*value == ' ' || *value == '\t')
        value++;
    while (end > value && (end[-1] == ' ' || end[-1] == '\t'))
        *--end = '\0';
    if (header_is(line, n, "Content-Length")) {
        size_t length = 0;
        if (!parse_size(value, end, 10, &length)) return false;
        if (*has_length && length != reader->length) return false;
        reader->length = length;
        *has_length = true;
    } else if (header_is(line, n, "Transfer-Encoding")) {
        if (strcasecmp(value, "chunked") != 0) return false;
        reader->chunked = true;
    } else if (header_is(line, n, "Connection")) {
        if (strcasecmp(value, "close") == 0) reader->close = true;
        if (strcasecmp(value, "keep-alive") == 0) reader->close = false;
    } else if (header_is(line, n, "Expect")) {
        reader->expects_continue = strcasecmp(value, "100-continue") == 0;
    } else if (header_is(line, n, "Lambda-Runtime-Function-Error-Type")) {
        reader->error_type_at = (size_t)(value - reader->buf.data);
    }
    return true;
}

/* "METHOD SP target SP HTTP/1.x", NUL at end */
static bool take_request_line(struct fan_request_reader *reader, char *line, char *end)
{
    char *target = memchr(line, ' ', (size_t)(end - line));
    if (!target || target == line) return false;
    *target++ = '\0';
    char *version = memchr(target, ' ', (size_t)(end - target));
    if (!version || *target != '/') return false;
    *version++ = '\0';
    if (strncmp(version, "HTTP/1.", 7) != 0 || end - version != 8) return false;
    reader->close = version[7] == '0';
    char *query = strchr(target, '?');
    if (query) *query = '\0';
    reader->method_at = (size_t)(line - reader->buf.data);
    reader->path_at = (size_t)(target - reader->buf.data);
    return true;
}

/* The head is complete: [data, data + head_bytes), which ends in CRLF CRLF. */
static bool take_head(struct fan_request_reader *reader)
{
    char *data = reader->buf.data;
    char *stop = data + reader->head_bytes - 2; /* behind the last line's CRLF */
    bool first = true, has_length = false;
    reader->length = reader->discarded = 0;
    reader->chunked = reader->expects_continue = false;
    reader->error_type_at = 0;
    if (memchr(data, '\0', reader->head_bytes)) return false;
    for (char *line = data; line < stop;) {
        char *end = memchr(line, '\r', (size_t)(stop - line));
        if (!end || end[1] != '\n') return false;
        *end = '\0';
        if (!(first ? take_request_line(reader, line, end)
                    : take_header(reader, line, end, &has_length)))
            return false;
        first = false;
        line = end + 2;
    }
    /* both together is how requests are smuggled */
    if (reader->chunked && has_length) return false;
    reader->chunk_at = reader->chunk_out = reader->head_bytes;
    return reader->length <= FAN_READER_DISCARD_MAX;
}

static enum fan_reader_state read_head(struct fan_request_reader *reader)
{
    struct fan_buf *buf = &reader->buf;
    size_t from = reader->scanned > 3 ? reader->scanned - 3 : 0;
    for (size_t i = from; i + 4 <= buf->size; i++) {
        const char *cr = memchr(buf->data + i, '\r', buf->size - i - 3);
        if (!cr) break;
        i = (size_t)(cr - buf->data);
        if (memcmp(cr, "\r\n\r\n", 4) != 0) continue;
        reader->head_bytes = i + 4;
        if (reader->head_bytes > FAN_READER_HEAD_MAX) return FAN_READER_BAD;
        return take_head(reader) ? FAN_READER_REQUEST : FAN_READER_BAD;
    }
    reader->scanned = buf->size;
    return buf->size > FAN_READER_HEAD_MAX ? FAN_READER_BAD : FAN_READER_MORE;
}

static void hand_out(struct fan_request_reader *reader, size_t body_bytes, size_t end,
                     bool too_large, struct fan_reader_request *request)
{
    const char *data = reader->buf.data;
    request->method = data + reader->method_at;
    request->path = data + reader->path_at;
    request->error_type = reader->error_type_at ? data + reader->error_type_at : NULL;
    request->body = too_large ? "" : data + reader->head_bytes;
    request->body_bytes = body_bytes;
    request->too_large = too_large;
    request->close = reader->close;
    reader->used = end;
    reader->scanned = reader->head_bytes = 0;
    reader->expects_continue = false;
}

/* Cut n bytes at offset at out of the buffer. */
static void cut(struct fan_buf *buf, size_t at, size_t n)
{
    memmove(buf->data + at, buf->data + at + n, buf->size - at - n);
    buf->size -= n;
}

static enum fan_reader_state read_sized(struct fan_request_reader *reader,
                                        struct fan_reader_request *request)
{
    struct fan_buf *buf = &reader->buf;
    size_t have = buf->size - reader->head_bytes;
    bool too_large = reader->length > reader->body_max;
    if (too_large) {
        size_t owed = reader->length - reader->discarded;
        size_t n = have < owed ? have : owed;
        cut(buf, reader->head_bytes, n);
        reader->discarded += n;
        if (n < owed) return FAN_READER_MORE;
        hand_out(reader, reader->length, reader->head_bytes, true, request);
        return FAN_READER_REQUEST;
    }
    if (have < reader->length) return FAN_READER_MORE;
    hand_out(reader, reader->length, reader->head_bytes + reader->length, false, request);
    return FAN_READER_REQUEST;
}

/* Trailer lines behind the last chunk, at offset at: its end, 0 for more, or SIZE_MAX. */
static size_t trailer_end(const struct fan_buf *buf, size_t at)
{
    for (size_t line = at;;) {
        const char *lf =
            line < buf->size ? memchr(buf->data + line, '\n', buf->size - line) : NULL;
        if (!lf) return buf->size - at > FAN_READER_HEAD_MAX ? SIZE_MAX : 0;
        size_t end = (size_t)(lf - buf->data) + 1;
        if (end - at > FAN_READER_HEAD_MAX) return SIZE_MAX;
        if (end - line <= 2) return end;
        line = end;
    }
}

static enum fan_reader_state read_chunks(struct fan_request_reader *reader,
                                         struct fan_reader_request *request)
{
    struct fan_buf *buf = &reader->buf;
    for (;;) {
        size_t at = reader->chunk_at, size = 0;
        const char *line = buf->data + at;
        const char *lf = buf->size > at ? memchr(line, '\n', buf->size - at) : NULL;
        if (!lf)
            return buf->size - at > CHUNK_HEAD_MAX ? FAN_READER_BAD : FAN_READER_MORE;
        if ((size_t)(lf - line) >= CHUNK_HEAD_MAX) return FAN_READER_BAD;
        const char *digits = line;
        while (digits < lf && *digits != ';' && *digits != '\r')
            digits++;
        if (!parse_size(line, digits, 16, &size) || size > FAN_READER_DISCARD_MAX)
            return FAN_READER_BAD;
        size_t data_at = (size_t)(lf - buf->data) + 1;
        bool too_large = reader->discarded > 0;
        if (size == 0) {
            size_t end = trailer_end(buf, data_at);
            if (end == SIZE_MAX) return FAN_READER_BAD;
            if (end == 0) return FAN_READER_MORE;
            size_t body = reader->chunk_out - reader->head_bytes + reader->discarded;
            hand_out(reader, body, end, too_large, request);
            return FAN_READER_REQUEST;
        }
        if (buf->size - data_at < size + 2 && size <= reader->body_max)
            return FAN_READER_MORE;
        if (size > reader->body_max) return FAN_READER_BAD;
        if (memcmp(buf->data + data_at + size, "\r\n", 2) != 0) return FAN_READER_BAD;
        memmove(buf->data + reader->chunk_out, buf->data + data_at, size);
        reader->chunk_out += size;
        reader->chunk_at = data_at + size + 2;
        size_t body = reader->chunk_out - reader->head_bytes;
        if (too_large || body > reader->body_max) {
            reader->discarded += body;
            if (reader->discarded > FAN_READER_DISCARD_MAX) return FAN_READER_BAD;
            cut(buf, reader->head_bytes, reader->chunk_at - reader->head_bytes);
            reader->chunk_at = reader->chunk_out = reader->head_bytes;
        }
    }
}

enum fan_reader_state fan_reader_next(struct fan_request_reader *reader,
                                      struct fan_reader_request *request)
{
    drop_used(reader);
    if (reader->head_bytes == 0) {
        enum fan_reader_state state = read_head(reader);
        if (state != FAN_READER_REQUEST) return state;
    }
    return reader->chunked ? read_chunks(reader, request) : read_sized(reader, request);
}

bool fan_reader_wants_continue(struct fan_request_reader *reader)
{
    bool wants = reader->head_bytes > 0 && reader->expects_continue;
    reader->expects_continue = false;
    return wants;
}
