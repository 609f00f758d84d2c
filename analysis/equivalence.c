/* equivalence.c - see equivalence.h. */
#include "analysis/equivalence.h"

#include <stdlib.h>

#include "analysis/bootstrap.h"
#include "common/buf.h"

static struct fan_interval middle_of(const double *sorted, size_t n, double level)
{
    const struct fan_interval interval = {
        fan_stats_quantile(sorted, n, (1.0 - level) / 2.0),
        fan_stats_quantile(sorted, n, (1.0 + level) / 2.0)
    };
    return interval;
}

struct fan_equivalence fan_equivalence_of(double mean_a, const double *means_a,
                                          double mean_b, const double *means_b,
                                          size_t replicates, size_t n_least,
                                          double margin)
{
    const struct fan_interval none = { FAN_UNKNOWN, FAN_UNKNOWN };
    struct fan_equivalence result = { FAN_UNKNOWN, none, none, false, false };
    if (!(mean_a > 0.0) || !(mean_b > 0.0) || replicates == 0) return result;

    double *ratio = fan_alloc(replicates * sizeof *ratio);
    size_t n = 0;
    for (; n < replicates && means_a[n] > 0.0 && means_b[n] > 0.0; n++)
        ratio[n] = means_a[n] / means_b[n];
    if (n == replicates) {
        fan_stats_sort(ratio, n);
        result.ratio = mean_a / mean_b;
        result.ci = middle_of(ratio, n, fan_bootstrap_level(n_least, FAN_STATS_LEVEL));
        result.tost = middle_of(
            ratio, n, fan_bootstrap_level(n_least, 2.0 * FAN_STATS_LEVEL - 1.0));
        result.equivalent = result.tost.lower >= 1.0 / (1.0 + margin) &&
                            result.tost.upper <= 1.0 + margin;
        result.different = result.ci.lower > 1.0 || result.ci.upper < 1.0;
    }
    free(ratio);
    return result;
}
