/* sieve_reduce.h - count, sum, first and last of the primes that a class array left.
 * Pure. */
#ifndef FAN_LAMBDA_KERNEL_SIEVE_REDUCE_H
#define FAN_LAMBDA_KERNEL_SIEVE_REDUCE_H

#include "lambda_kernel/sieve.h"
#include "lambda_kernel/sieve_path.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Forget what lies outside [from, to): set those bits of an array of n words. */
void fan_reduce_mask(uint64_t *words, size_t n, uint64_t from, uint64_t to);

/**
 * Add the clear bits of n words to *primes; bit k stands for number + modulus * k. Arrays
 * may come in any order; a zeroed *primes is the empty sum.
 */
void fan_reduce_add(struct fan_primes *primes, const struct fan_sieve_path *path,
                    uint32_t modulus, uint64_t number, const uint64_t *words, size_t n);

#ifdef __cplusplus
}
#endif
#endif
