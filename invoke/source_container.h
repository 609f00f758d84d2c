/* source_container.h - where a container's keys are asked for.  Pure. */
#ifndef FAN_INVOKE_SOURCE_CONTAINER_H
#define FAN_INVOKE_SOURCE_CONTAINER_H

#include "common/err.h"

#ifdef __cplusplus
extern "C" {
#endif

struct fan_container_address {
    char origin[272];
    char target[1024];
};

/**
 * Take AWS_CONTAINER_CREDENTIALS_RELATIVE_URI (a path on 169.254.170.2) or
 * ..._FULL_URI apart; the first that is not NULL. A full URI with http:// must be of this
 * host (127.x.x.x, localhost, ::1) or of the agents of ECS (169.254.170.2) and EKS
 * (169.254.170.23, fd00:ec2::23), so that a token is not sent to others in the clear.
 * Errors: FAN_EINVAL. Source: AWS SDKs reference, "Container credential provider".
 */
enum fan_status fan_container_address_parse(struct fan_container_address *address,
                                            const char *relative, const char *full,
                                            struct fan_err *err) FAN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
