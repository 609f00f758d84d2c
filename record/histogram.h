/*
 * histogram.h - counts of durations in bins of one fixed layout, so that the histograms
 * of all ranks add up bin by bin (MPI_SUM on uint64). Pure; allocates nothing.
 *
 * Values are microseconds from 0 to 2^32 - 1 (71 minutes). Values below 2048 have a bin
 * each; above, every power of two has 1024 bins, so a bin's edges differ by less than
 * 0.1 %. Source: Tene, HdrHistogram, with 3 significant digits.
 */
#ifndef FAN_RECORD_HISTOGRAM_H
#define FAN_RECORD_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_HISTOGRAM_BINS 23552

/* Zeroed is empty. An array of plain counters: reduce it as FAN_HISTOGRAM_BINS uint64. */
struct fan_histogram {
    uint64_t bin[FAN_HISTOGRAM_BINS];
};

/* Bin of a value; larger ones than 2^32 - 1 fall into the last. */
size_t fan_histogram_index(uint64_t value_us);

/* Smallest and largest value of a bin (index < FAN_HISTOGRAM_BINS, asserted). */
uint64_t fan_histogram_lower_us(size_t index);
uint64_t fan_histogram_upper_us(size_t index);

void fan_histogram_add(struct fan_histogram *histogram, uint64_t value_us);

/**
 * Add a value and, when it is longer than the interval at which calls were meant to
 * leave, the values that the calls held up behind it would have had: value - interval,
 * value - 2 interval, ... down to interval. For closed loops only: an open loop measures
 * from the intended time and must not be corrected again. interval 0 adds the value
 * alone. Source: HdrHistogram, coordinated omission.
 */
void fan_histogram_add_corrected(struct fan_histogram *histogram, uint64_t value_us,
                                 uint64_t interval_us);

/* Add all counts of other. */
void fan_histogram_merge(struct fan_histogram *histogram,
                         const struct fan_histogram *other);

uint64_t fan_histogram_count(const struct fan_histogram *histogram);

/**
 * Value that `percent` of the counts do not exceed: the upper edge of the bin in which
 * the running count reaches max(1, floor(percent/100 n + 1/2)); the lower edge for 0
 * percent. 0 when empty. percent outside [0, 100] counts as the nearer end.
 */
uint64_t fan_histogram_percentile_us(const struct fan_histogram *histogram,
                                     double percent);

#ifdef __cplusplus
}
#endif
#endif
