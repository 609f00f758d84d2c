/* held_time.c - see held_time.h. */
#include "local_lambda/held_time.h"

#define SLACK_MS    2.0
#define SLACK_SHARE 0.05

bool fan_held_late(double late_ms, double duration_ms)
{
    double slack = duration_ms * SLACK_SHARE;
    return late_ms > (slack > SLACK_MS ? slack : SLACK_MS);
}

/* How many threads ran, or were ready to, at once: on average, and with a vCPU each. */
static double threads_at_once(const struct fan_measured *m)
{
    const double at_once = (m->cpu_ms + m->runqueue_ms) / m->wall_ms;
    if (!(m->wall_ms > 0) || !(at_once > 1) || !(m->vcpus > 1)) return 1;
    return at_once < m->vcpus ? at_once : m->vcpus;
}

struct fan_held fan_held_time(const struct fan_measured *m)
{
    struct fan_held held = { 0, false, false };
    double waited = m->wall_ms - m->cpu_ms - m->runqueue_ms;
    if (waited < 0) waited = 0;
    double target = waited + m->stretched_ms / threads_at_once(m);
    held.host_limited = fan_held_late(m->wall_ms - target, target);
    held.duration_ms = target > m->wall_ms ? target : m->wall_ms;
    if (held.duration_ms >= m->timeout_ms) {
        held.duration_ms = m->timeout_ms;
        held.timed_out = true;
    }
    return held;
}
