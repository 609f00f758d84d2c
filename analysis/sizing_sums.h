/* sizing_sums.h - from the records of a sample to what the search learns from it.  Pure.
 */
#ifndef FAN_ANALYSIS_SIZING_SUMS_H
#define FAN_ANALYSIS_SIZING_SUMS_H

#include "analysis/sizing.h"
#include "record/record.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Sums over a sample's warm calls; those of several ranks add up. Zeroed is empty. */
struct fan_sizing_sums {
    uint64_t warm, failed; /* succeeded; failed in the function, cold or warm */
    double ln_ms, squares; /* sum of ln(milliseconds) and of its squares */
};

/**
 * Take a record in. A cold start is kept apart: it is in no sum. Time is the duration of
 * the REPORT line or, without one, the latency.
 */
void fan_sizing_sums_take(struct fan_sizing_sums *sums, const struct fan_record *record);
void fan_sizing_sums_add(struct fan_sizing_sums *sums,
                         const struct fan_sizing_sums *more);

/**
 * The sample. Its n is 0 also when more than a tenth of its calls failed in the function:
 * a size at which calls die of memory or time-out must not be chosen.
 */
struct fan_sizing_sample fan_sizing_sums_sample(const struct fan_sizing_sums *sums,
                                                uint32_t memory_mb);

#ifdef __cplusplus
}
#endif
#endif
