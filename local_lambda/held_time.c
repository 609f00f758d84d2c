/* held_time.c - see held_time.h. */
#include "local_lambda/held_time.h"

#define SLACK_MS    2.0
#define SLACK_SHARE 0.05

struct fan_held fan_held_time(const struct fan_measured *m)
{
    struct fan_held held = { 0, false, false };
    double waited = m->wall_ms - m->cpu_ms - m->runqueue_ms;
    if (waited < 0) waited = 0;
    double target = waited + m->stretched_ms;
    double slack = target * SLACK_SHARE > SLACK_MS ? target * SLACK_SHARE : SLACK_MS;
    held.host_limited = m->wall_ms - target > slack;
    held.duration_ms = target > m->wall_ms ? target : m->wall_ms;
    if (held.duration_ms >= m->timeout_ms) {
        held.duration_ms = m->timeout_ms;
        held.timed_out = true;
    }
    return held;
}
