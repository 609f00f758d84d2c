/* sieve_order.c - see sieve_order.h. */
#include "lambda_kernel/sieve_order.h"

#define WORD_BITS 64
/* Numbers that eight turns of the wheel cover, which are the bits of one word. */
#define TURNS_SPAN (8 * FAN_WHEEL)

static uint64_t number_of(uint64_t zero, unsigned bit)
{
    return zero + bit / FAN_WHEEL_CLASSES * FAN_WHEEL +
           fan_wheel_residue[bit % FAN_WHEEL_CLASSES];
}

static void note(struct fan_order *order, uint64_t prime)
{
    if (order->previous && prime - order->previous > order->gap) {
        order->gap = prime - order->previous;
        order->gap_start = order->previous;
    }
    order->previous = prime;
}

/* The gaps of eight turns. Once a gap as long as they are is known, only those that lead
 * into them can be longer. */
static void note_turns(struct fan_order *order, uint64_t zero, uint64_t turns)
{
    if (!turns) return;
    if (order->gap < TURNS_SPAN) {
        for (; turns; turns &= turns - 1)
            note(order, number_of(zero, (unsigned)__builtin_ctzll(turns)));
        return;
    }
    note(order, number_of(zero, (unsigned)__builtin_ctzll(turns)));
    order->previous = number_of(zero, WORD_BITS - 1 - (unsigned)__builtin_clzll(turns));
}

bool fan_order_read(struct fan_order *order, const struct fan_base *base)
{
    uint64_t prime[FAN_WHEEL_CLASSES * WORD_BITS];
    for (size_t w = 0; w < base->count; w++) {
        size_t n = 0;
        for (unsigned b = 0; b < WORD_BITS / 8; b++) {
            uint64_t turns = fan_base_turns(base, w, b);
            uint64_t zero = (base->first + w) * FAN_BASE_WORD_SPAN + b * TURNS_SPAN;
            note_turns(order, zero, turns);
            for (; order->each && turns; turns &= turns - 1)
                prime[n++] = number_of(zero, (unsigned)__builtin_ctzll(turns));
        }
        if (n && order->each(order->context, prime, n)) return false;
    }
    return true;
}
