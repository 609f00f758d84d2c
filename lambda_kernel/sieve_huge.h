/* sieve_huge.h - the multiples that huge primes, those beyond the list, have in a tile.
 *
 * Huge primes are read from the stored base bits. Those that memory has no room for are
 * sieved anew for each tile, window by window: between 10^18 and 2^64 all base primes
 * take 33 to 143 MB, which is more than the smallest function has. */
#ifndef FAN_LAMBDA_KERNEL_SIEVE_HUGE_H
#define FAN_LAMBDA_KERNEL_SIEVE_HUGE_H

#include "lambda_kernel/sieve_sweep.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Do hits in a tile of `bits` bits per class go to lists, by primes up to root? They do
 * where its classes are no more than there are lists, and each prime hits it once at
 * most. */
bool fan_huge_fits_lists(const struct fan_sieve_plan *plan, uint32_t bits, uint32_t root);

/**
 * Fill the workspace's buckets, or else add to its lists, for the tile of `bits` bits per
 * class that begins at modulus * base, with primes up to root. False: stopped.
 */
bool fan_huge_collect(const struct fan_sweep *sweep, struct fan_workspace *space,
                      uint64_t base, uint32_t bits, uint32_t root);

#ifdef __cplusplus
}
#endif
#endif
