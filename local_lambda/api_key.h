/* api_key.h - the keys that callers of an API send in x-api-key. Pure. */
#ifndef FAN_LOCAL_LAMBDA_API_KEY_H
#define FAN_LOCAL_LAMBDA_API_KEY_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_API_KEY_MIN 20
#define FAN_API_KEY_MAX 128

struct fan_api_key {
    const char *name, *id;
    char value[FAN_API_KEY_MAX + 1]; /* a secret; zeros behind it */
    bool enabled;
    int plan; /* index of its usage plan; -1: none */
};

/**
 * Index of the key of this value, or -1. The time depends on the number of keys alone,
 * not on what they and the value hold.
 */
int fan_api_key_find(const struct fan_api_key *keys, size_t count, const char *value);

#ifdef __cplusplus
}
#endif
#endif
