/* settings.c - see settings.h. */
#include "invoke/settings.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "invoke/base_url.h"
#include "invoke/instance_metadata.h"

/* A value, and what it was called where it was found. */
struct found {
    const char *value, *name;
};

static struct found first_variable(const char *const *names)
{
    for (; *names; names++) {
        const char *value = fan_variable(*names);
        if (value) return (struct found){ value, *names };
    }
    return (struct found){ NULL, NULL };
}

/* ---- region ---- */

static enum fan_status take_region(char region[FAN_REGION_MAX], const char *value,
                                   const char *name, struct fan_err *err)
{
    size_t n = strlen(value);
    bool good = n >= 3 && n < 32;
    for (size_t i = 0; good && i < n; i++)
        good = isalnum((unsigned char)value[i]) || value[i] == '-';
    if (!good)
        return fan_fail(err, FAN_EINVAL,
                        "%s is no region: expected one such as us-east-1", name);
    memcpy(region, value, n + 1);
    return FAN_OK;
}

static enum fan_status ask_instance(char region[FAN_REGION_MAX],
                                    const struct fan_profile *profile,
                                    struct fan_err *err)
{
    struct fan_instance instance;
    struct fan_buf answer = FAN_BUF_INIT(256);
    enum fan_status st = fan_instance_find(&instance, profile, err);
    if (!st) st = fan_instance_read(&instance, "placement/region", &answer, err);
    if (!st)
        st = take_region(region, answer.data ? answer.data : "",
                         "placement/region of the instance metadata", err);
    fan_buf_clear(&answer);
    return st;
}

enum fan_status fan_settings_region(char region[FAN_REGION_MAX],
                                    const struct fan_profile *profile, bool ask,
                                    struct fan_err *err)
{
    static const char *const variables[] = { "AWS_REGION", "AWS_DEFAULT_REGION", NULL };
    struct fan_err cause = { FAN_OK, "" };
    struct found found = first_variable(variables);
    if (!found.value) {
        found.value = fan_profile_get(profile, "region");
        found.name = "the profile's region";
    }
    if (found.value) return take_region(region, found.value, found.name, err);
    enum fan_status st =
        ask ? ask_instance(region, profile, &cause)
            : fan_fail(&cause, FAN_ENOTFOUND, "instance metadata: not asked");
    if (st)
        fan_fail(err, st,
                 "no AWS region: AWS_REGION and AWS_DEFAULT_REGION are not set; profile "
                 "'%.64s' has none; %.256s",
                 fan_profile_name(profile), cause.text);
    return st;
}

/* ---- address ---- */

static bool is_true(const char *text)
{
    return text && strcasecmp(text, "true") == 0;
}

static struct found find_url(const struct fan_profile *profile)
{
    static const char *const variables[] = { "AWS_ENDPOINT_URL_LAMBDA",
                                             "AWS_ENDPOINT_URL", NULL };
    struct found found = { NULL, NULL };
    if (is_true(fan_variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")) ||
        is_true(fan_profile_get(profile, "ignore_configured_endpoint_urls")))
        return found;
    found = first_variable(variables);
    if (found.value) return found;
    found = (struct found){ fan_profile_of_lambda(profile, "endpoint_url"),
                            "endpoint_url of lambda in the profile's services" };
    if (found.value) return found;
    return (struct found){ fan_profile_get(profile, "endpoint_url"),
                           "the profile's endpoint_url" };
}

enum fan_status fan_settings_lambda_url(char *url, size_t capacity, const char *region,
                                        const struct fan_profile *profile,
                                        struct fan_err *err)
{
    struct fan_base_url parsed;
    struct fan_err cause = { FAN_OK, "" };
    struct found found = find_url(profile);
    if (!found.value) {
        snprintf(url, capacity, "https://lambda.%s.amazonaws.com%s", region,
                 strncmp(region, "cn-", 3) == 0 ? ".cn" : "");
        return FAN_OK;
    }
    /* not shown: a user and a password may stand in it */
    if (strlen(found.value) >= capacity ||
        fan_base_url_parse(&parsed, found.value, &cause))
        return fan_fail(err, FAN_EINVAL,
                        "%s is not an address: expected http://host[:port][/path] or "
                        "https://host[:port][/path]",
                        found.name);
    snprintf(url, capacity, "%s", found.value);
    return FAN_OK;
}

/* ---- certificates ---- */

enum fan_status fan_settings_ca_file(char path[PATH_MAX],
                                     const struct fan_profile *profile,
                                     struct fan_err *err)
{
    struct found found = { fan_variable("AWS_CA_BUNDLE"), "AWS_CA_BUNDLE" };
    if (!found.value)
        found = (struct found){ fan_profile_get(profile, "ca_bundle"),
                                "ca_bundle of the profile" };
    if (!found.value)
        found = (struct found){ fan_variable("SSL_CERT_FILE"), "SSL_CERT_FILE" };
    path[0] = '\0';
    if (!found.value) return FAN_OK;
    if (access(found.value, R_OK) != 0)
        return fan_fail(err, FAN_EIO, "%s: cannot read '%.200s': %s", found.name,
                        found.value, strerror(errno));
    snprintf(path, PATH_MAX, "%s", found.value);
    return FAN_OK;
}
