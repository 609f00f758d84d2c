/* gateway_error.h - what API Gateway answers by itself: status, type, body. Pure. */
#ifndef FAN_LOCAL_LAMBDA_GATEWAY_ERROR_H
#define FAN_LOCAL_LAMBDA_GATEWAY_ERROR_H

#include "local_lambda/http_message.h"

#ifdef __cplusplus
extern "C" {
#endif

enum fan_gateway_error {
    FAN_GATEWAY_NO_STAGE,        /* a path outside of every stage */
    FAN_GATEWAY_NO_ROUTE,        /* no such resource, or not this method */
    FAN_GATEWAY_BAD_KEY,         /* API key missing, unknown or in no usage plan */
    FAN_GATEWAY_THROTTLED,       /* rate or burst */
    FAN_GATEWAY_QUOTA,           /* of the usage plan, used up */
    FAN_GATEWAY_UNAUTHORIZED,    /* no token, or the authorizer refuses it */
    FAN_GATEWAY_DENIED,          /* by a Deny of the authorizer's policy */
    FAN_GATEWAY_NOT_ALLOWED,     /* by no Allow of it */
    FAN_GATEWAY_AUTHORIZER,      /* the authorizer failed, or its answer is malformed */
    FAN_GATEWAY_TOO_LARGE,       /* a body over 10 MB */
    FAN_GATEWAY_EVENT_TOO_LARGE, /* an event over Lambda's 6 MB */
    FAN_GATEWAY_NO_FUNCTION,     /* the integration's function cannot be called */
    FAN_GATEWAY_BAD_INTEGRATION, /* the function failed, or its answer is malformed */
    FAN_GATEWAY_TIMEOUT,         /* the integration took too long */
    FAN_GATEWAY_ERROR_COUNT
};

/**
 * Turn an (initialised) answer into this error, with Content-Type and x-amzn-ErrorType;
 * headers set before stay. Source: API Gateway developer guide, "Gateway response types";
 * bodies as recorded.
 */
void fan_gateway_error(struct fan_http_answer *answer, enum fan_gateway_error error);

#ifdef __cplusplus
}
#endif
#endif
