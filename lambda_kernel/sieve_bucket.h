/* sieve_bucket.h - multiples of huge primes, sorted by the place where they are crossed
 * off.
 *
 * A huge prime misses most classes of a tile, so visiting it in each would be waste.
 * Instead its multiples within the tile are thrown into buckets, one for each class and
 * each stretch of 65,536 bits: two bytes a hit. */
#ifndef FAN_LAMBDA_KERNEL_SIEVE_BUCKET_H
#define FAN_LAMBDA_KERNEL_SIEVE_BUCKET_H

#include "lambda_kernel/sieve_path.h"

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_BUCKET_SHIFT 16
/* A tile that has buckets covers about this many numbers at most. */
#define FAN_BUCKET_SPAN_MAX (UINT64_C(1) << 30)

/* Hits gather in a short piece per bucket, all of which together fit L2; full pieces move
 * to the bucket's chain of blocks, which lies in memory far away. */
struct fan_buckets {
    uint32_t modulus;
    uint32_t stretches;  /* of a class */
    uint64_t reciprocal; /* ceil(2^64 / modulus) */
    uint32_t *place;   /* by residue: 2 * its class's first bucket + 1; not coprime: 0 */
    uint16_t *piece;   /* by bucket: room for FAN_BUCKET_PIECE hits */
    uint8_t *gathered; /* by bucket: how many hits are in its piece */
    struct fan_bucket_chain *chain; /* by bucket */
    size_t capacity;                /* buckets */
    char **slab;                    /* memory that blocks are cut from; never shrinks */
    size_t slabs, slabs_capacity;
    size_t blocks_used;
};
#define FAN_BUCKET_PIECE 96

/* Empty all buckets and set them up for a tile of `bits` bits per class. Keeps memory. */
void fan_buckets_open(struct fan_buckets *buckets, uint32_t modulus, uint32_t bits);
void fan_buckets_clear(struct fan_buckets *buckets);

/**
 * Put in the multiples m = p * q of n huge primes with q coprime to 30 and 0 <= m - low <
 * span, but not those that have a factor from 7 to 19, which patterns cross off. low is a
 * multiple of the modulus, span that of the tile. Bounds of n and the primes:
 * fan_sieve_path.first_multiples.
 */
void fan_buckets_add(struct fan_buckets *buckets, const struct fan_sieve_path *path,
                     uint64_t low, uint32_t span, const uint32_t *prime, size_t n);

/* The same where each prime has one odd multiple there at most. Bounds of n and the
 * primes: fan_sieve_path.only_multiples. */
void fan_buckets_add_only(struct fan_buckets *buckets, const struct fan_sieve_path *path,
                          uint64_t low, uint32_t span, const uint32_t *prime, size_t n);

/* Cross off what was collected for one class. */
void fan_buckets_apply(const struct fan_buckets *buckets,
                       const struct fan_sieve_path *path, unsigned wheel_class,
                       uint64_t *words);

#ifdef __cplusplus
}
#endif
#endif
