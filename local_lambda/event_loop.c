/* event_loop.c - see event_loop.h. */
#include "local_lambda/event_loop.h"

#include "common/buf.h"
#include "common/clock.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include <event2/event.h>

struct fan_loop {
    struct event_base *base;
    bool stopped;
    int64_t round_ns; /* begin of this round's callbacks; 0: before the first */
};

struct fan_timer {
    struct fan_loop *loop;
    struct event *event;
    fan_event_fn *fn;
    void *context;
};

struct fan_watch {
    struct fan_loop *loop;
    struct event *event;
    fan_event_fn *fn;
    void *context;
};

static struct event_base *base_new(void)
{
    struct event_config *config = event_config_new();
    if (!config) return NULL;
    event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK);
    /* epoll_wait alone rounds to milliseconds; held answers need better */
    event_config_set_flag(config, EVENT_BASE_FLAG_PRECISE_TIMER);
    /* timers count from now, not from when this round of the loop began */
    event_config_set_flag(config, EVENT_BASE_FLAG_NO_CACHE_TIME);
    /* evhttp switches reading and writing on and off within one answer; descriptors are
     * never duplicated here, so the change list is safe */
    event_config_set_flag(config, EVENT_BASE_FLAG_EPOLL_USE_CHANGELIST);
    struct event_base *base = event_base_new_with_config(config);
    event_config_free(config);
    return base;
}

enum fan_status fan_loop_open(struct fan_loop **out, struct fan_err *err)
{
    struct event_base *base = base_new();
    if (!base) return fan_fail(err, FAN_EIO, "cannot start the event loop");
    struct fan_loop *loop = fan_alloc_zero(1, sizeof *loop);
    loop->base = base;
    *out = loop;
    return FAN_OK;
}

void fan_loop_close(struct fan_loop *loop)
{
    if (!loop) return;
    event_base_free(loop->base);
    free(loop);
}

void fan_loop_run(struct fan_loop *loop)
{
    loop->stopped = false;
    while (!loop->stopped && event_base_loop(loop->base, EVLOOP_ONCE) == 0)
        loop->round_ns = 0;
}

void fan_loop_stop(struct fan_loop *loop)
{
    loop->stopped = true;
    event_base_loopbreak(loop->base);
}

int64_t fan_loop_round_ns(const struct fan_loop *loop)
{
    return loop->round_ns;
}

struct event_base *fan_loop_base(struct fan_loop *loop)
{
    return loop->base;
}

void fan_loop_note_round(struct fan_loop *loop)
{
    if (loop->round_ns == 0) loop->round_ns = fan_clock_mono_ns();
}

static void on_timer(evutil_socket_t fd, short what, void *context)
{
    (void)fd, (void)what;
    struct fan_timer *timer = context;
    fan_loop_note_round(timer->loop);
    timer->fn(timer->context);
}

static struct event *must(struct event *event)
{
    if (event) return event;
    fprintf(stderr, "out of memory: cannot create an event\n");
    abort();
}

struct fan_timer *fan_timer_new(struct fan_loop *loop, fan_event_fn *fn, void *context)
{
    struct fan_timer *timer = fan_alloc(sizeof *timer);
    timer->loop = loop;
    timer->fn = fn;
    timer->context = context;
    timer->event = must(event_new(loop->base, -1, 0, on_timer, timer));
    return timer;
}

void fan_timer_set(struct fan_timer *timer, int64_t delay_ns)
{
    if (delay_ns < 0) delay_ns = 0;
    /* rounded up: a timer never fires early */
    int64_t delay_us = (delay_ns + 999) / 1000;
    struct timeval delay = { delay_us / 1000000, delay_us % 1000000 };
    event_add(timer->event, &delay);
}

void fan_timer_stop(struct fan_timer *timer)
{
    event_del(timer->event);
}

void fan_timer_free(struct fan_timer *timer)
{
    if (!timer) return;
    event_free(timer->event);
    free(timer);
}

static void on_watch(evutil_socket_t fd, short what, void *context)
{
    (void)fd, (void)what;
    struct fan_watch *watch = context;
    fan_loop_note_round(watch->loop);
    watch->fn(watch->context);
}

struct fan_watch *fan_watch_new(struct fan_loop *loop, enum fan_watch_kind kind,
                                int number, fan_event_fn *fn, void *context)
{
    static const short what[] = { EV_READ, EV_WRITE, EV_SIGNAL };
    struct fan_watch *watch = fan_alloc(sizeof *watch);
    watch->loop = loop;
    watch->fn = fn;
    watch->context = context;
    watch->event = must(
        event_new(loop->base, number, (short)(what[kind] | EV_PERSIST), on_watch, watch));
    event_add(watch->event, NULL);
    return watch;
}

void fan_watch_free(struct fan_watch *watch)
{
    if (!watch) return;
    event_free(watch->event);
    free(watch);
}
