/* proportions.c - see proportions.h. */
#include "analysis/proportions.h"

#include <stdbool.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>

/* Tables that are as likely as the one seen differ from it by rounding. */
#define ROUNDING 1e-7

static bool tells_anything(const struct fan_two_shares *s)
{
    const uint64_t hits = s->hits_a + s->hits_b, all = s->n_a + s->n_b;
    return s->n_a > 0 && s->n_b > 0 && hits > 0 && hits < all;
}

double fan_proportions_fisher(const struct fan_two_shares *s)
{
    if (!tells_anything(s) || s->n_a + s->n_b > UINT32_MAX) return FAN_UNKNOWN;
    const unsigned n_a = (unsigned)s->n_a, n_b = (unsigned)s->n_b;
    const unsigned hits = (unsigned)(s->hits_a + s->hits_b);
    const unsigned first = hits > n_b ? hits - n_b : 0, last = hits < n_a ? hits : n_a;
    const double seen = gsl_ran_hypergeometric_pdf((unsigned)s->hits_a, n_a, n_b, hits) *
                        (1.0 + ROUNDING);
    double p = 0.0;
    for (unsigned k = first; k <= last; k++) {
        const double chance = gsl_ran_hypergeometric_pdf(k, n_a, n_b, hits);
        if (chance <= seen) p += chance;
    }
    return fmin(p, 1.0);
}

/* Wilson's score interval of a share. */
static struct fan_interval score_interval(double hits, double n, double z)
{
    const double share = hits / n, z2 = z * z;
    const double middle = share + z2 / (2.0 * n);
    const double half = z * sqrt(share * (1.0 - share) / n + z2 / (4.0 * n * n));
    const struct fan_interval interval = { fmax(0.0, (middle - half) / (1.0 + z2 / n)),
                                           fmin(1.0, (middle + half) / (1.0 + z2 / n)) };
    return interval;
}

struct fan_interval fan_proportions_difference(const struct fan_two_shares *s,
                                               double level)
{
    struct fan_interval interval = { FAN_UNKNOWN, FAN_UNKNOWN };
    if (s->n_a == 0 || s->n_b == 0) return interval;
    const double z = gsl_cdf_ugaussian_Pinv((1.0 + level) / 2.0);
    const double a = (double)s->hits_a / (double)s->n_a;
    const double b = (double)s->hits_b / (double)s->n_b;
    const struct fan_interval of_a = score_interval((double)s->hits_a, (double)s->n_a, z);
    const struct fan_interval of_b = score_interval((double)s->hits_b, (double)s->n_b, z);
    interval.lower = b - a - hypot(b - of_b.lower, of_a.upper - a);
    interval.upper = b - a + hypot(of_b.upper - b, a - of_a.lower);
    return interval;
}

double fan_proportions_mantel_haenszel(const struct fan_two_shares *shares, size_t k)
{
    double away = 0.0, variance = 0.0;
    for (size_t i = 0; i < k; i++) {
        if (!tells_anything(&shares[i])) continue;
        const double n_a = (double)shares[i].n_a, n_b = (double)shares[i].n_b;
        const double hits = (double)(shares[i].hits_a + shares[i].hits_b),
                     all = n_a + n_b;
        away += (double)shares[i].hits_b - n_b * hits / all;
        variance += n_a * n_b * hits * (all - hits) / (all * all * (all - 1.0));
    }
    if (!(variance > 0.0)) return FAN_UNKNOWN;
    const double distance = fmax(0.0, fabs(away) - 0.5);
    return gsl_cdf_chisq_Q(distance * distance / variance, 1.0);
}
