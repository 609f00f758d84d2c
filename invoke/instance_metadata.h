/* instance_metadata.h - what the EC2 instance that this runs on knows of itself (IMDSv2).
 */
#ifndef FAN_INVOKE_INSTANCE_METADATA_H
#define FAN_INVOKE_INSTANCE_METADATA_H

#include "common/buf.h"
#include "invoke/profile.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct fan_instance {
    char origin[272];
    char token[1024];
    uint32_t timeout_ms, attempts;
};

/**
 * Get a session token of the metadata service: at AWS_EC2_METADATA_SERVICE_ENDPOINT, or
 * the profile's ec2_metadata_service_endpoint, or 169.254.169.254. 1 s, once, unless
 * AWS_METADATA_SERVICE_TIMEOUT and ..._NUM_ATTEMPTS say otherwise. Errors: FAN_ENOTFOUND
 * when it is switched off (AWS_EC2_METADATA_DISABLED) or nobody answers; FAN_EINVAL,
 * FAN_EREMOTE.
 */
enum fan_status fan_instance_find(struct fan_instance *instance,
                                  const struct fan_profile *profile,
                                  struct fan_err *err) FAN_MUST_CHECK;

/* Append what is below /latest/meta-data/ at path. Errors: FAN_ENOTFOUND (HTTP 404),
 * FAN_EREMOTE, FAN_ENET, FAN_ELIMIT. */
enum fan_status fan_instance_read(const struct fan_instance *instance, const char *path,
                                  struct fan_buf *answer,
                                  struct fan_err *err) FAN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
