/*
 * renewal.h - a search for keys that goes on beside the caller's work: it may take a
 * second or more, and whoever measures latencies must not stand still for it.
 */
#ifndef FAN_INVOKE_RENEWAL_H
#define FAN_INVOKE_RENEWAL_H

#include "invoke/provider.h"

#ifdef __cplusplus
extern "C" {
#endif

struct fan_renewal;

/**
 * Call find(context) in a thread of its own, which takes no signals. context outlives
 * the renewal. Owns: fan_renewal_end or fan_renewal_abandon. NULL when there can be no
 * thread.
 */
struct fan_renewal *fan_renewal_start(fan_find_keys *find, void *context);

bool fan_renewal_done(const struct fan_renewal *renewal);

/* Wait for it, and take what it found. Errors: those of find. */
enum fan_status fan_renewal_end(struct fan_renewal *renewal, struct fan_key_set *keys,
                                struct fan_err *err) FAN_MUST_CHECK;

/* Nobody wants it any more, and nobody waits for it: it frees itself and context. NULL is
 * accepted: then only context is freed. */
void fan_renewal_abandon(struct fan_renewal *renewal, void *context);

#ifdef __cplusplus
}
#endif
#endif
