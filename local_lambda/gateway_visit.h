/* gateway_visit.h - one request at a gateway on its way. For gateway_api and
 * gateway_authorize alone. */
#ifndef FAN_LOCAL_LAMBDA_GATEWAY_VISIT_H
#define FAN_LOCAL_LAMBDA_GATEWAY_VISIT_H

#include "local_lambda/authorizer_cache.h"
#include "local_lambda/authorizer_identity.h"
#include "local_lambda/gateway_api.h"
#include "local_lambda/gateway_error.h"
#include "local_lambda/stage_event.h"

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_EXTENDED_ID_MAX 17

struct fan_gateway {
    struct fan_gateway_config config;
    const struct fan_invoke_api *api;
    const struct fan_registry_cfg *account;
    struct fan_authorizer_cache *cache;
    struct fan_key_use *use; /* of each key */
    struct fan_stage_use stage;
    uint16_t port;
};

/* One request on its way. It outlives its answer when a time-out gave that. */
struct fan_visit {
    struct fan_gateway *gateway;
    struct fan_exchange *exchange; /* NULL: answered */
    const struct fan_gateway_route *route;
    struct fan_route_match match;
    struct fan_stage_request request;
    struct fan_identity identity;
    struct fan_grant *grant;
    struct json_t *authorizer; /* what the function is told of it */
    struct fan_timer *timer;
    bool authorizing;
    int64_t began_ns; /* of the authorizer's call */
    bool decode;      /* base64 of the function's answer, by binary media types */
    char request_id[FAN_REQUEST_ID_MAX], trace_id[FAN_TRACE_ID_MAX];
    char extended_id[FAN_EXTENDED_ID_MAX], peer[FAN_PEER_MAX];
};

/* Answer with an error and let go of the visit. */
void fan_visit_refuse(struct fan_visit *visit, enum fan_gateway_error error);

/* Let go of a visit that was answered. */
void fan_visit_free(struct fan_visit *visit);

/* Answer with an error when nothing else did after this time. */
void fan_visit_arm(struct fan_visit *visit, uint32_t timeout_ms);

/* Steps of the way; each ends in an answer or goes on to the next. */
void fan_visit_authorize(struct fan_visit *visit);
void fan_visit_check_usage(struct fan_visit *visit);

#ifdef __cplusplus
}
#endif
#endif
