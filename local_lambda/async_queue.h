/* async_queue.h - asynchronous invocations: events that were accepted and are run until
 * they succeed or are given up, and then told to their destination. */
#ifndef FAN_LOCAL_LAMBDA_ASYNC_QUEUE_H
#define FAN_LOCAL_LAMBDA_ASYNC_QUEUE_H

#include "local_lambda/faults.h"
#include "local_lambda/pool.h"

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_ASYNC_EVENTS_MAX 100000       /* accepted and not yet ended */
#define FAN_ASYNC_BYTES_MAX  (256u << 20) /* of them together */

struct fan_async;

/* Pointers are the endpoint's. */
struct fan_async_cfg {
    struct fan_engine *engine;
    struct fan_registry *registry;
    struct fan_pool *pool;
    struct fan_faults *faults;
    uint32_t retry_ms, backoff_ms; /* see struct fan_async_rules */
};

/* Owns: fan_async_close, to be called after fan_pool_close; it logs how many events had
 * not come to an end. */
struct fan_async *fan_async_open(const struct fan_async_cfg *cfg);
void fan_async_close(struct fan_async *async);

/**
 * Accept an event for a function and qualifier ("" for none); it is copied and runs from
 * the loop. request_id receives the id that every attempt will have. False: the queue is
 * full, nothing was accepted.
 */
bool fan_async_submit(struct fan_async *async, const char *name, const char *qualifier,
                      const void *event, size_t event_bytes,
                      char request_id[FAN_REQUEST_ID_MAX]);

#ifdef __cplusplus
}
#endif
#endif
