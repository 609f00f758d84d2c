/*
 * http_pool.c - see http_pool.h.
 *
 * Each place has a connection of its own and keeps it from request to request. All are
 * watched by one epoll set, in use or idle, so that one which its server closes is known
 * before the next request would leave on it. A request goes out in one send where the
 * socket takes it, its answer comes in with one receive where it fits, and nothing else
 * of a call is a system call.
 */
#include "invoke/http_pool.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/http_response.h"
#include "invoke/file_limit.h"
#include "invoke/http_connection.h"
#include "invoke/http_request.h"

#define EVENTS_MAX    256
#define CHUNK_BYTES   65536
#define SMALL_BODY    16384 /* goes out with the head: one send, one TLS record */
#define REQUEST_MAX   (FAN_EXCHANGE_HEAD_MAX + FAN_EXCHANGE_TARGET_MAX + 1024)
#define LOOK_AGAIN_NS INT64_C(1000000) /* what epoll said is true for so long */
#define SPARE_FILES   64
#define PLACES_MAX    100000

struct place {
    struct fan_exchange exchange; /* first: an exchange is cast to its place */
    struct place *next;           /* in the free or the done list */
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

struct fan_http_pool {
    struct fan_http_pool_cfg cfg;
    int epoll;
    struct fan_dialer *dialer;
    struct place *places;
    int64_t *deadline_ns;     /* per place; INT64_MAX: none */
    int64_t next_deadline_ns; /* none is before it */
    int64_t looked_ns;        /* when epoll was last asked */
    struct place *free, *done, **done_end;
    char *chunk; /* what has just been received, of any connection */
};

/* ---- the end of an exchange ---- */

static size_t index_of(const struct fan_http_pool *pool, const struct place *place)
{
    return (size_t)(place - pool->places);
}

static void hang_up(struct fan_http_pool *pool, struct place *place)
{
    fan_connection_hang_up(pool->dialer, &place->connection);
    place->watched = 0;
}

/* failure: "" when the answer is complete. */
static void finish(struct fan_http_pool *pool, struct place *place, const char *failure)
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
    pool->deadline_ns[index_of(pool, place)] = INT64_MAX;
    place->under_way = false;
    place->next = NULL;
    *pool->done_end = place;
    pool->done_end = &place->next;
}

/* The connection is of no more use, whatever becomes of the exchange. */
static void fail(struct fan_http_pool *pool, struct place *place, const char *failure)
{
    hang_up(pool, place);
    finish(pool, place, failure);
}

/* ---- bytes out ---- */

static bool watch(struct fan_http_pool *pool, struct place *place, uint32_t events)
{
    struct epoll_event event;
    if (place->watched == events) return true;
    memset(&event, 0, sizeof event);
    event.events = events;
    event.data.u64 = index_of(pool, place);
    int operation = place->watched ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
    if (epoll_ctl(pool->epoll, operation, place->connection.fd, &event) != 0)
        return false;
    place->watched = events;
    return true;
}

/* What of the request has not left; false when all has. */
static bool unsent(const struct place *place, const char **bytes, size_t *n)
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
static bool send_some(struct fan_http_pool *pool, struct place *place)
{
    const char *bytes = NULL;
    size_t n = 0, done = 0;
    place->requested = true;
    while (unsent(place, &bytes, &n)) {
        switch (fan_connection_send(&place->connection, bytes, n, &done)) {
        case FAN_IO_DONE: place->sent += done; break;
        case FAN_IO_WAIT: return watch(pool, place, EPOLLIN | EPOLLRDHUP | EPOLLOUT);
        case FAN_IO_ENDED:
        case FAN_IO_BROKEN: return false;
        }
    }
    return watch(pool, place, EPOLLIN | EPOLLRDHUP);
}

/* ---- bytes in ---- */

/* Only an orderly end completes an answer that has no length. */
static void end_of_connection(struct fan_http_pool *pool, struct place *place,
                              bool orderly)
{
    struct fan_http_response *r = &place->response;
    if (orderly && fan_http_response_end(r, NULL) == FAN_OK)
        fail(pool, place, "");
    else if (fan_http_response_untouched(r))
        fail(pool, place, "connection closed without an answer");
    else
        fail(pool, place, "connection closed within the answer");
}

