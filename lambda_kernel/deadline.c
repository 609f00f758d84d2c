/* deadline.c - see deadline.h. */
#include "lambda_kernel/deadline.h"

#include "common/clock.h"

#define MEMORY_MB_PER_CPU 1769
#define THREADS_MAX       6 /* the most vCPUs that a function gets */
#define NS_PER_MS         INT64_C(1000000)

double fan_deadline_share(uint64_t memory_mb)
{
    if (memory_mb == 0) return 1;
    return (double)memory_mb / MEMORY_MB_PER_CPU;
}

unsigned fan_deadline_threads(uint64_t memory_mb)
{
    uint64_t threads = (memory_mb + MEMORY_MB_PER_CPU / 2) / MEMORY_MB_PER_CPU;
    if (threads > THREADS_MAX) return THREADS_MAX;
    return threads < 1 ? 1 : (unsigned)threads;
}

int64_t fan_deadline_limit_ns(int64_t deadline_ms, int64_t wall_now_ns)
{
    if (deadline_ms <= 0 || deadline_ms > INT64_MAX / NS_PER_MS) return INT64_MAX;
    int64_t left = deadline_ms * NS_PER_MS - wall_now_ns;
    if (left <= 0) return 0;
    return left - (left / 5 < FAN_DEADLINE_MARGIN_NS ? left / 5 : FAN_DEADLINE_MARGIN_NS);
}

int64_t fan_deadline_elapsed_ns(int64_t wall_ns, int64_t cpu_ns, double share)
{
    double stretched = (double)cpu_ns / share;
    return stretched > (double)wall_ns ? (int64_t)stretched : wall_ns;
}

void fan_deadline_start(struct fan_deadline *deadline, int64_t deadline_ms,
                        uint64_t memory_mb)
{
    deadline->start_mono_ns = fan_clock_mono_ns();
    deadline->start_cpu_ns = fan_clock_cpu_ns();
    deadline->limit_ns = fan_deadline_limit_ns(deadline_ms, fan_clock_wall_ns());
    deadline->share = fan_deadline_share(memory_mb);
}

bool fan_deadline_near(void *context)
{
    const struct fan_deadline *d = context;
    if (d->limit_ns == INT64_MAX) return false;
    return fan_deadline_elapsed_ns(fan_clock_mono_ns() - d->start_mono_ns,
                                   fan_clock_cpu_ns() - d->start_cpu_ns,
                                   d->share) >= d->limit_ns;
}
