/*
 * source_federated.c - roles to assume, SSO and web identities. Getting keys for them is
 * a protocol each, and the AWS command line speaks them all: a setting of one is answered
 * with the line that hands them over, and not with whatever other keys lie around.
 */
#include "invoke/key_source.h"

#include <stdio.h>

enum fan_status fan_source_federated(const struct fan_profile *profile,
                                     struct fan_key_set *keys, struct fan_err *err)
{
    static const char *const settings[] = { "role_arn", "sso_session", "sso_start_url",
                                            "web_identity_token_file", NULL };
    const char *name = fan_profile_name(profile), *found = NULL;
    (void)keys;
    for (size_t i = 0; settings[i] && !found; i++)
        if (fan_profile_get(profile, settings[i])) found = settings[i];
    if (!found || fan_profile_get(profile, "credential_process")) return FAN_ENOTFOUND;
    return fan_fail(
        err, FAN_EUSAGE,
        "profile '%.64s' has '%s', which only the AWS command line understands: "
        "add to the profile the line 'credential_process = aws configure "
        "export-credentials --profile %.64s --format process'",
        name, found, name);
}

enum fan_status fan_source_web_identity(const struct fan_profile *profile,
                                        struct fan_key_set *keys, struct fan_err *err)
{
    (void)profile, (void)keys;
    if (!fan_variable("AWS_WEB_IDENTITY_TOKEN_FILE")) return FAN_ENOTFOUND;
    return fan_fail(err, FAN_EUSAGE,
                    "AWS_WEB_IDENTITY_TOKEN_FILE is set, which only the AWS command line "
                    "understands: use a profile with the line 'credential_process = aws "
                    "configure export-credentials --format process'");
}
