/* sieve_wheel.c - see sieve_wheel.h. */
#include "lambda_kernel/sieve_wheel.h"

#include <math.h>
#include <stdbool.h>

const uint8_t fan_wheel_residue[FAN_WHEEL_CLASSES] = { 1, 7, 11, 13, 17, 19, 23, 29 };

uint32_t fan_wheel_classes(uint32_t modulus)
{
    uint32_t classes = FAN_WHEEL_CLASSES;
    for (uint32_t q = 7; q <= 13; q += q == 7 ? 4 : 2)
        if (modulus % q == 0) classes *= q - 1;
    return classes;
}

static bool coprime(uint32_t modulus, uint32_t n)
{
    static const uint8_t factors[] = { 2, 3, 5, 7, 11, 13 };
    for (unsigned i = 0; i < sizeof factors; i++)
        if (modulus % factors[i] == 0 && n % factors[i] == 0) return false;
    return true;
}

uint32_t fan_wheel_gap(uint32_t modulus, uint32_t residue)
{
    uint32_t gap = 2;
    while (!coprime(modulus, residue + gap))
        gap += 2;
    return gap;
}

uint32_t fan_wheel_inverse(uint32_t a, uint32_t m)
{
    int64_t x = 1, y = 0;
    for (uint32_t b = m; b > 0;) {
        uint32_t q = a / b, rest = a % b;
        int64_t next = x - (int64_t)q * y;
        a = b;
        b = rest;
        x = y;
        y = next;
    }
    return (uint32_t)(x < 0 ? x + m : x);
}

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

uint64_t fan_wheel_first(uint32_t modulus, uint64_t base, uint32_t residue, uint64_t n)
{
    uint64_t zero = base * modulus;
    if (n < zero || n - zero <= residue) return 0;
    return (n - zero - residue - 1) / modulus + 1;
}
