/* source_environment.c - keys in AWS_ACCESS_KEY_ID and the variables beside it. */
#include "invoke/key_source.h"

#include <stdio.h>
#include <string.h>

#include "common/date.h"

enum fan_status fan_source_environment(const struct fan_profile *profile,
                                       struct fan_key_set *keys, struct fan_err *err)
{
    struct fan_credentials found = { fan_variable("AWS_ACCESS_KEY_ID"),
                                     fan_variable("AWS_SECRET_ACCESS_KEY"),
                                     fan_variable("AWS_SESSION_TOKEN") };
    (void)profile;
    if (!found.session_token) found.session_token = fan_variable("AWS_SECURITY_TOKEN");
    if (!found.access_key_id && !found.secret_access_key)
        return fan_fail(err, FAN_ENOTFOUND, "AWS_ACCESS_KEY_ID is not set");
    if (!found.access_key_id || !found.secret_access_key)
        return fan_fail(
            err, FAN_EINVAL,
            "half of the keys is missing: %s is set in the environment, %s "
            "is not",
            found.access_key_id ? "AWS_ACCESS_KEY_ID" : "AWS_SECRET_ACCESS_KEY",
            found.access_key_id ? "AWS_SECRET_ACCESS_KEY" : "AWS_ACCESS_KEY_ID");
    enum fan_status st = fan_key_set_fill(keys, &found, err);
    fan_err_prefix(err, "keys of the environment: ");
    if (st) return st;
    const char *expires = fan_variable("AWS_CREDENTIAL_EXPIRATION");
    int64_t seconds = 0;
    if (expires && fan_date_iso(expires, strlen(expires), &seconds))
        keys->expires_ns = seconds * INT64_C(1000000000);
    snprintf(keys->from, sizeof keys->from, "the environment");
    return FAN_OK;
}
