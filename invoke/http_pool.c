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
#include "invoke/file_limit.h"
#include "invoke/http_place.h"

#define EVENTS_MAX    256
#define LOOK_AGAIN_NS INT64_C(1000000) /* what epoll said is true for so long */
#define SPARE_FILES   64
#define PLACES_MAX    100000

/* ---- events ---- */

/* Nothing is expected on an idle connection: it was closed, or is not to be trusted. TLS
 * has messages of its own, though. */
static void check_idle(struct fan_http_pool *pool, struct fan_place *place)
{
    size_t n;
    if (fan_connection_receive(&place->connection, pool->chunk, FAN_HTTP_CHUNK_BYTES,
                               &n) != FAN_IO_WAIT)
        fan_place_hang_up(pool, place);
}

static void end_dials(struct fan_http_pool *pool)
{
    for (struct fan_connection *c; (c = fan_dialer_next(pool->dialer));) {
        struct fan_place *place = c->owner;
        if (!c->up) {
            place->exchange.hopeless = c->hopeless;
            fan_place_fail(pool, place, c->failure);
            continue;
        }
        place->exchange.connect_ns = c->connect_ns;
        place->exchange.tls_ns = c->tls_ns;
        if (!place->exchange.connect_only)
            fan_place_advance(pool, place);
        else if (fan_place_watch(pool, place, EPOLLIN | EPOLLRDHUP))
            fan_place_finish(pool, place, "");
        else
            fan_place_fail(pool, place, "cannot watch the connection");
    }
}

static void handle_event(struct fan_http_pool *pool, const struct epoll_event *event)
{
    if (event->data.u64 & FAN_DIALER_EVENT) {
        fan_dialer_act(pool->dialer, event->data.u64, event->events);
        end_dials(pool);
        return;
    }
    struct fan_place *place = &pool->places[event->data.u64];
    if (!place->connection.up) return; /* it ended by an earlier event of the same turn */
    if (!place->under_way) {
        check_idle(pool, place);
        return;
    }
    place->half_closed = event->events & EPOLLRDHUP;
    if (event->events & EPOLLOUT) fan_place_advance(pool, place);
    if (place->under_way && event->events & ~(uint32_t)EPOLLOUT)
        fan_place_receive(pool, place);
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
    struct fan_place *place = pool->free;
    if (!place) return NULL;
    pool->free = place->next;
    fan_place_reset(pool, place);
    return &place->exchange;
}

static void set_deadline(struct fan_http_pool *pool, const struct fan_place *place)
{
    const struct fan_exchange *x = &place->exchange;
    if (x->timeout_ms == 0) return;
    fan_deadlines_set(&pool->deadlines, fan_place_index(pool, place),
                      x->sent_ns + (int64_t)x->timeout_ms * 1000000);
}

void fan_http_pool_start(struct fan_http_pool *pool, struct fan_exchange *exchange)
{
    struct fan_place *place = (struct fan_place *)exchange;
    struct fan_err err = { FAN_OK, "" };
    exchange->sent_ns = fan_clock_mono_ns();
    /* the connection may have been closed since epoll was asked */
    if (place->connection.up && exchange->sent_ns - pool->looked_ns > LOOK_AGAIN_NS)
        (void)look(pool, 0, NULL);
    fan_http_response_reset(&place->response);
    place->requested = place->half_closed = false;
    place->under_way = true;
    set_deadline(pool, place);
    if (fan_place_request(pool, place, &err)) {
        fan_place_finish(pool, place, err.text);
    } else if (place->connection.up && exchange->connect_only) {
        fan_place_finish(pool, place, "");
    } else if (place->connection.up) {
        fan_place_advance(pool, place);
    } else {
        fan_dialer_dial(pool->dialer, &place->connection);
        end_dials(pool);
    }
}

struct fan_exchange *fan_http_pool_take(struct fan_http_pool *pool)
{
    struct fan_place *place = pool->done;
    if (!place) return NULL;
    pool->done = place->next;
    if (!pool->done) pool->done_end = &pool->done;
    return &place->exchange;
}

void fan_http_pool_release(struct fan_http_pool *pool, struct fan_exchange *exchange)
{
    struct fan_place *place = (struct fan_place *)exchange;
    place->next = pool->free;
    pool->free = place;
}

/* ---- waiting ---- */

/* Milliseconds until something is due: the caller's time, a time-out, the dialer's. */
static int wait_ms(const struct fan_http_pool *pool, int64_t now_ns, int64_t until_ns)
{
    int64_t first = until_ns, dialer = fan_dialer_due_ns(pool->dialer);
    if (pool->deadlines.next_ns < first) first = pool->deadlines.next_ns;
    if (dialer < first) first = dialer;
    int64_t ms = first <= now_ns ? 0 : (first - now_ns + 999999) / 1000000;
    return ms > 60000 ? 60000 : (int)ms;
}

static void time_out(void *context, uint32_t index)
{
    struct fan_http_pool *pool = context;
    struct fan_place *place = &pool->places[index];
    char text[64] = "no connection in time";
    if (place->requested)
        snprintf(text, sizeof text, "no complete answer within %u ms",
                 place->exchange.timeout_ms);
    fan_place_fail(pool, place, text);
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
        fan_deadlines_check(&pool->deadlines, now_ns, time_out, pool);
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
    struct fan_place *place = &pool->places[index];
    fan_place_init(place, (size_t)pool->cfg.answer_max_bytes);
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
                        "cannot have %u requests in flight: expected 1 to %d",
                        cfg->places, PLACES_MAX);
    enum fan_status st = fan_file_limit_raise(cfg->places + SPARE_FILES, err);
    if (st) return st;
    struct fan_http_pool *p = fan_alloc_zero(1, sizeof *p);
    p->cfg = *cfg;
    p->done_end = &p->done;
    p->chunk = fan_alloc(FAN_HTTP_CHUNK_BYTES);
    p->places = fan_alloc_zero(cfg->places, sizeof *p->places);
    fan_deadlines_init(&p->deadlines, cfg->places);
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
        struct fan_place *place = &pool->places[i];
        if (pool->dialer) fan_place_hang_up(pool, place);
        fan_place_clear(place);
    }
    fan_dialer_close(pool->dialer);
    if (pool->epoll >= 0) close(pool->epoll);
    free(pool->chunk);
    fan_deadlines_clear(&pool->deadlines);
    free(pool->places);
    free(pool);
}
