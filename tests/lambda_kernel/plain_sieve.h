/* plain_sieve.h - primes by a method that shares nothing with the kernel: one byte per
 * number, trial by every number up to the root. For tests only. */
#ifndef FAN_TESTS_PLAIN_SIEVE_H
#define FAN_TESTS_PLAIN_SIEVE_H

#include <cstdint>
#include <vector>

#include "lambda_kernel/sieve.h"

/* All odd numbers 3, 5, ... up to root serve as divisors, composite ones too. */
inline std::vector<char> plain_composites(uint64_t lo, uint64_t hi)
{
    std::vector<char> composite(hi - lo, 0);
    for (uint64_t n = lo; n < hi && n < 2; n++)
        composite[n - lo] = 1;
    for (uint64_t d = 2; d < (UINT64_C(1) << 32) && d * d < hi; d += 1 + d % 2) {
        uint64_t m = (lo + d - 1) / d * d;
        if (m < d * d) m = d * d;
        for (; m < hi; m += d)
            composite[m - lo] = 1;
    }
    return composite;
}

/* The textbook sieve of [0, n), for long arrays. */
inline std::vector<char> plain_composites_below(uint64_t n)
{
    std::vector<char> composite(n, 0);
    for (uint64_t i = 0; i < n && i < 2; i++)
        composite[i] = 1;
    for (uint64_t d = 2; d * d < n; d++)
        for (uint64_t m = d * d; !composite[d] && m < n; m += d)
            composite[m] = 1;
    return composite;
}

inline fan_primes plain_primes_of(const std::vector<char> &composite, uint64_t base,
                                  uint64_t lo, uint64_t hi)
{
    fan_primes primes = {};
    for (uint64_t n = lo; n < hi; n++)
        if (!composite[n - base]) {
            primes.count++;
            primes.checksum += n;
            if (!primes.first) primes.first = n;
            primes.last = n;
        }
    return primes;
}

inline fan_primes plain_primes(uint64_t lo, uint64_t hi)
{
    return plain_primes_of(plain_composites(lo, hi), lo, lo, hi);
}

inline bool operator==(const fan_primes &a, const fan_primes &b)
{
    return a.count == b.count && a.checksum == b.checksum && a.first == b.first &&
           a.last == b.last && a.twins == b.twins && a.gap == b.gap &&
           a.gap_start == b.gap_start;
}

#endif
