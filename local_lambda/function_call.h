/* function_call.h - a function called on behalf of a gateway, an authorizer or a function
 * URL, by the way and under the limits, faults and bills of Invoke. */
#ifndef FAN_LOCAL_LAMBDA_FUNCTION_CALL_H
#define FAN_LOCAL_LAMBDA_FUNCTION_CALL_H

#include "local_lambda/function_target.h"
#include "local_lambda/invoke_api.h"

#ifdef __cplusplus
extern "C" {
#endif

enum fan_call_end {
    FAN_CALL_DONE,        /* the function ran: look at the invocation */
    FAN_CALL_NO_FUNCTION, /* there is none of this name (yet), or of this version */
    FAN_CALL_TOO_LARGE,   /* the event is over 6 MB */
    FAN_CALL_THROTTLED,   /* 429 of Lambda: look at the reason */
    FAN_CALL_FAILED,      /* 500 of Lambda, an injected fault */
    FAN_CALL_ABANDONED    /* the endpoint ends */
};

struct fan_call_result {
    enum fan_call_end end;
    const char *reason;                /* of the 429 */
    struct fan_invocation *invocation; /* NULL unless it is done; body may be taken */
    bool drop, cut;                    /* faults of the answer's way */
};

typedef void fan_call_done_fn(void *context, const struct fan_call_result *result);

/**
 * Call a function with an event, a JSON text that is taken over (*event is empty then).
 * done is called once, perhaps before this returns; the result is valid inside it.
 */
void fan_function_call(const struct fan_invoke_api *api, const struct fan_target *target,
                       struct fan_buf *event, fan_call_done_fn *done, void *context);

struct json_t; /* of jansson */
/* The same with a JSON value, whose reference is taken over. */
void fan_function_call_json(const struct fan_invoke_api *api,
                            const struct fan_target *target, struct json_t *event,
                            fan_call_done_fn *done, void *context);

#ifdef __cplusplus
}
#endif
#endif
