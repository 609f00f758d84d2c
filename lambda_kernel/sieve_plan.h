/* sieve_plan.h - how a range is cut into tiles, classes and chunks.   Pure. */
#ifndef FAN_LAMBDA_KERNEL_SIEVE_PLAN_H
#define FAN_LAMBDA_KERNEL_SIEVE_PLAN_H

#include <stdbool.h>
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
    uint64_t tiles;      /* of one part */
    bool far;            /* classes are for L2 */
};

/* What a plan depends on. */
struct fan_sieve_terms {
    uint64_t low, high; /* [low, high), not empty */
    uint32_t root;      /* of high - 1 */
    unsigned parts;     /* consecutive ones of equal length, one per thread */
    bool ordered;       /* the primes are wanted in order: the modulus is FAN_WHEEL */
    size_t l1_bytes;    /* of the first data cache */
    uint64_t memory_mb; /* of the whole process; less than 128 counts as 128 */
};

/* Greatest prime to list, rather than to stream, for so many numbers. */
uint32_t fan_sieve_plan_listed_max(uint64_t width, uint32_t root, uint64_t memory_mb);

/* Of the base primes up to root, those below it are stored, the others sieved anew for
 * each tile; a multiple of FAN_BASE_WORD_SPAN, at most just above 2^32. */
uint64_t fan_sieve_plan_stored_max(uint32_t root, uint64_t memory_mb);

/* The base (see sieve_wheel.h) of the tile that begins at or just before low. */
uint64_t fan_sieve_plan_base_of(uint32_t modulus, uint64_t low);

/* Where part i of a range that begins at low ends, unless the range ends before. */
uint64_t fan_sieve_plan_part_end(const struct fan_sieve_plan *plan, uint64_t low,
                                 uint64_t high, unsigned i);

/**
 * Chunks are as large as L1 allows. Low ranges take the greatest modulus whose classes
 * still fill a chunk; high ranges, where most primes miss a chunk, take classes of many
 * chunks, so that a prime is looked up less often.
 */
struct fan_sieve_plan fan_sieve_plan_range(const struct fan_sieve_terms *terms);

/* A plan for sieving base primes, whose classes must have the modulus FAN_WHEEL. */
struct fan_sieve_plan fan_sieve_plan_base(uint64_t low, uint64_t high, unsigned parts,
                                          size_t l1_bytes);

#ifdef __cplusplus
}
#endif
#endif
