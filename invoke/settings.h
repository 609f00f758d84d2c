/* settings.h - where AWS's settings say that the service is, and whom to trust. */
#ifndef FAN_INVOKE_SETTINGS_H
#define FAN_INVOKE_SETTINGS_H

#include "invoke/profile.h"

#include <limits.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_REGION_MAX 64

/**
 * The region of AWS_REGION, AWS_DEFAULT_REGION, the profile, or, where `ask` is true, the
 * EC2 instance that this runs on. Errors: FAN_ENOTFOUND telling what was looked at;
 * FAN_EINVAL for what is no region.
 */
enum fan_status fan_settings_region(char region[FAN_REGION_MAX],
                                    const struct fan_profile *profile, bool ask,
                                    struct fan_err *err) FAN_MUST_CHECK;

/**
 * The address of Lambda in a region: of AWS_ENDPOINT_URL_LAMBDA, AWS_ENDPOINT_URL, the
 * profile's services section or its endpoint_url; unless
 * AWS_IGNORE_CONFIGURED_ENDPOINT_URLS or the profile's ignore_configured_endpoint_urls is
 * true, and without any of them, AWS's own. Errors: FAN_EINVAL naming the setting that is
 * no address.
 */
enum fan_status fan_settings_lambda_url(char *url, size_t capacity, const char *region,
                                        const struct fan_profile *profile,
                                        struct fan_err *err) FAN_MUST_CHECK;

/**
 * The file of certificates to trust: of AWS_CA_BUNDLE, the profile's ca_bundle, or
 * SSL_CERT_FILE; "" for the system's. Errors: FAN_EIO naming the setting and the file
 * that cannot be read.
 */
enum fan_status fan_settings_ca_file(char path[PATH_MAX],
                                     const struct fan_profile *profile,
                                     struct fan_err *err) FAN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
