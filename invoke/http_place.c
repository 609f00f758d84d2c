/* http_place.c - see http_place.h. */
#include "invoke/http_place.h"

#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>

#include "common/clock.h"
#include "invoke/http_request.h"

#define SMALL_BODY  16384 /* goes out with the head: one send, one TLS record */
#define REQUEST_MAX (FAN_EXCHANGE_HEAD_MAX + FAN_EXCHANGE_TARGET_MAX + 1024)

/* ---- a place and its exchange ---- */

void fan_place_init(struct fan_place *place, size_t answer_max_bytes)
{
    place->connection.owner = place;
    fan_buf_init(&place->lines, FAN_EXCHANGE_HEAD_MAX);
    fan_buf_init(&place->request, REQUEST_MAX + SMALL_BODY);
    fan_http_response_init(&place->response, answer_max_bytes);
    fan_buf_init(&place->exchange.answer, answer_max_bytes);
}

void fan_place_clear(struct fan_place *place)
{
    fan_buf_clear(&place->lines);
    fan_buf_clear(&place->request);
    fan_http_response_clear(&place->response);
    fan_buf_clear(&place->exchange.answer);
}

void fan_place_reset(const struct fan_http_pool *pool, struct fan_place *place)
{
    struct fan_exchange *x = &place->exchange;
    x->tag = 0;
    x->context = NULL;
    x->method = "POST";
    x->target[0] = '\0';
    x->body = NULL;
    x->body_bytes = 0;
    x->timeout_ms = 0;
    x->sent_ns = x->connect_ns = x->tls_ns = x->first_byte_ns = x->end_ns = 0;
    x->status = 0;
    x->connect_only = x->never_sent = x->hopeless = false;
    x->failure[0] = '\0';
    x->head = "";
    fan_buf_reset(&x->answer);
    x->answer.max = (size_t)pool->cfg.answer_max_bytes;
    fan_buf_reset(&place->lines);
}

enum fan_status fan_exchange_header(struct fan_exchange *exchange, const char *name,
                                    const char *value, struct fan_err *err)
{
    return fan_http_request_line(&((struct fan_place *)exchange)->lines, name, value,
                                 err);
}

enum fan_status fan_place_request(struct fan_http_pool *pool, struct fan_place *place,
                                  struct fan_err *err)
{
    struct fan_exchange *x = &place->exchange;
    fan_buf_reset(&place->request);
    place->sent = 0;
    if (strcmp(x->method, "GET") == 0) x->body_bytes = 0;
    enum fan_status st =
        fan_http_request_head(&place->request, x->method, &pool->cfg.url, x->target,
                              &place->lines, x->body_bytes, err);
    if (!st && x->body_bytes <= SMALL_BODY)
        st = fan_buf_add(&place->request, x->body, x->body_bytes, err);
    return st;
}

void fan_place_hang_up(struct fan_http_pool *pool, struct fan_place *place)
{
    fan_connection_hang_up(pool->dialer, &place->connection);
    place->watched = 0;
}

void fan_place_finish(struct fan_http_pool *pool, struct fan_place *place,
                      const char *failure)
{
    struct fan_exchange *x = &place->exchange;
    x->end_ns = fan_clock_mono_ns() - x->sent_ns;
    x->status = place->response.status >= 200 ? (uint32_t)place->response.status : 0;
    if (!x->status) x->first_byte_ns = 0;
    x->head = place->response.head.data ? place->response.head.data : "";
    struct fan_buf body = place->response.body; /* both keep their memory */
    place->response.body = x->answer;
    x->answer = body;
    x->never_sent = *failure && !place->requested;
    if (*failure) snprintf(x->failure, sizeof x->failure, "%s", failure);
    fan_deadlines_drop(&pool->deadlines, fan_place_index(pool, place));
    place->under_way = false;
    place->next = NULL;
    *pool->done_end = place;
    pool->done_end = &place->next;
}

void fan_place_fail(struct fan_http_pool *pool, struct fan_place *place,
                    const char *failure)
{
    fan_place_hang_up(pool, place);
    fan_place_finish(pool, place, failure);
}

