/* http_request.h - HTTP/1.1 requests as bytes.   Pure. Source: RFC 9112, section 3. */
#ifndef FAN_INVOKE_HTTP_REQUEST_H
#define FAN_INVOKE_HTTP_REQUEST_H

#include "common/buf.h"
#include "invoke/base_url.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Append "Name: value\r\n" to lines. Errors: FAN_ELIMIT (of lines), FAN_EINVAL (a line
 * break or other control character in the value); nothing is added then.
 */
enum fan_status fan_http_request_line(struct fan_buf *lines, const char *name,
                                      const char *value,
                                      struct fan_err *err) FAN_MUST_CHECK;

/**
 * Append the head of a request: request line, Host, the caller's lines, Content-Length
 * (but for GET, which has no body), empty line. target: path and query behind url's path,
 * percent-encoded. Errors: FAN_ELIMIT (of head).
 */
enum fan_status fan_http_request_head(struct fan_buf *head, const char *method,
                                      const struct fan_base_url *url, const char *target,
                                      const struct fan_buf *lines, size_t body_bytes,
                                      struct fan_err *err) FAN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
