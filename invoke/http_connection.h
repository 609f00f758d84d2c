/*
 * http_connection.h - connections to one service, made by libcurl: names, TCP, proxies,
 * TLS and certificates are its business, what travels on them is not. A dialer makes any
 * number of them at once, without blocking.
 */
#ifndef FAN_INVOKE_HTTP_CONNECTION_H
#define FAN_INVOKE_HTTP_CONNECTION_H

#include "common/err.h"
#include "invoke/base_url.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct fan_dialer;

struct fan_dialer_cfg {
    struct fan_base_url url;
    uint32_t connect_timeout_ms; /* 0: 10 s */
    const char *ca_file;         /* NULL: the system's bundle; outlives the dialer */
    bool direct;                 /* never through a proxy */
    int epoll;                   /* set in which a dialer watches its descriptors */
};

/* Zeroed: never used. Fields are the module's but those said to be read. */
struct fan_connection {
    void *owner;                /* the caller's */
    bool up;                    /* read: bytes can be sent and received */
    bool dialing;               /* read: not yet */
    int fd;                     /* read while up: to watch */
    int64_t connect_ns, tls_ns; /* read: spans from the dial's start; 0: none */
    char failure[256];          /* read: why it is not up */
    bool hopeless; /* read: another dial will end the same, for the reason is a
                      certificate, or a proxy that refuses to serve us */

    struct fan_connection *next; /* in the list of ended dials */
    void *easy;                  /* libcurl's handle; NULL when fd is all there is */
    void *share;
    char error[256]; /* libcurl writes here */
};

/* data.u64 of the dialer's events in the epoll set have this bit. */
#define FAN_DIALER_EVENT (UINT64_C(1) << 63)

/* Owns: fan_dialer_close. Errors: FAN_EIO. */
enum fan_status fan_dialer_open(struct fan_dialer **dialer,
                                const struct fan_dialer_cfg *cfg,
                                struct fan_err *err) FAN_MUST_CHECK;

/* Every connection was hung up before. NULL is accepted. */
void fan_dialer_close(struct fan_dialer *dialer);

/* Begin to connect. How it ends is told by fan_dialer_next, perhaps at once. */
void fan_dialer_dial(struct fan_dialer *dialer, struct fan_connection *connection);

/* An event with FAN_DIALER_EVENT happened; events as epoll gave them. */
void fan_dialer_act(struct fan_dialer *dialer, uint64_t key, uint32_t events);

/* CLOCK_MONOTONIC when fan_dialer_tick wants to be called; INT64_MAX: no need. */
int64_t fan_dialer_due_ns(const struct fan_dialer *dialer);
void fan_dialer_tick(struct fan_dialer *dialer);

/* A connection whose dial has ended, up or with a failure; NULL: none. To be asked after
 * each call above, before a connection is hung up. */
struct fan_connection *fan_dialer_next(struct fan_dialer *dialer);

/* Sockets opened so far. */
uint64_t fan_dialer_sockets(const struct fan_dialer *dialer);

enum fan_io {
    FAN_IO_DONE,  /* some bytes */
    FAN_IO_WAIT,  /* none now */
    FAN_IO_ENDED, /* none any more: the other side closed in order */
    FAN_IO_BROKEN /* nor any more: reset, or an error of TLS */
};

/* Send a part of n bytes, at least 1; *done: how many. After FAN_IO_WAIT the same bytes
 * have to be tried again. Receiving has to go on until FAN_IO_WAIT: TLS may hold bytes
 * back of which epoll knows nothing. */
enum fan_io fan_connection_send(struct fan_connection *connection, const char *bytes,
                                size_t n, size_t *done);
enum fan_io fan_connection_receive(struct fan_connection *connection, char *bytes,
                                   size_t capacity, size_t *done);

/* Close, or stop dialing. A connection that is neither is left alone. */
void fan_connection_hang_up(struct fan_dialer *dialer, struct fan_connection *connection);

#ifdef __cplusplus
}
#endif
#endif
