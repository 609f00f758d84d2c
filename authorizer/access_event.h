/* access_event.h - what API Gateway asks its authorizer: which token, for which API
 * and stage.   Pure.
 * Source: API Gateway developer guide, "Input to an API Gateway Lambda authorizer"
 * (TOKEN and REQUEST), and, for HTTP APIs, the authorizer payload format 2.0. */
#ifndef FAN_AUTHORIZER_ACCESS_EVENT_H
#define FAN_AUTHORIZER_ACCESS_EVENT_H

#include "common/err.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_ACCESS_EVENT_MAX    (256 * 1024) /* bytes; API Gateway sends some 20 KB */
#define FAN_ACCESS_RESOURCE_MAX 512

struct json_t;

struct fan_access_event {
    struct json_t *whole;
    const char *credentials; /* of the Authorization header; NULL: none. In `whole` */
    char resource[FAN_ACCESS_RESOURCE_MAX]; /* ARN of the whole stage:
                                               .../API/STAGE/<star> */
};

/**
 * Read an event. TOKEN events bring the header's value, REQUEST events the headers: the
 * one named Authorization, in any case, must be there once. The resource covers the
 * stage because a policy is cached and then serves all methods.
 * Owns: fan_access_event_clear. Errors: FAN_EFORMAT, FAN_ELIMIT: no event of API
 * Gateway's.
 */
enum fan_status fan_access_event_read(struct fan_access_event *event, const char *bytes,
                                      size_t n, struct fan_err *err) FAN_MUST_CHECK;
void fan_access_event_clear(struct fan_access_event *event);

/* The token of "Bearer TOKEN" and its length; NULL when that is not what it says. */
const char *fan_access_event_token(const char *credentials, size_t *n);

#ifdef __cplusplus
}
#endif
#endif
