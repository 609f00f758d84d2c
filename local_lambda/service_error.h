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

#ifdef __cplusplus
}
#endif
#endif
