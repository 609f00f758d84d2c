/* control_exchange.h - one control call: signed, sent, awaited, its answer read. Inside
 * this room only. */
#ifndef FAN_INVOKE_CONTROL_EXCHANGE_H
#define FAN_INVOKE_CONTROL_EXCHANGE_H

#include "invoke/control.h"
#include "invoke/signed_exchange.h"

#ifdef __cplusplus
extern "C" {
#endif

struct json_t; /* jansson's */

/* The service's limit for a package sent with a call. */
#define FAN_CONTROL_ZIP_MAX_BYTES (50 * 1024 * 1024)

/**
 * Make a call and wait for it. *answer: the JSON object that came back, the caller's to
 * decref; NULL when the call has none. Errors: FAN_ENOTFOUND and FAN_EREMOTE in the
 * service's words, FAN_ENET.
 */
enum fan_status fan_control_call(struct fan_control *control,
                                 const struct fan_signed_request *request,
                                 struct json_t **answer,
                                 struct fan_err *err) FAN_MUST_CHECK;

/* A call about a function: METHOD /version/functions/function/suffix with a JSON body. */
struct fan_control_request {
    const char *what;    /* for messages: "cannot WHAT function 'f': ..." */
    const char *method;  /* "PUT" */
    const char *version; /* of the API: "2015-03-31" */
    const char *function;
    const char *suffix;    /* "configuration" */
    const char *body;      /* NULL: none */
    const char *qualifier; /* a version or an alias; NULL: none */
};

/* The same with its request built and its errors prefixed. */
enum fan_status fan_control_send(struct fan_control *control,
                                 const struct fan_control_request *request,
                                 struct json_t **answer,
                                 struct fan_err *err) FAN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
