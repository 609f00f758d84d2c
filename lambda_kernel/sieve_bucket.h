/* sieve_bucket.h - multiples of huge primes, sorted by the place where they are crossed
 * off.
 *
 * A huge prime misses most tiles, so visiting it once per tile would be waste. Instead
 * its multiples within a window of a few tiles are thrown into buckets, one for each
 * class and each stretch of 65,536 bits: two bytes a hit. */
#ifndef FAN_LAMBDA_KERNEL_SIEVE_BUCKET_H
#define FAN_LAMBDA_KERNEL_SIEVE_BUCKET_H

#include "lambda_kernel/sieve_wheel.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_BUCKET_SHIFT     16
#define FAN_BUCKET_TILES_MAX 8 /* widest window */
#define FAN_BUCKETS                                                                      \
    (FAN_BUCKET_TILES_MAX * FAN_WHEEL_CLASSES << (FAN_TILE_SHIFT - FAN_BUCKET_SHIFT))

struct fan_buckets {
    uint16_t *cursor[FAN_BUCKETS]; /* next free place; block aligned: no block, or full */
    char **slab;                   /* memory that blocks are cut from; never shrinks */
    size_t slabs, slabs_capacity;
    size_t blocks_used;
};

/* Empty all buckets, keep their memory. */
void fan_buckets_reset(struct fan_buckets *buckets);
void fan_buckets_clear(struct fan_buckets *buckets);

/**
 * Put in the multiples m = p * q of a huge prime p (above FAN_PRIMES_TINY) with q coprime
 * to 30, q >= p, and 0 <= m - low < span. low is a multiple of 30; low + span <= 2^60 and
 * span covers at most FAN_BUCKET_TILES_MAX tiles.
 */
void fan_buckets_add(struct fan_buckets *buckets, uint64_t low, uint64_t span,
                     uint32_t p);

/* Cross off what was collected for one class of the `tile`-th tile of the window. */
void fan_buckets_apply(const struct fan_buckets *buckets, unsigned tile,
                       unsigned wheel_class, uint8_t *bytes);

#ifdef __cplusplus
}
#endif
#endif
