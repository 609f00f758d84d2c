/*
 * provider.h - who is asked for keys at each signature, so that keys which expire are
 * renewed while a run goes on; and what the service's time is. One serves all transports
 * of a rank. Not to be used by two threads at once.
 */
#ifndef FAN_INVOKE_PROVIDER_H
#define FAN_INVOKE_PROVIDER_H

#include "invoke/credentials.h"

#ifdef __cplusplus
extern "C" {
#endif

struct fan_provider;

/**
 * Where a provider gets keys from, at first and whenever they have to be renewed. May
 * take as long as its own time-outs, and is called in a thread of its own as well, though
 * never twice at once. Errors: FAN_ENOTFOUND (there are none), others.
 */
typedef enum fan_status fan_find_keys(const void *context, struct fan_key_set *keys,
                                      struct fan_err *err);

/* A provider of what find finds. context: from malloc or NULL; freed with it. Nothing is
 * asked before the first call of fan_provider_current. Owns: fan_provider_free. */
struct fan_provider *fan_provider_new(fan_find_keys *find, void *context);

/* A provider of keys that stay. Owns: fan_provider_free. Errors: FAN_EINVAL. */
enum fan_status fan_provider_fixed(struct fan_provider **provider,
                                   const struct fan_credentials *credentials,
                                   struct fan_err *err) FAN_MUST_CHECK;
void fan_provider_free(struct fan_provider *provider);

/**
 * The keys to sign with now; they are the provider's, and right until the next call.
 * *generation changes with them (0: never any); it may be NULL. Keys that expire are
 * renewed from 5 minutes before, without waiting for it while the old ones are valid.
 * When it fails, these go on, and it is tried again now and then. Errors: those of the
 * source; FAN_ESTATE for keys that have expired.
 */
enum fan_status fan_provider_current(struct fan_provider *provider,
                                     struct fan_credentials *credentials,
                                     uint64_t *generation,
                                     struct fan_err *err) FAN_MUST_CHECK;

/* The service refused keys of this generation: look for others, at most once a second.
 * Returns whether there are newer ones. */
bool fan_provider_renew(struct fan_provider *provider, uint64_t generation);

/* Wait for a renewal that is under way, if one is. */
void fan_provider_settle(struct fan_provider *provider);

/* Where the current keys come from, in words; "" before any. */
const char *fan_provider_from(const struct fan_provider *provider);

/* Wall time as the service has it: this host's, and how far the service is ahead of it.
 */
int64_t fan_provider_now_ns(const struct fan_provider *provider);
int64_t fan_provider_ahead_ns(const struct fan_provider *provider);
void fan_provider_set_ahead(struct fan_provider *provider, int64_t ahead_ns);

#ifdef __cplusplus
}
#endif
#endif
