/* key_source.h - the places where keys may lie, one function each, in one order. */
#ifndef FAN_INVOKE_KEY_SOURCE_H
#define FAN_INVOKE_KEY_SOURCE_H

#include "invoke/provider.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * A provider of the keys that the usual places have: docs/credentials.md tells which and
 * in what order. profile: the one to take instead of AWS_PROFILE, which then goes before
 * the environment's keys; NULL without one. Owns: fan_provider_free.
 */
struct fan_provider *fan_provider_chain(const char *profile);

#ifdef __cplusplus
}
#endif
#endif
