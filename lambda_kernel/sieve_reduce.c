/* sieve_reduce.c - see sieve_reduce.h. */
#include "lambda_kernel/sieve_reduce.h"

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

static void note_ends(struct fan_primes *primes, uint64_t first, uint64_t last)
{
    if (!primes->first || first < primes->first) primes->first = first;
    if (last > primes->last) primes->last = last;
}

void fan_reduce_add(struct fan_primes *primes, const struct fan_sieve_path *path,
                    uint32_t modulus, uint64_t number, const uint64_t *words, size_t n)
{
    uint64_t count, places;
    path->count(words, n, &count, &places);
    if (!count) return;
    primes->count += count;
    primes->checksum += count * number + modulus * places;

    size_t low = 0, high = n - 1;
    while (!~words[low])
        low++;
    while (!~words[high])
        high--;
    unsigned first = (unsigned)__builtin_ctzll(~words[low]);
    unsigned last = WORD_BITS - 1 - (unsigned)__builtin_clzll(~words[high]);
    note_ends(primes, number + modulus * (WORD_BITS * low + first),
              number + modulus * (WORD_BITS * high + last));
}

static void note_gap(struct fan_primes *primes, uint64_t gap, uint64_t start)
{
    if (gap <= primes->gap) return;
    primes->gap = gap;
    primes->gap_start = start;
}

void fan_primes_join(struct fan_primes *primes, const struct fan_primes *next)
{
    if (!next->count) return;
    primes->count += next->count;
    primes->checksum += next->checksum;
    primes->twins += next->twins;
    note_gap(primes, primes->last ? next->first - primes->last : 0, primes->last);
    note_gap(primes, next->gap, next->gap_start);
    if (!primes->first) primes->first = next->first;
    primes->last = next->last;
}
