/* url_event.h - a request at a function URL as the function's event, format 2.0. Pure.
 * Source: Lambda developer guide, "Invoking Lambda function URLs", request payload. */
#ifndef FAN_LOCAL_LAMBDA_URL_EVENT_H
#define FAN_LOCAL_LAMBDA_URL_EVENT_H

#include "local_lambda/http_message.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What an event tells. Everything is borrowed. */
struct fan_url_request {
    const struct fan_http_request *http;
    const char *url_id, *account;
    const char *access_key_id; /* of the signature; NULL: none was asked for */
    const char *request_id, *trace_id, *source_ip;
    uint16_t port; /* that the caller came to */
    int64_t wall_ns;
};

struct json_t; /* of jansson */

/* Owns: json_decref. */
struct json_t *fan_url_event(const struct fan_url_request *request);

#ifdef __cplusplus
}
#endif
#endif
