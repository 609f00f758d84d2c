/* modality.c - see modality.h. */
#include "analysis/modality.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_math.h> /* M_PI, which POSIX leaves out */

#include "analysis/moments.h"
#include "analysis/statistics.h"
#include "common/buf.h"

#define TURNS_MAX    500
#define GAIN_MIN     1e-9 /* of the log-likelihood per turn, relative: less is the end */
#define VARIANCE_MIN 1e-6 /* of the whole sample's: keeps a heap from one point */
#define VALUES_MIN   20   /* fewer tell nothing about heaps */
#define SHARE_MIN    0.10
#define ASHMAN_MIN   2.0
#define BIC_MIN      10.0
#define COEFFICIENT  (5.0 / 9.0)

static double ashman(const double mean[2], const double variance[2])
{
    const double spread = variance[0] + variance[1];
    return spread > 0.0 ? sqrt(2.0 / spread) * fabs(mean[1] - mean[0]) : (double)INFINITY;
}

struct fan_two_means fan_modes_cut(const double *sorted, size_t n)
{
    assert(n >= 2);
    const struct fan_moments all = fan_moments_of(sorted, n);
    double sum = 0.0, most = -1.0;
    size_t below = 1;
    for (size_t i = 1; i < n; i++) {
        sum += sorted[i - 1] - all.mean;
        /* What the cut takes away from the squared errors. */
        const double gain = sum * sum * (1.0 / (double)i + 1.0 / (double)(n - i));
        if (gain <= most) continue;
        most = gain;
        below = i;
    }
    const struct fan_moments low = fan_moments_of(sorted, below);
    const struct fan_moments high = fan_moments_of(sorted + below, n - below);
    struct fan_two_means cut;
    cut.below = below;
    cut.last = sorted[below - 1];
    cut.first = sorted[below];
    cut.mean[0] = low.mean;
    cut.mean[1] = high.mean;
    cut.within = low.m2 + high.m2;
    cut.ss = all.m2;
    const double variance[2] = { below > 1 ? fan_moments_variance(&low) : 0.0,
                                 n - below > 1 ? fan_moments_variance(&high) : 0.0 };
    cut.ashman = ashman(cut.mean, variance);
    return cut;
}

static double log_normal(double value, double mean, double variance)
{
    const double d = value - mean;
    return -0.5 * (log(2.0 * M_PI * variance) + d * d / variance);
}

/* One turn: weigh every value, move both heaps. Returns the log-likelihood before it. */
static double turn(struct fan_mixture *m, const double *sorted, size_t n, double least)
{
    double weight = 0.0, sum[2] = { 0.0, 0.0 }, square[2] = { 0.0, 0.0 }, likely = 0.0;
    const double origin[2] = { m->mean[0], m->mean[1] };
    for (size_t i = 0; i < n; i++) {
        const double a =
            log(m->share) + log_normal(sorted[i], m->mean[0], m->variance[0]);
        const double b =
            log1p(-m->share) + log_normal(sorted[i], m->mean[1], m->variance[1]);
        const double larger = fmax(a, b);
        const double total = larger + log(exp(a - larger) + exp(b - larger));
        const double w = exp(a - total);
        const double d[2] = { sorted[i] - origin[0], sorted[i] - origin[1] };
        likely += total;
        weight += w;
        sum[0] += w * d[0];
        square[0] += w * d[0] * d[0];
        sum[1] += (1.0 - w) * d[1];
        square[1] += (1.0 - w) * d[1] * d[1];
    }
    const double all = (double)n;
    const double of[2] = { fmax(weight, 1e-9 * all), fmax(all - weight, 1e-9 * all) };
    for (int k = 0; k < 2; k++) {
        const double move = sum[k] / of[k];
        m->mean[k] = origin[k] + move;
        m->variance[k] = fmax(square[k] / of[k] - move * move, least);
    }
    m->share = of[0] / (of[0] + of[1]);
    return likely;
}

struct fan_mixture fan_modes_mixture(const double *sorted, size_t n)
{
    assert(n >= 4);
    const struct fan_moments all = fan_moments_of(sorted, n);
    const struct fan_two_means cut = fan_modes_cut(sorted, n);
    const struct fan_moments low = fan_moments_of(sorted, cut.below);
    const struct fan_moments high = fan_moments_of(sorted + cut.below, n - cut.below);
    const double size = (double)n, variance = all.m2 / size;
    const double least = VARIANCE_MIN * variance;
    struct fan_mixture m;

    assert(variance > 0.0);
    m.share = (double)cut.below / size;
    m.mean[0] = low.mean;
    m.mean[1] = high.mean;
    m.variance[0] = fmax(low.m2 / (double)low.n, least);
    m.variance[1] = fmax(high.m2 / (double)high.n, least);
    m.log_likelihood = -(double)INFINITY;
    for (int i = 0; i < TURNS_MAX; i++) {
        const double before = m.log_likelihood;
        struct fan_mixture next = m;
        m.log_likelihood = turn(&next, sorted, n, least);
        if (m.log_likelihood - before < GAIN_MIN * fabs(m.log_likelihood)) break;
        next.log_likelihood = m.log_likelihood;
        m = next;
    }
    m.bic = -2.0 * m.log_likelihood + 5.0 * log(size);
    m.bic_one = size * (log(2.0 * M_PI * variance) + 1.0) + 2.0 * log(size);
    m.ashman = ashman(m.mean, m.variance);
    return m;
}

double fan_modes_coefficient(const double *sorted, size_t n)
{
    const struct fan_moments m = fan_moments_of(sorted, n);
    const double g1 = fan_moments_skewness(&m), g2 = fan_moments_kurtosis(&m);
    const double size = (double)n;
    if (n < 4) return FAN_UNKNOWN;
    return (g1 * g1 + 1.0) /
           (g2 + 3.0 * (size - 1.0) * (size - 1.0) / ((size - 2.0) * (size - 3.0)));
}

struct fan_modes fan_modes_of(const double *sorted, size_t n)
{
    struct fan_modes modes;
    memset(&modes, 0, sizeof modes);
    modes.coefficient = FAN_UNKNOWN;
    if (n < VALUES_MIN || sorted[0] == sorted[n - 1]) return modes;

    double *thinned = NULL;
    if (n > FAN_MODES_SAMPLE_MAX) {
        thinned = fan_alloc(FAN_MODES_SAMPLE_MAX * sizeof *thinned);
        for (size_t i = 0; i < FAN_MODES_SAMPLE_MAX; i++)
            thinned[i] = sorted[(2 * i + 1) * n / (2 * FAN_MODES_SAMPLE_MAX)];
        sorted = thinned;
        n = FAN_MODES_SAMPLE_MAX;
    }
    modes.coefficient = fan_modes_coefficient(sorted, n);
    if (modes.coefficient > COEFFICIENT) {
        modes.cut = fan_modes_cut(sorted, n);
        modes.mixture = fan_modes_mixture(sorted, n);
        const struct fan_mixture *m = &modes.mixture;
        modes.two = m->bic_one - m->bic > BIC_MIN && m->ashman > ASHMAN_MIN &&
                    m->share >= SHARE_MIN && m->share <= 1.0 - SHARE_MIN;
    }
    free(thinned);
    return modes;
}
