/* invoke_api.h - the Invoke API: from a verified request to the function and back. */
#ifndef FAN_LOCAL_LAMBDA_INVOKE_API_H
#define FAN_LOCAL_LAMBDA_INVOKE_API_H

#include "local_lambda/async_queue.h"
#include "local_lambda/faults.h"
#include "local_lambda/http_server.h"
#include "local_lambda/pool.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Pointers are the endpoint's. */
struct fan_invoke_api {
    struct fan_engine *engine;
    struct fan_registry *registry;
    struct fan_pool *pool;
    struct fan_faults *faults;
    struct fan_async *async;
};

/* Answer an Invoke request (one that fan_invoke_matches), now or when the function has
 * answered. */
void fan_invoke_answer(struct fan_invoke_api *api, struct fan_exchange *exchange);

#ifdef __cplusplus
}
#endif
#endif
