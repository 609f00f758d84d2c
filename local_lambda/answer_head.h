/* answer_head.h - the head of an HTTP/1.1 answer as bytes. Pure. */
#ifndef FAN_LOCAL_LAMBDA_ANSWER_HEAD_H
#define FAN_LOCAL_LAMBDA_ANSWER_HEAD_H

#include "common/buf.h"
#include "local_lambda/http_message.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_ANSWER_HEAD_MAX 65536 /* bytes; the longest header is a log tail */

/* Answers of this status have no body, nor say how long it is. Source: RFC 9110, sections
 * 15.3.5 and 15.4.5. */
bool fan_answer_bodiless(int status);

/**
 * Write everything before the body, which has body_bytes, over what head holds: status
 * line, date ("Sun, 06 Nov 1994 08:49:37 GMT"), the answer's headers, whether the
 * connection stays where the request speaks of it, and the length.
 */
void fan_answer_head(struct fan_buf *head, const struct fan_http_answer *answer,
                     const struct fan_http_request *request, const char *date,
                     size_t body_bytes);

#ifdef __cplusplus
}
#endif
#endif
