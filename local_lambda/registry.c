/* registry.c - see registry.h. */
#include "local_lambda/registry.h"

#include "common/buf.h"
#include "common/clock.h"
#include "common/random.h"
#include "local_lambda/aliases.h"
#include "local_lambda/event_config.h"
#include "local_lambda/function_id.h"
#include "local_lambda/package.h"
#include "local_lambda/versions.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct fan_registry {
    struct fan_registry_cfg cfg;
    struct fan_function **function; /* sorted by name */
    size_t count, capacity;
    uint64_t reserved; /* by all functions together */
    struct fan_urls *urls;
    uint64_t packages; /* folders handed out: numbers never repeat */
};

struct fan_registry *fan_registry_new(const struct fan_registry_cfg *cfg)
{
    struct fan_registry *registry = fan_alloc_zero(1, sizeof *registry);
    registry->cfg = *cfg;
    if (!registry->cfg.code_bytes_max) registry->cfg.code_bytes_max = FAN_CODE_BYTES_MAX;
    registry->urls = fan_urls_new(cfg->region);
    return registry;
}

/* the folder that holds all packages of a function; names are safe as file names */
static char *function_dir(const struct fan_registry *registry,
                          const struct fan_function *function)
{
    size_t n = strlen(registry->cfg.work_dir) + sizeof function->name + 16;
    char *dir = fan_alloc(n);
    snprintf(dir, n, "%s/function-%s", registry->cfg.work_dir, function->name);
    return dir;
}

static void free_function(struct fan_registry *registry, struct fan_function *function)
{
    char *dir = function_dir(registry, function);
    fan_package_remove(dir);
    free(dir);
    fan_versions_clear(function);
    fan_aliases_clear(function);
    fan_event_configs_clear(function);
    fan_version_free(function);
}

void fan_registry_free(struct fan_registry *registry)
{
    if (!registry) return;
    for (size_t i = 0; i < registry->count; i++)
        free_function(registry, registry->function[i]);
    fan_urls_free(registry->urls);
    free(registry->function);
    free(registry);
}

struct fan_urls *fan_registry_urls(struct fan_registry *registry)
{
    return registry->urls;
}

const struct fan_registry_cfg *fan_registry_settings(const struct fan_registry *registry)
{
    return &registry->cfg;
}

