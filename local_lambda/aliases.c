/* aliases.c - see aliases.h. */
#include "local_lambda/aliases.h"

#include "common/buf.h"
#include "local_lambda/versions.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct fan_aliases {
    struct fan_alias *alias; /* sorted by name */
    size_t count, capacity;
};

size_t fan_aliases_count(const struct fan_function *latest)
{
    return latest->aliases ? latest->aliases->count : 0;
}

const struct fan_alias *fan_aliases_at(const struct fan_function *latest, size_t index)
{
    assert(index < fan_aliases_count(latest));
    return &latest->aliases->alias[index];
}

/* index of the first alias whose name is not less */
static size_t lower_bound(const struct fan_function *latest, const char *name)
{
    size_t at = 0;
    while (at < fan_aliases_count(latest) &&
           strcmp(fan_aliases_at(latest, at)->name, name) < 0)
        at++;
    return at;
}

const struct fan_alias *fan_aliases_find(const struct fan_function *latest,
                                         const char *name)
{
    size_t at = lower_bound(latest, name);
    if (at == fan_aliases_count(latest)) return NULL;
    const struct fan_alias *alias = fan_aliases_at(latest, at);
    return strcmp(alias->name, name) == 0 ? alias : NULL;
}

/* make room for a new alias at this index */
static void insert_at(struct fan_function *latest, size_t at)
{
    if (!latest->aliases) latest->aliases = fan_alloc_zero(1, sizeof *latest->aliases);
    struct fan_aliases *all = latest->aliases;
    if (all->count == all->capacity) {
        all->capacity = all->capacity ? 2 * all->capacity : 4;
        all->alias = fan_realloc(all->alias, all->capacity, sizeof *all->alias);
    }
    memmove(all->alias + at + 1, all->alias + at, (all->count - at) * sizeof *all->alias);
    all->count++;
}

const struct fan_alias *fan_aliases_put(struct fan_function *latest,
                                        const struct fan_alias *alias)
{
    struct fan_alias copy = *alias; /* which may lie in the list itself */
    size_t at = lower_bound(latest, copy.name);
    if (!fan_aliases_find(latest, copy.name)) insert_at(latest, at);
    fan_registry_revision(copy.revision_id);
    latest->aliases->alias[at] = copy;
    return &latest->aliases->alias[at];
}

void fan_aliases_remove(struct fan_function *latest, const char *name)
{
    size_t at = lower_bound(latest, name);
    if (!fan_aliases_find(latest, name)) return;
    struct fan_aliases *all = latest->aliases;
    all->count--;
    memmove(all->alias + at, all->alias + at + 1, (all->count - at) * sizeof *all->alias);
}

void fan_aliases_clear(struct fan_function *latest)
{
    if (latest->aliases) free(latest->aliases->alias);
    free(latest->aliases);
    latest->aliases = NULL;
}

bool fan_aliases_of(const struct fan_function *latest, const char *version, char *names,
                    size_t capacity)
{
    size_t used = 0;
    for (size_t i = 0; i < fan_aliases_count(latest) && used < capacity; i++) {
        const struct fan_alias *alias = fan_aliases_at(latest, i);
        if (strcmp(alias->version, version) == 0 || strcmp(alias->extra, version) == 0)
            used += (size_t)snprintf(names + used, capacity - used, "%s%s",
                                     used ? ", " : "", alias->name);
    }
    return used > 0;
}

struct fan_function *fan_aliases_resolve(struct fan_function *latest,
                                         const char *qualifier, struct fan_random *random)
{
    if (!*qualifier) return latest;
    struct fan_function *version = fan_versions_find(latest, qualifier);
    const struct fan_alias *alias = version ? NULL : fan_aliases_find(latest, qualifier);
    if (!alias) return version;
    bool split = random && alias->extra[0] && fan_random_unit(random) < alias->weight;
    return fan_versions_find(latest, split ? alias->extra : alias->version);
}
