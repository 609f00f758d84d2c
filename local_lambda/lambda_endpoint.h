/* lambda_endpoint.h - the whole endpoint: server, registry, pool, and who may call. */
#ifndef FAN_LOCAL_LAMBDA_LAMBDA_ENDPOINT_H
#define FAN_LOCAL_LAMBDA_LAMBDA_ENDPOINT_H

#include "local_lambda/cpu_share.h"
#include "local_lambda/faults.h"
#include "local_lambda/limiter.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Strings are the caller's and outlive the endpoint. */
struct fan_endpoint_cfg {
    const char *host;
    uint16_t port; /* 0: any free one */
    const char *region, *account;
    const char *access_key_id, *secret_access_key;
    const char *work_dir; /* packages are unzipped below it */
    bool remove_work_dir; /* at the end */
    struct fan_limits limits;
    uint32_t unreserved_min;
    uint64_t code_bytes_max; /* of all functions and versions */
    uint32_t idle_s, init_limit_ms;
    uint32_t async_retry_ms, async_backoff_ms; /* as in struct fan_async_cfg */
    enum fan_cpu_model cpu;
    uint64_t seed;      /* of faults, the CPU model's phases, aliases' splits */
    const char *faults; /* as fan_faults_parse; "" for none */
    int log_fd;         /* functions' output; -1: nowhere */
    int lifeline_fd;    /* end of file on it ends the endpoint; -1: none */

    /* A file that describes an API (docs/gateway.md) and the port that its stage listens
     * on, 0 for any free one; NULL: none. */
    const char *gateway;
    uint16_t gateway_port;
};

struct fan_endpoint;

/* Listen and be ready. Owns: fan_endpoint_close. Errors: FAN_EINVAL (faults, host),
 * FAN_ENET, FAN_EIO, FAN_EFORMAT (gateway). */
enum fan_status fan_endpoint_open(struct fan_endpoint **endpoint,
                                  const struct fan_endpoint_cfg *cfg,
                                  struct fan_err *err) FAN_MUST_CHECK;

/* Kill every function, stop listening, clean up. */
void fan_endpoint_close(struct fan_endpoint *endpoint);

uint16_t fan_endpoint_port(const struct fan_endpoint *endpoint);

/* Where the gateway listens, "http://127.0.0.1:9101/prod", into text; false without one.
 */
bool fan_endpoint_gateway(const struct fan_endpoint *endpoint, char text[256]);

/**
 * Create a function from "NAME=ZIP[,memory=128][,timeout=3][,handler=x]", as a control
 * call would. Errors: FAN_EUSAGE (form), FAN_EIO (file), FAN_EREMOTE (refused).
 */
enum fan_status fan_endpoint_add_function(struct fan_endpoint *endpoint, const char *spec,
                                          struct fan_err *err) FAN_MUST_CHECK;

/* Serve until SIGINT, SIGTERM or the lifeline's end. */
void fan_endpoint_run(struct fan_endpoint *endpoint);

#ifdef __cplusplus
}
#endif
#endif
