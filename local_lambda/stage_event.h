/* stage_event.h - a request at a stage as the event that functions and authorizers
 * get. Pure. Source: API Gateway developer guide, "Set up Lambda proxy integrations",
 * "Input to an API Gateway Lambda authorizer". */
#ifndef FAN_LOCAL_LAMBDA_STAGE_EVENT_H
#define FAN_LOCAL_LAMBDA_STAGE_EVENT_H

#include "local_lambda/gateway_route.h"
#include "local_lambda/http_message.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct json_t; /* of jansson */

/* What an event tells. Everything is borrowed. */
struct fan_stage_request {
    const struct fan_http_request *http;
    const char *region, *account, *api_id, *stage;
    const struct json_t *stage_variables; /* NULL: none */
    const char *path;                     /* raw, below the stage, from its slash on */
    const char *resource, *resource_id;   /* the route's pattern */
    const struct fan_route_match *match;
    const char *request_id, *extended_id, *trace_id, *source_ip;
    uint16_t port; /* that the caller came to */
    int64_t wall_ns;
    const char *api_key, *api_key_id; /* NULL: none was asked for */
    const struct json_t *authorizer;  /* what it said; NULL: there is none */
    bool binary;                      /* the body is to travel as base64 */
};

/* The event of a Lambda proxy integration, format 1.0. Owns: json_decref. */
struct json_t *fan_stage_event(const struct fan_stage_request *request);

/* The event of an authorizer of type REQUEST, or, with a token, of type TOKEN. Owns:
 * json_decref. */
struct json_t *fan_authorizer_event(const struct fan_stage_request *request,
                                    const char *token, const char *method_arn);

#define FAN_METHOD_ARN_MAX 4096
/**
 * "arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/METHOD/path", which policies are held
 * against. False when it would be longer than FAN_METHOD_ARN_MAX - 1.
 */
bool fan_method_arn(const struct fan_stage_request *request,
                    char arn[FAN_METHOD_ARN_MAX]);

#ifdef __cplusplus
}
#endif
#endif
