/* function_settings.h - what a request may say of a function, validated as AWS does.
 * Pure.
 */
#ifndef FAN_LOCAL_LAMBDA_FUNCTION_SETTINGS_H
#define FAN_LOCAL_LAMBDA_FUNCTION_SETTINGS_H

#include "local_lambda/http_message.h"
#include "local_lambda/registry.h"

#ifdef __cplusplus
extern "C" {
#endif

struct json_t; /* of jansson */

/* The settable part of a function. */
struct fan_settings {
    char handler[129], runtime[40], arch[16], role[256], description[257];
    uint32_t memory_mb, timeout_s;
    bool environment_given;
    char *environment[FAN_ENV_MAX]; /* "NAME=value", owned */
    size_t environment_count;
};

/* AWS's defaults for a new function: 128 MB, 3 s, x86_64; or what a function has. */
void fan_settings_default(struct fan_settings *settings);
void fan_settings_of(struct fan_settings *settings, const struct fan_function *function);

/**
 * Read the members of CreateFunction (creating) or UpdateFunctionConfiguration over the
 * settings. Returns false with the error in answer when one is wrong or asks for what
 * this endpoint cannot do. Source: Lambda API reference; limits of "Lambda quotas".
 */
bool fan_settings_read(struct fan_settings *settings, const struct json_t *request,
                       bool creating, struct fan_http_answer *answer);

/* The member "Architectures", also of UpdateFunctionCode. As above. */
bool fan_settings_read_arch(char arch[16], const struct json_t *request,
                            struct fan_http_answer *answer);

/* Move the settings into a function; they are empty then. */
void fan_settings_apply(struct fan_settings *settings, struct fan_function *function);

/* Free the environment. */
void fan_settings_clear(struct fan_settings *settings);

#ifdef __cplusplus
}
#endif
#endif
