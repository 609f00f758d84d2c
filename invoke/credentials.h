/* credentials.h - where the signing keys come from (now: the environment). */
#ifndef FAN_INVOKE_CREDENTIALS_H
#define FAN_INVOKE_CREDENTIALS_H

#include "common/err.h"
#include "invoke/transport.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Keys of AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN. The strings
 * belong to the environment. Errors: FAN_ENOTFOUND naming what is missing, never a value.
 */
enum fan_status fan_credentials_from_env(struct fan_credentials *credentials,
                                         struct fan_err *err) FAN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
