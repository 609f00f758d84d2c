/* progress.c - see progress.h. */
#include "mpi_driver/progress.h"

#include "common/clock.h"
#include "common/number.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define TERMINAL_NS    INT64_C(200000000)
#define LINES_NS       INT64_C(3000000000)
#define LINE_MAX_BYTES 256
#define ERASE_REST     "\033[K" /* ECMA-48, EL: from the cursor to the end of the line */

void fan_progress_start(struct fan_progress *progress)
{
    const char *kind = getenv("TERM");
    progress->terminal =
        isatty(STDERR_FILENO) && kind && kind[0] && strcmp(kind, "dumb") != 0;
    progress->start_ns = fan_clock_mono_ns();
    progress->next_ns =
        progress->start_ns + (progress->terminal ? TERMINAL_NS : LINES_NS);
}

static void append(char *text, size_t capacity, const char *more)
{
    size_t n = strlen(text);
    snprintf(text + n, capacity - n, "%s", more);
}

/* From the calls of this run alone: those of an earlier one took their time then. */
static void append_eta(char *text, size_t capacity, const struct fan_progress *p,
                       const struct fan_totals *now, double elapsed_s)
{
    uint64_t ended = now->calls_done + now->calls_failed;
    uint64_t before = p->before.calls_done + p->before.calls_failed;
    if (p->note[0]) {
        append(text, capacity, "  ");
        append(text, capacity, p->note);
        return;
    }
    if (ended <= before || p->planned <= ended) return;
    double left_s = elapsed_s * (double)(p->planned - ended) / (double)(ended - before);
    const char *most = p->open ? "at most " : "";
    char eta[48];
    if (left_s < 100)
        snprintf(eta, sizeof eta, "  ETA %s%.0f s", most, left_s);
    else if (left_s < 6000)
        snprintf(eta, sizeof eta, "  ETA %s%.0f min", most, left_s / 60);
    else
        snprintf(eta, sizeof eta, "  ETA %s%.1f h", most, left_s / 3600);
    append(text, capacity, eta);
}

char *fan_progress_text(char *text, size_t capacity, const struct fan_progress *progress,
                        const struct fan_totals *now, uint32_t seen, double elapsed_s)
{
    char done[FAN_NUMBER_GROUPED_MAX], planned[FAN_NUMBER_GROUPED_MAX];
    snprintf(text, capacity,
             "%s/%s%s calls  %llu in flight  %llu throttled  %llu failed  $%.6f",
             fan_number_grouped(now->calls_done + now->calls_failed, done),
             progress->open ? "at most " : "",
             fan_number_grouped(progress->planned, planned),
             (unsigned long long)now->in_flight, (unsigned long long)now->throttled,
             (unsigned long long)now->calls_failed, (double)now->spent_pico * 1e-12);
    append_eta(text, capacity, progress, now, elapsed_s);
    if (seen < progress->ranks) {
        char note[64];
        snprintf(note, sizeof note, "  (%u of %u ranks)", seen, progress->ranks);
        append(text, capacity, note);
    }
    return text;
}

static uint32_t add_ledgers(const struct fan_progress *p, struct fan_totals *sum)
{
    uint32_t seen = 0;
    *sum = p->before;
    for (uint32_t r = 0; r < p->ranks; r++) {
        struct fan_totals one;
        if (fan_ledger_read(&one, p->dir, r, NULL)) continue;
        seen++;
        sum->calls_done += one.calls_done;
        sum->calls_failed += one.calls_failed;
        sum->throttled += one.throttled;
        sum->in_flight += one.in_flight;
        sum->spent_pico += one.spent_pico;
    }
    return seen;
}

/* Columns of the terminal, less one: a full line would wrap in some. */
static size_t line_width(void)
{
    struct winsize size;
    memset(&size, 0, sizeof size);
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) || size.ws_col < 2) return LINE_MAX_BYTES;
    return (size_t)size.ws_col - 1;
}

/* One write(2), so that it does not mix with the log lines of other ranks. On a terminal
 * the cursor goes back to the line's beginning, for the next line or a message to write
 * over it; nothing is erased before there is something to see, so nothing flickers. */
static void show(struct fan_progress *p)
{
    struct fan_totals sum;
    char text[LINE_MAX_BYTES], line[LINE_MAX_BYTES + 16];
    uint32_t seen = add_ledgers(p, &sum);
    double elapsed_s = (double)(fan_clock_mono_ns() - p->start_ns) * 1e-9;
    fan_progress_text(text, sizeof text, p, &sum, seen, elapsed_s);
    int n = p->terminal ? snprintf(line, sizeof line, "%.*s" ERASE_REST "\r",
                                   (int)line_width(), text)
                        : snprintf(line, sizeof line, "%s\n", text);
    if (n > 0 && write(STDERR_FILENO, line, (size_t)n) < 0) p->shown = false;
}

void fan_progress_tick(struct fan_progress *progress)
{
    if (!progress->shown) return;
    int64_t now_ns = fan_clock_mono_ns();
    if (now_ns < progress->next_ns) return;
    progress->next_ns = now_ns + (progress->terminal ? TERMINAL_NS : LINES_NS);
    show(progress);
}

void fan_progress_end(struct fan_progress *progress)
{
    if (progress->shown && !progress->terminal) show(progress);
    if (progress->shown && progress->terminal &&
        write(STDERR_FILENO, ERASE_REST, strlen(ERASE_REST)) < 0)
        progress->terminal = false;
    progress->shown = false;
}
