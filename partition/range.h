/* range.h - half-open ranges of integers and their near-equal split.  Pure. */
#ifndef FAN_PARTITION_RANGE_H
#define FAN_PARTITION_RANGE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct fan_range {
    uint64_t begin, end; /* half-open: begin <= x < end */
};

/**
 * Part `index` of `parts` near-equal pieces of [0, n); earlier parts take the remainder.
 * n items, may be 0; parts >= 1 and index < parts (asserted).
 * Source: block distribution, MPI-4.0 section 5.1.3 (MPI_DISTRIBUTE_BLOCK), balanced
 * form.
 */
struct fan_range fan_range_block(uint64_t n, uint32_t parts, uint32_t index);

#ifdef __cplusplus
}
#endif
#endif
