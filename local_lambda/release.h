/* release.h - what instances of a function are started from: a snapshot of its code and
 * configuration that outlives changes to it. */
#ifndef FAN_LOCAL_LAMBDA_RELEASE_H
#define FAN_LOCAL_LAMBDA_RELEASE_H

#include "local_lambda/registry.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_RELEASE_ENV_MAX (FAN_ENV_MAX + 32)

struct fan_release {
    uint32_t references;
    uint32_t generation;
    uint32_t memory_mb, timeout_s;
    char name[65], arn[180], version[FAN_VERSION_MAX];
    char *package_dir;              /* owned; LAMBDA_TASK_ROOT */
    char *env[FAN_RELEASE_ENV_MAX]; /* "NAME=value", owned; NULL-terminated */
    size_t env_count;
};

/**
 * Snapshot function, with the environment that AWS gives to a custom runtime and the
 * function's own variables; nothing of our own environment. Returned with one reference.
 * Source: AWS Lambda developer guide, "Defined runtime environment variables".
 */
struct fan_release *fan_release_new(const struct fan_function *function,
                                    const char *region);

struct fan_release *fan_release_ref(struct fan_release *release);
void fan_release_unref(struct fan_release *release); /* NULL is accepted */

#ifdef __cplusplus
}
#endif
#endif
