/* invocation.h - one call of a function on its way through an instance. */
#ifndef FAN_LOCAL_LAMBDA_INVOCATION_H
#define FAN_LOCAL_LAMBDA_INVOCATION_H

#include "local_lambda/function_log.h"
#include "local_lambda/registry.h"
#include "local_lambda/runtime_protocol.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_REQUEST_ID_MAX 37 /* a uuid and its NUL */
#define FAN_TRACE_ID_MAX   112

enum fan_invocation_status {
    FAN_INVOCATION_OK,
    FAN_INVOCATION_ERROR,
    FAN_INVOCATION_TIMEOUT
};

struct fan_invocation {
    /* set by the caller */
    char request_id[FAN_REQUEST_ID_MAX];
    char trace_id[FAN_TRACE_ID_MAX];
    const char *client_context; /* JSON, or NULL; the caller's */
    const char *qualifier;      /* that the function was called by, or NULL; likewise */
    const void *event;          /* the caller's, until done */
    size_t event_bytes;
    bool want_tail;
    bool doomed; /* its instance is to be killed while it runs */
    void (*done)(struct fan_invocation *invocation);
    void (*abandon)(struct fan_invocation *invocation); /* instead, at the pool's close */
    void *context;

    char version[FAN_VERSION_MAX]; /* that runs; set when it is accepted */

    /* set when done is called */
    enum fan_invocation_status status;
    char error_type[129];
    struct fan_buf body;
    bool host_limited;
    double duration_ms;
    double init_ms; /* < 0: warm */
    uint32_t max_memory_mb;
    struct fan_tail tail; /* empty unless wanted */
};

/* An invocation with fresh ids and a zeroed result. Owns: fan_invocation_free. */
struct fan_invocation *fan_invocation_new(void);
void fan_invocation_free(struct fan_invocation *invocation);

/* A random (version 4) uuid. */
void fan_request_id(char text[FAN_REQUEST_ID_MAX]);

/* The trace id of a request that brings none: "Root=1-8hex-24hex". */
void fan_trace_root(char text[FAN_TRACE_ID_MAX]);

/**
 * Store a failure whose body is AWS's: {"errorType":TYPE,"errorMessage":"RequestId: ID
 * Error: TEXT"}.
 */
void fan_invocation_fail(struct fan_invocation *invocation,
                         enum fan_invocation_status status, const char *type,
                         const char *fmt, ...) FAN_PRINTF(4, 5);

#ifdef __cplusplus
}
#endif
#endif
