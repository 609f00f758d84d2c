/* sizing_sums.c - see sizing_sums.h. */
#include "analysis/sizing_sums.h"

#include <math.h>

#include "analysis/statistics.h"
#include "analysis/strata.h"

#define FAILED_SHARE 0.1

void fan_sizing_sums_take(struct fan_sizing_sums *sums, const struct fan_record *record)
{
    const enum fan_stratum stratum = fan_stratum_of(record);
    if (stratum == FAN_STRATUM_ERROR) sums->failed++;
    if (stratum != FAN_STRATUM_WARM) return;
    double ms = fan_metric_of(record, FAN_METRIC_DURATION);
    if (!(ms > 0.0)) ms = fan_metric_of(record, FAN_METRIC_LATENCY);
    if (!(ms > 0.0)) return;
    sums->warm++;
    sums->ln_ms += log(ms);
    sums->squares += log(ms) * log(ms);
}

void fan_sizing_sums_add(struct fan_sizing_sums *sums, const struct fan_sizing_sums *more)
{
    sums->warm += more->warm;
    sums->failed += more->failed;
    sums->ln_ms += more->ln_ms;
    sums->squares += more->squares;
}

struct fan_sizing_sample fan_sizing_sums_sample(const struct fan_sizing_sums *sums,
                                                uint32_t memory_mb)
{
    const double n = (double)sums->warm, failed = (double)sums->failed;
    struct fan_sizing_sample sample = { memory_mb, 0, FAN_UNKNOWN, FAN_UNKNOWN };
    if (sums->warm == 0 || failed > FAILED_SHARE * (n + failed)) return sample;
    sample.n = sums->warm < UINT32_MAX ? (uint32_t)sums->warm : UINT32_MAX;
    sample.mean_ln_ms = sums->ln_ms / n;
    if (sums->warm > 1) {
        const double squares = sums->squares - sums->ln_ms * sample.mean_ln_ms;
        sample.se_ln_ms = sqrt(fmax(squares, 0.0) / (n - 1.0) / n);
    }
    return sample;
}
