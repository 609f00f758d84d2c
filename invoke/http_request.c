/* http_request.c - see http_request.h. Runs once per call: it copies, and formats
 * nothing. */
#include "invoke/http_request.h"

#include <string.h>

struct part {
    const char *text;
    size_t n;
};

/* Append parts, all or none. */
static enum fan_status add_parts(struct fan_buf *buf, const struct part *part,
                                 size_t count, struct fan_err *err)
{
    size_t before = buf->size;
    enum fan_status st = FAN_OK;
    for (size_t i = 0; !st && i < count; i++)
        st = fan_buf_add(buf, part[i].text, part[i].n, err);
    if (st) fan_buf_cut(buf, before);
    return st;
}

/* clang-format off */
#define LITERAL(text) { text, sizeof(text) - 1 }
#define COUNT(array)  (sizeof(array) / sizeof *(array))
/* clang-format on */

enum fan_status fan_http_request_line(struct fan_buf *lines, const char *name,
                                      const char *value, struct fan_err *err)
{
    size_t n = 0;
    for (; value[n]; n++)
        if ((unsigned char)value[n] < ' ' || value[n] == 0x7f)
            return fan_fail(err, FAN_EINVAL,
                            "cannot send header '%s': control character in its value",
                            name);
    const struct part part[] = {
        { name, strlen(name) }, LITERAL(": "), { value, n }, LITERAL("\r\n")
    };
    if (add_parts(lines, part, COUNT(part), NULL) == FAN_OK) return FAN_OK;
    return fan_fail(err, FAN_ELIMIT,
                    "cannot send header '%s': the request's head is too long", name);
}

/* Digits of value at the end of room; returns where they start. */
static const char *decimal(size_t value, char *room, size_t size)
{
    char *p = room + size;
    do {
        *--p = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    return p;
}

enum fan_status fan_http_request_head(struct fan_buf *head, const char *method,
                                      const struct fan_base_url *url, const char *target,
                                      const struct fan_buf *lines, size_t body_bytes,
                                      struct fan_err *err)
{
    char room[24];
    const char *digits = decimal(body_bytes, room, sizeof room);
    const struct part part[] = { { method, strlen(method) },
                                 LITERAL(" "),
                                 { url->path, strlen(url->path) },
                                 { target, strlen(target) },
                                 LITERAL(" HTTP/1.1\r\nHost: "),
                                 { url->host, strlen(url->host) },
                                 LITERAL("\r\n"),
                                 { lines->data, lines->size },
                                 LITERAL("Content-Length: "),
                                 { digits, (size_t)(room + sizeof room - digits) },
                                 LITERAL("\r\n\r\n") };
    size_t length_parts = 3;
    if (strcmp(method, "GET") != 0) return add_parts(head, part, COUNT(part), err);
    enum fan_status st = add_parts(head, part, COUNT(part) - length_parts, err);
    return st ? st : fan_buf_add(head, "\r\n", 2, err);
}
