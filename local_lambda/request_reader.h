/* request_reader.h - HTTP/1.1 requests cut out of a byte stream, for the Runtime API,
 * whose few calls are the endpoint's hottest path. Pure: no I/O. */
#ifndef FAN_LOCAL_LAMBDA_REQUEST_READER_H
#define FAN_LOCAL_LAMBDA_REQUEST_READER_H

#include "common/buf.h"

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_READER_HEAD_MAX    16384
#define FAN_READER_DISCARD_MAX (256u << 20) /* of a body that is refused */

/* One request. Text points into the reader and stays valid until it is fed or asked
 * again. */
struct fan_reader_request {
    const char *method, *path; /* path: raw, without the query */
    const char *error_type;    /* Lambda-Runtime-Function-Error-Type, or NULL */
    const char *body;          /* not NUL-terminated; "" when too_large */
    size_t body_bytes;         /* as sent, also when too_large */
    bool too_large;            /* more than body_max: read past, not kept */
    bool close;                /* the client wants the connection closed afterwards */
};

struct fan_request_reader {
    struct fan_buf buf; /* received, not yet handed out */
    size_t used;        /* of buf: the request handed out last */
    size_t scanned;     /* of buf: searched for the end of the head */
    size_t body_max;
    size_t head_bytes; /* of the request being read; 0: head not complete */
    size_t length;     /* Content-Length */
    size_t discarded;  /* body bytes thrown away */
    bool chunked, close, expects_continue;
    size_t chunk_at, chunk_out; /* next chunk's head; end of the joined chunks */
    size_t method_at, path_at, error_type_at; /* offsets in buf; 0: no error type */
};

enum fan_reader_state {
    FAN_READER_MORE,    /* feed more bytes */
    FAN_READER_REQUEST, /* *request was filled */
    FAN_READER_BAD      /* no HTTP/1.1 request: answer 400 and close */
};

/* A reader that keeps bodies of up to body_max bytes. Owns: fan_reader_clear. */
void fan_reader_init(struct fan_request_reader *reader, size_t body_max);
void fan_reader_clear(struct fan_request_reader *reader);

/* Append received bytes; n at most 1 MiB. Errors: FAN_ELIMIT, when requests were not
 * taken out in between. */
enum fan_status fan_reader_feed(struct fan_request_reader *reader, const void *bytes,
                                size_t n, struct fan_err *err) FAN_MUST_CHECK;

/**
 * The next complete request. Knows Content-Length and chunked bodies. Source: RFC 9112.
 */
enum fan_reader_state fan_reader_next(struct fan_request_reader *reader,
                                      struct fan_reader_request *request);

/* True once per request whose client waits for "100 Continue" before it sends its body.
 */
bool fan_reader_wants_continue(struct fan_request_reader *reader);

#ifdef __cplusplus
}
#endif
#endif
