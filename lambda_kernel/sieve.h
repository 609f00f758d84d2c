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

/* Greatest end of a range. Ends are exclusive, but 2^64 - 1 is no prime: no prime of 64
 * bits is left out. */
#define FAN_SIEVE_MAX UINT64_MAX

struct fan_primes {
    uint64_t count;
    uint64_t checksum;    /* sum of the primes mod 2^64 */
    uint64_t first, last; /* 0 when count is 0 */
    /* 0 unless asked for: */
    uint64_t twins; /* pairs (p, p + 2) of primes with p in the range, p + 2 anywhere: the
                       sum over parts of a range is that of the range */
    uint64_t gap;   /* greatest distance of neighbouring primes, both in the range; 0 when
                       it has fewer than two */
    uint64_t gap_start; /* the lower one of the first such pair */
};

/* Add what a range has to what the range before it has; the gap between them is looked at
 * whether or not gaps were asked for. */
void fan_primes_join(struct fan_primes *primes, const struct fan_primes *next);

struct fan_sieve; /* base primes and arenas, kept between calls */

/* A sieve that holds nothing yet. Owns: fan_sieve_free. */
struct fan_sieve *fan_sieve_new(void);
void fan_sieve_free(struct fan_sieve *sieve);

/* Take the hot loops of one instruction set from now on (sieve_path.h) instead of the
 * fastest. */
struct fan_sieve_path;
void fan_sieve_take_path(struct fan_sieve *sieve, const struct fan_sieve_path *path);

/* Stay within what a function of that memory size has; 128 is the least, and what holds
 * before. More is used as far as it makes high ranges quicker. */
void fan_sieve_take_memory(struct fan_sieve *sieve, uint64_t memory_mb);

/* Use so many threads for ranges that are wide enough, 1 to FAN_SIEVE_THREADS_MAX; 1
 * holds before. What is found does not depend on it. */
#define FAN_SIEVE_THREADS_MAX 16
void fan_sieve_take_threads(struct fan_sieve *sieve, unsigned threads);

/**
 * Is asked between segments, about every few milliseconds; true stops the sieve. With
 * several threads any of them asks, one at a time.
 */
typedef bool fan_sieve_stop_fn(void *context);

/* Is handed the next n primes, ascending; true stops the sieve. */
typedef bool fan_sieve_each_fn(void *context, const uint64_t *prime, size_t n);

/* What to sieve; what is zeroed is not wanted. */
struct fan_sieve_task {
    uint64_t lo, hi; /* [lo, hi) */
    bool twins, gap;
    fan_sieve_each_fn *each; /* all primes are wanted: in one thread */
    void *each_context;
    fan_sieve_stop_fn *stop;
    void *stop_context;
};

/**
 * The primes of a range. 0 <= lo <= hi <= FAN_SIEVE_MAX.
 * Errors: FAN_EINVAL (bounds), FAN_EINTERRUPTED (stop or each said so). *primes only on
 * success. Source: segmented sieve of Eratosthenes, Bays and Hudson, BIT 17 (1977).
 */
enum fan_status fan_sieve_do(struct fan_sieve *sieve, const struct fan_sieve_task *task,
                             struct fan_primes *primes,
                             struct fan_err *err) FAN_MUST_CHECK;

/* The same for a range and a stop alone. */
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
