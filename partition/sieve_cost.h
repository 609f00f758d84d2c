/* sieve_cost.h - what a sieve call costs, and ranges cut to equal cost.  Pure. */
#ifndef FAN_PARTITION_SIEVE_COST_H
#define FAN_PARTITION_SIEVE_COST_H

#include "partition/range.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Modelled single-thread CPU seconds of sieving [begin, end) on the reference core: a
 * start-up that grows with the base primes up to sqrt(end), plus a cost per number that
 * grows with the height of the range. Only ratios matter for balancing. begin <= end
 * (asserted). Source: docs/partition.md (fitted to runs of our kernel).
 */
double fan_sieve_cost_s(struct fan_range range);

/**
 * Cut [range.begin, range.end) into `parts` consecutive ranges of equal modelled cost and
 * give the `index`-th. Parts cover the range exactly, in order, without gaps or overlap;
 * some are empty only when there are more parts than numbers.
 */
struct fan_range fan_sieve_cost_part(struct fan_range range, uint32_t parts,
                                     uint32_t index);

/**
 * How many parts `auto` means: calls of about target_s modelled seconds at share 1, at
 * least 4 per place in flight (so that late finishers do not dominate) and at most
 * parts_max, >= 1.
 */
uint32_t fan_sieve_cost_parts(struct fan_range range, uint32_t parallelism,
                              double target_s, uint32_t parts_max);

#ifdef __cplusplus
}
#endif
#endif
