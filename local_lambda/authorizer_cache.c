/* authorizer_cache.c - see authorizer_cache.h. Sets of a few places, as a processor's
 * cache has them: no chains to walk, no clean-up to run, and a fixed size. */
#include "local_lambda/authorizer_cache.h"

#include "common/buf.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define WAYS 4
#define SETS (FAN_CACHE_GRANTS / WAYS)

struct entry {
    unsigned char key[FAN_CACHE_KEY_BYTES];
    struct fan_grant *grant; /* NULL: empty */
    int64_t until_ns;
};

struct fan_authorizer_cache {
    struct entry entry[SETS][WAYS];
};

struct fan_authorizer_cache *fan_authorizer_cache_new(void)
{
    return fan_alloc_zero(1, sizeof(struct fan_authorizer_cache));
}

void fan_authorizer_cache_free(struct fan_authorizer_cache *cache)
{
    if (!cache) return;
    for (size_t i = 0; i < SETS; i++)
        for (size_t j = 0; j < WAYS; j++)
            fan_grant_unref(cache->entry[i][j].grant);
    free(cache);
}

static struct entry *set_of(struct fan_authorizer_cache *cache, const unsigned char *key)
{
    return cache->entry[((size_t)key[0] << 8 | key[1]) % SETS];
}

static bool holds(const struct entry *entry, const unsigned char *key)
{
    return entry->grant && memcmp(entry->key, key, FAN_CACHE_KEY_BYTES) == 0;
}

struct fan_grant *fan_authorizer_cache_get(struct fan_authorizer_cache *cache,
                                           const unsigned char key[FAN_CACHE_KEY_BYTES],
                                           int64_t now_ns)
{
    struct entry *set = set_of(cache, key);
    for (size_t i = 0; i < WAYS; i++)
        if (holds(&set[i], key)) return set[i].until_ns > now_ns ? set[i].grant : NULL;
    return NULL;
}

/* The key's own place, an empty one, or the one that ends first. */
static struct entry *place_for(struct entry *set, const unsigned char *key)
{
    struct entry *best = &set[0];
    for (size_t i = 0; i < WAYS; i++)
        if (holds(&set[i], key)) return &set[i];
    for (size_t i = 0; i < WAYS; i++) {
        if (!set[i].grant) return &set[i];
        if (set[i].until_ns < best->until_ns) best = &set[i];
    }
    return best;
}

void fan_authorizer_cache_put(struct fan_authorizer_cache *cache,
                              const unsigned char key[FAN_CACHE_KEY_BYTES],
                              struct fan_grant *grant, int64_t until_ns)
{
    struct entry *entry = place_for(set_of(cache, key), key);
    struct fan_grant *old = entry->grant;
    memcpy(entry->key, key, FAN_CACHE_KEY_BYTES);
    entry->grant = fan_grant_ref(grant);
    entry->until_ns = until_ns;
    fan_grant_unref(old);
}
