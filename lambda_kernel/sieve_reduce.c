/* sieve_reduce.c - see sieve_reduce.h. */
#include "lambda_kernel/sieve_reduce.h"

#include "lambda_kernel/sieve_wheel.h"

#define WORD_BITS 64

void fan_reduce_mask(uint64_t *words, size_t n, uint64_t from, uint64_t to)
{
    uint64_t bits = (uint64_t)n * WORD_BITS;
    if (from >= to || from >= bits) from = to = bits;
    for (uint64_t w = 0; w < from / WORD_BITS; w++)
        words[w] = UINT64_MAX;
    if (from % WORD_BITS)
        words[from / WORD_BITS] |= (UINT64_C(1) << from % WORD_BITS) - 1;
    if (to >= bits) return;
    words[to / WORD_BITS] |= ~((UINT64_C(1) << to % WORD_BITS) - 1);
    for (uint64_t w = to / WORD_BITS + 1; w < n; w++)
        words[w] = UINT64_MAX;
}

/* Number of set bits and sum of their positions, by the same halving tree: each level
 * joins two fields into one, and the upper half's positions grow by the half's width. The
 * last level is a multiplication each. Works on any 64-bit machine without special
 * instructions. Source: Warren, Hacker's Delight, 2nd ed., section 5-1, extended by the
 * position sums. */
static inline void count_and_place(uint64_t x, uint64_t *count, uint64_t *places)
{
    const uint64_t m1 = UINT64_C(0x5555555555555555), m2 = UINT64_C(0x3333333333333333),
                   m4 = UINT64_C(0x0f0f0f0f0f0f0f0f), ones = UINT64_C(0x0101010101010101),
                   ranks = UINT64_C(0x0001020304050607);
    uint64_t high = x >> 1 & m1;
    uint64_t c = (x & m1) + high, p = high; /* fields of 2 bits */
    high = c >> 2 & m2;
    p = (p & m2) + (p >> 2 & m2) + 2 * high; /* of 4 bits: at most 6 */
    c = (c & m2) + high;
    high = c >> 4 & m4;
    p = (p & m4) + (p >> 4 & m4) + 4 * high; /* of 8 bits: at most 28 */
    c = (c & m4) + high;
    *count = c * ones >> 56;
    *places = (p * ones >> 56) + 8 * (c * ranks >> 56);
}

static void note_ends(struct fan_primes *primes, uint64_t first, uint64_t last)
{
    if (!primes->first || first < primes->first) primes->first = first;
    if (last > primes->last) primes->last = last;
}

void fan_reduce_add(struct fan_primes *primes, uint64_t number, const uint64_t *words,
                    size_t n)
{
    uint64_t count = 0, places = 0;
    for (size_t w = 0; w < n; w++) {
        uint64_t c, p;
        count_and_place(~words[w], &c, &p);
        count += c;
        places += p + WORD_BITS * w * c;
    }
    if (!count) return;
    primes->count += count;
    primes->checksum += count * number + FAN_WHEEL * places;

    size_t low = 0, high = n - 1;
    while (!~words[low])
        low++;
    while (!~words[high])
        high--;
    unsigned first = (unsigned)__builtin_ctzll(~words[low]);
    unsigned last = WORD_BITS - 1 - (unsigned)__builtin_clzll(~words[high]);
    note_ends(primes, number + FAN_WHEEL * (WORD_BITS * low + first),
              number + FAN_WHEEL * (WORD_BITS * high + last));
}

void fan_reduce_add_prime(struct fan_primes *primes, uint64_t prime)
{
    primes->count++;
    primes->checksum += prime;
    note_ends(primes, prime, prime);
}
