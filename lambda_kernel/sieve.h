/* sieve.h - exact primes of a range: count, sum, first and last, segment by segment. */
#ifndef FAN_LAMBDA_KERNEL_SIEVE_H
#define FAN_LAMBDA_KERNEL_SIEVE_H

#include "common/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_SIEVE_MAX UINT64_C(1000000000000000000) /* 1e18 */

struct fan_primes {
    uint64_t count;
    uint64_t checksum;    /* sum of the primes mod 2^64 */
    uint64_t first, last; /* 0 when count is 0 */
};

struct fan_sieve; /* base primes and arenas, kept between calls */

/* A sieve that holds nothing yet. Owns: fan_sieve_free. */
struct fan_sieve *fan_sieve_new(void);
void fan_sieve_free(struct fan_sieve *sieve);

/* Take the hot loops of one instruction set from now on (sieve_path.h) instead of the
 * fastest. */
struct fan_sieve_path;
void fan_sieve_take_path(struct fan_sieve *sieve, const struct fan_sieve_path *path);

/**
 * Is asked between segments, about every few milliseconds; true stops the sieve.
 */
typedef bool fan_sieve_stop_fn(void *context);

/**
 * The primes of [lo, hi). 0 <= lo <= hi <= FAN_SIEVE_MAX. stop may be NULL.
 * Errors: FAN_EINVAL (bounds), FAN_EINTERRUPTED (stop said so). *primes only on success.
 * Source: segmented sieve of Eratosthenes, Bays and Hudson, BIT 17 (1977).
 */
enum fan_status fan_sieve_run(struct fan_sieve *sieve, uint64_t lo, uint64_t hi,
                              fan_sieve_stop_fn *stop, void *context,
                              struct fan_primes *primes,
                              struct fan_err *err) FAN_MUST_CHECK;

/* How far the run in progress is: as much work is done as all numbers below that one are.
 * For progress shown from a stop callback. */
uint64_t fan_sieve_position(const struct fan_sieve *sieve);

#ifdef __cplusplus
}
#endif
#endif
