/* key_source.c - see key_source.h. */
#include "invoke/key_source.h"

#include <stdio.h>
#include <stdlib.h>

static const char *non_empty(const char *name)
{
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

static enum fan_status find_keys(const void *context, struct fan_key_set *keys,
                                 struct fan_err *err)
{
    struct fan_credentials found = { non_empty("AWS_ACCESS_KEY_ID"),
                                     non_empty("AWS_SECRET_ACCESS_KEY"),
                                     non_empty("AWS_SESSION_TOKEN") };
    (void)context;
    if (!found.access_key_id || !found.secret_access_key)
        return fan_fail(
            err, FAN_ENOTFOUND, "cannot sign: %s is not set in the environment",
            found.access_key_id ? "AWS_SECRET_ACCESS_KEY" : "AWS_ACCESS_KEY_ID");
    enum fan_status st = fan_key_set_fill(keys, &found, err);
    snprintf(keys->from, sizeof keys->from, "the environment");
    return st;
}

struct fan_provider *fan_provider_chain(const char *profile)
{
    (void)profile;
    return fan_provider_new(find_keys, NULL);
}
