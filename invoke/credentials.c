/* credentials.c - see credentials.h. */
#include "invoke/credentials.h"

#include <stdlib.h>

static const char *non_empty(const char *name)
{
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

enum fan_status fan_credentials_from_env(struct fan_credentials *credentials,
                                         struct fan_err *err)
{
    struct fan_credentials found = { non_empty("AWS_ACCESS_KEY_ID"),
                                     non_empty("AWS_SECRET_ACCESS_KEY"),
                                     non_empty("AWS_SESSION_TOKEN") };
    if (!found.access_key_id || !found.secret_access_key)
        return fan_fail(
            err, FAN_ENOTFOUND, "cannot sign: %s is not set in the environment",
            found.access_key_id ? "AWS_SECRET_ACCESS_KEY" : "AWS_ACCESS_KEY_ID");
    *credentials = found;
    return FAN_OK;
}
