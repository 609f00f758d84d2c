/* service_error.h - the errors of the Lambda service as it sends them: status, type,
 * body. */
#ifndef FAN_LOCAL_LAMBDA_SERVICE_ERROR_H
#define FAN_LOCAL_LAMBDA_SERVICE_ERROR_H

#include "local_lambda/http_message.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Turn an (initialised) answer into a service error: headers set before stay, status and
 * body are replaced. Sets Content-Type, x-amzn-ErrorType and the JSON body, whose message
 * key is "Message" or "message" and whose extra keys ("Type", "Reason") are those of the
 * type. reason is used by TooManyRequestsException only (NULL otherwise). Unknown types
 * get "message". The message is cut at 4 KB. Source: Lambda API reference, Invoke,
 * Errors; botocore service model of lambda.
 */
void fan_service_error(struct fan_http_answer *answer, int status, const char *type,
                       const char *reason, const char *fmt, ...) FAN_PRINTF(5, 6);

/**
 * A 400 ValidationException: "1 validation error detected: Value 'VALUE' at 'MEMBER'
 * failed to satisfy constraint: Member must CONSTRAINT". value NULL: none was given.
 */
void fan_service_invalid(struct fan_http_answer *answer, const char *value,
                         const char *member, const char *constraint);

/* The same about a path component of n bytes that names no function. */
void fan_service_invalid_name(struct fan_http_answer *answer, const char *component,
                              size_t n);

#ifdef __cplusplus
}
#endif
#endif
