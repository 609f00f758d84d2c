/* sieve_wheel.h - numbers coprime to a product of small primes, as arrays of bits, one
 * per residue.   Pure.
 *
 * The moduli are 30, 210, 2310 and 30030. Bit k of the class of residue r stands for the
 * number modulus * (base + k) + r. Multiples of a prime p in one class are then exactly p
 * bits apart, which keeps every crossing loop simple. */
#ifndef FAN_LAMBDA_KERNEL_SIEVE_WHEEL_H
#define FAN_LAMBDA_KERNEL_SIEVE_WHEEL_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The smallest modulus, in which base primes are stored. */
#define FAN_WHEEL         30
#define FAN_WHEEL_CLASSES 8

/* Residues of the classes of FAN_WHEEL, ascending: 1, 7, 11, 13, 17, 19, 23, 29. */
extern const uint8_t fan_wheel_residue[FAN_WHEEL_CLASSES];

/* Number of classes of a modulus. */
uint32_t fan_wheel_classes(uint32_t modulus);

/* Distance from a residue to the next greater one; the last one leads to modulus + 1. At
 * most 22. */
#define FAN_WHEEL_GAP_MAX 22
uint32_t fan_wheel_gap(uint32_t modulus, uint32_t residue);

/* x with a x = 1 mod m; a is coprime to m, m < 2^31. */
uint32_t fan_wheel_inverse(uint32_t a, uint32_t m);

/* Greatest s with s * s <= n. */
uint32_t fan_wheel_root(uint64_t n);

/**
 * First k >= 0 such that modulus * (base + k) + residue >= n.
 */
uint64_t fan_wheel_first(uint32_t modulus, uint64_t base, uint32_t residue, uint64_t n);

#ifdef __cplusplus
}
#endif
#endif
