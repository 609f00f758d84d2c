/* sieve_primes.c - see sieve_primes.h. */
#include "lambda_kernel/sieve_primes.h"

#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "lambda_kernel/sieve_presieve.h"

/* 1 / 30 mod p = (1 + p t) / 30 with t = -1 / p mod 30, which depends on p mod 30 only */
static uint32_t inverse_of_wheel(uint32_t p)
{
    static const uint8_t t[FAN_WHEEL_CLASSES] = { 29, 17, 19, 23, 7, 11, 13, 1 };
    return (uint32_t)((1 + (uint64_t)p * t[fan_wheel_class[p % FAN_WHEEL]]) / FAN_WHEEL);
}

static void add(struct fan_primes_list *list, uint32_t p)
{
    if (list->count == list->capacity) {
        list->capacity = list->capacity ? list->capacity + list->capacity / 4 : 4096;
        list->prime = fan_realloc(list->prime, list->capacity, sizeof *list->prime);
        list->step = fan_realloc(list->step, list->capacity, sizeof *list->step);
        list->at = fan_realloc(list->at, list->capacity, sizeof *list->at);
    }
    list->prime[list->count] = p;
    list->step[list->count] = (int32_t)(2 * inverse_of_wheel(p) % p);
    list->count++;
}

void fan_primes_list_tiny(struct fan_primes_list *list)
{
    if (list->limit >= FAN_PRIMES_TINY) return;
    uint8_t composite[FAN_PRIMES_TINY / 2]; /* of 2 i + 1 */
    memset(composite, 0, sizeof composite);
    for (uint32_t p = 3; p < FAN_PRIMES_TINY; p += 2) {
        if (composite[p / 2]) continue;
        for (uint32_t m = p * p / 2; p < 182 && m < sizeof composite; m += p)
            composite[m] = 1;
        if (p > FAN_PRESIEVE_MAX) add(list, p);
    }
    list->limit = FAN_PRIMES_TINY;
}

void fan_primes_list_grow(struct fan_primes_list *list, const struct fan_base *base,
                          uint64_t limit)
{
    if (limit > FAN_PRIMES_MAX) limit = FAN_PRIMES_MAX;
    if (limit <= list->limit) return;
    for (uint64_t k = list->limit / FAN_WHEEL; k * FAN_WHEEL < limit; k++)
        for (int c = 0; c < FAN_WHEEL_CLASSES; c++) {
            uint64_t n = k * FAN_WHEEL + fan_wheel_residue[c];
            if (n < list->limit || n >= limit) continue;
            if (!(base->words[c][k / 64] >> k % 64 & 1)) add(list, (uint32_t)n);
        }
    list->limit = limit;
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
    return low;
}

void fan_primes_list_start(struct fan_primes_list *list, size_t n, uint64_t base)
{
    /* k = -(base + 1 / 30) mod p. The quotient in doubles is at most one off: base is
     * below 2^55 and p above 37, so it is below 2^50 and its error below 2^-2. */
    double top = (double)(int64_t)base;
    for (size_t i = 0; i < n; i++) {
        int64_t p = list->prime[i];
        int64_t rest = (int64_t)base - (int64_t)(top / (double)p) * p;
        if (rest < 0) rest += p;
        if (rest >= p) rest -= p;
        int64_t twice = list->step[i];
        int64_t inverse = twice & 1 ? (twice + p) / 2 : twice / 2;
        int64_t k = p - rest - inverse;
        list->at[i] = (int32_t)(k < 0 ? k + p : k);
    }
}

void fan_primes_list_clear(struct fan_primes_list *list)
{
    free(list->prime);
    free(list->step);
    free(list->at);
    *list = (struct fan_primes_list){ NULL, NULL, NULL, 0, 0, 0 };
}
