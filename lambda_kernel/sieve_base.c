/* sieve_base.c - see sieve_base.h. */
#include "lambda_kernel/sieve_base.h"

#include <stdlib.h>

#include "common/buf.h"

void fan_base_reserve(struct fan_base *base, size_t n)
{
    if (n <= base->capacity) return;
    for (int c = 0; c < FAN_WHEEL_CLASSES; c++)
        base->words[c] = fan_realloc(base->words[c], n, sizeof *base->words[c]);
    base->capacity = n;
}

void fan_base_clear(struct fan_base *base)
{
    for (int c = 0; c < FAN_WHEEL_CLASSES; c++)
        free(base->words[c]);
    *base = (struct fan_base){ { NULL }, 0, 0, 0 };
}

uint64_t fan_base_limit(const struct fan_base *base)
{
    return (base->first + base->count) * FAN_BASE_WORD_SPAN;
}

/* Source: Warren, Hacker's Delight, 2nd ed., section
 * 7-3 (transposing a bit matrix). */
uint64_t fan_base_turns(const struct fan_base *base, size_t w, unsigned b)
{
    uint64_t x = 0, t;
    for (int c = 0; c < FAN_WHEEL_CLASSES; c++)
        x |= (~base->words[c][w] >> 8 * b & 0xff) << 8 * c;
    t = (x ^ x >> 7) & UINT64_C(0x00aa00aa00aa00aa);
    x ^= t ^ t << 7;
    t = (x ^ x >> 14) & UINT64_C(0x0000cccc0000cccc);
    x ^= t ^ t << 14;
    t = (x ^ x >> 28) & UINT64_C(0x00000000f0f0f0f0);
    return x ^ t ^ t << 28;
}

size_t fan_base_unpack(const struct fan_base *base, const struct fan_sieve_path *path,
                       uint64_t word, uint32_t *prime)
{
    return path->unpack(base->words, word - base->first,
                        (uint32_t)(word * FAN_BASE_WORD_SPAN), prime);
}
