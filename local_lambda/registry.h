/* registry.h - the functions of the account: configuration, package folder, limits. */
#ifndef FAN_LOCAL_LAMBDA_REGISTRY_H
#define FAN_LOCAL_LAMBDA_REGISTRY_H

#include "common/err.h"
#include "local_lambda/function_urls.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_ENV_MAX   512  /* as many as the 4 KB can hold */
#define FAN_ENV_BYTES 4096 /* all variables together, as JSON */

#define FAN_VERSION_MAX 24 /* "$LATEST" or a number, and its NUL */

struct fan_versions;
struct fan_aliases;
struct fan_event_configs;

/* A function as it stands ($LATEST), or one of its published versions. Strings are owned
 * by it. */
struct fan_function {
    char name[65];
    char arn[180]; /* arn:aws:lambda:REGION:ACCOUNT:function:NAME */
    char version[FAN_VERSION_MAX];
    struct fan_function *latest;   /* the function that this is a version of, or itself */
    struct fan_versions *versions; /* see versions.h; NULL: none, as for versions */
    struct fan_aliases *aliases;   /* see aliases.h; likewise */
    struct fan_event_configs *event_configs; /* see event_config.h; likewise */
    char handler[129], runtime[40], arch[16], role[256];
    char description[257];
    uint32_t memory_mb, timeout_s;
    char *environment[FAN_ENV_MAX]; /* "NAME=value", owned */
    size_t environment_count;
    char *package_dir; /* unzipped deployment package; owned; bootstrap lies in it */
    uint64_t code_bytes;
    char code_sha256[48]; /* base64 */
    char revision_id[40], last_modified[32];
    bool reserved_set;   /* set by fan_registry_reserve only; never of a version */
    uint32_t reserved;   /* reserved concurrency of all versions, when reserved_set */
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
    uint64_t code_bytes_max;      /* of all versions; 0: AWS's 75 GB */
};

#define FAN_CODE_BYTES_MAX UINT64_C(80530636800)

/* Owns: fan_registry_free, which also removes the package folders. cfg and its strings
 * are the caller's and outlive the registry. */
struct fan_registry *fan_registry_new(const struct fan_registry_cfg *cfg);
void fan_registry_free(struct fan_registry *registry);
const struct fan_registry_cfg *fan_registry_settings(const struct fan_registry *registry);

/* The function URLs of the account; a function's go away with it. */
struct fan_urls *fan_registry_urls(struct fan_registry *registry);

/* The function of this name, or NULL. Valid until it is deleted. */
struct fan_function *fan_registry_find(struct fan_registry *registry, const char *name);
/* All functions, sorted by name. */
size_t fan_registry_count(const struct fan_registry *registry);
struct fan_function *fan_registry_at(struct fan_registry *registry, size_t index);

/**
 * Add a function of this name with its ARN, a revision and a time of change, otherwise
 * zeroed; or remove one with its package folders. Errors: FAN_ESTATE if it exists,
 * FAN_EINVAL for a name that is not 1 to 64 letters, digits, '-' and '_'.
 */
enum fan_status fan_registry_add(struct fan_registry *registry, const char *name,
                                 struct fan_function **function,
                                 struct fan_err *err) FAN_MUST_CHECK;
void fan_registry_remove(struct fan_registry *registry, struct fan_function *function);

/**
 * Note a change of code or configuration: next generation, new revision id, new time of
 * change.
 */
void fan_registry_touch(struct fan_function *function);

/* A fresh revision id: a random UUID (RFC 9562, version 4). */
void fan_registry_revision(char text[40]);

/**
 * Path of a fresh folder for a package of this function, below its own folder; the
 * function's folder is created, the path itself is not. Earlier packages stay until the
 * function is removed: running instances may still read them. Owns: free. Errors:
 * FAN_EIO.
 */
enum fan_status fan_registry_package_dir(struct fan_registry *registry,
                                         const struct fan_function *function, char **dir,
                                         struct fan_err *err) FAN_MUST_CHECK;

/**
 * Reserve concurrency for a function (count < 0: give the reservation back). Errors:
 * FAN_ELIMIT when less than unreserved_min would stay unreserved.
 */
enum fan_status fan_registry_reserve(struct fan_registry *registry,
                                     struct fan_function *function, int64_t count,
                                     struct fan_err *err) FAN_MUST_CHECK;

/* Code bytes of all functions, each of their versions included. */
uint64_t fan_registry_code_bytes(const struct fan_registry *registry);

/* Account concurrency that no function has reserved. */
uint32_t fan_registry_unreserved(const struct fan_registry *registry);

#ifdef __cplusplus
}
#endif
#endif
