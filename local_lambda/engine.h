/* engine.h - what the instances of an endpoint share: loop, settings, random numbers. */
#ifndef FAN_LOCAL_LAMBDA_ENGINE_H
#define FAN_LOCAL_LAMBDA_ENGINE_H

#include "common/random.h"
#include "local_lambda/cpu_share.h"
#include "local_lambda/event_loop.h"
#include "local_lambda/guard.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Filled once at start. Pointers are the endpoint's. */
struct fan_engine {
    struct fan_loop *loop;
    struct fan_guard *guard; /* NULL without one */
    const char *region;
    enum fan_cpu_model cpu;
    struct fan_random random;  /* of the tick model */
    struct fan_random routing; /* of aliases that split their calls */
    uint32_t idle_s, init_limit_ms;
    int log_fd; /* every function's output goes there too; -1: nowhere */
};

#ifdef __cplusplus
}
#endif
#endif
