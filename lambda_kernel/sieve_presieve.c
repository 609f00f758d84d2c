/* sieve_presieve.c - see sieve_presieve.h.
 *
 * Bit j of a pattern, counted over the whole table, is set when a prime of the group
 * divides j. The number x = modulus * j mod P is divisible by the same primes as j, since
 * the modulus is coprime to P; so a class whose first bit stands for x starts at bit
 * x / modulus mod P. That is byte x / (8 modulus) mod P, because byte i starts at bit 8 i
 * and bits count mod P. */
#include "lambda_kernel/sieve_presieve.h"

#include <stdlib.h>
#include <string.h>

#include "lambda_kernel/sieve_memory.h"
#include "lambda_kernel/sieve_wheel.h"

/* Longest pattern, a sixth of L1. A shorter one than the least is written several times:
 * at the end of a pattern, the loop over it ends. */
#define PERIOD_MAX 8192
#define PERIOD_MIN 1024

const uint8_t fan_presieve_prime[FAN_PRESIEVE_PRIMES] = {
    2,   3,   5,   7,   11,  13,  17,  19,  23,  29,  31,  37, 41,
    43,  47,  53,  59,  61,  67,  71,  73,  79,  83,  89,  97, 101,
    103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163
};

/* The group of a prime: the greatest unused primes that the longest pattern has room for.
 * Each member is marked in group[]. Gives their product. */
static uint32_t form_group(uint8_t *group, uint8_t number, int largest, int least)
{
    uint32_t period = fan_presieve_prime[largest];
    group[largest] = number;
    for (int i = largest - 1; i >= least; i--) {
        if (group[i] || period * fan_presieve_prime[i] > PERIOD_MAX) continue;
        period *= fan_presieve_prime[i];
        group[i] = number;
    }
    return period;
}

static void fill(uint8_t *bytes, uint32_t period, const uint8_t *group, uint8_t number)
{
    memset(bytes, 0, period);
    for (int i = 0; i < FAN_PRESIEVE_PRIMES; i++)
        for (uint32_t j = 0; group[i] == number && j < 8 * period;
             j += fan_presieve_prime[i])
            bytes[j / 8] = (uint8_t)(bytes[j / 8] | 1U << j % 8);
    for (uint32_t i = 0; i < FAN_CACHE_LINE; i++)
        bytes[period + i] = bytes[i];
}

void fan_presieve_init(struct fan_presieve *presieve, uint32_t modulus)
{
    if (presieve->modulus == modulus) return;
    if (!presieve->bytes)
        presieve->bytes =
            fan_sieve_memory(FAN_PRESIEVE_PRIMES, PERIOD_MAX + FAN_CACHE_LINE);
    uint8_t group[FAN_PRESIEVE_PRIMES] = { 0 }, *bytes = presieve->bytes;
    int least = 0;
    while (modulus % fan_presieve_prime[least] == 0)
        least++;
    size_t n = 0;
    for (int i = FAN_PRESIEVE_PRIMES - 1; i >= least; i--) {
        if (group[i]) continue;
        uint8_t number = (uint8_t)(n + 1);
        uint32_t product = form_group(group, number, i, least);
        uint32_t period = (PERIOD_MIN + product - 1) / product * product;
        fill(bytes, period, group, number);
        presieve->pattern[n++] = (struct fan_path_pattern){
            bytes, period, product, fan_wheel_inverse(8 * modulus % product, product)
        };
        bytes += period + FAN_CACHE_LINE;
    }
    for (; n % FAN_PATH_PATTERNS; n++) /* once more does no harm */
        presieve->pattern[n] = presieve->pattern[n - 1];
    presieve->patterns = n;
    presieve->modulus = modulus;
}

void fan_presieve_clear(struct fan_presieve *presieve)
{
    free(presieve->bytes);
    *presieve = (struct fan_presieve){ .bytes = NULL };
}

void fan_presieve_apply(const struct fan_presieve *presieve,
                        const struct fan_sieve_path *path, uint64_t number,
                        uint64_t *words, size_t n)
{
    size_t blocks = (n + 7) / 8;
    for (size_t i = 0; i < presieve->patterns; i += FAN_PATH_PATTERNS) {
        const struct fan_path_pattern *pattern = presieve->pattern + i;
        uint32_t at[FAN_PATH_PATTERNS];
        for (size_t j = 0; j < FAN_PATH_PATTERNS; j++)
            at[j] = (uint32_t)(number % pattern[j].product * pattern[j].inverse %
                               pattern[j].product);
        path->overlay(words, blocks, pattern, at);
    }
}
