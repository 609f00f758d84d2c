/* log.c - see log.h. */
#include "common/log.h"

#include "common/clock.h"

#include <stdio.h>
#include <unistd.h>

static enum fan_log_level shown_level = FAN_LOG_WARN;
static const char *speaker;

void fan_log_setup(enum fan_log_level shown, const char *who)
{
    shown_level = shown;
    speaker = who;
}

void fan_log(enum fan_log_level level, const char *module, const char *fmt, ...)
{
    static const char *const names[] = { "error", "warn", "info", "debug" };
    if (level > shown_level) return;
    char when[FAN_TIME_ISO_MAX], pid[24], line[1024];
    fan_clock_iso(fan_clock_wall_ns(), when);
    snprintf(pid, sizeof pid, "pid %ld", (long)getpid());
    int n = snprintf(line, sizeof line, "%s %s %s %s: ", when, speaker ? speaker : pid,
                     names[level], module);
    size_t size = (size_t)n < sizeof line ? (size_t)n : sizeof line - 1;
    va_list args;
    va_start(args, fmt);
    n = vsnprintf(line + size, sizeof line - size, fmt, args);
    va_end(args);
    size += (size_t)n;
    if (size > sizeof line - 2) size = sizeof line - 2;
    line[size++] = '\n';
    if (write(STDERR_FILENO, line, size) < 0) return; /* nobody left to tell */
}
