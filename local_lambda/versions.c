/* versions.c - see versions.h. */
#include "local_lambda/versions.h"

#include "common/buf.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct fan_versions {
    struct fan_function **version; /* by ascending number */
    size_t count, capacity;
    uint64_t published;         /* numbers given out */
    char last_description[257]; /* the function's, when it was published last: a version
                                   may have been given another one */
};

static bool same_environment(const struct fan_function *a, const struct fan_function *b)
{
    if (a->environment_count != b->environment_count) return false;
    for (size_t i = 0; i < a->environment_count; i++)
        if (strcmp(a->environment[i], b->environment[i]) != 0) return false;
    return true;
}

static bool same_content(const struct fan_function *a, const struct fan_function *b)
{
    return a->memory_mb == b->memory_mb && a->timeout_s == b->timeout_s &&
           strcmp(a->handler, b->handler) == 0 && strcmp(a->runtime, b->runtime) == 0 &&
           strcmp(a->arch, b->arch) == 0 && strcmp(a->role, b->role) == 0 &&
           strcmp(a->code_sha256, b->code_sha256) == 0 && same_environment(a, b);
}

/* The package's folder is shared: it stays until the function is removed. */
static struct fan_function *snapshot(struct fan_function *latest)
{
    struct fan_function *version = fan_alloc(sizeof *version);
    *version = *latest;
    for (size_t i = 0; i < latest->environment_count; i++)
        version->environment[i] = fan_strdup(latest->environment[i]);
    version->package_dir = latest->package_dir ? fan_strdup(latest->package_dir) : NULL;
    version->latest = latest;
    version->versions = NULL;
    version->aliases = NULL;
    version->event_configs = NULL;
    version->runtime_state = NULL;
    version->reserved_set = false;
    version->reserved = 0;
    fan_registry_revision(version->revision_id);
    return version;
}

struct fan_function *fan_versions_unchanged(const struct fan_function *latest)
{
    size_t count = fan_versions_count(latest);
    struct fan_function *last = count ? fan_versions_at(latest, count - 1) : NULL;
    bool same = last && same_content(last, latest) &&
                strcmp(latest->versions->last_description, latest->description) == 0;
    return same ? last : NULL;
}

struct fan_function *fan_versions_publish(struct fan_function *latest,
                                          const char *description)
{
    assert(latest->latest == latest);
    struct fan_function *last = fan_versions_unchanged(latest);
    if (last) return last;
    if (!latest->versions) latest->versions = fan_alloc_zero(1, sizeof *latest->versions);
    struct fan_versions *all = latest->versions;
    if (all->count == all->capacity) {
        all->capacity = all->capacity ? 2 * all->capacity : 8;
        all->version = fan_realloc(all->version, all->capacity, sizeof *all->version);
    }
    struct fan_function *version = snapshot(latest);
    snprintf(version->version, sizeof version->version, "%" PRIu64, ++all->published);
    if (description)
        snprintf(version->description, sizeof version->description, "%s", description);
    memcpy(all->last_description, latest->description, sizeof all->last_description);
    all->version[all->count++] = version;
    return version;
}

struct fan_function *fan_versions_find(struct fan_function *latest, const char *version)
{
    if (strcmp(version, FAN_VERSION_LATEST) == 0) return latest;
    for (size_t i = 0; i < fan_versions_count(latest); i++)
        if (strcmp(fan_versions_at(latest, i)->version, version) == 0)
            return fan_versions_at(latest, i);
    return NULL;
}

size_t fan_versions_count(const struct fan_function *latest)
{
    return latest->versions ? latest->versions->count : 0;
}

struct fan_function *fan_versions_at(const struct fan_function *latest, size_t index)
{
    assert(index < fan_versions_count(latest));
    return latest->versions->version[index];
}

void fan_versions_remove(struct fan_function *version)
{
    struct fan_versions *all = version->latest->versions;
    size_t at = 0;
    while (all->version[at] != version)
        at++;
    all->count--;
    memmove(all->version + at, all->version + at + 1,
            (all->count - at) * sizeof *all->version);
    fan_version_free(version);
}

void fan_versions_clear(struct fan_function *latest)
{
    for (size_t i = 0; i < fan_versions_count(latest); i++)
        fan_version_free(fan_versions_at(latest, i));
    if (latest->versions) free(latest->versions->version);
    free(latest->versions);
    latest->versions = NULL;
}

void fan_version_free(struct fan_function *function)
{
    for (size_t i = 0; i < function->environment_count; i++)
        free(function->environment[i]);
    free(function->package_dir);
    free(function);
}
