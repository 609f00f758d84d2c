/* http_response.h - HTTP/1.1 responses, parsed as they come.   Pure.
 * Source: RFC 9112, sections 4 to 7. */
#ifndef FAN_COMMON_HTTP_RESPONSE_H
#define FAN_COMMON_HTTP_RESPONSE_H

#include "common/buf.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_HTTP_HEAD_MAX 65536 /* status line, headers and trailers together, bytes */

enum fan_http_state {
    FAN_HTTP_STATUS_LINE,
    FAN_HTTP_HEADERS,
    FAN_HTTP_BODY,       /* `left` bytes of it */
    FAN_HTTP_BODY_REST,  /* until the connection ends */
    FAN_HTTP_CHUNK_SIZE, /* a line */
    FAN_HTTP_CHUNK,      /* `left` bytes of it */
    FAN_HTTP_CHUNK_END,  /* the line end behind a chunk */
    FAN_HTTP_TRAILERS,
    FAN_HTTP_DONE
};

/* Fields up to `body` are results, valid when state is FAN_HTTP_DONE. */
struct fan_http_response {
    int status;          /* 0: no status line of a final response has come */
    bool close;          /* the connection ends with this response */
    struct fan_buf head; /* header lines without the status line, for http_head.h */
    struct fan_buf body;

    enum fan_http_state state;
    bool chunked, has_length;
    uint64_t left;
    size_t head_bytes; /* of whole lines that count */
    size_t line_start; /* in head: where the line that has not ended begins */
};

/* Expect a response with a body of at most body_max bytes. Owns: ..._clear. */
void fan_http_response_init(struct fan_http_response *response, size_t body_max);

/* Expect the next one; keeps the memory. */
void fan_http_response_reset(struct fan_http_response *response);
void fan_http_response_clear(struct fan_http_response *response);

/**
 * Take bytes in the order they arrive, in pieces of any size. *used tells how many belong
 * to this response; the rest belongs to the next one. Interim 1xx responses are skipped;
 * lines may end in a bare LF. Errors: FAN_EFORMAT (not HTTP), FAN_ELIMIT (head or body
 * too large). After an error the connection is of no use.
 */
enum fan_status fan_http_response_feed(struct fan_http_response *response,
                                       const char *bytes, size_t n, size_t *used,
                                       struct fan_err *err) FAN_MUST_CHECK;

/**
 * The connection ended. Errors: FAN_ENET when the response needed more bytes.
 */
enum fan_status fan_http_response_end(struct fan_http_response *response,
                                      struct fan_err *err) FAN_MUST_CHECK;

/* True when not a byte of the response has come yet. */
bool fan_http_response_untouched(const struct fan_http_response *response);

#ifdef __cplusplus
}
#endif
#endif
