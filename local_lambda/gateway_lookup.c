/* gateway_lookup.c - see gateway_lookup.h. */
#include "local_lambda/gateway_lookup.h"

#include <string.h>

const char *fan_gateway_below_stage(const struct fan_gateway_config *config,
                                    const char *path)
{
    size_t n = strlen(config->stage);
    if (path[0] != '/' || strncmp(path + 1, config->stage, n) != 0) return NULL;
    if (path[n + 1] == '\0') return "/";
    return path[n + 1] == '/' ? path + n + 1 : NULL;
}

static bool is_method(const struct fan_gateway_route *route, const char *method)
{
    return strcmp(route->method, method) == 0 || strcmp(route->method, "ANY") == 0;
}

/* Which of two matching routes is meant: the resource decides, then the method. */
static bool is_better(const struct fan_gateway_route *a,
                      const struct fan_gateway_route *b, const char *method)
{
    if (!b) return true;
    int order = fan_route_order(a->path, b->path);
    if (order) return order < 0;
    if (is_method(a, method) != is_method(b, method)) return is_method(a, method);
    return strcmp(b->method, "ANY") == 0;
}

const struct fan_gateway_route *
fan_gateway_find_route(const struct fan_gateway_config *config, const char *method,
                       const char *path, struct fan_route_match *match)
{
    const struct fan_gateway_route *best = NULL;
    struct fan_route_match found;
    for (size_t i = 0; i < config->route_count; i++) {
        const struct fan_gateway_route *route = &config->route[i];
        if (!fan_route_matches(route->path, path, &found)) continue;
        if (!is_better(route, best, method)) continue;
        best = route;
        *match = found;
    }
    return best && is_method(best, method) ? best : NULL;
}
