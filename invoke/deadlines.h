/*
 * deadlines.h - which of many things are late.  Pure. Deadlines that no longer count are
 * not searched for: the nearest is a lower bound, and when it passes, one walk over a
 * dense array finds those that are late, and the next bound. With time-outs of seconds
 * that is rare, and setting one costs a store.
 */
#ifndef FAN_INVOKE_DEADLINES_H
#define FAN_INVOKE_DEADLINES_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct fan_deadlines {
    uint32_t count;
    int64_t *due_ns; /* of each; INT64_MAX: none */
    int64_t next_ns; /* none is before it */
};

/* None of count things has a deadline. Owns: fan_deadlines_clear. */
void fan_deadlines_init(struct fan_deadlines *deadlines, uint32_t count);
void fan_deadlines_clear(struct fan_deadlines *deadlines);

static inline void fan_deadlines_set(struct fan_deadlines *deadlines, uint32_t index,
                                     int64_t due_ns)
{
    deadlines->due_ns[index] = due_ns;
    if (due_ns < deadlines->next_ns) deadlines->next_ns = due_ns;
}

static inline void fan_deadlines_drop(struct fan_deadlines *deadlines, uint32_t index)
{
    deadlines->due_ns[index] = INT64_MAX;
}

/* Call late for each thing whose deadline is at or before now_ns; late drops it, and sets
 * none. */
void fan_deadlines_check(struct fan_deadlines *deadlines, int64_t now_ns,
                         void (*late)(void *context, uint32_t index), void *context);

#ifdef __cplusplus
}
#endif
#endif
