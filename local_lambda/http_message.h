/* http_message.h - an HTTP request and its answer as plain data, free of any server
 * library. */
#ifndef FAN_LOCAL_LAMBDA_HTTP_MESSAGE_H
#define FAN_LOCAL_LAMBDA_HTTP_MESSAGE_H

#include "common/buf.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_HTTP_HEADERS_MAX 64

struct fan_http_field {
    const char *name, *value;
};

/* Everything points into memory of the server that lives until the answer was sent. */
struct fan_http_request {
    const char *method;
    const char *path;  /* raw, still percent-encoded, without the query */
    const char *query; /* raw text behind '?', or "" */
    struct fan_http_field header[FAN_HTTP_HEADERS_MAX];
    size_t header_count;
    const char *body; /* not NUL-terminated */
    size_t body_bytes;
};

/* Value of the first header of this name (case-insensitive), or NULL. */
const char *fan_http_header(const struct fan_http_request *request, const char *name);

/**
 * Value of a query parameter, percent-decoded into value (capacity bytes,
 * NUL-terminated). Returns 1 when present, 0 when absent, -1 when it is malformed or too
 * long.
 */
int fan_http_query(const struct fan_http_request *request, const char *name, char *value,
                   size_t capacity);

#define FAN_HTTP_ANSWER_HEADERS_MAX 64
#define FAN_HTTP_ANSWER_NAME_MAX    128 /* bytes of a header's name, its NUL included */
#define FAN_HTTP_ANSWER_BYTES_MAX   (8u << 20) /* above the 6 MB a function may return */

/* An answer being built: status, headers (copied in), body. */
struct fan_http_answer {
    int status;
    struct {
        char name[FAN_HTTP_ANSWER_NAME_MAX];
        char *value; /* owned */
    } header[FAN_HTTP_ANSWER_HEADERS_MAX];
    size_t header_count;
    struct fan_buf body;
};

/* Start an empty answer. Allocates nothing. */
void fan_http_answer_init(struct fan_http_answer *answer, int status);

/**
 * Set a header; one of the same name (case-insensitive) is replaced. Control characters
 * of the value become spaces: no value can smuggle in a line. name is shorter than
 * FAN_HTTP_ANSWER_NAME_MAX and at most FAN_HTTP_ANSWER_HEADERS_MAX headers are set (both
 * asserted: names are ours).
 */
void fan_http_answer_header(struct fan_http_answer *answer, const char *name,
                            const char *value);

/**
 * Add a header beside others of its name, as for Set-Cookie; values are cleaned as above.
 * Errors: FAN_ELIMIT for a name or a number of headers over the maximum, FAN_EFORMAT for
 * a name that is no token (RFC 9110, section 5.6.2): names may come from a function.
 */
enum fan_status fan_http_answer_add(struct fan_http_answer *answer, const char *name,
                                    const char *value) FAN_MUST_CHECK;

/* Value of a header that was set, or NULL. */
const char *fan_http_answer_get(const struct fan_http_answer *answer, const char *name);

/* Free what the answer owns; it is empty then. NULL and zeroed answers are accepted. */
void fan_http_answer_clear(struct fan_http_answer *answer);

#ifdef __cplusplus
}
#endif
#endif
