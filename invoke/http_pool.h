/*
 * http_pool.h - many HTTP exchanges at once with one service, from one thread. Handles
 * and connections are reused; a request is sent at most once: what happens to it is for
 * the caller to know and to repeat.
 */
#ifndef FAN_INVOKE_HTTP_POOL_H
#define FAN_INVOKE_HTTP_POOL_H

#include "common/buf.h"
#include "common/err.h"
#include "invoke/base_url.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct fan_http_pool;

struct fan_http_pool_cfg {
    struct fan_base_url url;
    uint32_t places;             /* exchanges at once, >= 1 */
    uint64_t answer_max_bytes;   /* a longer body fails */
    uint32_t connect_timeout_ms; /* 0: 10 s */
    const char *ca_file;         /* NULL: the system's bundle; outlives the pool */
    bool direct;                 /* never through a proxy */
};

#define FAN_EXCHANGE_TARGET_MAX 2048
#define FAN_EXCHANGE_HEAD_MAX   12288 /* header lines, bytes */

/* One request and its answer. The upper part is the caller's to fill between acquire and
 * start; the lower part is right from take to release. */
struct fan_exchange {
    uint64_t tag;
    const void *context;                  /* the caller's, not looked at */
    const char *method;                   /* "POST", "PUT", "GET", "DELETE"; a literal */
    char target[FAN_EXCHANGE_TARGET_MAX]; /* path and query, percent-encoded */
    const char *body;                     /* the caller's, until the exchange is taken */
    size_t body_bytes;
    uint32_t timeout_ms; /* whole exchange; 0: none */
    bool connect_only;   /* make a connection, for later exchanges, and send nothing */

    int64_t sent_ns; /* CLOCK_MONOTONIC when it was started */
    int64_t connect_ns, tls_ns, first_byte_ns,
        end_ns;            /* spans from sent_ns; the first two
                              are 0 on a reused connection */
    uint32_t status;       /* HTTP status; 0: no head came */
    bool never_sent;       /* no connection was made */
    bool hopeless;         /* and none will be: a certificate or a proxy says no */
    char failure[256];     /* "" for a complete answer, else what went wrong */
    const char *head;      /* answer's header lines, for http_head.h; never NULL */
    struct fan_buf answer; /* body; the receiver may move it out (and zero it) */
};

/**
 * Open. Raises the process's soft limit of open files where places need it. Owns:
 * fan_http_pool_close. Errors: FAN_EINVAL, FAN_ELIMIT (hard limit of open files),
 * FAN_EIO.
 */
enum fan_status fan_http_pool_open(struct fan_http_pool **pool,
                                   const struct fan_http_pool_cfg *cfg,
                                   struct fan_err *err) FAN_MUST_CHECK;

/* Drop everything, exchanges under way too. NULL is accepted. */
void fan_http_pool_close(struct fan_http_pool *pool);

/* A free place, its request empty, or NULL when all are taken. The pool's. */
struct fan_exchange *fan_http_pool_acquire(struct fan_http_pool *pool);

/**
 * Add a header line to the request. Errors: FAN_ELIMIT (too long), FAN_EINVAL (a line
 * break or other control character: what comes from outside must not add lines).
 */
enum fan_status fan_exchange_header(struct fan_exchange *exchange, const char *name,
                                    const char *value,
                                    struct fan_err *err) FAN_MUST_CHECK;

/* Send the request. What goes wrong from here on is the exchange's failure. */
void fan_http_pool_start(struct fan_http_pool *pool, struct fan_exchange *exchange);

/**
 * Move bytes until an exchange is finished, timeout_ms have passed (0: do not wait) or a
 * signal arrives. Errors: FAN_EIO.
 */
enum fan_status fan_http_pool_wait(struct fan_http_pool *pool, int timeout_ms,
                                   struct fan_err *err) FAN_MUST_CHECK;

/* The next finished exchange, or NULL. Give it back with release. */
struct fan_exchange *fan_http_pool_take(struct fan_http_pool *pool);
void fan_http_pool_release(struct fan_http_pool *pool, struct fan_exchange *exchange);

/* Connections opened so far: in a steady state it stands still. */
uint64_t fan_http_pool_connections(const struct fan_http_pool *pool);

#ifdef __cplusplus
}
#endif
#endif