/* ---- bytes out ---- */

bool fan_place_watch(struct fan_http_pool *pool, struct fan_place *place, uint32_t events)
{
    struct epoll_event event;
    if (place->watched == events) return true;
    memset(&event, 0, sizeof event);
    event.events = events;
    event.data.u64 = fan_place_index(pool, place);
    int operation = place->watched ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
    if (epoll_ctl(pool->epoll, operation, place->connection.fd, &event) != 0)
        return false;
    place->watched = events;
    return true;
}

/* What of the request has not left; false when all has. */
static bool unsent(const struct fan_place *place, const char **bytes, size_t *n)
{
    const struct fan_exchange *x = &place->exchange;
    size_t head = place->request.size;
    bool apart = x->body_bytes > SMALL_BODY;
    if (place->sent < head) {
        *bytes = place->request.data + place->sent;
        *n = head - place->sent;
        return true;
    }
    size_t at = place->sent - head;
    if (!apart || at >= x->body_bytes) return false;
    *bytes = x->body + at;
    *n = x->body_bytes - at;
    return true;
}

/* Send what can be sent now. False: the connection takes no more for good. */
static bool send_some(struct fan_http_pool *pool, struct fan_place *place)
{
    const char *bytes = NULL;
    size_t n = 0, done = 0;
    place->requested = true;
    while (unsent(place, &bytes, &n)) {
        switch (fan_connection_send(&place->connection, bytes, n, &done)) {
        case FAN_IO_DONE: place->sent += done; break;
        case FAN_IO_WAIT:
            return fan_place_watch(pool, place, EPOLLIN | EPOLLRDHUP | EPOLLOUT);
        case FAN_IO_ENDED:
        case FAN_IO_BROKEN: return false;
        }
    }
    return fan_place_watch(pool, place, EPOLLIN | EPOLLRDHUP);
}

/* ---- bytes in ---- */

/* Only an orderly end completes an answer that has no length. */
static void end_of_connection(struct fan_http_pool *pool, struct fan_place *place,
                              bool orderly)
{
    struct fan_http_response *r = &place->response;
    if (orderly && fan_http_response_end(r, NULL) == FAN_OK)
        fan_place_fail(pool, place, "");
    else if (fan_http_response_untouched(r))
        fan_place_fail(pool, place, "connection closed without an answer");
    else
        fan_place_fail(pool, place, "connection closed within the answer");
}

static void complete(struct fan_http_pool *pool, struct fan_place *place, bool more_came)
{
    const char *bytes;
    size_t n;
    bool early = unsent(place, &bytes, &n); /* the rest would look like a request */
    if (place->response.close || more_came || early || place->half_closed)
        fan_place_hang_up(pool, place);
    fan_place_finish(pool, place, "");
}

static void take_bytes(struct fan_http_pool *pool, struct fan_place *place, size_t n)
{
    struct fan_err err = { FAN_OK, "" };
    struct fan_exchange *x = &place->exchange;
    size_t used = 0;
    if (x->first_byte_ns == 0) x->first_byte_ns = fan_clock_mono_ns() - x->sent_ns;
    if (fan_http_response_feed(&place->response, pool->chunk, n, &used, &err))
        fan_place_fail(pool, place, err.text);
    else if (place->response.state == FAN_HTTP_DONE)
        complete(pool, place, used < n);
}

void fan_place_receive(struct fan_http_pool *pool, struct fan_place *place)
{
    while (place->under_way) {
        size_t n = 0;
        switch (fan_connection_receive(&place->connection, pool->chunk,
                                       FAN_HTTP_CHUNK_BYTES, &n)) {
        case FAN_IO_DONE: take_bytes(pool, place, n); break;
        case FAN_IO_WAIT: return;
        case FAN_IO_ENDED: end_of_connection(pool, place, true); break;
        case FAN_IO_BROKEN: end_of_connection(pool, place, false); break;
        }
    }
}

void fan_place_advance(struct fan_http_pool *pool, struct fan_place *place)
{
    if (send_some(pool, place)) return;
    fan_place_receive(pool, place);
    if (place->under_way) end_of_connection(pool, place, false);
}
