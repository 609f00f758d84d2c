/* mann_whitney.c - two samples: test, effect size and shift (rank_tests.h). */
#include <assert.h>
#include <math.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "analysis/rank_tests.h"

#define COUNTS_MAX (FAN_RANK_EXACT_MAX * FAN_RANK_EXACT_MAX + 1)
#define BISECTIONS 128 /* more than the bits between any two doubles of one scale */

/* What one walk through both ascending samples tells. */
struct walk {
    double u;    /* pairs with x > y, ties counted half */
    double ties; /* sum of t^3 - t over values that occur t times in the pool */
};

static size_t run_length(const double *values, size_t n, size_t at, double value)
{
    size_t length = 0;
    while (at + length < n && values[at + length] == value)
        length++;
    return length;
}

static struct walk walk_samples(const double *x, size_t nx, const double *y, size_t ny)
{
    struct walk walk = { 0.0, 0.0 };
    size_t i = 0, j = 0;
    while (i < nx || j < ny) {
        const double value = j == ny || (i < nx && x[i] < y[j]) ? x[i] : y[j];
        const size_t in_x = run_length(x, nx, i, value);
        const size_t in_y = run_length(y, ny, j, value);
        const double t = (double)(in_x + in_y);
        walk.u += (double)in_x * ((double)j + (double)in_y / 2.0);
        walk.ties += t * t * t - t;
        i += in_x;
        j += in_y;
    }
    return walk;
}

void fan_rank_counts(size_t m, size_t n, double *counts)
{
    assert(m > 0 && n > 0 && m <= FAN_RANK_EXACT_MAX && n <= FAN_RANK_EXACT_MAX);
    const size_t most = m * n;
    /* The Gaussian binomial: product of (1 - q^(n+i)) / (1 - q^i) over i = 1..m. */
    memset(counts, 0, (most + 1) * sizeof *counts);
    counts[0] = 1.0;
    for (size_t i = 1; i <= m; i++) {
        for (size_t u = most; u >= n + i; u--)
            counts[u] -= counts[u - n - i];
        for (size_t u = i; u <= most; u++)
            counts[u] += counts[u - i];
    }
    /* Rounding grows with u; the distribution is symmetric, so its good half is enough.
     */
    for (size_t u = 0; u < most - u; u++)
        counts[most - u] = counts[u];
}

/* P(U >= u) and P(U <= u); tail_rank: the largest k with P(U < k) <= tail. */
static void count_out(size_t m, size_t n, double u, double tail, double *greater,
                      double *less, double *tail_rank)
{
    double counts[COUNTS_MAX], all = 0.0, below = 0.0;
    const size_t most = m * n;
    fan_rank_counts(m, n, counts);
    for (size_t k = 0; k <= most; k++)
        all += counts[k];
    *greater = *less = *tail_rank = 0.0;
    for (size_t k = 0; k <= most; k++) {
        if ((double)k >= u) *greater += counts[k] / all;
        if ((double)k <= u) *less += counts[k] / all;
        if (below / all <= tail) *tail_rank = (double)k;
        below += counts[k];
    }
}

/* Pairs whose difference x - y is at most `limit`: one pass, both samples ascend. */
static double count_differences(const double *x, size_t nx, const double *y, size_t ny,
                                double limit)
{
    double pairs = 0.0;
    size_t j = 0; /* first y with x - y <= limit */
    for (size_t i = 0; i < nx; i++) {
        while (j < ny && x[i] - y[j] > limit)
            j++;
        pairs += (double)(ny - j);
    }
    return pairs;
}

/* The k-th smallest (from 1) of all differences x - y, by halving their range. */
static double kth_difference(const double *x, size_t nx, const double *y, size_t ny,
                             double k)
{
    double low = x[0] - y[ny - 1], high = x[nx - 1] - y[0];
    if (count_differences(x, nx, y, ny, low) >= k) return low;
    for (int i = 0; i < BISECTIONS; i++) {
        const double middle = low + (high - low) / 2.0;
        if (middle <= low || middle >= high) break;
        if (count_differences(x, nx, y, ny, middle) >= k)
            high = middle;
        else
            low = middle;
    }
    return high;
}

static void find_shift(struct fan_two_samples *result, const double *x, size_t nx,
                       const double *y, size_t ny, double rank)
{
    const double pairs = (double)nx * (double)ny;
    const double low = floor((pairs + 1.0) / 2.0), high = pairs + 1.0 - low;
    result->shift = kth_difference(x, nx, y, ny, low);
    if (high > low)
        result->shift = (result->shift + kth_difference(x, nx, y, ny, high)) / 2.0;
    if (rank < 1.0) return; /* too few values: no difference bounds the shift */
    result->shift_ci.lower = kth_difference(x, nx, y, ny, rank);
    result->shift_ci.upper = kth_difference(x, nx, y, ny, pairs + 1.0 - rank);
}

double fan_rank_u_sd(size_t nx, size_t ny, double ties)
{
    const double m = (double)nx, n = (double)ny, all = m + n;
    const double tied = all > 1.0 ? ties / (all * (all - 1.0)) : 0.0;
    return sqrt(m * n / 12.0 * (all + 1.0 - tied));
}

void fan_rank_u_normal(double u, size_t nx, size_t ny, double sd, double continuity,
                       double *p_greater, double *p_less)
{
    const double away = u - (double)nx * (double)ny / 2.0;
    *p_greater = *p_less = 1.0; /* all values are the same */
    if (!(sd > 0.0)) return;
    *p_greater = gsl_cdf_ugaussian_Q((away - continuity) / sd);
    *p_less = gsl_cdf_ugaussian_P((away + continuity) / sd);
}

struct fan_two_samples fan_rank_mann_whitney(const double *x, size_t nx, const double *y,
                                             size_t ny, double level)
{
    struct fan_two_samples result = { FAN_UNKNOWN, FAN_UNKNOWN,
                                      FAN_UNKNOWN, FAN_UNKNOWN,
                                      FAN_UNKNOWN, { FAN_UNKNOWN, FAN_UNKNOWN },
                                      false };
    if (nx == 0 || ny == 0) return result;

    const struct walk walk = walk_samples(x, nx, y, ny);
    const double m = (double)nx, n = (double)ny, tail = (1.0 - level) / 2.0;
    double less, rank;
    result.u = walk.u;
    result.delta = 2.0 * walk.u / (m * n) - 1.0;
    result.exact =
        nx <= FAN_RANK_EXACT_MAX && ny <= FAN_RANK_EXACT_MAX && walk.ties == 0.0;
    if (result.exact) {
        count_out(nx, ny, walk.u, tail, &result.p_greater, &less, &rank);
    } else {
        const double sd = fan_rank_u_sd(nx, ny, walk.ties);
        fan_rank_u_normal(walk.u, nx, ny, sd, 0.5, &result.p_greater, &less);
        rank = floor(m * n / 2.0 - gsl_cdf_ugaussian_Qinv(tail) * sd);
    }
    result.p = fmin(1.0, 2.0 * fmin(result.p_greater, less));
    find_shift(&result, x, nx, y, ny, rank);
    return result;
}

const char *fan_rank_effect(double delta)
{
    const double size = fabs(delta);
    if (size < 0.147) return "a negligible";
    if (size < 0.33) return "a small";
    return size < 0.474 ? "a medium" : "a large";
}
