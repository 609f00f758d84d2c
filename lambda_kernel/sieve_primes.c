/* sieve_primes.c - see sieve_primes.h. */
#include "lambda_kernel/sieve_primes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lambda_kernel/sieve_memory.h"
#include "lambda_kernel/sieve_path.h"
#include "lambda_kernel/sieve_presieve.h"

/* An upper bound of the number of primes below n (Rosser and Schoenfeld, Illinois J.
 * Math. 6 (1962), corollary 1 of theorem 2), and what unpacking and padding need. */
static size_t room_below(uint64_t n)
{
    double x = (double)n;
    return (size_t)(1.25506 * x / log(x)) + 64 + FAN_PATH_GROUP;
}

static void make_room(struct fan_primes_list *list, uint64_t limit)
{
    size_t n = room_below(limit);
    uint32_t *prime = fan_sieve_memory(n, sizeof *prime);
    if (list->count) memcpy(prime, list->prime, list->count * sizeof *prime);
    free(list->prime);
    free(list->step);
    list->prime = prime;
    list->step = fan_sieve_memory(n, sizeof *list->step);
    list->modulus = 0;
}

static void pad(struct fan_primes_list *list)
{
    for (size_t i = list->count; i < list->count + FAN_PATH_GROUP; i++)
        list->prime[i] = list->prime[list->count - 1];
}

void fan_primes_list_tiny(struct fan_primes_list *list)
{
    if (list->limit >= FAN_PRIMES_TINY) return;
    const uint32_t root = 260;
    make_room(list, FAN_PRIMES_TINY);
    uint8_t composite[FAN_PRIMES_TINY / 2]; /* of 2 i + 1 */
    memset(composite, 0, sizeof composite);
    for (uint32_t p = 3; p < root; p += 2)
        for (uint32_t m = p * p / 2; !composite[p / 2] && m < sizeof composite; m += p)
            composite[m] = 1;
    for (uint32_t p = FAN_PRESIEVE_MAX + 2; p < FAN_PRIMES_TINY; p += 2) {
        list->prime[list->count] = p; /* stays if p is a prime */
        list->count += !composite[p / 2];
    }
    list->limit = FAN_PRIMES_TINY;
    pad(list);
}

void fan_primes_list_grow(struct fan_primes_list *list, const struct fan_sieve_path *path,
                          const struct fan_base *base, uint64_t limit)
{
    if (limit <= list->limit) return;
    limit = (limit + FAN_BASE_WORD_SPAN - 1) / FAN_BASE_WORD_SPAN * FAN_BASE_WORD_SPAN;
    make_room(list, limit);
    size_t n = list->count;
    for (size_t w = list->limit / FAN_BASE_WORD_SPAN; w < limit / FAN_BASE_WORD_SPAN; w++)
        for (unsigned b = 0; b < 8; b++)
            n += path->unpack_turns(fan_base_turns(base, w, b),
                                    (uint32_t)((w * 64 + 8 * b) * FAN_WHEEL),
                                    list->prime + n);
    list->count = n;
    list->limit = limit;
    pad(list);
}

void fan_primes_list_turn(struct fan_primes_list *list, const struct fan_sieve_path *path,
                          uint32_t modulus)
{
    if (list->modulus == modulus) return;
    uint16_t *inverse = fan_sieve_memory(modulus, sizeof *inverse);
    for (uint32_t r = 1; r < modulus; r += fan_wheel_gap(modulus, r))
        inverse[r] = (uint16_t)(modulus - fan_wheel_inverse(r, modulus));
    path->turn(list->prime, list->step, list->count + FAN_PATH_GROUP, modulus, inverse);
    free(inverse);
    list->modulus = modulus;
}

size_t fan_primes_list_below(const struct fan_primes_list *list, uint64_t n)
{
    size_t low = 0, high = list->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (list->prime[middle] < n)
            low = middle + 1;
        else
            high = middle;
    }
    return (low + FAN_PATH_GROUP - 1) / FAN_PATH_GROUP * FAN_PATH_GROUP;
}

void fan_primes_list_clear(struct fan_primes_list *list)
{
    free(list->prime);
    free(list->step);
    *list = (struct fan_primes_list){ .count = 0 };
}
