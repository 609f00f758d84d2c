/* sieve_twins.c - see sieve_twins.h. */
#include "lambda_kernel/sieve_twins.h"

#include <stdlib.h>
#include <string.h>

#include "lambda_kernel/isprime.h"
#include "lambda_kernel/sieve_memory.h"

/* Words that are joined before they are counted. */
#define BATCH 448

void fan_twins_open(struct fan_twins *twins, size_t n)
{
    if (twins->capacity < n) {
        free(twins->before);
        free(twins->first);
        twins->before = fan_sieve_memory(n, sizeof *twins->before);
        twins->first = fan_sieve_memory(n + 1, sizeof *twins->first);
        twins->capacity = n;
    }
    twins->first[n] = UINT64_MAX;
}

void fan_twins_clear(struct fan_twins *twins)
{
    free(twins->before);
    free(twins->first);
    *twins = (struct fan_twins){ .capacity = 0 };
}

/* Number of bits that are clear in words and, `shift` bits further up, in others. */
static uint64_t count_both(const struct fan_sieve_path *path, const uint64_t *words,
                           const uint64_t *others, unsigned shift, size_t n)
{
    uint64_t both[BATCH], count, places, sum = 0;
    for (size_t done = 0; done < n; done += BATCH) {
        size_t batch = n - done < BATCH ? n - done : BATCH;
        const uint64_t *a = words + done, *b = others + done;
        for (size_t i = 0; i < batch; i++)
            both[i] = a[i] | (shift ? b[i] >> 1 | b[i + 1] << 63 : b[i]);
        path->count(both, batch, &count, &places);
        sum += count;
    }
    return sum;
}

uint64_t fan_twins_take(struct fan_twins *twins, const struct fan_sieve_path *path,
                        const struct fan_twins_class *class, size_t at,
                        const uint64_t *words, size_t n)
{
    uint64_t found = 0;
    if (class->residue == 1) memcpy(twins->first + at, words, n * sizeof *words);
    if (class->fall == 1) found += count_both(path, words, twins->before + at, 0, n);
    if (class->residue == class->modulus - 1)
        found += count_both(path, words, twins->first + at, 1, n);
    else if (class->rise == 1)
        memcpy(twins->before + at, words, n * sizeof *words);
    return found;
}

uint64_t fan_twins_across(uint64_t low, uint64_t high)
{
    uint64_t found = 0;
    for (uint64_t p = high < 2 ? 0 : high - 2; p < high; p++)
        if (p >= low && fan_is_prime(p) && fan_is_prime(p + 2)) found++;
    return found;
}
