/* invoke_request.h - an Invoke request, checked. Pure. Source: Lambda API reference,
 * Invoke. */
#ifndef FAN_LOCAL_LAMBDA_INVOKE_REQUEST_H
#define FAN_LOCAL_LAMBDA_INVOKE_REQUEST_H

#include "local_lambda/http_message.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_INVOKE_BYTES_MAX   6291456 /* of a synchronous event */
#define FAN_INVOKE_EVENT_MAX   1048576 /* of an asynchronous one */
#define FAN_CLIENT_CONTEXT_MAX 3584    /* decoded, its NUL included */

enum fan_invoke_type { FAN_INVOKE_SYNC, FAN_INVOKE_EVENT, FAN_INVOKE_DRY_RUN };

struct fan_invoke_request {
    char name[65];
    char qualifier[129]; /* "" when none */
    enum fan_invoke_type type;
    bool want_tail;
    char client_context[FAN_CLIENT_CONTEXT_MAX]; /* JSON; "" when none */
};

/* Is this path that of Invoke? */
bool fan_invoke_matches(const struct fan_http_request *request);

/**
 * Check name, qualifier, headers and size of a request that matches. False: answer holds
 * the service's error.
 */
bool fan_invoke_parse(const struct fan_http_request *request,
                      struct fan_invoke_request *invoke, struct fan_http_answer *answer);

/* Check the event. False: answer holds the 400 that names line and column. */
bool fan_invoke_check_event(const struct fan_http_request *request,
                            struct fan_http_answer *answer);

#ifdef __cplusplus
}
#endif
#endif
