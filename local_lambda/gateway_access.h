/* gateway_access.h - the parts of a gateway's description that say who may call: its
 * authorizers, API keys and usage plans. For gateway_config alone. */
#ifndef FAN_LOCAL_LAMBDA_GATEWAY_ACCESS_H
#define FAN_LOCAL_LAMBDA_GATEWAY_ACCESS_H

#include "local_lambda/gateway_config.h"
#include "local_lambda/json_place.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Each reads an array, which may be absent. Plans come after the keys that they name.
 * Errors: FAN_EFORMAT. */
enum fan_status fan_gateway_read_authorizers(struct fan_gateway_config *config,
                                             const struct fan_place *at) FAN_MUST_CHECK;
enum fan_status fan_gateway_read_keys(struct fan_gateway_config *config,
                                      const struct fan_place *at) FAN_MUST_CHECK;
enum fan_status fan_gateway_read_plans(struct fan_gateway_config *config,
                                       const struct fan_place *at) FAN_MUST_CHECK;

/* A function's name, partial or full ARN, with or without a qualifier. */
enum fan_status fan_gateway_read_target(const struct fan_place *at,
                                        struct fan_target *target) FAN_MUST_CHECK;

/* The member "name" of an object. */
enum fan_status fan_gateway_read_name(const struct fan_place *at,
                                      const char **name) FAN_MUST_CHECK;

/* An object {"rate": 10, "burst": 20}. */
enum fan_status fan_gateway_read_throttle(const struct fan_place *at,
                                          struct fan_throttle *throttle) FAN_MUST_CHECK;

/* One of the HTTP methods, or `any` ("ANY" for a route, "*" for a plan). */
enum fan_status fan_gateway_read_method(const struct fan_place *at, const char *any,
                                        const char **method) FAN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