static void complete(struct fan_http_pool *pool, struct place *place, bool more_came)
{
    const char *bytes;
    size_t n;
    bool early = unsent(place, &bytes, &n); /* the rest would look like a request */
    if (place->response.close || more_came || early || place->half_closed)
        hang_up(pool, place);
    finish(pool, place, "");
}

static void take_bytes(struct fan_http_pool *pool, struct place *place, size_t n)
{
    struct fan_err err = { FAN_OK, "" };
    struct fan_exchange *x = &place->exchange;
    size_t used = 0;
    if (x->first_byte_ns == 0) x->first_byte_ns = fan_clock_mono_ns() - x->sent_ns;
    if (fan_http_response_feed(&place->response, pool->chunk, n, &used, &err))
        fail(pool, place, err.text);
    else if (place->response.state == FAN_HTTP_DONE)
        complete(pool, place, used < n);
}

/* Take what has come; the limits of an answer bound it. */
static void receive_some(struct fan_http_pool *pool, struct place *place)
{
    while (place->under_way) {
        size_t n = 0;
        switch (
            fan_connection_receive(&place->connection, pool->chunk, CHUNK_BYTES, &n)) {
        case FAN_IO_DONE: take_bytes(pool, place, n); break;
        case FAN_IO_WAIT: return;
        case FAN_IO_ENDED: end_of_connection(pool, place, true); break;
        case FAN_IO_BROKEN: end_of_connection(pool, place, false); break;
        }
    }
}

/* Begin or go on sending. A server that refuses a request may answer and close before it
 * has read all of it, so the answer is looked for even when nothing can be sent. */
static void advance(struct fan_http_pool *pool, struct place *place)
{
    if (send_some(pool, place)) return;
    receive_some(pool, place);
    if (place->under_way) end_of_connection(pool, place, false);
}

/* ---- events ---- */

/* Nothing is expected on an idle connection: it was closed, or is not to be trusted. TLS
 * has messages of its own, though. */
static void check_idle(struct fan_http_pool *pool, struct place *place)
{
    size_t n;
    if (fan_connection_receive(&place->connection, pool->chunk, CHUNK_BYTES, &n) !=
        FAN_IO_WAIT)
        hang_up(pool, place);
}

static void end_dials(struct fan_http_pool *pool)
{
    for (struct fan_connection *c; (c = fan_dialer_next(pool->dialer));) {
        struct place *place = c->owner;
        if (!c->up) {
            place->exchange.hopeless = c->hopeless;
            fail(pool, place, c->failure);
            continue;
        }
        place->exchange.connect_ns = c->connect_ns;
        place->exchange.tls_ns = c->tls_ns;
        if (!place->exchange.connect_only)
            advance(pool, place);
        else if (watch(pool, place, EPOLLIN | EPOLLRDHUP))
            finish(pool, place, "");
        else
            fail(pool, place, "cannot watch the connection");
    }
}

static void handle_event(struct fan_http_pool *pool, const struct epoll_event *event)
{
    if (event->data.u64 & FAN_DIALER_EVENT) {
        fan_dialer_act(pool->dialer, event->data.u64, event->events);
        end_dials(pool);
        return;
    }
    struct place *place = &pool->places[event->data.u64];
    if (!place->connection.up) return; /* it ended by an earlier event of the same turn */
    if (!place->under_way) {
        check_idle(pool, place);
        return;
    }
    place->half_closed = event->events & EPOLLRDHUP;
    if (event->events & EPOLLOUT) advance(pool, place);
    if (place->under_way && event->events & ~(uint32_t)EPOLLOUT)
        receive_some(pool, place);
}

/* Ask epoll, wait at most ms for it, and act on what it says. */
static enum fan_status look(struct fan_http_pool *pool, int ms, struct fan_err *err)
{
    struct epoll_event events[EVENTS_MAX];
    int n = epoll_wait(pool->epoll, events, EVENTS_MAX, ms);
    if (n < 0 && errno != EINTR)
        return fan_fail(err, FAN_EIO, "cannot wait for answers: %s", strerror(errno));
    pool->looked_ns = fan_clock_mono_ns();
    for (int i = 0; i < n; i++)
        handle_event(pool, &events[i]);
    return n < 0 ? FAN_EINTERRUPTED : FAN_OK;
}

