/* throttle_limit.c - see throttle_limit.h. */
#include "analysis/throttle_limit.h"

#include <stdlib.h>

#include "analysis/regression.h"
#include "common/buf.h"

#define NEAR_SHARE                                                                       \
    0.95 /* of the most in flight, and of the throttles that must be near */
#define LINE_R2  0.99
#define LINE_MIN 10

const char *fan_limit_name(enum fan_limit_kind kind)
{
    static const char *const names[] = { "none", "concurrency", "rate", "unattributed" };
    return names[kind];
}

static int compare_sent(const void *left, const void *right)
{
    const struct fan_attempt *a = left;
    const struct fan_attempt *b = right;
    return (a->sent_ns > b->sent_ns) - (a->sent_ns < b->sent_ns);
}

static int compare_times(const void *left, const void *right)
{
    const int64_t a = *(const int64_t *)left;
    const int64_t b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

/* running[i]: accepted attempts in flight when attempt i left, itself not counted. */
static void count_running(const struct fan_attempt *attempts, size_t n, size_t *running)
{
    int64_t *ends = fan_alloc_zero(n, sizeof *ends);
    size_t accepted = 0, started = 0, ended = 0;
    for (size_t i = 0; i < n; i++)
        if (attempts[i].accepted) ends[accepted++] = attempts[i].end_ns;
    qsort(ends, accepted, sizeof *ends, compare_times);
    for (size_t i = 0; i < n; i++) {
        while (ended < started && ends[ended] <= attempts[i].sent_ns)
            ended++;
        running[i] = started - ended;
        started += attempts[i].accepted;
    }
    free(ends);
}

static bool is_concurrency(const struct fan_attempt *attempts, size_t n,
                           const size_t *running, double most)
{
    size_t throttled = 0, near = 0;
    for (size_t i = 0; i < n; i++) {
        if (attempts[i].accepted) continue;
        throttled++;
        near += (double)running[i] >= NEAR_SHARE * most;
    }
    return (double)near >= NEAR_SHARE * (double)throttled;
}

/* The line through the count of accepted attempts between the first and last throttle. */
static bool fit_rate(const struct fan_attempt *attempts, size_t n,
                     struct fan_limit *limit)
{
    size_t first = 0, last = n, count = 0, accepted = 0;
    while (attempts[first].accepted)
        first++;
    while (attempts[last - 1].accepted)
        last--;
    double *seconds = fan_alloc_zero(n, sizeof *seconds);
    double *total = fan_alloc_zero(n, sizeof *total);
    for (size_t i = 0; i < last; i++) {
        accepted += attempts[i].accepted;
        if (i < first || !attempts[i].accepted) continue;
        seconds[count] = (double)(attempts[i].sent_ns - attempts[0].sent_ns) / 1e9;
        total[count++] = (double)accepted;
    }
    const struct fan_line line =
        fan_regression_line(seconds, total, count, FAN_STATS_LEVEL);
    free(total);
    free(seconds);
    if (count < LINE_MIN || !(line.r2 >= LINE_R2)) return false;
    limit->rate = line.slope;
    limit->burst = line.intercept;
    return true;
}

struct fan_limit fan_limit_estimate(struct fan_attempt *attempts, size_t n)
{
    struct fan_limit limit = { FAN_LIMIT_NONE, 0.0, FAN_UNKNOWN, FAN_UNKNOWN };
    if (n == 0) return limit;

    size_t *running = fan_alloc_zero(n, sizeof *running);
    size_t throttled = 0;
    qsort(attempts, n, sizeof *attempts, compare_sent);
    count_running(attempts, n, running);
    for (size_t i = 0; i < n; i++) {
        throttled += !attempts[i].accepted;
        if (attempts[i].accepted && (double)running[i] + 1.0 > limit.concurrency)
            limit.concurrency = (double)running[i] + 1.0;
    }
    if (throttled > 0) {
        if (limit.concurrency > 0.0 &&
            is_concurrency(attempts, n, running, limit.concurrency))
            limit.kind = FAN_LIMIT_CONCURRENCY;
        else
            limit.kind =
                fit_rate(attempts, n, &limit) ? FAN_LIMIT_RATE : FAN_LIMIT_UNKNOWN;
    }
    free(running);
    return limit;
}

double fan_limit_erlang_b(uint32_t servers, double load)
{
    double share = 1.0;
    for (uint32_t k = 1; k <= servers; k++)
        share = load * share / (k + load * share);
    return share;
}
