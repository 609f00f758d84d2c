/*
 * http_place.h - a place of the pool: an exchange with the connection that it has to
 * itself, and its bytes on their way. Only http_pool.c and http_place.c include it.
 */
#ifndef FAN_INVOKE_HTTP_PLACE_H
#define FAN_INVOKE_HTTP_PLACE_H

#include "common/http_response.h"
#include "invoke/deadlines.h"
#include "invoke/http_connection.h"
#include "invoke/http_pool.h"

#ifdef __cplusplus
extern "C" {
#endif

struct fan_place {
    struct fan_exchange exchange; /* first: an exchange is cast to its place */
    struct fan_place *next;       /* in the free or the done list */
    struct fan_connection connection;
    uint32_t watched;       /* EPOLL* that the connection is registered for */
    bool under_way;         /* between start and its end */
    bool requested;         /* the request began to leave */
    bool half_closed;       /* the server has said that it sends no more */
    size_t sent;            /* bytes of the request and the body that follows it */
    struct fan_buf lines;   /* the caller's headers */
    struct fan_buf request; /* head, and a small body */
    struct fan_http_response response;
};

/* What the places share. */
struct fan_http_pool {
    struct fan_http_pool_cfg cfg;
    int epoll;
    struct fan_dialer *dialer;
    struct fan_place *places;
    struct fan_deadlines deadlines; /* by place */
    int64_t looked_ns;              /* when epoll was last asked */
    struct fan_place *free, *done, **done_end;
    char *chunk; /* what has just been received, of any connection */
};

#define FAN_HTTP_CHUNK_BYTES 65536

static inline uint32_t fan_place_index(const struct fan_http_pool *pool,
                                       const struct fan_place *place)
{
    return (uint32_t)(place - pool->places);
}

/* A place without a connection. Owns: fan_place_clear. */
void fan_place_init(struct fan_place *place, size_t answer_max_bytes);
void fan_place_clear(struct fan_place *place);

/* Make the exchange empty, for the next user. */
void fan_place_reset(const struct fan_http_pool *pool, struct fan_place *place);

/* Make the request ready to leave, from what the caller filled in. Errors: as
 * fan_http_request_head. */
enum fan_status fan_place_request(struct fan_http_pool *pool, struct fan_place *place,
                                  struct fan_err *err) FAN_MUST_CHECK;

/* Register the connection for these EPOLL* events; the event's number is the place's.
 * False: it cannot be watched. */
bool fan_place_watch(struct fan_http_pool *pool, struct fan_place *place,
                     uint32_t events);
void fan_place_hang_up(struct fan_http_pool *pool, struct fan_place *place);

/* Begin or go on sending. A server that refuses a request may answer and close before it
 * has read all of it, so the answer is looked for even when nothing can be sent. */
void fan_place_advance(struct fan_http_pool *pool, struct fan_place *place);

/* Take what has come; the limits of an answer bound it. */
void fan_place_receive(struct fan_http_pool *pool, struct fan_place *place);

/* The exchange is over and waits to be taken. failure: "" when the answer is complete.
 * The second hangs up too: the connection is of no more use, whatever becomes of the
 * exchange.
 */
void fan_place_finish(struct fan_http_pool *pool, struct fan_place *place,
                      const char *failure);
void fan_place_fail(struct fan_http_pool *pool, struct fan_place *place,
                    const char *failure);

#ifdef __cplusplus
}
#endif
#endif
