/* power_tuning.h - memory sizes chosen as AWS Lambda Power Tuning chooses them.  Pure. */
#ifndef FAN_ANALYSIS_POWER_TUNING_H
#define FAN_ANALYSIS_POWER_TUNING_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_TUNING_DISCARD 0.2 /* share of the samples trimmed from each end */
#define FAN_TUNING_WEIGHT  0.5 /* of the balanced strategy */

/* What is compared of one memory size. */
struct fan_tuning_size {
    uint32_t memory_mb;
    double average_ms, average_usd;
};

/* Mean of an ascending sample without floor(n x discard) values at each end; discard is
 * clamped to 0..0.4; n >= 1 (asserted). */
double fan_tuning_trimmed_mean(const double *sorted, size_t n, double discard);

/**
 * Dollars of a call: the trimmed mean of the billed milliseconds, rounded up, at
 * base_usd per millisecond and 128 MB. There is no request fee in it.
 */
double fan_tuning_usd(const double *billed, size_t n, double discard, double base_usd,
                      uint32_t memory_mb);

/**
 * Index of the chosen size, n >= 1 (asserted): the cheapest (of equal ones the faster),
 * the fastest (of equal ones the cheaper), and the least of
 * weight x cost / most cost + (1 - weight) x time / most time (of equal ones the first);
 * weight is clamped to 0..1. Source: lambda-power-tuning, optimization strategies.
 */
size_t fan_tuning_cheapest(const struct fan_tuning_size *sizes, size_t n);
size_t fan_tuning_fastest(const struct fan_tuning_size *sizes, size_t n);
size_t fan_tuning_balanced(const struct fan_tuning_size *sizes, size_t n, double weight);

#ifdef __cplusplus
}
#endif
#endif
