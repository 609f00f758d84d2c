/* isprime.c - see isprime.h. */
#include "lambda_kernel/isprime.h"

#include <stddef.h>

__extension__ typedef unsigned __int128 wide;

static uint64_t multiply(uint64_t a, uint64_t b, uint64_t n)
{
    return (uint64_t)((wide)a * b % n);
}

static uint64_t power(uint64_t base, uint64_t exponent, uint64_t n)
{
    uint64_t result = 1;
    for (; exponent; exponent >>= 1) {
        if (exponent & 1) result = multiply(result, base, n);
        base = multiply(base, base, n);
    }
    return result;
}

/* n - 1 = odd * 2^twos: base^odd is 1, or one of its squarings is -1, when n is prime */
static bool passes(uint64_t n, uint64_t base, uint64_t odd, unsigned twos)
{
    uint64_t x = power(base, odd, n);
    if (x == 1) return true;
    for (unsigned i = 0; i < twos; i++) {
        if (x == n - 1) return true;
        x = multiply(x, x, n);
    }
    return false;
}

bool fan_is_prime(uint64_t n)
{
    static const uint8_t bases[] = { 2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37 };
    const size_t count = sizeof bases / sizeof *bases;
    if (n < 2) return false;
    for (size_t i = 0; i < count; i++)
        if (n % bases[i] == 0) return n == bases[i];
    unsigned twos = (unsigned)__builtin_ctzll(n - 1);
    for (size_t i = 0; i < count; i++)
        if (!passes(n, bases[i], (n - 1) >> twos, twos)) return false;
    return true;
}
