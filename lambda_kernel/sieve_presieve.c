/* sieve_presieve.c - see sieve_presieve.h.
 *
 * Bit j of a pattern, counted over the whole table, is set when a prime of the group
 * divides j. The number x = 30 j mod P is divisible by the same primes as j, since 30 is
 * coprime to P; so a class whose first bit stands for x starts at bit x / 30 mod P. That
 * is word x / (30 * 64) mod P, because word w starts at bit 64 w and bits count mod P. */
#include "lambda_kernel/sieve_presieve.h"

#include <string.h>

#include "lambda_kernel/sieve_wheel.h"

#define WORD_BITS 64

static void build(uint64_t *table, uint32_t period, const uint8_t *primes)
{
    memset(table, 0, period * sizeof *table);
    for (; *primes; primes++)
        for (uint32_t j = 0; j < period * WORD_BITS; j += *primes)
            table[j / WORD_BITS] |= UINT64_C(1) << (j % WORD_BITS);
}

void fan_presieve_init(struct fan_presieve *presieve)
{
    static const uint8_t a[] = { 7, 11, 13, 0 }, b[] = { 17, 37, 0 }, c[] = { 19, 31, 0 },
                         d[] = { 23, 29, 0 };
    build(presieve->a, sizeof presieve->a / sizeof *presieve->a, a);
    build(presieve->b, sizeof presieve->b / sizeof *presieve->b, b);
    build(presieve->c, sizeof presieve->c / sizeof *presieve->c, c);
    build(presieve->d, sizeof presieve->d / sizeof *presieve->d, d);
}

/* inverse of 30 * 64 modulo period; the periods are below 2048, so searching is instant
 */
static uint32_t inverse_of_step(uint32_t period)
{
    uint32_t step = FAN_WHEEL * WORD_BITS % period, x = step, inverse = 1;
    while (x != 1) {
        x = x + step < period ? x + step : x + step - period;
        inverse++;
    }
    return inverse;
}

static void apply(const uint64_t *table, uint32_t period, uint64_t number,
                  uint64_t *words, size_t n)
{
    size_t at = (size_t)(number % period * inverse_of_step(period) % period);
    while (n > 0) {
        size_t run = n < period - at ? n : period - at;
        for (size_t i = 0; i < run; i++)
            words[i] |= table[at + i];
        words += run;
        n -= run;
        at = 0;
    }
}

void fan_presieve_apply(const struct fan_presieve *presieve, uint64_t number,
                        uint64_t *words, size_t n)
{
    apply(presieve->a, sizeof presieve->a / sizeof *presieve->a, number, words, n);
    apply(presieve->b, sizeof presieve->b / sizeof *presieve->b, number, words, n);
    apply(presieve->c, sizeof presieve->c / sizeof *presieve->c, number, words, n);
    apply(presieve->d, sizeof presieve->d / sizeof *presieve->d, number, words, n);
}
