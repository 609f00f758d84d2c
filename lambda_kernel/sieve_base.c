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
    *base = (struct fan_base){ { NULL }, 0, 0 };
}

uint64_t fan_base_limit(const struct fan_base *base)
{
    return base->count * FAN_BASE_WORD_SPAN;
}
