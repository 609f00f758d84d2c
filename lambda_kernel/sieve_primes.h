/* sieve_primes.h - the sorted list of sieving primes above those of the patterns.
 *
 * Primes up to FAN_PRIMES_TINY come from a plain sieve, later ones from the base bits, up
 * to FAN_PRIMES_MAX: larger primes are taken from the base bits as a stream instead,
 * because a list of them would not fit the smallest memory. Grows, never shrinks. */
#ifndef FAN_LAMBDA_KERNEL_SIEVE_PRIMES_H
#define FAN_LAMBDA_KERNEL_SIEVE_PRIMES_H

#include "lambda_kernel/sieve_base.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_PRIMES_TINY                                                                  \
    32768 /* its square is above 1e9, so it sieves all base primes                       \
           */
#define FAN_PRIMES_MAX (UINT32_C(1) << 23)

/* prime[i], and step[i] = 2 / 30 mod prime[i]: how far the first multiple moves down when
 * the class residue grows by 2. at[i]: first multiple in the class at hand, in bits. */
struct fan_primes_list {
    uint32_t *prime;
    int32_t *step;
    int32_t *at;
    size_t count, capacity;
    uint64_t limit; /* all primes below it are listed */
};

/* List the primes in (FAN_PRESIEVE_MAX, FAN_PRIMES_TINY). No effect on a list that has
 * them. */
void fan_primes_list_tiny(struct fan_primes_list *list);

/* List all primes below min(limit, FAN_PRIMES_MAX); base must know them. */
void fan_primes_list_grow(struct fan_primes_list *list, const struct fan_base *base,
                          uint64_t limit);

/* How many listed primes are below n. */
size_t fan_primes_list_below(const struct fan_primes_list *list, uint64_t n);

/**
 * Set at[i] for i < n to the first k with prime[i] dividing 30 * (base + k) + 1, that is
 * for the first class of a tile.
 */
void fan_primes_list_start(struct fan_primes_list *list, size_t n, uint64_t base);

void fan_primes_list_clear(struct fan_primes_list *list);

#ifdef __cplusplus
}
#endif
#endif
