/* clock.c - see clock.h. */
#include "common/clock.h"

#include <errno.h>
#include <stdio.h>
#include <time.h>

#define NS_PER_S INT64_C(1000000000)

static int64_t read_ns(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * NS_PER_S + t.tv_nsec;
}

int64_t fan_clock_mono_ns(void)
{
    return read_ns(CLOCK_MONOTONIC);
}

int64_t fan_clock_wall_ns(void)
{
    return read_ns(CLOCK_REALTIME);
}

int64_t fan_clock_cpu_ns(void)
{
    return read_ns(CLOCK_PROCESS_CPUTIME_ID);
}

void fan_clock_sleep_ns(int64_t ns)
{
    if (ns <= 0) return;
    int64_t until = fan_clock_mono_ns() + ns;
    struct timespec t = { (time_t)(until / NS_PER_S), (long)(until % NS_PER_S) };
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR)
        ;
}

void fan_clock_iso(int64_t wall_ns, char text[FAN_TIME_ISO_MAX])
{
    time_t seconds = (time_t)(wall_ns / NS_PER_S);
    unsigned ms = (unsigned)(wall_ns / 1000000 % 1000);
    struct tm tm;
    gmtime_r(&seconds, &tm);
    size_t n = strftime(text, FAN_TIME_ISO_MAX, "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf(text + n, FAN_TIME_ISO_MAX - n, ".%03uZ", ms);
}
