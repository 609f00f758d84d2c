/* rank_tests.h - do samples differ? Tests on ranks: no assumption of a shape.  Pure. */
#ifndef FAN_ANALYSIS_RANK_TESTS_H
#define FAN_ANALYSIS_RANK_TESTS_H

#include "analysis/statistics.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_RANK_EXACT_MAX 50 /* values per sample up to which p is counted out */

/* Two samples, x against y. Samples of no values make everything unknown. */
struct fan_two_samples {
    double u;         /* pairs with x > y; ties count half */
    double p;         /* two-sided */
    double p_greater; /* one-sided: x tends to be larger */
    double delta;     /* Cliff's: P(x > y) - P(x < y), -1 to 1 */
    double shift;     /* Hodges and Lehmann's: median of all x - y */
    struct fan_interval shift_ci;
    bool exact;
};

/**
 * Mann and Whitney's test of two ascending samples with effect size and shift: exact
 * without ties up to FAN_RANK_EXACT_MAX values each, else normal with the correction for
 * ties and continuity. The shift's interval comes from the same ranks; its cost is
 * O((nx + ny) log(range)), so samples need no cap. Source: Hollander, Wolfe, Chicken
 * 2014, sections 4.1 to 4.3; Cliff 1993.
 */
struct fan_two_samples fan_rank_mann_whitney(const double *x, size_t nx, const double *y,
                                             size_t ny, double level);

/* The exact null distribution: counts[u] of the choose(m + n, m) orders have this U.
 * counts: m * n + 1 entries, the caller's; m, n in 1..FAN_RANK_EXACT_MAX (asserted). */
void fan_rank_counts(size_t m, size_t n, double *counts);

/**
 * The normal approximation: U's standard deviation, given the sum of t^3 - t over the
 * ties of t values; and both tails of a U, with a correction for continuity (0.5; 0 for
 * none).
 */
double fan_rank_u_sd(size_t nx, size_t ny, double ties);
void fan_rank_u_normal(double u, size_t nx, size_t ny, double sd, double continuity,
                       double *p_greater, double *p_less);

/* "a negligible", "a small", "a medium" or "a large" effect. Source: Romano et al. 2006.
 */
const char *fan_rank_effect(double delta);

struct fan_k_samples {
    double h, p;
    size_t df;
};

/* A sample among several. */
struct fan_sample {
    const double *value;
    size_t n;
};

/**
 * Kruskal and Wallis's test of k samples in any order, with the divisor for ties; empty
 * samples are left out. Unknown with fewer than two. Source: Hollander et al.,
 * section 6.1.
 */
struct fan_k_samples fan_rank_kruskal_wallis(const struct fan_sample *samples, size_t k);

/* The rank of each value, from 1, in the values' order; equal ones share the mean of
 * theirs. Owns: the caller frees. */
double *fan_rank_midranks(const double *values, size_t n);

/* Holm's 1979 adjustment of k p-values, in place; unknown ones stay out of it. */
void fan_rank_holm(double *p, size_t k);

struct fan_paired {
    double v; /* sum of the ranks of the positive differences */
    double p, p_greater;
    size_t n; /* differences that are not 0 */
};

/**
 * Wilcoxon's signed rank test of differences: exact without ties up to
 * FAN_RANK_EXACT_MAX, else normal. Unknown when no difference is left. Source: Hollander
 * et al., section 3.1.
 */
struct fan_paired fan_rank_signed(const double *differences, size_t n);

#ifdef __cplusplus
}
#endif
#endif
