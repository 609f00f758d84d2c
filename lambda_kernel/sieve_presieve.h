/* sieve_presieve.h - the primes 7 to 37 crossed off by copying ready-made patterns. Pure.
 */
#ifndef FAN_LAMBDA_KERNEL_SIEVE_PRESIEVE_H
#define FAN_LAMBDA_KERNEL_SIEVE_PRESIEVE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Greatest prime that the patterns hold. */
#define FAN_PRESIEVE_MAX 37

/* The primes of a group with product P repeat every P bits, hence every P words of 64
 * bits: a table of P words holds the pattern in every alignment. */
struct fan_presieve {
    uint64_t a[7 * 11 * 13], b[17 * 37], c[19 * 31], d[23 * 29];
};

/* Compute the tables (some 23 KB). */
void fan_presieve_init(struct fan_presieve *presieve);

/**
 * Set the bits of all multiples of 7 to 37 (these primes themselves included) in n words
 * of a class, whose first bit stands for `number`. Bits already set stay set.
 */
void fan_presieve_apply(const struct fan_presieve *presieve, uint64_t number,
                        uint64_t *words, size_t n);

#ifdef __cplusplus
}
#endif
#endif
