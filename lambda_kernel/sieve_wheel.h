/* sieve_wheel.h - numbers coprime to 30 as eight arrays of bits, one per residue.   Pure.
 *
 * Bit k of class c stands for the number 30 * (base + k) + residue[c]. Multiples of a
 * prime p in one class are then exactly p bits apart, which keeps every crossing loop
 * simple. */
#ifndef FAN_LAMBDA_KERNEL_SIEVE_WHEEL_H
#define FAN_LAMBDA_KERNEL_SIEVE_WHEEL_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_WHEEL         30
#define FAN_WHEEL_CLASSES 8

/* A class is sieved in tiles that live in the L2 cache, a tile in chunks that live in L1.
 */
#define FAN_TILE_SHIFT 21
#define FAN_TILE_BITS  (UINT32_C(1) << FAN_TILE_SHIFT) /* 256 KiB */
#define FAN_CHUNK_BITS (UINT32_C(24) * 1024 * 8)       /* 24 KiB */

/* Residues of the classes, ascending: 1, 7, 11, 13, 17, 19, 23, 29. */
extern const uint8_t fan_wheel_residue[FAN_WHEEL_CLASSES];

/* Class of a residue 0..29; FAN_WHEEL_CLASSES for residues not coprime to 30. */
extern const uint8_t fan_wheel_class[FAN_WHEEL];

/* Distance from residue[c] to the next residue; the last one leads to 31. */
extern const uint8_t fan_wheel_gap[FAN_WHEEL_CLASSES];

/* Distance from any residue 0..29 up to the next one coprime to 30, itself included. */
extern const uint8_t fan_wheel_up[FAN_WHEEL];

/* Greatest s with s * s <= n. */
uint32_t fan_wheel_root(uint64_t n);

/**
 * First k >= 0 such that 30 * (base + k) + residue >= n.
 */
uint64_t fan_wheel_first(uint64_t base, uint32_t residue, uint64_t n);

#ifdef __cplusplus
}
#endif
#endif
