/* pool.h - the instances of all functions: reused newest first, reaped when idle, retired
 * when their function changes, and the limits on how many may run. */
#ifndef FAN_LOCAL_LAMBDA_POOL_H
#define FAN_LOCAL_LAMBDA_POOL_H

#include "local_lambda/engine.h"
#include "local_lambda/invocation.h"
#include "local_lambda/limiter.h"
#include "local_lambda/registry.h"

#ifdef __cplusplus
extern "C" {
#endif

struct fan_pool;

/* Owns: fan_pool_close, which kills every instance. Of invocations in flight abandon is
 * called in place of done. */
struct fan_pool *fan_pool_open(struct fan_engine *engine, struct fan_registry *registry,
                               const struct fan_limits *limits);
void fan_pool_close(struct fan_pool *pool);

/**
 * Run an invocation of a function, or of one of its versions. Returns NULL and calls its
 * done later (or before this returns, when it fails at once), or returns the Reason of
 * the 429 and leaves it alone.
 */
const char *fan_pool_invoke(struct fan_pool *pool, struct fan_function *function,
                            struct fan_invocation *invocation);

/* A function changes, or it or a version goes away: its idle instances end now, busy ones
 * when they are done. A function takes its versions along. As fan_function_changed_fn. */
void fan_pool_function_changed(void *pool, struct fan_function *function, bool deleted);

#ifdef __cplusplus
}
#endif
#endif
