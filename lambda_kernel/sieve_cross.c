/* sieve_cross.c - see sieve_cross.h. */
#include "lambda_kernel/sieve_cross.h"

static inline void cross(uint8_t *bytes, uint32_t k)
{
    bytes[k >> 3] = (uint8_t)(bytes[k >> 3] | 1U << (k & 7));
}

/* Hits k, k + p, ..., k + 7 p where 8 divides k and p = 8 q + r: byte offsets and masks
 * follow from r, a constant at each use. Returns the first multiple not crossed off. */
static inline __attribute__((always_inline)) uint32_t
cross_eights(uint8_t *bytes, uint32_t bits, uint32_t k, uint32_t p, const uint32_t r)
{
    const uint32_t q = p >> 3;
#define HIT(i)                                                                           \
    byte[(i)*q + ((i)*r >> 3)] = (uint8_t)(byte[(i)*q + ((i)*r >> 3)] | 1U << ((i)*r & 7))
    for (; k + 7 * p < bits; k += 8 * p) {
        uint8_t *byte = bytes + (k >> 3);
        HIT(0);
        HIT(1);
        HIT(2);
        HIT(3);
        HIT(4);
        HIT(5);
        HIT(6);
        HIT(7);
    }
#undef HIT
    return k;
}

static inline uint32_t cross_small(uint8_t *bytes, uint32_t bits, uint32_t k, uint32_t p)
{
    for (; k & 7 && k < bits; k += p)
        cross(bytes, k);
    switch (p & 7) {
    case 1: k = cross_eights(bytes, bits, k, p, 1); break;
    case 3: k = cross_eights(bytes, bits, k, p, 3); break;
    case 5: k = cross_eights(bytes, bits, k, p, 5); break;
    default: k = cross_eights(bytes, bits, k, p, 7); break;
    }
    for (; k < bits; k += p)
        cross(bytes, k);
    return k - bits;
}

/* sure = bits / p hits come in any case; one more may, and is made without a branch,
 * since nothing could predict it */
static inline uint32_t cross_medium(uint8_t *bytes, uint32_t bits, uint32_t k, uint32_t p,
                                    uint32_t sure)
{
    for (uint32_t i = 0; i < sure; i++, k += p)
        cross(bytes, k);
    uint32_t one_more = k < bits;
    bytes[k >> 3] = (uint8_t)(bytes[k >> 3] | one_more << (k & 7));
    return k + (one_more ? p : 0) - bits;
}

void fan_cross_chunk(uint8_t *bytes, uint32_t bits, const uint32_t *prime, int32_t *at,
                     size_t n)
{
    size_t i = 0;
    for (; i < n && prime[i] < FAN_CROSS_SMALL_MAX; i++)
        if ((uint32_t)at[i] < bits)
            at[i] = (int32_t)cross_small(bytes, bits, (uint32_t)at[i], prime[i]);
        else
            at[i] -= (int32_t)bits;
    if (i == n) return;
    /* primes ascend, so the quotient sinks slowly and costs no division each */
    uint32_t sure = bits / prime[i];
    for (; i < n; i++) {
        while (sure * prime[i] > bits)
            sure--;
        at[i] = (int32_t)cross_medium(bytes, bits, (uint32_t)at[i], prime[i], sure);
    }
}

static inline int32_t down(int32_t k, int32_t step, int32_t p)
{
    k -= step;
    return k + (k >> 31 & p);
}

static inline int32_t down_by(int32_t k, int32_t step, int32_t p, unsigned rise)
{
    for (unsigned j = 0; j < rise; j++)
        k = down(k, step, p);
    return k;
}

static inline __attribute__((always_inline)) void tile_run(uint8_t *bytes, uint32_t bits,
                                                           struct fan_primes_list *list,
                                                           size_t from, size_t to,
                                                           const unsigned rise)
{
    /* a multiple that falls into the tile only by chance goes to a list without a branch,
     * and is crossed off in a second pass */
    enum { BATCH = 1024 };
    uint32_t late[BATCH];
    uint32_t sure = from < to ? bits / list->prime[from] : 0;
    while (from < to) {
        size_t end = to - from < BATCH ? to : from + BATCH, n = 0;
        for (; from < end; from++) {
            uint32_t p = list->prime[from], k = (uint32_t)list->at[from];
            list->at[from] = down_by((int32_t)k, list->step[from], (int32_t)p, rise);
            while ((uint64_t)sure * p > bits)
                sure--;
            for (uint32_t i = 0; i < sure; i++, k += p)
                cross(bytes, k);
            late[n] = k;
            n += k < bits;
        }
        for (size_t i = 0; i < n; i++)
            cross(bytes, late[i]);
    }
}

void fan_cross_tile(uint8_t *bytes, uint32_t bits, struct fan_primes_list *list,
                    size_t from, size_t to, unsigned rise)
{
    switch (rise) { /* constants unroll */
    case 1: tile_run(bytes, bits, list, from, to, 1); break;
    case 2: tile_run(bytes, bits, list, from, to, 2); break;
    default: tile_run(bytes, bits, list, from, to, 3); break;
    }
}

void fan_cross_next_class(struct fan_primes_list *list, size_t n, unsigned rise)
{
    for (unsigned j = 0; j < rise; j++)
        for (size_t i = 0; i < n; i++)
            list->at[i] = down(list->at[i], list->step[i], (int32_t)list->prime[i]);
}
