/* gateway_lookup.h - which route of an API a request means. Pure. */
#ifndef FAN_LOCAL_LAMBDA_GATEWAY_LOOKUP_H
#define FAN_LOCAL_LAMBDA_GATEWAY_LOOKUP_H

#include "local_lambda/gateway_config.h"
#include "local_lambda/gateway_route.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The path below the stage, from its slash on ("/" when nothing follows); NULL: it is
 * outside of the stage. */
const char *fan_gateway_below_stage(const struct fan_gateway_config *config,
                                    const char *path);

/**
 * The route of a method and a path below the stage, or NULL. The most specific resource
 * that matches decides; one without the method hides less specific ones that have it.
 */
const struct fan_gateway_route *
fan_gateway_find_route(const struct fan_gateway_config *config, const char *method,
                       const char *path, struct fan_route_match *match);

#ifdef __cplusplus
}
#endif
#endif
