/* event_config.c - see event_config.h. */
#include "local_lambda/event_config.h"

#include "common/buf.h"
#include "local_lambda/versions.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct fan_event_configs {
    struct fan_event_config *config;
    size_t count, capacity;
};

static const char *full(const char *qualifier)
{
    return *qualifier ? qualifier : FAN_VERSION_LATEST;
}

struct fan_event_config fan_event_config_default(const char *qualifier)
{
    struct fan_event_config config = { .retries = FAN_EVENT_RETRIES_MAX,
                                       .age_s = FAN_EVENT_AGE_MAX_S };
    snprintf(config.qualifier, sizeof config.qualifier, "%s", full(qualifier));
    return config;
}

size_t fan_event_configs_count(const struct fan_function *latest)
{
    return latest->event_configs ? latest->event_configs->count : 0;
}

const struct fan_event_config *fan_event_configs_at(const struct fan_function *latest,
                                                    size_t index)
{
    assert(index < fan_event_configs_count(latest));
    return &latest->event_configs->config[index];
}

/* index of the qualifier's, or the count */
static size_t place_of(const struct fan_function *latest, const char *qualifier)
{
    size_t at = 0;
    while (at < fan_event_configs_count(latest) &&
           strcmp(fan_event_configs_at(latest, at)->qualifier, full(qualifier)) != 0)
        at++;
    return at;
}

const struct fan_event_config *fan_event_configs_find(const struct fan_function *latest,
                                                      const char *qualifier)
{
    size_t at = place_of(latest, qualifier);
    return at < fan_event_configs_count(latest) ? fan_event_configs_at(latest, at) : NULL;
}

const struct fan_event_config *
fan_event_configs_put(struct fan_function *latest, const struct fan_event_config *config)
{
    struct fan_event_config copy = *config; /* which may lie in the list itself */
    size_t at = place_of(latest, copy.qualifier);
    if (!latest->event_configs)
        latest->event_configs = fan_alloc_zero(1, sizeof *latest->event_configs);
    struct fan_event_configs *all = latest->event_configs;
    if (at == all->capacity) {
        all->capacity = all->capacity ? 2 * all->capacity : 2;
        all->config = fan_realloc(all->config, all->capacity, sizeof *all->config);
    }
    if (at == all->count) all->count++;
    all->config[at] = copy;
    return &all->config[at];
}

void fan_event_configs_remove(struct fan_function *latest, const char *qualifier)
{
    size_t at = place_of(latest, qualifier);
    if (at == fan_event_configs_count(latest)) return;
    struct fan_event_configs *all = latest->event_configs;
    all->count--;
    memmove(all->config + at, all->config + at + 1,
            (all->count - at) * sizeof *all->config);
}

void fan_event_configs_clear(struct fan_function *latest)
{
    if (latest->event_configs) free(latest->event_configs->config);
    free(latest->event_configs);
    latest->event_configs = NULL;
}
