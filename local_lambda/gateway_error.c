/* gateway_error.c - see gateway_error.h. */
#include "local_lambda/gateway_error.h"

#include <assert.h>
#include <stdlib.h>

struct shape {
    int status;
    const char *type, *body;
};

/* the blank behind some colons is the service's own */
static const struct shape shapes[FAN_GATEWAY_ERROR_COUNT] = {
    [FAN_GATEWAY_NO_STAGE] = { 403, "ForbiddenException", "{\"message\":\"Forbidden\"}" },
    [FAN_GATEWAY_NO_ROUTE] = { 403, "MissingAuthenticationTokenException",
                               "{\"message\":\"Missing Authentication Token\"}" },
    [FAN_GATEWAY_BAD_KEY] = { 403, "ForbiddenException", "{\"message\":\"Forbidden\"}" },
    [FAN_GATEWAY_THROTTLED] = { 429, "TooManyRequestsException",
                                "{\"message\":\"Too Many Requests\"}" },
    [FAN_GATEWAY_QUOTA] = { 429, "LimitExceededException",
                            "{\"message\":\"Limit Exceeded\"}" },
    [FAN_GATEWAY_UNAUTHORIZED] = { 401, "UnauthorizedException",
                                   "{\"message\":\"Unauthorized\"}" },
    [FAN_GATEWAY_DENIED] = { 403, "AccessDeniedException",
                             "{\"Message\":\"User is not authorized to access this "
                             "resource with an explicit deny in an identity-based "
                             "policy\"}" },
    [FAN_GATEWAY_NOT_ALLOWED] = { 403, "AccessDeniedException",
                                  "{\"Message\":\"User is not authorized to access this "
                                  "resource\"}" },
    [FAN_GATEWAY_AUTHORIZER] = { 500, "AuthorizerConfigurationException",
                                 "{\"message\":null}" },
    [FAN_GATEWAY_TOO_LARGE] = { 413, "RequestTooLargeException",
                                "{\"message\":\"HTTP content length exceeded 10485760 "
                                "bytes.\"}" },
    [FAN_GATEWAY_EVENT_TOO_LARGE] = { 413, "RequestTooLargeException",
                                      "{\"message\":\"Request Too Long\"}" },
    [FAN_GATEWAY_NO_FUNCTION] = { 500, "InternalServerErrorException",
                                  "{\"message\": \"Internal server error\"}" },
    [FAN_GATEWAY_BAD_INTEGRATION] = { 502, "InternalServerErrorException",
                                      "{\"message\": \"Internal server error\"}" },
    [FAN_GATEWAY_TIMEOUT] = { 504, "InternalServerErrorException",
                              "{\"message\": \"Endpoint request timed out\"}" },
};

void fan_gateway_error(struct fan_http_answer *answer, enum fan_gateway_error error)
{
    assert(error < FAN_GATEWAY_ERROR_COUNT);
    const struct shape *shape = &shapes[error];
    answer->status = shape->status;
    fan_http_answer_header(answer, "Content-Type", "application/json");
    fan_http_answer_header(answer, "x-amzn-ErrorType", shape->type);
    fan_buf_reset(&answer->body);
    /* cannot fail: far below the answer's maximum */
    if (fan_buf_adds(&answer->body, shape->body, NULL)) abort();
}
