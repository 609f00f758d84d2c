/* gateway_config.h - an API and its stage, as a JSON file describes them. Format:
 * docs/gateway.md. */
#ifndef FAN_LOCAL_LAMBDA_GATEWAY_CONFIG_H
#define FAN_LOCAL_LAMBDA_GATEWAY_CONFIG_H

#include "common/err.h"
#include "local_lambda/api_key.h"
#include "local_lambda/authorizer.h"
#include "local_lambda/function_target.h"
#include "local_lambda/usage_plan.h"

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_GATEWAY_FILE_MAX        (4u << 20) /* bytes of the file */
#define FAN_GATEWAY_ROUTES_MAX      300        /* as AWS limits an API's resources */
#define FAN_GATEWAY_AUTHORIZERS_MAX 10         /* as AWS does */
#define FAN_GATEWAY_KEYS_MAX        500
#define FAN_GATEWAY_PLANS_MAX       300
#define FAN_GATEWAY_TIMEOUT_MS_MIN  50
#define FAN_GATEWAY_TIMEOUT_MS_MAX  29000

struct json_t; /* of jansson */

struct fan_gateway_route {
    const char *method; /* "GET", "ANY" */
    const char *path;   /* pattern, as fan_route_matches takes it */
    char resource_id[7];
    struct fan_target function;
    bool api_key_required;
    int authorizer; /* index; -1: none */
    uint32_t timeout_ms;
};

/* Texts belong to root. */
struct fan_gateway_config {
    struct json_t *root;
    const char *api_id, *stage;
    const struct json_t *stage_variables;    /* NULL: none */
    const struct json_t *binary_media_types; /* array of strings; NULL: none */
    bool key_from_authorizer;                /* API key source AUTHORIZER */
    struct fan_throttle throttle;            /* of the stage */
    struct fan_gateway_route *route;
    size_t route_count;
    struct fan_authorizer *authorizer;
    size_t authorizer_count;
    struct fan_api_key *key;
    size_t key_count;
    struct fan_usage_plan *plan;
    size_t plan_count;
};

/**
 * Read a description from a file, or from n bytes that errors call `name`. Owns:
 * fan_gateway_config_clear, also after an error. Errors: FAN_EIO, FAN_ELIMIT, FAN_EFORMAT
 * naming file, place and what was expected.
 */
enum fan_status fan_gateway_config_read(struct fan_gateway_config *config,
                                        const char *path,
                                        struct fan_err *err) FAN_MUST_CHECK;
enum fan_status fan_gateway_config_parse(struct fan_gateway_config *config,
                                         const char *bytes, size_t n, const char *name,
                                         struct fan_err *err) FAN_MUST_CHECK;

/* Free what it owns and wipe the keys. Zeroed is accepted. */
void fan_gateway_config_clear(struct fan_gateway_config *config);

#ifdef __cplusplus
}
#endif
#endif
