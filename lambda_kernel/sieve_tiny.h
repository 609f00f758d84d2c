/* sieve_tiny.h - the primes that no array shows: those of the patterns, and the listed
 * ones below FAN_PRIMES_TINY, which cross off themselves. */
#ifndef FAN_LAMBDA_KERNEL_SIEVE_TINY_H
#define FAN_LAMBDA_KERNEL_SIEVE_TINY_H

#include "lambda_kernel/sieve.h"
#include "lambda_kernel/sieve_primes.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Find the primes of [task->lo, high) below FAN_PRIMES_TINY; the list has them. False:
 * stopped. */
bool fan_tiny_find(const struct fan_primes_list *list, const struct fan_sieve_task *task,
                   uint64_t high, struct fan_primes *found);

#ifdef __cplusplus
}
#endif
#endif
