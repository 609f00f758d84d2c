/* control_call.h - a control call on its way through its handler, and the handlers. */
#ifndef FAN_LOCAL_LAMBDA_CONTROL_CALL_H
#define FAN_LOCAL_LAMBDA_CONTROL_CALL_H

#include "local_lambda/control_api.h"

#ifdef __cplusplus
extern "C" {
#endif

struct json_t; /* of jansson */

struct fan_control_call {
    struct fan_registry *registry;
    const struct fan_http_request *request;
    struct fan_http_answer *answer;
    fan_function_changed_fn *changed; /* may be NULL */
    void *context;
    struct fan_function *function; /* of the path, where it names one */
    bool qualified;                /* ":$LATEST" was asked for */
    struct json_t *body;           /* of requests that have one: an object */
};

/* Handlers fill call->answer, with an error too. Named as the calls of the API. */
void fan_control_create_function(struct fan_control_call *call);
void fan_control_list_functions(struct fan_control_call *call);
void fan_control_get_function(struct fan_control_call *call);
void fan_control_get_configuration(struct fan_control_call *call);
void fan_control_update_configuration(struct fan_control_call *call);
void fan_control_update_code(struct fan_control_call *call);
void fan_control_delete_function(struct fan_control_call *call);
void fan_control_list_versions(struct fan_control_call *call);
void fan_control_list_tags(struct fan_control_call *call);

/* Limits. */
void fan_control_get_concurrency(struct fan_control_call *call);
void fan_control_put_concurrency(struct fan_control_call *call);
void fan_control_delete_concurrency(struct fan_control_call *call);
void fan_control_account_settings(struct fan_control_call *call);

#ifdef __cplusplus
}
#endif
#endif
