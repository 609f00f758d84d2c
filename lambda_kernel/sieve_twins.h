/* sieve_twins.h - twin primes: pairs (p, p + 2), counted where p is.
 *
 * Within a tile, p and p + 2 are the same bit of two neighbouring classes, or the last
 * class's bit k and the first class's bit k + 1. The few pairs across an end of a tile or
 * of a range are tested one by one. */
#ifndef FAN_LAMBDA_KERNEL_SIEVE_TWINS_H
#define FAN_LAMBDA_KERNEL_SIEVE_TWINS_H

#include "lambda_kernel/sieve_path.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Finished classes of the tile at work. Zeroed: empty. */
struct fan_twins {
    uint64_t *before; /* the latest class that has a neighbour 2 above it */
    uint64_t *first;  /* the class of residue 1, and a word of composites behind it */
    size_t capacity;  /* words of each */
};

/* Make room for a tile with classes of n words. Owns: fan_twins_clear. */
void fan_twins_open(struct fan_twins *twins, size_t n);
void fan_twins_clear(struct fan_twins *twins);

/* A class, and half the distances to its neighbours below (0: none) and above. */
struct fan_twins_class {
    uint32_t modulus, residue;
    unsigned fall, rise;
};

/**
 * Take n words of a class, from word `at` on: the pairs whose upper member is in them, or
 * in the last class the lower one. Classes come in ascending order.
 */
uint64_t fan_twins_take(struct fan_twins *twins, const struct fan_sieve_path *path,
                        const struct fan_twins_class *wheel_class, size_t at,
                        const uint64_t *words, size_t n);

/* How many p with p + 2 >= high there are in [low, high), of which both are prime. */
uint64_t fan_twins_across(uint64_t low, uint64_t high);

#ifdef __cplusplus
}
#endif
#endif
