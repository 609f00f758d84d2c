/* sieve_base.h - the primes of a stretch of numbers, one bit per number coprime to 30:
 * base primes, or a tile whose primes are wanted in order.
 *
 * All base primes of a range that ends at 1e18 take 33 MB this way. Grows, never shrinks.
 */
#ifndef FAN_LAMBDA_KERNEL_SIEVE_BASE_H
#define FAN_LAMBDA_KERNEL_SIEVE_BASE_H

#include "lambda_kernel/sieve_path.h"
#include "lambda_kernel/sieve_wheel.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Numbers that one word of each class covers. */
#define FAN_BASE_WORD_SPAN (UINT64_C(64) * FAN_WHEEL)

struct fan_base {
    uint64_t *words[FAN_WHEEL_CLASSES]; /* a clear bit is a prime */
    uint64_t first;                     /* words that were left out before words[][0] */
    size_t count;                       /* words valid in each class */
    size_t capacity;
};

/* Make room for n words per class. Owns: fan_base_clear. Aborts when memory runs out. */
void fan_base_reserve(struct fan_base *base, size_t n);
void fan_base_clear(struct fan_base *base);

/* All numbers of the stretch below this are known: primes are clear bits. */
uint64_t fan_base_limit(const struct fan_base *base);

/* The byte `b` of each class's word w (counted from base->first), turned so that a set
 * bit 8 i + c stands for a prime: 30 (64 (first + w) + 8 b + i) + the c-th residue. */
uint64_t fan_base_turns(const struct fan_base *base, size_t w, unsigned b);

/**
 * The primes of [FAN_BASE_WORD_SPAN * word, ... * (word + 1)), in no order; base knows
 * them. prime[] has room for FAN_PATH_WORD_PRIMES and 4 groups. Gives their number.
 */
size_t fan_base_unpack(const struct fan_base *base, const struct fan_sieve_path *path,
                       uint64_t word, uint32_t *prime);

#ifdef __cplusplus
}
#endif
#endif
