/* deadlines.c - see deadlines.h. */
#include "invoke/deadlines.h"

#include <stdlib.h>

#include "common/buf.h"

void fan_deadlines_init(struct fan_deadlines *deadlines, uint32_t count)
{
    deadlines->count = count;
    deadlines->due_ns = fan_alloc_zero(count, sizeof *deadlines->due_ns);
    deadlines->next_ns = INT64_MAX;
    for (uint32_t i = 0; i < count; i++)
        fan_deadlines_drop(deadlines, i);
}

void fan_deadlines_clear(struct fan_deadlines *deadlines)
{
    free(deadlines->due_ns);
    deadlines->due_ns = NULL;
    deadlines->count = 0;
}

void fan_deadlines_check(struct fan_deadlines *deadlines, int64_t now_ns,
                         void (*late)(void *context, uint32_t index), void *context)
{
    if (now_ns < deadlines->next_ns) return;
    int64_t next_ns = INT64_MAX;
    for (uint32_t i = 0; i < deadlines->count; i++) {
        int64_t due_ns = deadlines->due_ns[i];
        if (due_ns <= now_ns)
            late(context, i);
        else if (due_ns < next_ns)
            next_ns = due_ns;
    }
    deadlines->next_ns = next_ns;
}
