/* slice.c - see slice.h. */
#include "partition/slice.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>

/* products of two 64-bit numbers */
__extension__ typedef unsigned __int128 wide;

uint32_t fan_slice_places(uint32_t parallelism, uint32_t ranks, uint32_t rank)
{
    struct fan_range r = fan_range_block(parallelism, ranks, rank);
    return (uint32_t)(r.end - r.begin);
}

/* floor(calls * places / parallelism): how many calls the first `places` places own */
static uint64_t calls_of_places(uint64_t calls, uint64_t places, uint32_t parallelism)
{
    return (uint64_t)((wide)calls * places / parallelism);
}

struct fan_range fan_slice_calls(uint64_t calls, uint32_t parallelism, uint32_t ranks,
                                 uint32_t rank)
{
    assert(parallelism >= 1);
    struct fan_range places = fan_range_block(parallelism, ranks, rank);
    return (struct fan_range){ calls_of_places(calls, places.begin, parallelism),
                               calls_of_places(calls, places.end, parallelism) };
}

struct units {
    uint64_t total;
    const uint64_t *weight;
    wide sum;
    uint32_t n;
};

/* weight of owner i, where no weight at all means equal weights */
static uint64_t units_weight(const struct units *u, uint32_t i)
{
    return u->sum ? u->weight[i] : 1;
}

/* part of the exact share of owner i that floor() dropped, in units of 1/sum */
static wide units_remainder(const struct units *u, uint32_t i)
{
    wide sum = u->sum ? u->sum : u->n;
    return (wide)u->total * units_weight(u, i) % sum;
}

/* The owner that comes next after `last` by falling remainder, then rising index. */
static uint32_t units_next(const struct units *u, bool first, uint32_t last)
{
    uint32_t best = u->n;
    wide best_rest = 0, last_rest = first ? 0 : units_remainder(u, last);
    for (uint32_t i = 0; i < u->n; i++) {
        wide rest = units_remainder(u, i);
        bool behind = first || rest < last_rest || (rest == last_rest && i > last);
        if (behind && (best == u->n || rest > best_rest)) {
            best = i;
            best_rest = rest;
        }
    }
    return best;
}

void fan_slice_units(uint64_t total, const uint64_t *weight, uint32_t n, uint64_t *share)
{
    assert(n >= 1);
    struct units u = { total, weight, 0, n };
    for (uint32_t i = 0; i < n; i++)
        u.sum += weight[i];
    uint64_t left = total;
    for (uint32_t i = 0; i < n; i++) {
        share[i] = (uint64_t)((wide)total * units_weight(&u, i) / (u.sum ? u.sum : n));
        left -= share[i];
    }
    /* fewer than n units are left, and no owner gets a second one */
    uint32_t last = 0;
    for (bool first = true; left > 0; left--, first = false) {
        last = units_next(&u, first, last);
        assert(last < n);
        share[last]++;
    }
}