/* ---- an exchange's way ---- */

struct fan_exchange *fan_http_pool_acquire(struct fan_http_pool *pool)
{
    struct place *place = pool->free;
    if (!place) return NULL;
    pool->free = place->next;
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
    return x;
}

enum fan_status fan_exchange_header(struct fan_exchange *exchange, const char *name,
                                    const char *value, struct fan_err *err)
{
    return fan_http_request_line(&((struct place *)exchange)->lines, name, value, err);
}

static enum fan_status build_request(struct fan_http_pool *pool, struct place *place,
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

static void set_deadline(struct fan_http_pool *pool, const struct place *place)
{
    const struct fan_exchange *x = &place->exchange;
    if (x->timeout_ms == 0) return;
    int64_t due = x->sent_ns + (int64_t)x->timeout_ms * 1000000;
    pool->deadline_ns[index_of(pool, place)] = due;
    if (due < pool->next_deadline_ns) pool->next_deadline_ns = due;
}

void fan_http_pool_start(struct fan_http_pool *pool, struct fan_exchange *exchange)
{
    struct place *place = (struct place *)exchange;
    struct fan_err err = { FAN_OK, "" };
    exchange->sent_ns = fan_clock_mono_ns();
    /* the connection may have been closed since epoll was asked */
    if (place->connection.up && exchange->sent_ns - pool->looked_ns > LOOK_AGAIN_NS)
        (void)look(pool, 0, NULL);
    fan_http_response_reset(&place->response);
    place->requested = place->half_closed = false;
    place->under_way = true;
    set_deadline(pool, place);
    if (build_request(pool, place, &err)) {
        finish(pool, place, err.text);
    } else if (place->connection.up && exchange->connect_only) {
        finish(pool, place, "");
    } else if (place->connection.up) {
        advance(pool, place);
    } else {
        fan_dialer_dial(pool->dialer, &place->connection);
        end_dials(pool);
    }
}

struct fan_exchange *fan_http_pool_take(struct fan_http_pool *pool)
{
    struct place *place = pool->done;
    if (!place) return NULL;
    pool->done = place->next;
    if (!pool->done) pool->done_end = &pool->done;
    return &place->exchange;
}

void fan_http_pool_release(struct fan_http_pool *pool, struct fan_exchange *exchange)
{
    struct place *place = (struct place *)exchange;
    place->next = pool->free;
    pool->free = place;
}

/* ---- waiting ---- */

/* Milliseconds until something is due: the caller's time, a time-out, the dialer's. */
static int wait_ms(const struct fan_http_pool *pool, int64_t now_ns, int64_t until_ns)
{
    int64_t first = until_ns, dialer = fan_dialer_due_ns(pool->dialer);
    if (pool->next_deadline_ns < first) first = pool->next_deadline_ns;
    if (dialer < first) first = dialer;
    int64_t ms = first <= now_ns ? 0 : (first - now_ns + 999999) / 1000000;
    return ms > 60000 ? 60000 : (int)ms;
}

static void time_out(struct fan_http_pool *pool, struct place *place)
{
    char text[64] = "no connection in time";
    if (place->requested)
        snprintf(text, sizeof text, "no complete answer within %u ms",
                 place->exchange.timeout_ms);
    fail(pool, place, text);
}

/*
 * End what is late. Deadlines of exchanges that ended are not taken out one by one: the
 * nearest is a lower bound, and when it passes, one walk over a dense array finds those
 * that are late, and the next bound. With time-outs of seconds that is rare.
 */
static void check_deadlines(struct fan_http_pool *pool, int64_t now_ns)
{
    if (now_ns < pool->next_deadline_ns) return;
    int64_t next = INT64_MAX;
    for (uint32_t i = 0; i < pool->cfg.places; i++) {
        int64_t due = pool->deadline_ns[i];
        if (due <= now_ns)
            time_out(pool, &pool->places[i]);
        else if (due < next)
            next = due;
    }
    pool->next_deadline_ns = next;
}

enum fan_status fan_http_pool_wait(struct fan_http_pool *pool, int timeout_ms,
                                   struct fan_err *err)
{
    int64_t now_ns = fan_clock_mono_ns();
    int64_t until_ns = now_ns + (int64_t)(timeout_ms > 0 ? timeout_ms : 0) * 1000000;
    do {
        int ms = pool->done ? 0 : wait_ms(pool, now_ns, until_ns);
        enum fan_status st = look(pool, ms, err);
        if (st) return st == FAN_EINTERRUPTED ? FAN_OK : st;
        fan_dialer_tick(pool->dialer);
        end_dials(pool);
        now_ns = fan_clock_mono_ns();
        check_deadlines(pool, now_ns);
    } while (!pool->done && now_ns < until_ns);
    return FAN_OK;
}

uint64_t fan_http_pool_connections(const struct fan_http_pool *pool)
{
    return fan_dialer_sockets(pool->dialer);
}

/* ---- life ---- */

static void open_place(struct fan_http_pool *pool, uint32_t index)
{
    struct place *place = &pool->places[index];
    size_t answer_max = (size_t)pool->cfg.answer_max_bytes;
    place->connection.owner = place;
    pool->deadline_ns[index] = INT64_MAX;
    fan_buf_init(&place->lines, FAN_EXCHANGE_HEAD_MAX);
    fan_buf_init(&place->request, REQUEST_MAX + SMALL_BODY);
    fan_http_response_init(&place->response, answer_max);
    fan_buf_init(&place->exchange.answer, answer_max);
    place->next = pool->free;
    pool->free = place;
}

static enum fan_status open_dialer(struct fan_http_pool *pool, struct fan_err *err)
{
    const struct fan_dialer_cfg cfg = { .url = pool->cfg.url,
                                        .connect_timeout_ms =
                                            pool->cfg.connect_timeout_ms,
                                        .ca_file = pool->cfg.ca_file,
                                        .direct = pool->cfg.direct,
                                        .epoll = pool->epoll };
    if (pool->epoll < 0)
        return fan_fail(err, FAN_EIO, "cannot open an epoll set: %s", strerror(errno));
    return fan_dialer_open(&pool->dialer, &cfg, err);
}

enum fan_status fan_http_pool_open(struct fan_http_pool **pool,
                                   const struct fan_http_pool_cfg *cfg,
                                   struct fan_err *err)
{
    if (cfg->places < 1 || cfg->places > PLACES_MAX)
        return fan_fail(err, FAN_EINVAL,
                        "cannot have %u requests in flight: expected 1 "
                        "to %d",
                        cfg->places, PLACES_MAX);
    enum fan_status st = fan_file_limit_raise(cfg->places + SPARE_FILES, err);
    if (st) return st;
    struct fan_http_pool *p = fan_alloc_zero(1, sizeof *p);
    p->cfg = *cfg;
    p->done_end = &p->done;
    p->next_deadline_ns = INT64_MAX;
    p->chunk = fan_alloc(CHUNK_BYTES);
    p->places = fan_alloc_zero(cfg->places, sizeof *p->places);
    p->deadline_ns = fan_alloc_zero(cfg->places, sizeof *p->deadline_ns);
    /* from the last to the first, so that few exchanges share the first places */
    for (uint32_t i = cfg->places; i-- > 0;)
        open_place(p, i);
    p->epoll = epoll_create1(EPOLL_CLOEXEC);
    st = open_dialer(p, err);
    if (st)
        fan_http_pool_close(p);
    else
        *pool = p;
    return st;
}

void fan_http_pool_close(struct fan_http_pool *pool)
{
    if (!pool) return;
    for (uint32_t i = 0; i < pool->cfg.places; i++) {
        struct place *place = &pool->places[i];
        if (pool->dialer) hang_up(pool, place);
        fan_buf_clear(&place->lines);
        fan_buf_clear(&place->request);
        fan_http_response_clear(&place->response);
        fan_buf_clear(&place->exchange.answer);
    }
    fan_dialer_close(pool->dialer);
    if (pool->epoll >= 0) close(pool->epoll);
    free(pool->chunk);
    free(pool->deadline_ns);
    free(pool->places);
    free(pool);
}
