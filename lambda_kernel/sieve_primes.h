/* sieve_primes.h - the sorted list of sieving primes above those of the patterns.
 *
 * Primes up to FAN_PRIMES_TINY come from a plain sieve, later ones from the base bits, as
 * far as the plan says: larger primes are taken from the base bits as a stream instead,
 * because a list of them would not fit the smallest memory. Grows, never shrinks. */
#ifndef FAN_LAMBDA_KERNEL_SIEVE_PRIMES_H
#define FAN_LAMBDA_KERNEL_SIEVE_PRIMES_H

#include "lambda_kernel/sieve_base.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Its square is above 2^32, so it sieves all base primes; a multiple of
 * FAN_BASE_WORD_SPAN. */
#define FAN_PRIMES_TINY (35 * 1920)

/* step[i] = 2 / modulus mod prime[i]: how far the first multiple moves down when the
 * class residue grows by 2. Behind the last prime it is repeated until a whole
 * FAN_PATH_GROUP. */
struct fan_primes_list {
    uint32_t *prime, *step;
    size_t count;
    uint64_t limit;   /* all primes below it are listed */
    uint32_t modulus; /* of step[] */
};

/* List the primes in (FAN_PRESIEVE_MAX, FAN_PRIMES_TINY). No effect on a list that has
 * them. */
void fan_primes_list_tiny(struct fan_primes_list *list);

/* List all primes below limit; base must know them. */
void fan_primes_list_grow(struct fan_primes_list *list, const struct fan_sieve_path *path,
                          const struct fan_base *base, uint64_t limit);

/* Compute the steps of a modulus unless they are there. */
void fan_primes_list_turn(struct fan_primes_list *list, const struct fan_sieve_path *path,
                          uint32_t modulus);

/* How many listed primes are below n, rounded up to a whole FAN_PATH_GROUP. */
size_t fan_primes_list_below(const struct fan_primes_list *list, uint64_t n);

void fan_primes_list_clear(struct fan_primes_list *list);

#ifdef __cplusplus
}
#endif
#endif
