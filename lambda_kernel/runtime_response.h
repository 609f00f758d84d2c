/* runtime_response.h - HTTP/1.1 responses of the runtime API, parsed byte by byte as they
 * come.   Pure.
 * Source: RFC 9112, sections 4 to 7; AWS Lambda developer guide, "Using the Lambda
 * runtime API for custom runtimes". */
#ifndef FAN_LAMBDA_KERNEL_RUNTIME_RESPONSE_H
#define FAN_LAMBDA_KERNEL_RUNTIME_RESPONSE_H

#include "common/buf.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_RUNTIME_LINE_MAX  8192  /* one header; the client context may take 3.6 KB */
#define FAN_RUNTIME_HEAD_MAX  65536 /* status line, headers and trailers together */
#define FAN_RUNTIME_EVENT_MAX 6291456
#define FAN_RUNTIME_ID_MAX    128

enum fan_runtime_state {
    FAN_RUNTIME_STATUS_LINE,
    FAN_RUNTIME_HEADERS,
    FAN_RUNTIME_BODY,       /* `left` bytes of it */
    FAN_RUNTIME_BODY_REST,  /* until the connection ends */
    FAN_RUNTIME_CHUNK_SIZE, /* a line */
    FAN_RUNTIME_CHUNK,      /* `left` bytes of it */
    FAN_RUNTIME_CHUNK_END,  /* the line end behind a chunk */
    FAN_RUNTIME_TRAILERS,
    FAN_RUNTIME_DONE
};

/* Fields up to `body` are results, valid when state is FAN_RUNTIME_DONE. */
struct fan_runtime_response {
    int status;
    bool close; /* the connection ends with this response */
    int64_t deadline_ms;
    char request_id[FAN_RUNTIME_ID_MAX + 1]; /* letters, digits, - and _ ; or empty */
    char trace_id[1024];                     /* printable; longer ones are dropped */
    struct fan_buf body;

    enum fan_runtime_state state;
    bool chunked, has_length;
    uint64_t left;
    size_t head_bytes, line_bytes;
    char line[FAN_RUNTIME_LINE_MAX];
};

/* Expect a response with a body of at most body_max bytes. Owns: ..._clear. */
void fan_runtime_response_init(struct fan_runtime_response *response, size_t body_max);

/* Expect the next one; keeps the body's memory. */
void fan_runtime_response_reset(struct fan_runtime_response *response);
void fan_runtime_response_clear(struct fan_runtime_response *response);

/**
 * Take bytes in the order they arrive, in pieces of any size. *used tells how many belong
 * to this response; the rest belongs to the next one. Interim 1xx responses are skipped.
 * Errors: FAN_EFORMAT (not HTTP), FAN_ELIMIT (line, head or body too large). After an
 * error the connection is of no use.
 */
enum fan_status fan_runtime_response_feed(struct fan_runtime_response *response,
                                          const char *bytes, size_t n, size_t *used,
                                          struct fan_err *err) FAN_MUST_CHECK;

/**
 * The connection ended. Errors: FAN_ENET when the response needed more bytes.
 */
enum fan_status fan_runtime_response_end(struct fan_runtime_response *response,
                                         struct fan_err *err) FAN_MUST_CHECK;

/* True when not a byte of the response has come yet. */
bool fan_runtime_response_untouched(const struct fan_runtime_response *response);

#ifdef __cplusplus
}
#endif
#endif
