/* slice.h - what each rank owns of places in flight, calls and budget.  Pure. */
#ifndef FAN_PARTITION_SLICE_H
#define FAN_PARTITION_SLICE_H

#include "partition/range.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Places in flight of `rank` when `parallelism` places are shared by `ranks`: near-equal,
 * with the remainder on the first ranks; 0 for the ranks beyond `parallelism`.
 */
uint32_t fan_slice_places(uint32_t parallelism, uint32_t ranks, uint32_t rank);

/**
 * The calls of [0, calls) that `rank` owns, proportional to its places, in rank order.
 */
struct fan_range fan_slice_calls(uint64_t calls, uint32_t parallelism, uint32_t ranks,
                                 uint32_t rank);

/**
 * Split `total` whole units over n owners in proportion to weight (all zero: equally), by
 * largest remainder, ties to the lower index; the shares sum to total exactly.
 */
void fan_slice_units(uint64_t total, const uint64_t *weight, uint32_t n, uint64_t *share);

#ifdef __cplusplus
}
#endif
#endif
