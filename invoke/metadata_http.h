/* metadata_http.h - one question to a service close by that knows the machine's keys. */
#ifndef FAN_INVOKE_METADATA_HTTP_H
#define FAN_INVOKE_METADATA_HTTP_H

#include "common/buf.h"
#include "invoke/sigv4.h"

#ifdef __cplusplus
extern "C" {
#endif

struct fan_metadata_question {
    const char *origin;               /* "http://169.254.169.254" */
    const char *method;               /* "GET" or "PUT"; a literal */
    const char *target;               /* path and query */
    struct fan_signing_header header; /* name NULL: none */
    uint32_t timeout_ms;              /* to connect, and for the whole */
    uint32_t attempts;                /* >= 1; a failure or HTTP 5xx is tried again */
};

/**
 * Ask, never through a proxy, and wait. *status: HTTP status; the body is appended to
 * answer, which bounds it. Errors: FAN_ENET (no answer), FAN_EINVAL (the origin or a
 * header), FAN_ELIMIT.
 */
enum fan_status fan_metadata_ask(const struct fan_metadata_question *question,
                                 uint32_t *status, struct fan_buf *answer,
                                 struct fan_err *err) FAN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
