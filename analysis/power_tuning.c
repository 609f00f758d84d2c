/* power_tuning.c - see power_tuning.h. */
#include "analysis/power_tuning.h"

#include <assert.h>
#include <math.h>

#define DISCARD_MOST 0.4

double fan_tuning_trimmed_mean(const double *sorted, size_t n, double discard)
{
    assert(n > 0);
    const size_t cut = (size_t)floor((double)n * fmin(fmax(discard, 0.0), DISCARD_MOST));
    double sum = 0.0;
    for (size_t i = cut; i < n - cut; i++)
        sum += sorted[i];
    return sum / (double)(n - 2 * cut);
}

double fan_tuning_usd(const double *billed, size_t n, double discard, double base_usd,
                      uint32_t memory_mb)
{
    const double ms = ceil(fan_tuning_trimmed_mean(billed, n, discard));
    return ms * base_usd * (double)memory_mb / 128.0;
}

size_t fan_tuning_cheapest(const struct fan_tuning_size *sizes, size_t n)
{
    assert(n > 0);
    size_t best = 0;
    for (size_t i = 1; i < n; i++) {
        if (sizes[i].average_usd < sizes[best].average_usd ||
            (sizes[i].average_usd == sizes[best].average_usd &&
             sizes[i].average_ms < sizes[best].average_ms))
            best = i;
    }
    return best;
}

size_t fan_tuning_fastest(const struct fan_tuning_size *sizes, size_t n)
{
    assert(n > 0);
    size_t best = 0;
    for (size_t i = 1; i < n; i++) {
        if (sizes[i].average_ms < sizes[best].average_ms ||
            (sizes[i].average_ms == sizes[best].average_ms &&
             sizes[i].average_usd < sizes[best].average_usd))
            best = i;
    }
    return best;
}

size_t fan_tuning_balanced(const struct fan_tuning_size *sizes, size_t n, double weight)
{
    assert(n > 0);
    const double w = fmin(fmax(weight, 0.0), 1.0);
    double most_ms = 0.0, most_usd = 0.0, least = (double)INFINITY;
    size_t best = 0;
    for (size_t i = 0; i < n; i++) {
        most_ms = fmax(most_ms, sizes[i].average_ms);
        most_usd = fmax(most_usd, sizes[i].average_usd);
    }
    for (size_t i = 0; i < n; i++) {
        const double value = w * sizes[i].average_usd / most_usd +
                             (1.0 - w) * sizes[i].average_ms / most_ms;
        if (!(value < least)) continue;
        least = value;
        best = i;
    }
    return best;
}
