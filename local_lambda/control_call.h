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
    char qualifier[129];           /* as it was asked for, or "" */
    struct fan_function *version;  /* that the qualifier means; an alias's main one */
    const char *alias;             /* the path's second name, as it was sent */
    size_t alias_bytes;
    struct json_t *body; /* of requests that have one: an object */
};

/* Answer with a 400 InvalidParameterValueException. */
void fan_control_refuse(struct fan_control_call *call, const char *message);

/* Answer with a 404: "Function not found: ARN:QUALIFIER". */
void fan_control_not_found(struct fan_control_call *call, const char *name,
                           const char *qualifier);

/**
 * A text of the body, at most capacity - 1 bytes; an absent one leaves text as it is.
 * False: answered with the error.
 */
bool fan_control_text(struct fan_control_call *call, const char *key, char *text,
                      size_t capacity);

/* Does the RevisionId that the body may name fit this one? False: answered with a 412. */
bool fan_control_revision(struct fan_control_call *call, const char *revision_id);

/* MaxItems of a listing (50 when not given) and its Marker. 0: answered with the error.
 */
size_t fan_control_page(struct fan_control_call *call, char marker[129]);

/* Is there room for this many more bytes of code, when so many are freed for them? False:
 * answered with the error. */
bool fan_control_storage(struct fan_control_call *call, uint64_t freed, uint64_t added);

/* Handlers fill call->answer, with an error too. Named as the calls of the API. */
void fan_control_create_function(struct fan_control_call *call);
void fan_control_list_functions(struct fan_control_call *call);
void fan_control_get_function(struct fan_control_call *call);
void fan_control_get_configuration(struct fan_control_call *call);
void fan_control_update_configuration(struct fan_control_call *call);
void fan_control_update_code(struct fan_control_call *call);
void fan_control_delete_function(struct fan_control_call *call);
void fan_control_list_tags(struct fan_control_call *call);

/* Versions and aliases. */
void fan_control_publish_version(struct fan_control_call *call);
void fan_control_list_versions(struct fan_control_call *call);
void fan_control_create_alias(struct fan_control_call *call);
void fan_control_update_alias(struct fan_control_call *call);
void fan_control_get_alias(struct fan_control_call *call);
void fan_control_list_aliases(struct fan_control_call *call);
void fan_control_delete_alias(struct fan_control_call *call);

/* Publish the function of the call, as its body's member Publish may ask for, and answer
 * with the version. */
void fan_control_answer_published(struct fan_control_call *call, int status,
                                  const char *description);

/* Asynchronous events: the calls ...FunctionEventInvokeConfig. */
void fan_control_put_event_config(struct fan_control_call *call);
void fan_control_update_event_config(struct fan_control_call *call);
void fan_control_get_event_config(struct fan_control_call *call);
void fan_control_delete_event_config(struct fan_control_call *call);
void fan_control_list_event_configs(struct fan_control_call *call);

/* Limits. */
void fan_control_get_concurrency(struct fan_control_call *call);
void fan_control_put_concurrency(struct fan_control_call *call);
void fan_control_delete_concurrency(struct fan_control_call *call);
void fan_control_account_settings(struct fan_control_call *call);

/* Function URLs. */
void fan_control_create_url(struct fan_control_call *call);
void fan_control_get_url(struct fan_control_call *call);
void fan_control_update_url(struct fan_control_call *call);
void fan_control_delete_url(struct fan_control_call *call);
void fan_control_list_urls(struct fan_control_call *call);

#ifdef __cplusplus
}
#endif
#endif
