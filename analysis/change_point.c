/* change_point.c - see change_point.h. */
#include "analysis/change_point.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "analysis/rank_tests.h"
#include "analysis/statistics.h"
#include "common/buf.h"

/* Sums of the first i values and squares, of values shifted by their mean. */
struct sums {
    double *value, *square;
};

static void sums_init(struct sums *sums, const double *values, size_t n)
{
    double mean = 0.0;
    sums->value = fan_alloc_zero(n + 1, sizeof *sums->value);
    sums->square = fan_alloc_zero(n + 1, sizeof *sums->square);
    for (size_t i = 0; i < n; i++)
        mean += (values[i] - mean) / (double)(i + 1);
    for (size_t i = 0; i < n; i++) {
        const double d = values[i] - mean; /* keeps the digits of the squares */
        sums->value[i + 1] = sums->value[i] + d;
        sums->square[i + 1] = sums->square[i] + d * d;
    }
}

/* Squared errors of the values [from, to) about their mean. */
static double segment_cost(const struct sums *sums, size_t from, size_t to)
{
    const double s = sums->value[to] - sums->value[from];
    return sums->square[to] - sums->square[from] - s * s / (double)(to - from);
}

/* Follow the best last cuts back from the end; returns their number. */
static size_t trace_cuts(const size_t *last, size_t n, size_t *cuts)
{
    size_t count = 0;
    for (size_t t = n; last[t] > 0; t = last[t])
        cuts[count++] = last[t];
    for (size_t i = 0; i < count / 2; i++) {
        const size_t other = cuts[i];
        cuts[i] = cuts[count - 1 - i];
        cuts[count - 1 - i] = other;
    }
    return count;
}

size_t fan_change_pelt(const double *values, size_t n, double penalty, size_t shortest,
                       size_t *cuts)
{
    assert(shortest >= 1);
    if (n < 2 * shortest) return 0;
    struct sums sums;
    sums_init(&sums, values, n);
    double *best = fan_alloc_zero(n + 1, sizeof *best);
    size_t *last = fan_alloc_zero(n + 1, sizeof *last);
    size_t *candidate = fan_alloc_zero(n + 1, sizeof *candidate);
    size_t candidates = 0;

    best[0] = -penalty;
    for (size_t t = shortest; t <= n; t++) {
        const size_t fresh = t - shortest; /* now a segment can begin here */
        if (fresh == 0 || fresh >= shortest) candidate[candidates++] = fresh;
        best[t] = (double)INFINITY;
        for (size_t i = 0; i < candidates; i++) {
            const size_t from = candidate[i];
            const double cost = best[from] + segment_cost(&sums, from, t) + penalty;
            if (cost < best[t]) {
                best[t] = cost;
                last[t] = from;
            }
        }
        size_t kept = 0; /* a start that is worse by a whole cut never wins again */
        for (size_t i = 0; i < candidates; i++)
            if (best[candidate[i]] + segment_cost(&sums, candidate[i], t) <= best[t])
                candidate[kept++] = candidate[i];
        candidates = kept;
    }
    const size_t count = trace_cuts(last, n, cuts);
    free(candidate);
    free(last);
    free(best);
    free(sums.square);
    free(sums.value);
    return count;
}

double fan_change_noise(const double *values, size_t n)
{
    if (n < 3) return 0.0;
    double *step = fan_alloc((n - 1) * sizeof *step);
    for (size_t i = 0; i + 1 < n; i++)
        step[i] = values[i + 1] - values[i];
    fan_stats_sort(step, n - 1);
    const double middle = fan_stats_quantile(step, n - 1, 0.5);
    for (size_t i = 0; i + 1 < n; i++)
        step[i] = fabs(step[i] - middle);
    fan_stats_sort(step, n - 1);
    const double mad = fan_stats_quantile(step, n - 1, 0.5);
    free(step);
    return 1.4826 * mad / sqrt(2.0); /* a difference has twice the variance */
}

double fan_change_pettitt_p(double k, size_t n, double inflation)
{
    const double all = (double)n, variance = inflation * (all * all * all + all * all);
    return fmin(1.0, 2.0 * exp(-6.0 * k * k / variance));
}

struct fan_pettitt fan_change_pettitt(const double *values, size_t n)
{
    assert(n > 0);
    struct fan_pettitt result = { 0.0, 0, 1.0 };
    double *rank = fan_rank_midranks(values, n);
    const double all = (double)n;
    double sum = 0.0;
    for (size_t t = 1; t < n; t++) {
        sum += rank[t - 1];
        const double u = fabs(2.0 * sum - (double)t * (all + 1.0));
        if (u <= result.k) continue;
        result.k = u;
        result.before = t;
    }
    free(rank);
    result.p = fan_change_pettitt_p(result.k, n, 1.0);
    return result;
}
