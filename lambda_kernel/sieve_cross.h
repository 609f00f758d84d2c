/* sieve_cross.h - crossing off the multiples of listed primes in a class array.   Pure.
 *
 * Three ranges of primes, three loops: `small` hit a chunk so often that eight hits are
 * unrolled, `medium` hit every chunk at least once, `large` are crossed off over the
 * whole tile before its chunks are finished. */
#ifndef FAN_LAMBDA_KERNEL_SIEVE_CROSS_H
#define FAN_LAMBDA_KERNEL_SIEVE_CROSS_H

#include "lambda_kernel/sieve_primes.h"
#include "lambda_kernel/sieve_wheel.h"

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_CROSS_SMALL_MAX  (FAN_CHUNK_BITS / 16)
#define FAN_CROSS_MEDIUM_MAX FAN_CHUNK_BITS

/**
 * Cross off small and medium primes [0, n) in a chunk of `bits` bits (at most
 * FAN_CHUNK_BITS). at[i] is the first multiple in the chunk and leaves as the first one
 * in the chunk behind it. Bytes up to 2 * FAN_CHUNK_BITS are touched (not changed beyond
 * the chunk), so the array needs that much room.
 */
void fan_cross_chunk(uint8_t *bytes, uint32_t bits, const uint32_t *prime, int32_t *at,
                     size_t n);

/**
 * Cross off large primes [from, to) of the list in a tile of `bits` bits, and move at[]
 * on to the class whose residue is greater by 2 * rise.
 */
void fan_cross_tile(uint8_t *bytes, uint32_t bits, struct fan_primes_list *list,
                    size_t from, size_t to, unsigned rise);

/* Move at[] of primes [0, n) to the class whose residue is greater by 2 * rise. */
void fan_cross_next_class(struct fan_primes_list *list, size_t n, unsigned rise);

#ifdef __cplusplus
}
#endif
#endif
