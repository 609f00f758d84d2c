/* sieve_presieve.h - the primes up to 163 crossed off by copying ready-made patterns. */
#ifndef FAN_LAMBDA_KERNEL_SIEVE_PRESIEVE_H
#define FAN_LAMBDA_KERNEL_SIEVE_PRESIEVE_H

#include "lambda_kernel/sieve_path.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Greatest prime that the patterns hold, and how many primes there are up to it. */
#define FAN_PRESIEVE_MAX    163
#define FAN_PRESIEVE_PRIMES 38

/* 2, 3, 5, ..., 163 */
extern const uint8_t fan_presieve_prime[FAN_PRESIEVE_PRIMES];

/* The primes of a group with product P repeat every P bits, hence every P bytes: a table
 * of P bytes holds the pattern in every alignment. */
struct fan_presieve {
    uint32_t modulus; /* the tables are for; 0: none yet */
    size_t patterns;  /* a multiple of FAN_PATH_PATTERNS */
    struct fan_path_pattern pattern[FAN_PRESIEVE_PRIMES];
    uint8_t *bytes;
};

/* Compute the tables of a modulus (some 100 KB) unless they are there. Owns:
 * fan_presieve_clear. */
void fan_presieve_init(struct fan_presieve *presieve, uint32_t modulus);
void fan_presieve_clear(struct fan_presieve *presieve);

/**
 * Set the bits of all multiples of primes up to FAN_PRESIEVE_MAX (these primes themselves
 * included) in n words of a class, rounded up to 64 bytes; its first bit stands for
 * `number`. Bits already set stay set.
 */
void fan_presieve_apply(const struct fan_presieve *presieve,
                        const struct fan_sieve_path *path, uint64_t number,
                        uint64_t *words, size_t n);

#ifdef __cplusplus
}
#endif
#endif
