/* moments.c - see moments.h. */
#include "analysis/moments.h"

#include <math.h>

#include "analysis/statistics.h"

#define BLOCK 64 /* values whose mean is taken first; halves of more are merged */

static struct fan_moments block_moments(const double *values, size_t n)
{
    struct fan_moments m = { n, 0.0, 0.0, 0.0, 0.0 };
    for (size_t i = 0; i < n; i++)
        m.mean += (values[i] - m.mean) / (double)(i + 1);
    for (size_t i = 0; i < n; i++) {
        const double d = values[i] - m.mean;
        m.m2 += d * d;
        m.m3 += d * d * d;
        m.m4 += d * d * d * d;
    }
    return m;
}

struct fan_moments fan_moments_of(const double *values, size_t n)
{
    if (n <= BLOCK) return block_moments(values, n);
    const struct fan_moments a = fan_moments_of(values, n / 2);
    const struct fan_moments b = fan_moments_of(values + n / 2, n - n / 2);
    return fan_moments_merge(&a, &b);
}

struct fan_moments fan_moments_merge(const struct fan_moments *a,
                                     const struct fan_moments *b)
{
    if (a->n == 0) return *b;
    if (b->n == 0) return *a;
    const double na = (double)a->n, nb = (double)b->n, n = na + nb;
    const double d = b->mean - a->mean, e = d / n;
    struct fan_moments m;

    m.n = a->n + b->n;
    m.mean = a->mean + nb * e;
    m.m2 = a->m2 + b->m2 + d * e * na * nb;
    m.m3 = a->m3 + b->m3 + d * e * e * na * nb * (na - nb) +
           3.0 * e * (na * b->m2 - nb * a->m2);
    m.m4 = a->m4 + b->m4 + d * e * e * e * na * nb * (na * na - na * nb + nb * nb) +
           6.0 * e * e * (na * na * b->m2 + nb * nb * a->m2) +
           4.0 * e * (na * b->m3 - nb * a->m3);
    return m;
}

double fan_moments_variance(const struct fan_moments *moments)
{
    return moments->n < 2 ? FAN_UNKNOWN : moments->m2 / (double)(moments->n - 1);
}

static int has_shape(const struct fan_moments *moments)
{
    return moments->n >= 4 && moments->m2 > 0.0;
}

double fan_moments_skewness(const struct fan_moments *moments)
{
    if (!has_shape(moments)) return FAN_UNKNOWN;
    const double n = (double)moments->n;
    const double g1 = sqrt(n) * moments->m3 / pow(moments->m2, 1.5);
    return g1 * sqrt(n * (n - 1.0)) / (n - 2.0);
}

double fan_moments_kurtosis(const struct fan_moments *moments)
{
    if (!has_shape(moments)) return FAN_UNKNOWN;
    const double n = (double)moments->n;
    const double g2 = n * moments->m4 / (moments->m2 * moments->m2) - 3.0;
    return (n - 1.0) / ((n - 2.0) * (n - 3.0)) * ((n + 1.0) * g2 + 6.0);
}
