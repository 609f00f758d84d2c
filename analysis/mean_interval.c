/* mean_interval.c - see mean_interval.h. */
#include "analysis/mean_interval.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

#include "analysis/moments.h"

#define FAR_FROM   200 /* values from which on the far fences tell slow calls best */
#define EXCESS_MAX 6.0 /* a single slow call says little of the mean of all: no more */

/* A quantity that is not negative, and how far its interval goes to either side. */
struct part {
    double value, below, above;
};

static size_t count_body(const double *sorted, size_t n, double fence)
{
    size_t low = 0, high = n;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (sorted[middle] <= fence)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The mean of k excesses, as if they were exponential: 2 k mean / truth is chi-squared.
 */
static struct part excess_of(double mean, size_t k, double level)
{
    const double tail = (1.0 - level) / 2.0, degrees = 2.0 * (double)k;
    const double most = fmin(degrees / gsl_cdf_chisq_Pinv(tail, degrees), EXCESS_MAX);
    const double least = degrees / gsl_cdf_chisq_Qinv(tail, degrees);
    const struct part part = { mean, mean * (1.0 - least), mean * (most - 1.0) };
    return part;
}

/* What values beyond the fence add to the mean: share times excess. */
static struct part tail_of(const double *sorted, size_t n, size_t body, double base,
                           double fence, double level)
{
    const size_t k = n - body;
    const double share = (double)k / (double)n;
    const struct fan_interval shares = fan_stats_proportion_interval(k, n, level);
    struct part tail = { 0.0, 0.0, shares.upper * (fence - base) };
    if (k == 0) return tail;
    const double mean = fan_moments_of(sorted + body, k).mean - base;
    const struct part excess = excess_of(mean, k, level);
    tail.value = share * mean;
    tail.below = hypot((share - shares.lower) * mean, share * excess.below);
    tail.above = hypot((shares.upper - share) * mean, share * excess.above);
    return tail;
}

struct fan_interval fan_mean_interval(const double *sorted, size_t n, double level)
{
    const struct fan_moments all = fan_moments_of(sorted, n);
    const struct fan_interval student = fan_stats_mean_interval(
        all.mean, n > 1 ? sqrt(fan_moments_variance(&all)) : FAN_UNKNOWN, n, level);
    if (n < FAN_MEAN_TAIL_MIN) return student;
    const double q1 = fan_stats_quantile(sorted, n, 0.25);
    const double q3 = fan_stats_quantile(sorted, n, 0.75);
    if (!(q3 > q1)) return student;

    const double fence = q3 + (n < FAR_FROM ? 1.5 : 3.0) * (q3 - q1);
    const size_t body = count_body(sorted, n, fence);
    const struct fan_moments m = fan_moments_of(sorted, body);
    const double sd = sqrt(fan_moments_variance(&m));
    const double half = fan_stats_mean_interval(m.mean, sd, body, level).upper - m.mean;
    const struct part tail = tail_of(sorted, n, body, m.mean, fence, level);
    /* body.mean + tail.value is the mean of all */
    const struct fan_interval interval = { all.mean - hypot(half, tail.below),
                                           all.mean + hypot(half, tail.above) };
    return interval;
}

struct fan_interval fan_mean_widening(const double *sorted, size_t n, double level)
{
    const struct fan_interval none = { 1.0, 1.0 };
    if (n < FAN_MEAN_TAIL_MIN) return none;
    const struct fan_moments m = fan_moments_of(sorted, n);
    const double sd = sqrt(fan_moments_variance(&m));
    const double half = fan_stats_mean_interval(m.mean, sd, n, level).upper - m.mean;
    const struct fan_interval ci = fan_mean_interval(sorted, n, level);
    if (!(half > 0.0)) return none;
    const struct fan_interval wide = { (m.mean - ci.lower) / half,
                                       (ci.upper - m.mean) / half };
    return wide;
}

struct fan_interval fan_interval_hull(struct fan_interval a, struct fan_interval b)
{
    /* fmin and fmax skip what is unknown */
    const struct fan_interval hull = { fmin(a.lower, b.lower), fmax(a.upper, b.upper) };
    return hull;
}
