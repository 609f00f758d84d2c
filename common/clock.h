/* clock.h - time. Durations and deadlines use the monotonic clock, wall time only stamps.
 */
#ifndef FAN_COMMON_CLOCK_H
#define FAN_COMMON_CLOCK_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Nanoseconds of CLOCK_MONOTONIC: shared by all processes of one host, not between hosts.
 */
int64_t fan_clock_mono_ns(void);

/* Nanoseconds of wall time since 1970 (CLOCK_REALTIME). */
int64_t fan_clock_wall_ns(void);

/* CPU nanoseconds (user + system) that this process has used. */
int64_t fan_clock_cpu_ns(void);

/* Sleep for at least ns nanoseconds, through signals. ns <= 0 returns at once. */
void fan_clock_sleep_ns(int64_t ns);

#define FAN_TIME_ISO_MAX 32

/**
 * Wall time as "2026-01-31T10:00:00.123Z". text: at least FAN_TIME_ISO_MAX bytes.
 */
void fan_clock_iso(int64_t wall_ns, char text[FAN_TIME_ISO_MAX]);

#ifdef __cplusplus
}
#endif
#endif
