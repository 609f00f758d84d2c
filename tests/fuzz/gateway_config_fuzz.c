/* gateway_config_fuzz.c - any bytes as the description of a gateway: read whole, or
 * refused with a text. What was read routes a few paths. */
#include "local_lambda/gateway_config.h"
#include "local_lambda/gateway_route.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void route(const struct fan_gateway_config *config)
{
    static const char *const paths[] = { "/", "", "/a", "/a/b/", "//x//", "/items/7/x" };
    struct fan_route_match match;
    for (size_t i = 0; i < config->route_count; i++)
        for (size_t j = 0; j < sizeof paths / sizeof *paths; j++) {
            if (!fan_route_matches(config->route[i].path, paths[j], &match)) continue;
            for (size_t k = 0; k < match.count; k++)
                if (match.param[k].value < paths[j] || match.param[k].value_bytes == 0 ||
                    match.param[k].value + match.param[k].value_bytes >
                        paths[j] + strlen(paths[j]))
                    abort();
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fan_gateway_config config;
    struct fan_err err = { FAN_OK, "" };
    enum fan_status st =
        fan_gateway_config_parse(&config, (const char *)data, size, "fuzz", &err);
    if (st && !strstr(err.text, "cannot read gateway 'fuzz': ")) abort();
    if (!st) {
        route(&config);
        for (size_t i = 0; i < config.key_count; i++)
            if (fan_api_key_find(config.key, config.key_count, config.key[i].value) !=
                (int)i)
                abort();
    }
    fan_gateway_config_clear(&config);
    return 0;
}
