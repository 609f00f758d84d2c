/* event_loop.h - the endpoint's event loop: timers, descriptors and signals. */
#ifndef FAN_LOCAL_LAMBDA_EVENT_LOOP_H
#define FAN_LOCAL_LAMBDA_EVENT_LOOP_H

#include "common/err.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct fan_loop;
struct event_base; /* of libevent */

/* Owns: fan_loop_close. Errors: FAN_EIO. */
enum fan_status fan_loop_open(struct fan_loop **loop, struct fan_err *err) FAN_MUST_CHECK;

/* Timers and watches must be freed before. NULL is accepted. */
void fan_loop_close(struct fan_loop *loop);

/* Call back until fan_loop_stop. */
void fan_loop_run(struct fan_loop *loop);
void fan_loop_stop(struct fan_loop *loop);

/**
 * When (CLOCK_MONOTONIC) the callbacks of this round of the loop began: what a callback
 * finds in a descriptor had arrived by then, however long it stood in the queue.
 */
int64_t fan_loop_round_ns(const struct fan_loop *loop);

/* For http_server.c, which has callbacks of its own in the loop: what they are registered
 * with, and what each of them says first. */
struct event_base *fan_loop_base(struct fan_loop *loop);
void fan_loop_note_round(struct fan_loop *loop);

typedef void fan_event_fn(void *context);

/* A timer that fires once per fan_timer_set, exact to some ten microseconds. */
struct fan_timer *fan_timer_new(struct fan_loop *loop, fan_event_fn *fn, void *context);
void fan_timer_set(struct fan_timer *timer, int64_t delay_ns);
void fan_timer_stop(struct fan_timer *timer);
void fan_timer_free(struct fan_timer *timer); /* NULL is accepted */

enum fan_watch_kind { FAN_WATCH_READ, FAN_WATCH_WRITE, FAN_WATCH_SIGNAL };

/**
 * Call fn whenever number (a descriptor, or a signal number) is ready. A new watch is on.
 * The descriptor stays the caller's and is closed after fan_watch_free.
 */
struct fan_watch *fan_watch_new(struct fan_loop *loop, enum fan_watch_kind kind,
                                int number, fan_event_fn *fn, void *context);
void fan_watch_free(struct fan_watch *watch); /* NULL is accepted */

#ifdef __cplusplus
}
#endif
#endif
