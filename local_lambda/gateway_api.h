/* gateway_api.h - a stage of a REST API: from a request through authorizer, API key and
 * usage plan to a function, and back. */
#ifndef FAN_LOCAL_LAMBDA_GATEWAY_API_H
#define FAN_LOCAL_LAMBDA_GATEWAY_API_H

#include "local_lambda/gateway_config.h"
#include "local_lambda/invoke_api.h"

#ifdef __cplusplus
extern "C" {
#endif

struct fan_gateway;

#define FAN_GATEWAY_BODY_MAX 10485760u /* of a request */

/**
 * A gateway for this description, which is taken over (*config is zeroed). api is the
 * endpoint's and outlives it. Owns: fan_gateway_free, after the pool was closed: no
 * request may be in flight.
 */
struct fan_gateway *fan_gateway_new(struct fan_gateway_config *config,
                                    const struct fan_invoke_api *api);
void fan_gateway_free(struct fan_gateway *gateway); /* NULL is accepted */

/* The port that callers come to, as events tell it. */
void fan_gateway_set_port(struct fan_gateway *gateway, uint16_t port);

/* Answer a request, now or later. As fan_server_answer_fn. */
void fan_gateway_answer(void *gateway, struct fan_exchange *exchange,
                        const struct fan_http_request *request);

const char *fan_gateway_stage(const struct fan_gateway *gateway);

#ifdef __cplusplus
}
#endif
#endif
