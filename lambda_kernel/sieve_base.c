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

struct fan_base_stream fan_base_walk(uint32_t from, uint32_t to)
{
    uint64_t first = from / FAN_BASE_WORD_SPAN;
    return (struct fan_base_stream){ first, to / FAN_BASE_WORD_SPAN, 0, first };
}

size_t fan_base_next(const struct fan_base *base, const struct fan_sieve_path *path,
                     struct fan_base_stream *stream, uint32_t *prime)
{
    const size_t word_primes_max = 64;
    size_t n = 0;
    for (; stream->nth < FAN_WHEEL_CLASSES; stream->nth++, stream->word = stream->first)
        while (stream->word <= stream->last) {
            size_t words = (FAN_PATH_STREAM - n) / word_primes_max;
            if (words == 0) return n;
            uint64_t left = stream->last - stream->word + 1;
            if (words > left) words = left;
            uint64_t zero =
                stream->word * FAN_BASE_WORD_SPAN + fan_wheel_residue[stream->nth];
            n += path->unpack(base->words[stream->nth] + (stream->word - base->first),
                              words, (uint32_t)zero, FAN_WHEEL, prime + n);
            stream->word += words;
        }
    return n;
}
