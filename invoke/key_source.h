/* key_source.h - the places where keys may lie: a function each, and one order. */
#ifndef FAN_INVOKE_KEY_SOURCE_H
#define FAN_INVOKE_KEY_SOURCE_H

#include "invoke/profile.h"
#include "invoke/provider.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * A provider of the keys that the usual places have: docs/credentials.md tells which and
 * in what order. profile: the one to take instead of AWS_PROFILE's, which then goes
 * before the environment's keys; NULL without one. Owns: fan_provider_free. Errors of
 * fan_provider_current: FAN_ENOTFOUND telling what was looked at; those of the place that
 * should have them and has not; never a value.
 */
struct fan_provider *fan_provider_chain(const char *profile);

/*
 * One place. FAN_ENOTFOUND: it was not set up to have any, and the text says in a few
 * words what was looked at; the search goes on. Any other error ends the search.
 */
typedef enum fan_status fan_key_source(const struct fan_profile *profile,
                                       struct fan_key_set *keys, struct fan_err *err);

fan_key_source fan_source_environment; /* its profile may be NULL */
fan_key_source fan_source_federated;   /* roles and SSO: found, and refused */
fan_key_source fan_source_credentials_file;
fan_key_source fan_source_process;
fan_key_source fan_source_config_file;
fan_key_source fan_source_web_identity; /* found, and refused */
fan_key_source fan_source_container;
fan_key_source fan_source_instance;

#ifdef __cplusplus
}
#endif
#endif
