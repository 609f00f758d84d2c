/* runtime_protocol.h - the Runtime API as text: which call a request is, and the answers.
 * Pure. Source: AWS Lambda developer guide, "Using the Lambda runtime API". */
#ifndef FAN_LOCAL_LAMBDA_RUNTIME_PROTOCOL_H
#define FAN_LOCAL_LAMBDA_RUNTIME_PROTOCOL_H

#include "common/buf.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_RESPONSE_BYTES_MAX 6291556 /* of an answer of a function: 6 MiB + 100 */

enum fan_runtime_call {
    FAN_RUNTIME_NEXT,       /* GET  /runtime/invocation/next */
    FAN_RUNTIME_RESPONSE,   /* POST /runtime/invocation/ID/response */
    FAN_RUNTIME_ERROR,      /* POST /runtime/invocation/ID/error */
    FAN_RUNTIME_INIT_ERROR, /* POST /runtime/init/error */
    FAN_RUNTIME_UNKNOWN
};

/**
 * What a request asks for. For RESPONSE and ERROR *id and *id_bytes name the request id
 * inside path.
 */
enum fan_runtime_call fan_runtime_route(const char *method, const char *path,
                                        const char **id, size_t *id_bytes);

enum fan_runtime_reply {
    FAN_RUNTIME_ACCEPTED,     /* 202 {"status":"OK"} */
    FAN_RUNTIME_BAD_REQUEST,  /* 400, not HTTP */
    FAN_RUNTIME_WRONG_ID,     /* 400 InvalidRequestID */
    FAN_RUNTIME_WRONG_STATE,  /* 403 InvalidStateTransition */
    FAN_RUNTIME_NO_SUCH_CALL, /* 404 */
    FAN_RUNTIME_TOO_LARGE     /* 413 RequestEntityTooLarge */
};

/* A whole HTTP response. *n: its bytes. Static text. */
const char *fan_runtime_reply_text(enum fan_runtime_reply reply, size_t *n);

/* What the answer to NEXT tells besides the event. Strings are the caller's. */
struct fan_runtime_event {
    const char *request_id, *function_arn, *trace_id;
    const char *client_context; /* JSON on one line, or NULL */
    int64_t deadline_ms;        /* since 1970 */
    size_t event_bytes;
};

#define FAN_RUNTIME_HEAD_MAX 5120
/* The head of the answer to NEXT, up to and with the empty line. Returns its bytes. */
size_t fan_runtime_event_head(char head[FAN_RUNTIME_HEAD_MAX],
                              const struct fan_runtime_event *event);

/**
 * The error type a runtime named, when it looks like one ("Runtime.Reason",
 * "Function.Reason"); otherwise "Runtime.Unknown". type may be NULL. Returns text.
 */
const char *fan_runtime_error_type(const char *type, char text[129]);

#ifdef __cplusplus
}
#endif
#endif
