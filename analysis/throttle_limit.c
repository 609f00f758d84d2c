/* throttle_limit.c - see throttle_limit.h. */
#include "analysis/throttle_limit.h"

#include <math.h>
#include <stdlib.h>

#include "analysis/regression.h"
#include "analysis/time_order.h"
#include "common/buf.h"

#define STRAY_SHARE 0.05 /* of the refusals that another cause may have had */
#define NEAR_SHARE  0.95 /* of the top that the level of refusals must reach */
#define TOP_SHARE   0.99 /* of the accepted attempts that ran with no more than the top */
#define LINE_R2     0.99
#define LINE_MIN    10

const char *fan_limit_name(enum fan_limit_kind kind)
{
    static const char *const names[] = { "none", "concurrency", "rate", "unattributed" };
    return names[kind];
}

/* running[i]: accepted attempts in flight when attempt i left, itself not counted. */
static void count_running(const struct fan_attempt *attempts, size_t n, size_t *running)
{
    int64_t *ends = fan_alloc_zero(n, sizeof *ends);
    size_t accepted = 0, started = 0, ended = 0;
    for (size_t i = 0; i < n; i++)
        if (attempts[i].accepted) ends[accepted++] = attempts[i].end_ns;
    fan_times_sort(ends, accepted);
    for (size_t i = 0; i < n; i++) {
        while (ended < started && ends[ended] <= attempts[i].sent_ns)
            ended++;
        running[i] = started - ended;
        started += attempts[i].accepted;
    }
    free(ends);
}

/*
 * What the refused met: the most accepted attempts in flight at any moment of their span.
 * The service looked somewhere within it; at its start alone, an attempt that leaves a
 * little later and arrives a little earlier would be missed. Ascending. Owns: the caller.
 */
static double *count_met(const struct fan_attempt *attempts, size_t n,
                         const size_t *running, size_t *count)
{
    double *met = fan_alloc_zero(n, sizeof *met);
    *count = 0;
    for (size_t i = 0; i < n; i++) {
        if (attempts[i].accepted) continue;
        size_t most = running[i];
        for (size_t j = i + 1; j < n && attempts[j].sent_ns <= attempts[i].end_ns; j++)
            if (attempts[j].accepted && running[j] + 1 > most) most = running[j] + 1;
        met[(*count)++] = (double)most;
    }
    fan_stats_sort(met, *count);
    return met;
}

/* How many ran with each accepted attempt, itself included. Ascending. Owns: the caller.
 */
static double *count_with(const struct fan_attempt *attempts, size_t n,
                          const size_t *running, size_t *count)
{
    double *with = fan_alloc_zero(n, sizeof *with);
    *count = 0;
    for (size_t i = 0; i < n; i++)
        if (attempts[i].accepted) with[(*count)++] = (double)running[i] + 1.0;
    fan_stats_sort(with, *count);
    return with;
}

/*
 * A limit on concurrency refuses at one level only and lets nothing rise above it. Seen
 * from the client the level is a little blurred: a call whose answer is under way still
 * runs here and no more there. So the bulk is compared, not the extremes.
 */
static bool is_concurrency(const struct fan_attempt *attempts, size_t n,
                           const size_t *running, struct fan_limit *limit)
{
    size_t refused, accepted;
    double *met = count_met(attempts, n, running, &refused);
    double *with = count_with(attempts, n, running, &accepted);
    bool found = false;
    if (refused > 0 && accepted > 0) {
        const double level = floor(fan_stats_quantile(met, refused, STRAY_SHARE));
        const double top = fan_stats_quantile(with, accepted, TOP_SHARE);
        found = level > 0.0 && (level >= NEAR_SHARE * top || level + 1.0 >= top);
        if (found) limit->concurrency = fmin(level, with[accepted - 1]);
    }
    free(with);
    free(met);
    return found;
}

/* The line through the count of accepted attempts of one visit, between its first and
 * its last refusal; n < 3 where there are too few. */
static struct fan_line fit_visit(const struct fan_attempt *attempts, size_t n,
                                 double *seconds, double *total)
{
    size_t first = 0, last = n, count = 0, accepted = 0;
    while (first < n && attempts[first].accepted)
        first++;
    while (last > first && attempts[last - 1].accepted)
        last--;
    for (size_t i = 0; i < last; i++) {
        accepted += attempts[i].accepted;
        if (i < first || !attempts[i].accepted) continue;
        seconds[count] = (double)(attempts[i].sent_ns - attempts[0].sent_ns) / 1e9;
        total[count++] = (double)accepted;
    }
    if (count < LINE_MIN) count = 0;
    return fan_regression_line(seconds, total, count, FAN_STATS_LEVEL);
}

/* Visits are fitted apart, since a bucket fills up between them; the longer, the more a
 * visit counts. */
static bool fit_rate(const struct fan_attempt *attempts, size_t n,
                     struct fan_limit *limit)
{
    double *seconds = fan_alloc_zero(2 * n, sizeof *seconds), *total = seconds + n;
    double points = 0.0, rate = 0.0, burst = 0.0, r2 = 0.0;
    for (size_t first = 0, next; first < n; first = next) {
        for (next = first + 1; next < n && attempts[next].visit == attempts[first].visit;)
            next++;
        const struct fan_line line =
            fit_visit(attempts + first, next - first, seconds, total);
        if (!(line.r2 >= 0.0)) continue;
        points += (double)line.n;
        rate += (double)line.n * line.slope;
        burst += (double)line.n * line.intercept;
        r2 += (double)line.n * line.r2;
    }
    free(seconds);
    if (points < LINE_MIN || r2 < LINE_R2 * points) return false;
    limit->rate = rate / points;
    limit->burst = burst / points;
    return true;
}

/* Was a rate named as the reason of nearly all refusals? */
static bool names_rate(const struct fan_attempt *attempts, size_t n)
{
    size_t refused = 0, named = 0;
    for (size_t i = 0; i < n; i++) {
        refused += !attempts[i].accepted;
        named += !attempts[i].accepted && attempts[i].rate_named;
    }
    return (double)named > (1.0 - STRAY_SHARE) * (double)refused;
}

struct fan_limit fan_limit_estimate(struct fan_attempt *attempts, size_t n)
{
    struct fan_limit limit = { FAN_LIMIT_NONE, 0.0, FAN_UNKNOWN, FAN_UNKNOWN };
    if (n == 0) return limit;

    size_t *running = fan_alloc_zero(n, sizeof *running);
    size_t throttled = 0;
    fan_attempts_sort(attempts, n);
    count_running(attempts, n, running);
    for (size_t i = 0; i < n; i++) {
        throttled += !attempts[i].accepted;
        if (attempts[i].accepted && (double)running[i] + 1.0 > limit.concurrency)
            limit.concurrency = (double)running[i] + 1.0;
    }
    if (throttled > 0) {
        /* Calls of equal length at a steady rate run at a steady level too: only the
         * reason tells the one from the other. */
        limit.kind = FAN_LIMIT_UNKNOWN;
        if (!names_rate(attempts, n) && is_concurrency(attempts, n, running, &limit))
            limit.kind = FAN_LIMIT_CONCURRENCY;
        else if (fit_rate(attempts, n, &limit))
            limit.kind = FAN_LIMIT_RATE;
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
