/* isprime.h - is a 64-bit number prime? Certain, not probable.   Pure. */
#ifndef FAN_LAMBDA_KERNEL_ISPRIME_H
#define FAN_LAMBDA_KERNEL_ISPRIME_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * True when n is prime; 0 and 1 are not. Miller-Rabin with the first twelve primes as
 * bases, which decides every n below 3.18e23.
 * Source: Sorenson and Webster, "Strong pseudoprimes to twelve prime bases", Mathematics
 * of Computation 86 (2017), 985-1003.
 */
bool fan_is_prime(uint64_t n);

#ifdef __cplusplus
}
#endif
#endif
