/* sieve_plan.h - how a range is cut into tiles, classes and chunks.   Pure. */
#ifndef FAN_LAMBDA_KERNEL_SIEVE_PLAN_H
#define FAN_LAMBDA_KERNEL_SIEVE_PLAN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct fan_sieve_plan {
    uint32_t modulus;
    uint32_t tile_bits;  /* of one class of a tile; a multiple of 64 */
    uint32_t chunk_bits; /* what is sieved at once in L1; a multiple of 512 */
    uint32_t listed_max; /* primes above it are streamed into buckets */
};

/* Greatest prime to list, rather than to stream, for so many numbers and that root. */
uint32_t fan_sieve_plan_listed_max(uint64_t width, uint32_t root);

/**
 * A plan for sieving [low, high) with primes up to root. l1_bytes: size of the first data
 * cache. Chunks are as large as it allows. Low ranges take the greatest modulus whose
 * classes still fill a chunk; high ranges, where most primes miss a chunk, take classes
 * of many chunks, so that a prime is looked up less often.
 */
struct fan_sieve_plan fan_sieve_plan_range(uint64_t low, uint64_t high, uint32_t root,
                                           size_t l1_bytes);

/**
 * A plan for sieving base primes, whose classes must have the modulus FAN_WHEEL.
 */
struct fan_sieve_plan fan_sieve_plan_base(uint64_t low, uint64_t high, size_t l1_bytes);

#ifdef __cplusplus
}
#endif
#endif
