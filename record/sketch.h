/*
 * sketch.h - counts of durations in bins of equal relative width: a quantile within 1 %
 * from 8 KB, so that every cell of an experiment can have one. The range is fixed, which
 * makes sketches of all ranks add up bin by bin (MPI_SUM on uint64). Pure.
 *
 * Bin i holds the values in (gamma^(i-1), gamma^i] with gamma = (1 + a)/(1 - a) and
 * a = 0.01, in units of the smallest value told apart, 1 us; up to 10^9 us (17 minutes).
 * Source: Masson, Rim, Lee, "DDSketch", PVLDB 12(12), 2019.
 */
#ifndef FAN_RECORD_SKETCH_H
#define FAN_RECORD_SKETCH_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_SKETCH_BINS 1038 /* 0, and 1037 for nine decades */

/* Zeroed is empty. An array of plain counters. */
struct fan_sketch {
    uint64_t bin[FAN_SKETCH_BINS];
};

/* The power of gamma that a value > 0 falls below, whatever its unit. */
int fan_sketch_index(double value);

/* The value that stands for all of the bin of this index: at most 1 % from each. */
double fan_sketch_value(int index);

/* Count a duration; below 1 us counts as 1 us, above 10^9 us as that. */
void fan_sketch_add(struct fan_sketch *sketch, double us);

uint64_t fan_sketch_count(const struct fan_sketch *sketch);

/* The q-quantile (0 <= q <= 1) in us within 1 %: of the value of rank floor(q (n - 1)),
 * counted from 0. 0 when empty. */
double fan_sketch_quantile_us(const struct fan_sketch *sketch, double q);

#ifdef __cplusplus
}
#endif
#endif
