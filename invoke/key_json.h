/* key_json.h - keys as the services and programs that issue them write them.  Pure. */
#ifndef FAN_INVOKE_KEY_JSON_H
#define FAN_INVOKE_KEY_JSON_H

#include "invoke/credentials.h"

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_KEY_JSON_MAX 65536 /* bytes */

/**
 * Read a JSON object with AccessKeyId, SecretAccessKey, SessionToken or Token, and
 * Expiration (RFC 3339). versioned: it must say "Version": 1, as a credential_process
 * does. A Code other than Success is a refusal, whose Message is told. from is kept as
 * where the keys come from. Errors: FAN_EFORMAT naming what is missing or wrong, never a
 * value; FAN_EREMOTE; FAN_ELIMIT.
 */
enum fan_status fan_key_json_read(struct fan_key_set *keys, const char *from,
                                  const char *text, size_t n, bool versioned,
                                  struct fan_err *err) FAN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
