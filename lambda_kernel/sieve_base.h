/* sieve_base.h - the base primes up to a limit, one bit per number coprime to 30.
 *
 * All base primes of a range that ends at 1e18 take 33 MB this way. Grows, never shrinks.
 */
#ifndef FAN_LAMBDA_KERNEL_SIEVE_BASE_H
#define FAN_LAMBDA_KERNEL_SIEVE_BASE_H

#include "lambda_kernel/sieve_wheel.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Numbers that one word of each class covers. */
#define FAN_BASE_WORD_SPAN (UINT64_C(64) * FAN_WHEEL)

struct fan_base {
    uint64_t *words[FAN_WHEEL_CLASSES]; /* a clear bit is a prime */
    size_t count;                       /* words valid in each class */
    size_t capacity;
};

/* Make room for n words per class. Owns: fan_base_clear. Aborts when memory runs out. */
void fan_base_reserve(struct fan_base *base, size_t n);
void fan_base_clear(struct fan_base *base);

/* All numbers below this are known: primes are clear bits. */
uint64_t fan_base_limit(const struct fan_base *base);

#ifdef __cplusplus
}
#endif
#endif
