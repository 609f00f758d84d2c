/* tcp_listen.h - a socket that listens. */
#ifndef FAN_LOCAL_LAMBDA_TCP_LISTEN_H
#define FAN_LOCAL_LAMBDA_TCP_LISTEN_H

#include "common/err.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct fan_tcp_address {
    const char *host; /* numeric IPv4, "127.0.0.1" */
    uint16_t port;    /* 0: any free one */
};

/**
 * Listen on an address, with room for backlog connections that are not accepted yet. What
 * is accepted sends at once (TCP_NODELAY). *fd does not block and is closed on exec; the
 * caller closes it. *port: the one that is listened on. Errors: FAN_EINVAL (host),
 * FAN_ENET (names address and cause).
 */
enum fan_status fan_tcp_listen(const struct fan_tcp_address *address, int backlog,
                               int *fd, uint16_t *port,
                               struct fan_err *err) FAN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
