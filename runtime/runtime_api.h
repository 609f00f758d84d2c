/* runtime_api.h - the function's side of the Lambda runtime API, over one kept
 * connection.
 *
 * An answer and the wait for the next event leave in one write: the platform reads both
 * at once, and nobody is woken twice. Should the connection end in between, the wait is
 * simply asked for again on a new one. Source: AWS Lambda developer guide, "Using the
 * Lambda runtime API for custom runtimes". */
#ifndef FAN_RUNTIME_API_H
#define FAN_RUNTIME_API_H

#include "common/err.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Where the API listens, from AWS_LAMBDA_RUNTIME_API. */
struct fan_runtime_address {
    char host[64]; /* IPv4 or IPv6 in digits */
    uint16_t port;
    char authority[80]; /* for the Host header, as given */
    char prefix[256];   /* path before /2018-06-01, mostly empty */
};

/**
 * Read "HOST:PORT" or "HOST:PORT/PREFIX". HOST is an IPv4 address, an IPv6 address in
 * brackets, or localhost: a static program has no resolver, and the platform gives
 * digits. Errors: FAN_EINVAL.
 */
enum fan_status fan_runtime_address_parse(const char *text,
                                          struct fan_runtime_address *address,
                                          struct fan_err *err) FAN_MUST_CHECK;

/* An event; all pointers stay valid until the next call on the runtime. */
struct fan_runtime_event {
    const char *request_id;
    const char *trace_id; /* "" when there is none */
    int64_t deadline_ms;  /* wall time since 1970; 0 when there is none */
    const char *body;
    size_t body_bytes;
};

struct fan_runtime;

/* Connects when first used. Owns: fan_runtime_close. Errors: as ..._address_parse. */
enum fan_status fan_runtime_open(struct fan_runtime **runtime, const char *address,
                                 struct fan_err *err) FAN_MUST_CHECK;
void fan_runtime_close(struct fan_runtime *runtime);

/**
 * Wait for the next event, for as long as it takes. Errors: FAN_ENET (cannot connect, or
 * the connection breaks again and again), FAN_EREMOTE (refused), FAN_EFORMAT, FAN_ELIMIT.
 */
enum fan_status fan_runtime_next(struct fan_runtime *runtime,
                                 struct fan_runtime_event *event,
                                 struct fan_err *err) FAN_MUST_CHECK;

/**
 * Answer the event last given by fan_runtime_next: as a response, or as an error when
 * error_type is not NULL. An answer that the platform refuses (4xx) is logged and
 * dropped: the invocation is over either way. Errors: FAN_ENET, FAN_EREMOTE (5xx),
 * FAN_EFORMAT.
 */
enum fan_status fan_runtime_answer(struct fan_runtime *runtime, const char *error_type,
                                   const char *body, size_t body_bytes,
                                   struct fan_err *err) FAN_MUST_CHECK;

/* Report that the function cannot start. Errors: as fan_runtime_answer. */
enum fan_status fan_runtime_init_error(struct fan_runtime *runtime,
                                       const char *error_type, const char *body,
                                       size_t body_bytes,
                                       struct fan_err *err) FAN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
