/* front_message.h - what API Gateway and function URLs are asked and answer: a function
 * behind an HTTP address of its own.  Pure. */
#ifndef FAN_INVOKE_FRONT_MESSAGE_H
#define FAN_INVOKE_FRONT_MESSAGE_H

#include "invoke/invoke_message.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Where a call goes behind the base URL: path (percent-encoded, begins with '/'), or "/"
 * and the function's name where it is NULL. Errors: FAN_EINVAL (no path, no name),
 * FAN_ELIMIT.
 */
enum fan_status fan_front_build(struct fan_invoke_target *target, const char *path,
                                const char *function, struct fan_err *err) FAN_MUST_CHECK;

/**
 * Read an answer as fan_invoke_read does, with what is different here: there is no log,
 * so nothing is `reported`, and whether the function started cold only it can say; and a
 * function that failed shows as a status. Outcomes: 2xx ok; 502 and 504 function (it
 * failed, or took too long, behind the door: billed); any other status of an answer that
 * is the function's own, function; 429 throttle; other 5xx service; the rest client. An
 * answer is the function's own when it has an `errorType` and the door's header
 * X-Amzn-ErrorType is missing. Refusals of the door get a text that says what to look at.
 * Source: API Gateway developer guide, "Gateway response types"; Lambda guide, "Invoking
 * function URLs".
 */
uint32_t fan_front_read(const struct fan_invoke_answer *answer,
                        struct fan_record *record);

/* What a door says when the quota of a usage plan is used up: no second attempt helps. */
#define FAN_FRONT_QUOTA "LimitExceededException"

#ifdef __cplusplus
}
#endif
#endif
