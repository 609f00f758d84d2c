/* runtime_response.h - what the runtime API says of an event in its header lines.   Pure.
 * Source: AWS Lambda developer guide, "Using the Lambda runtime API for custom runtimes".
 */
#ifndef FAN_RUNTIME_RESPONSE_H
#define FAN_RUNTIME_RESPONSE_H

#include "common/err.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_RUNTIME_EVENT_MAX 6291456 /* the platform's limit of an event, bytes */
#define FAN_RUNTIME_ID_MAX    128

struct fan_runtime_response {
    int64_t deadline_ms;                     /* wall time since 1970; 0: none */
    char request_id[FAN_RUNTIME_ID_MAX + 1]; /* letters, digits, - and _ ; or empty */
    char trace_id[1024];                     /* longer ones are dropped */
};

/**
 * Read the header lines of a response (fan_http_response.head; NULL: none). Errors:
 * FAN_EFORMAT for an id that could not stand in a path, and a deadline that is no number.
 */
enum fan_status fan_runtime_response_read(struct fan_runtime_response *response,
                                          const char *head,
                                          struct fan_err *err) FAN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
