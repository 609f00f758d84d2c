/* profile.h - AWS's settings: a profile of the shared files, and the environment. */
#ifndef FAN_INVOKE_PROFILE_H
#define FAN_INVOKE_PROFILE_H

#include "common/err.h"

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct fan_profile;

/* A variable of the environment, or NULL when it is not set or empty. */
const char *fan_variable(const char *name);

/**
 * Read the profile `wanted`; NULL: that of AWS_PROFILE or AWS_DEFAULT_PROFILE, or
 * "default". It lies in ~/.aws/credentials (AWS_SHARED_CREDENTIALS_FILE), section [name],
 * and ~/.aws/config (AWS_CONFIG_FILE), section [profile name]; a file that is not there
 * is empty. Owns: fan_profile_close. Errors: FAN_EUSAGE for a profile that was asked for
 * and is in neither; FAN_EFORMAT, FAN_EIO for a file that cannot be read.
 */
enum fan_status fan_profile_open(struct fan_profile **profile, const char *wanted,
                                 struct fan_err *err) FAN_MUST_CHECK;
void fan_profile_close(struct fan_profile *profile);

const char *fan_profile_name(const struct fan_profile *profile);

/* The files' paths, for messages. */
const char *fan_profile_credentials_path(const struct fan_profile *profile);
const char *fan_profile_config_path(const struct fan_profile *profile);

/* A setting of the profile: of the credentials file, of the config file, of the first of
 * them that has it; or NULL. */
const char *fan_profile_of_credentials(const struct fan_profile *profile,
                                       const char *key);
const char *fan_profile_of_config(const struct fan_profile *profile, const char *key);
const char *fan_profile_get(const struct fan_profile *profile, const char *key);

/* What the profile's services section says of Lambda, or NULL: key "endpoint_url". */
const char *fan_profile_of_lambda(const struct fan_profile *profile, const char *key);

#ifdef __cplusplus
}
#endif
#endif
