/* transport.c - the ways that exist. */
#include "invoke/transport.h"

#include <string.h>

static const struct fan_transport_ops *const transports[] = { &fan_transport_invoke,
                                                              &fan_transport_gateway,
                                                              &fan_transport_url };

const struct fan_transport_ops *fan_transport_find(const char *name)
{
    for (size_t i = 0; i < sizeof transports / sizeof *transports; i++)
        if (strcmp(transports[i]->name, name) == 0) return transports[i];
    return NULL;
}
