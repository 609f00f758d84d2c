/* rank_tests.c - k samples, pairs, and many tests at once. */
#include "analysis/rank_tests.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "common/buf.h"

/* A value of a pooled sample. */
struct pooled {
    double value;
    size_t group;
};

static int compare_pooled(const void *left, const void *right)
{
    const double a = ((const struct pooled *)left)->value;
    const double b = ((const struct pooled *)right)->value;
    return (a > b) - (a < b);
}

/**
 * Give every value of a sorted pool its midrank, added to its group's sum. Returns the
 * sum of t^3 - t over the ties of t values.
 */
static double sum_ranks(const struct pooled *pool, size_t n, double *rank_sum)
{
    double ties = 0.0;
    for (size_t first = 0, next; first < n; first = next) {
        for (next = first + 1; next < n && pool[next].value == pool[first].value;)
            next++;
        const double t = (double)(next - first);
        const double midrank = ((double)first + (double)next + 1.0) / 2.0;
        for (size_t i = first; i < next; i++)
            rank_sum[pool[i].group] += midrank;
        ties += t * t * t - t;
    }
    return ties;
}

double *fan_rank_midranks(const double *values, size_t n)
{
    struct pooled *place = fan_alloc_zero(n + 1, sizeof *place);
    double *rank = fan_alloc_zero(n + 1, sizeof *rank);
    for (size_t i = 0; i < n; i++) {
        place[i].value = values[i];
        place[i].group = i;
    }
    qsort(place, n, sizeof *place, compare_pooled);
    sum_ranks(place, n, rank);
    free(place);
    return rank;
}

struct fan_k_samples fan_rank_kruskal_wallis(const struct fan_sample *samples, size_t k)
{
    struct fan_k_samples result = { FAN_UNKNOWN, FAN_UNKNOWN, 0 };
    size_t total = 0, used = 0, n = 0;
    for (size_t g = 0; g < k; g++) {
        total += samples[g].n;
        used += samples[g].n > 0;
    }
    if (used < 2) return result;

    struct pooled *pool = fan_alloc_zero(total, sizeof *pool);
    double *rank_sum = fan_alloc_zero(k, sizeof *rank_sum);
    for (size_t g = 0; g < k; g++) {
        for (size_t i = 0; i < samples[g].n; i++) {
            pool[n].value = samples[g].value[i];
            pool[n++].group = g;
        }
    }
    qsort(pool, n, sizeof *pool, compare_pooled);
    const double all = (double)n;
    const double ties = sum_ranks(pool, n, rank_sum);
    double h = 0.0;
    for (size_t g = 0; g < k; g++)
        if (samples[g].n > 0) h += rank_sum[g] * rank_sum[g] / (double)samples[g].n;
    h = 12.0 * h / (all * (all + 1.0)) - 3.0 * (all + 1.0);

    result.df = used - 1;
    const double divisor = 1.0 - ties / (all * all * all - all);
    result.h = divisor > 0.0 ? h / divisor : 0.0; /* all values equal */
    result.p = gsl_cdf_chisq_Q(fmax(result.h, 0.0), (double)result.df);
    free(rank_sum);
    free(pool);
    return result;
}

void fan_rank_holm(double *p, size_t k)
{
    struct pooled *order = fan_alloc_zero(k + 1, sizeof *order);
    size_t n = 0;
    for (size_t i = 0; i < k; i++) {
        if (isnan(p[i])) continue;
        order[n].value = p[i];
        order[n++].group = i;
    }
    qsort(order, n, sizeof *order, compare_pooled);
    double largest = 0.0;
    for (size_t i = 0; i < n; i++) {
        largest = fmax(largest, fmin(1.0, (double)(n - i) * order[i].value));
        p[order[i].group] = largest;
    }
    free(order);
}

/* P(V >= v) and P(V <= v) of the sum of ranks 1..n, each taken with chance 1/2. */
static void count_signed(size_t n, double v, double *greater, double *less)
{
    double chance[FAN_RANK_EXACT_MAX * (FAN_RANK_EXACT_MAX + 1) / 2 + 1] = { 1.0 };
    const size_t most = n * (n + 1) / 2;
    assert(n <= FAN_RANK_EXACT_MAX);
    for (size_t rank = 1; rank <= n; rank++)
        for (size_t s = most + 1; s-- > 0;)
            chance[s] = 0.5 * (chance[s] + (s >= rank ? chance[s - rank] : 0.0));
    *greater = *less = 0.0;
    for (size_t s = 0; s <= most; s++) {
        if ((double)s >= v) *greater += chance[s];
        if ((double)s <= v) *less += chance[s];
    }
}

struct fan_paired fan_rank_signed(const double *differences, size_t n)
{
    struct fan_paired result = { FAN_UNKNOWN, FAN_UNKNOWN, FAN_UNKNOWN, 0 };
    struct pooled *pool = fan_alloc_zero(n + 1, sizeof *pool);
    double rank_sum[2] = { 0.0, 0.0 }; /* of negative and of positive differences */
    size_t m = 0;
    for (size_t i = 0; i < n; i++) {
        if (differences[i] == 0.0) continue;
        pool[m].value = fabs(differences[i]);
        pool[m++].group = differences[i] > 0.0;
    }
    qsort(pool, m, sizeof *pool, compare_pooled);
    const double ties = sum_ranks(pool, m, rank_sum);
    free(pool);
    result.n = m;
    if (m == 0) return result;

    const double all = (double)m, v = rank_sum[1];
    double less;
    if (m <= FAN_RANK_EXACT_MAX && m == n && ties == 0.0) {
        count_signed(m, v, &result.p_greater, &less);
    } else {
        const double middle = all * (all + 1.0) / 4.0;
        const double sd =
            sqrt(all * (all + 1.0) * (2.0 * all + 1.0) / 24.0 - ties / 48.0);
        result.p_greater = gsl_cdf_ugaussian_Q((v - middle - 0.5) / sd);
        less = gsl_cdf_ugaussian_P((v - middle + 0.5) / sd);
    }
    result.v = v;
    result.p = fmin(1.0, 2.0 * fmin(result.p_greater, less));
    return result;
}