/* index of the first function whose name is not less */
static size_t lower_bound(const struct fan_registry *registry, const char *name)
{
    size_t low = 0, high = registry->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(registry->function[middle]->name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct fan_function *fan_registry_find(struct fan_registry *registry, const char *name)
{
    size_t i = lower_bound(registry, name);
    if (i == registry->count || strcmp(registry->function[i]->name, name) != 0)
        return NULL;
    return registry->function[i];
}

size_t fan_registry_count(const struct fan_registry *registry)
{
    return registry->count;
}

struct fan_function *fan_registry_at(struct fan_registry *registry, size_t index)
{
    assert(index < registry->count);
    return registry->function[index];
}

void fan_registry_revision(char text[40])
{
    unsigned char b[16];
    fan_random_system(b, sizeof b);
    b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
    b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
    size_t at = 0;
    for (size_t i = 0; i < sizeof b; i++)
        at += (size_t)snprintf(text + at, 40 - at, "%s%02x",
                               i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", b[i]);
}

void fan_registry_touch(struct fan_function *function)
{
    function->generation++;
    fan_registry_revision(function->revision_id);
    char iso[FAN_TIME_ISO_MAX];
    fan_clock_iso(fan_clock_wall_ns(), iso);
    iso[strcspn(iso, "Z")] = '\0';
    snprintf(function->last_modified, sizeof function->last_modified, "%.24s+0000", iso);
}

enum fan_status fan_registry_add(struct fan_registry *registry, const char *name,
                                 struct fan_function **function, struct fan_err *err)
{
    if (!fan_function_name_valid(name))
        return fan_fail(
            err, FAN_EINVAL,
            "cannot name a function '%.80s': expected 1 to 64 letters, digits, "
            "'-' and '_'",
            name);
    if (fan_registry_find(registry, name))
        return fan_fail(err, FAN_ESTATE, "cannot add function '%s': it exists", name);
    if (registry->count == registry->capacity) {
        registry->capacity = registry->capacity ? 2 * registry->capacity : 8;
        registry->function = fan_realloc(registry->function, registry->capacity,
                                         sizeof *registry->function);
    }
    struct fan_function *added = fan_alloc_zero(1, sizeof *added);
    snprintf(added->name, sizeof added->name, "%s", name);
    snprintf(added->arn, sizeof added->arn, "arn:aws:lambda:%.32s:%.32s:function:%s",
             registry->cfg.region, registry->cfg.account, name);
    snprintf(added->version, sizeof added->version, FAN_VERSION_LATEST);
    added->latest = added;
    fan_registry_touch(added);
    size_t at = lower_bound(registry, name);
    memmove(registry->function + at + 1, registry->function + at,
            (registry->count - at) * sizeof *registry->function);
    registry->function[at] = added;
    registry->count++;
    *function = added;
    return FAN_OK;
}

void fan_registry_remove(struct fan_registry *registry, struct fan_function *function)
{
    size_t at = lower_bound(registry, function->name);
    assert(at < registry->count && registry->function[at] == function);
    if (function->reserved_set) registry->reserved -= function->reserved;
    fan_urls_forget(registry->urls, function->name);
    registry->count--;
    memmove(registry->function + at, registry->function + at + 1,
            (registry->count - at) * sizeof *registry->function);
    free_function(registry, function);
}

enum fan_status fan_registry_package_dir(struct fan_registry *registry,
                                         const struct fan_function *function, char **dir,
                                         struct fan_err *err)
{
    char *parent = function_dir(registry, function);
    enum fan_status st = FAN_OK;
    if (mkdir(parent, 0755) != 0 && errno != EEXIST) {
        st = fan_fail(err, FAN_EIO, "cannot create folder '%s': %s", parent,
                      strerror(errno));
    } else {
        size_t n = strlen(parent) + 32;
        *dir = fan_alloc(n);
        snprintf(*dir, n, "%s/%" PRIu64, parent, registry->packages++);
    }
    free(parent);
    return st;
}

enum fan_status fan_registry_reserve(struct fan_registry *registry,
                                     struct fan_function *function, int64_t count,
                                     struct fan_err *err)
{
    uint64_t others =
        registry->reserved - (function->reserved_set ? function->reserved : 0);
    uint64_t wanted = count < 0 ? 0 : (uint64_t)count;
    if (wanted && (wanted > UINT32_MAX || others + wanted + registry->cfg.unreserved_min >
                                              registry->cfg.concurrency))
        return fan_fail(err, FAN_ELIMIT,
                        "cannot reserve %" PRIu64 " for function '%s': %" PRIu32
                        " of %" PRIu32 " must stay unreserved",
                        wanted, function->name, registry->cfg.unreserved_min,
                        registry->cfg.concurrency);
    function->reserved_set = count >= 0;
    function->reserved = (uint32_t)wanted;
    registry->reserved = others + wanted;
    return FAN_OK;
}

uint64_t fan_registry_code_bytes(const struct fan_registry *registry)
{
    uint64_t bytes = 0;
    for (size_t i = 0; i < registry->count; i++) {
        const struct fan_function *function = registry->function[i];
        bytes += function->code_bytes;
        for (size_t k = 0; k < fan_versions_count(function); k++)
            bytes += fan_versions_at(function, k)->code_bytes;
    }
    return bytes;
}

uint32_t fan_registry_unreserved(const struct fan_registry *registry)
{
    return (uint32_t)(registry->cfg.concurrency - registry->reserved);
}
