/* eratosthenes.h - the textbook array sieve: a workload whose time and memory are easy to
 * reason about, not a fast way to count primes. */
#ifndef FAN_LAMBDA_KERNEL_ERATOSTHENES_H
#define FAN_LAMBDA_KERNEL_ERATOSTHENES_H

#include "common/err.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_ERATOSTHENES_MAX       UINT64_C(2000000000)
#define FAN_ERATOSTHENES_LOOPS_MAX UINT64_C(1000000)

struct fan_eratosthenes {
    uint64_t count;      /* primes 2 <= p <= max */
    uint64_t highest[3]; /* the greatest three, descending; 0 where there are fewer */
};

typedef bool fan_eratosthenes_stop_fn(void *context);

/**
 * Sieve 0..max (inclusive), `loops` times over. Takes max + 1 bytes of memory and touches
 * them all, so that a too large max dies of memory where memory is short. max <=
 * FAN_ERATOSTHENES_MAX, 1 <= loops <= FAN_ERATOSTHENES_LOOPS_MAX. stop is asked at least
 * once per million steps. *found only on success.
 * Errors: FAN_EINVAL (bounds), FAN_ELIMIT (the allocation was refused), FAN_EINTERRUPTED.
 */
enum fan_status fan_eratosthenes_run(uint64_t max, uint64_t loops,
                                     fan_eratosthenes_stop_fn *stop, void *context,
                                     struct fan_eratosthenes *found,
                                     struct fan_err *err) FAN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
