/* authorizer_cache.h - answers of authorizers, kept for a while. Pure. */
#ifndef FAN_LOCAL_LAMBDA_AUTHORIZER_CACHE_H
#define FAN_LOCAL_LAMBDA_AUTHORIZER_CACHE_H

#include "local_lambda/authorizer_grant.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_CACHE_KEY_BYTES 32   /* a SHA-256: tokens themselves are not kept */
#define FAN_CACHE_GRANTS    4096 /* the most that are kept */

struct fan_authorizer_cache;

/* Owns: fan_authorizer_cache_free. */
struct fan_authorizer_cache *fan_authorizer_cache_new(void);
void fan_authorizer_cache_free(struct fan_authorizer_cache *cache);

/* The grant of a key at now_ns (a monotonic clock), or NULL. The cache's own reference:
 * valid until the next put. */
struct fan_grant *fan_authorizer_cache_get(struct fan_authorizer_cache *cache,
                                           const unsigned char key[FAN_CACHE_KEY_BYTES],
                                           int64_t now_ns);

/* Keep a grant (a reference is taken) until until_ns. Where room is short, the one that
 * ends first goes. */
void fan_authorizer_cache_put(struct fan_authorizer_cache *cache,
                              const unsigned char key[FAN_CACHE_KEY_BYTES],
                              struct fan_grant *grant, int64_t until_ns);

#ifdef __cplusplus
}
#endif
#endif
