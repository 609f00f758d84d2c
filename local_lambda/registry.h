/* registry.h - the functions of the account: configuration, package folder, limits. */
#ifndef FAN_LOCAL_LAMBDA_REGISTRY_H
#define FAN_LOCAL_LAMBDA_REGISTRY_H

#include "common/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_ENV_MAX 64

/* One function. Strings are owned by the function. */
struct fan_function {
    char name[65];
    char arn[180]; /* arn:aws:lambda:REGION:ACCOUNT:function:NAME */
    char handler[129], runtime[40], arch[16], role[256];
    char description[257];
    uint32_t memory_mb, timeout_s;
    char *environment[FAN_ENV_MAX]; /* "NAME=value", owned */
    size_t environment_count;
    char *package_dir; /* unzipped deployment package; owned; bootstrap lies in it */
    uint64_t code_bytes;
    char code_sha256[48]; /* base64 */
    char revision_id[40], last_modified[32];
    bool reserved_set;
    uint32_t reserved;   /* reserved concurrency, when reserved_set */
    uint32_t generation; /* grows with every change of code or configuration: old
                            instances are then retired */
    void *runtime_state; /* the instance pool's; NULL until first use */
};

struct fan_registry;

struct fan_registry_cfg {
    const char *region, *account; /* "us-east-1", "123456789012" */
    const char *work_dir;         /* packages are unzipped below it */
    uint32_t concurrency;         /* account limit */
    uint32_t unreserved_min;      /* must stay unreserved: 100 */
};

struct fan_registry *fan_registry_new(const struct fan_registry_cfg *cfg);
void fan_registry_free(struct fan_registry *registry);
const struct fan_registry_cfg *fan_registry_settings(const struct fan_registry *registry);

/* The function of this name, or NULL. Valid until it is deleted. */
struct fan_function *fan_registry_find(struct fan_registry *registry, const char *name);
size_t fan_registry_count(const struct fan_registry *registry);
struct fan_function *fan_registry_at(struct fan_registry *registry, size_t index);

/* Add a zeroed function of this name (FAN_ESTATE if it exists), or remove one. */
enum fan_status fan_registry_add(struct fan_registry *registry, const char *name,
                                 struct fan_function **function,
                                 struct fan_err *err) FAN_MUST_CHECK;
void fan_registry_remove(struct fan_registry *registry, struct fan_function *function);

/* Account concurrency that no function has reserved. */
uint32_t fan_registry_unreserved(const struct fan_registry *registry);

#ifdef __cplusplus
}
#endif
#endif
