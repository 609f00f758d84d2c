/* source_files.c - keys that lie in the shared files themselves. */
#include "invoke/key_source.h"

#include <stdio.h>

typedef const char *get_setting(const struct fan_profile *profile, const char *key);

static enum fan_status read_keys(const struct fan_profile *profile, get_setting *get,
                                 const char *path, struct fan_key_set *keys,
                                 struct fan_err *err)
{
    const char *name = fan_profile_name(profile);
    const struct fan_credentials found = { get(profile, "aws_access_key_id"),
                                           get(profile, "aws_secret_access_key"),
                                           get(profile, "aws_session_token") };
    if (!found.access_key_id && !found.secret_access_key)
        return fan_fail(err, FAN_ENOTFOUND, "no keys of profile '%.64s' in '%.90s'", name,
                        path);
    if (!found.access_key_id || !found.secret_access_key)
        return fan_fail(
            err, FAN_EINVAL,
            "half of the keys is missing: profile '%.64s' in '%.150s' has no %s", name,
            path, found.access_key_id ? "aws_secret_access_key" : "aws_access_key_id");
    enum fan_status st = fan_key_set_fill(keys, &found, err);
    fan_err_prefix(err, "keys of profile '%.64s' in '%.150s': ", name, path);
    snprintf(keys->from, sizeof keys->from, "profile '%.64s'", name);
    return st;
}

enum fan_status fan_source_credentials_file(const struct fan_profile *profile,
                                            struct fan_key_set *keys, struct fan_err *err)
{
    return read_keys(profile, fan_profile_of_credentials,
                     fan_profile_credentials_path(profile), keys, err);
}

enum fan_status fan_source_config_file(const struct fan_profile *profile,
                                       struct fan_key_set *keys, struct fan_err *err)
{
    return read_keys(profile, fan_profile_of_config, fan_profile_config_path(profile),
                     keys, err);
}
