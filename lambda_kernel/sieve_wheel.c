/* sieve_wheel.c - see sieve_wheel.h. */
#include "lambda_kernel/sieve_wheel.h"

#include <math.h>

#define NO FAN_WHEEL_CLASSES

const uint8_t fan_wheel_residue[FAN_WHEEL_CLASSES] = { 1, 7, 11, 13, 17, 19, 23, 29 };
const uint8_t fan_wheel_gap[FAN_WHEEL_CLASSES] = { 6, 4, 2, 4, 2, 4, 6, 2 };
const uint8_t fan_wheel_class[FAN_WHEEL] = { NO, 0,  NO, NO, NO, NO, NO, 1,  NO, NO,
                                             NO, 2,  NO, 3,  NO, NO, NO, 4,  NO, 5,
                                             NO, NO, NO, 6,  NO, NO, NO, NO, NO, 7 };
const uint8_t fan_wheel_up[FAN_WHEEL] = { 1, 0, 5, 4, 3, 2, 1, 0, 3, 2, 1, 0, 1, 0, 3,
                                          2, 1, 0, 1, 0, 3, 2, 1, 0, 5, 4, 3, 2, 1, 0 };

uint32_t fan_wheel_root(uint64_t n)
{
    uint64_t s = (uint64_t)sqrt((double)n);
    if (s > UINT32_MAX) s = UINT32_MAX;
    while (s * s > n)
        s--;
    while (s < UINT32_MAX && (s + 1) * (s + 1) <= n)
        s++;
    return (uint32_t)s;
}

uint64_t fan_wheel_first(uint64_t base, uint32_t residue, uint64_t n)
{
    uint64_t zero = base * FAN_WHEEL + residue;
    return n <= zero ? 0 : (n - zero + FAN_WHEEL - 1) / FAN_WHEEL;
}
