/* sieve.c - see sieve.h.
 *
 * From the outside in: a run goes over windows (as far as the buckets of huge primes
 * reach), a window over tiles, a tile over the eight classes, a class over chunks. Base
 * primes come from the same engine, one level down: those below 32,768 from a plain
 * sieve, all others from a run that keeps its bits. */
#include "lambda_kernel/sieve.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "lambda_kernel/sieve_base.h"
#include "lambda_kernel/sieve_bucket.h"
#include "lambda_kernel/sieve_cross.h"
#include "lambda_kernel/sieve_presieve.h"
#include "lambda_kernel/sieve_primes.h"
#include "lambda_kernel/sieve_reduce.h"
#include "lambda_kernel/sieve_wheel.h"

#define WORD_BITS 64
#define TILE_BYTES                                                                       \
    ((FAN_TILE_BITS + 2 * FAN_CHUNK_BITS) / 8) /* fan_cross_chunk's room                 \
                                                */

/* hits that the buckets may hold: two bytes each, so some 40 MB */
#define BUCKET_HITS_MAX 20e6

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error                                                                                   \
    "class arrays are written as bytes and read as words: needs a little-endian machine"
#endif

struct fan_sieve {
    struct fan_presieve presieve;
    struct fan_primes_list list;
    struct fan_base base;
    struct fan_buckets buckets;
    uint64_t *words; /* the class array at work */
    int32_t *at;     /* positions of chunk primes within the class at work */
    size_t at_capacity;
    uint64_t position;
};

/* One run of the engine: where the finished class arrays go, and when to stop. */
struct sweep {
    uint64_t low, high;        /* [low, high) */
    struct fan_primes *primes; /* counted into, or */
    struct fan_base *base;     /* copied to */
    fan_sieve_stop_fn *stop;
    void *stop_context;
    /* set while running */
    uint64_t last_base;  /* the range ends below 30 * last_base */
    uint32_t huge_above; /* primes above this go through buckets */
    uint64_t window_base;
};

struct tile {
    uint64_t base; /* number = 30 * (base + k) + residue */
    uint32_t bits;
    size_t active;       /* listed primes whose square lies below the tile's end */
    size_t chunk_primes; /* of these, the ones crossed off chunk by chunk */
};

struct fan_sieve *fan_sieve_new(void)
{
    return fan_alloc_zero(1, sizeof(struct fan_sieve));
}

void fan_sieve_free(struct fan_sieve *sieve)
{
    if (!sieve) return;
    fan_primes_list_clear(&sieve->list);
    fan_base_clear(&sieve->base);
    fan_buckets_clear(&sieve->buckets);
    free(sieve->words);
    free(sieve->at);
    free(sieve);
}

uint64_t fan_sieve_position(const struct fan_sieve *sieve)
{
    return sieve->position;
}

static bool stopped(const struct sweep *sweep)
{
    return sweep->stop && sweep->stop(sweep->stop_context);
}

/* Collect the multiples of huge primes in [30 window_base, 30 window_base + span). */
static bool fill_buckets(struct fan_sieve *s, const struct sweep *sweep, uint64_t span)
{
    const unsigned words_between_checks = 4096;
    uint64_t low = sweep->window_base * FAN_WHEEL;
    uint32_t root = fan_wheel_root(low + span - 1), from = sweep->huge_above;
    fan_buckets_reset(&s->buckets);
    if (root <= from) return true;
    for (unsigned c = 0; c < FAN_WHEEL_CLASSES; c++)
        for (uint64_t w = from / FAN_BASE_WORD_SPAN; w <= root / FAN_BASE_WORD_SPAN;
             w++) {
            if (w % words_between_checks == 0 && stopped(sweep)) return false;
            for (uint64_t x = ~s->base.words[c][w]; x; x &= x - 1) {
                uint64_t k = w * WORD_BITS + (unsigned)__builtin_ctzll(x);
                uint64_t p = k * FAN_WHEEL + fan_wheel_residue[c];
                if (p > from && p <= root)
                    fan_buckets_add(&s->buckets, low, span, (uint32_t)p);
            }
        }
    return true;
}

/* Base primes cross themselves off; bring those of this tile back. */
static void restore_own(struct fan_sieve *s, const struct tile *tile, uint32_t residue)
{
    static const uint8_t pattern[] = { 7, 11, 13, 17, 19, 23, 29, 31, 37 };
    uint64_t zero = tile->base * FAN_WHEEL + residue;
    if (tile->active && zero > s->list.prime[tile->active - 1]) return;
    for (size_t i = 0; i < sizeof pattern + tile->active; i++) {
        uint64_t p = i < sizeof pattern ? pattern[i] : s->list.prime[i - sizeof pattern];
        if (p % FAN_WHEEL != residue || p < zero) continue;
        uint64_t k = (p - zero) / FAN_WHEEL;
        if (k < tile->bits) s->words[k / WORD_BITS] &= ~(UINT64_C(1) << k % WORD_BITS);
    }
}

static void cross_class(struct fan_sieve *s, const struct sweep *sweep,
                        const struct tile *tile, unsigned c)
{
    uint8_t *bytes = (uint8_t *)s->words;
    unsigned rise = fan_wheel_gap[c] / 2U;
    memset(s->words, 0, (tile->bits + 7) / 8);
    fan_cross_tile(bytes, tile->bits, &s->list, tile->chunk_primes, tile->active, rise);
    uint64_t nth = (tile->base - sweep->window_base) >> FAN_TILE_SHIFT;
    fan_buckets_apply(&s->buckets, (unsigned)nth, c, bytes);

    if (tile->chunk_primes) memcpy(s->at, s->list.at, tile->chunk_primes * sizeof *s->at);
    for (uint32_t k = 0; k < tile->bits; k += FAN_CHUNK_BITS) {
        uint32_t bits =
            tile->bits - k < FAN_CHUNK_BITS ? tile->bits - k : (uint32_t)FAN_CHUNK_BITS;
        uint64_t number = (tile->base + k) * FAN_WHEEL + fan_wheel_residue[c];
        fan_presieve_apply(&s->presieve, number, s->words + k / WORD_BITS,
                           (bits + WORD_BITS - 1) / WORD_BITS);
        fan_cross_chunk(bytes + k / 8, bits, s->list.prime, s->at, tile->chunk_primes);
    }
    fan_cross_next_class(&s->list, tile->chunk_primes, rise);
}

static void deliver(struct fan_sieve *s, const struct sweep *sweep,
                    const struct tile *tile, unsigned c)
{
    size_t n = (tile->bits + WORD_BITS - 1) / WORD_BITS;
    uint32_t residue = fan_wheel_residue[c];
    uint64_t low = sweep->low < 2 ? 2 : sweep->low; /* 1 is no prime */
    restore_own(s, tile, residue);
    fan_reduce_mask(s->words, n, fan_wheel_first(tile->base, residue, low),
                    fan_wheel_first(tile->base, residue, sweep->high));
    if (sweep->base)
        memcpy(sweep->base->words[c] + tile->base / WORD_BITS, s->words,
               n * sizeof *s->words);
    else
        fan_reduce_add(sweep->primes, tile->base * FAN_WHEEL + residue, s->words, n);
}

static bool sieve_tile(struct fan_sieve *s, const struct sweep *sweep, struct tile *tile)
{
    uint64_t end = (tile->base + tile->bits) * FAN_WHEEL;
    uint64_t active_below = (uint64_t)fan_wheel_root(end - 1) + 1;
    if (active_below > (uint64_t)sweep->huge_above + 1)
        active_below = (uint64_t)sweep->huge_above + 1;
    tile->active = fan_primes_list_below(&s->list, active_below);
    tile->chunk_primes = fan_primes_list_below(&s->list, FAN_CROSS_MEDIUM_MAX);
    if (tile->chunk_primes > tile->active) tile->chunk_primes = tile->active;
    if (s->at_capacity < tile->chunk_primes) {
        s->at = fan_realloc(s->at, tile->chunk_primes, sizeof *s->at);
        s->at_capacity = tile->chunk_primes;
    }
    fan_primes_list_start(&s->list, tile->active, tile->base);
    for (unsigned c = 0; c < FAN_WHEEL_CLASSES; c++) {
        if (stopped(sweep)) return false;
        cross_class(s, sweep, tile, c);
        deliver(s, sweep, tile, c);
    }
    return true;
}

/* How many tiles the buckets can serve at once: the primes q in (a, b] give about
 * ln(ln b / ln a) hits per number coprime to 30 (Mertens). */
static uint64_t window_tiles(uint32_t huge_above, uint32_t root)
{
    double hits = FAN_TILE_BITS * (double)FAN_WHEEL_CLASSES *
                  log(log((double)root) / log((double)huge_above));
    double tiles = BUCKET_HITS_MAX / hits;
    return tiles < 1                      ? 1
           : tiles > FAN_BUCKET_TILES_MAX ? FAN_BUCKET_TILES_MAX
                                          : (uint64_t)tiles;
}

/* The engine. The lists and base bits that the range needs are there already. */
static bool run_sweep(struct fan_sieve *s, struct sweep *sweep)
{
    uint32_t root = fan_wheel_root(sweep->high - 1);
    uint64_t base = sweep->low / FAN_WHEEL;
    uint64_t end = (sweep->high - 1) / FAN_WHEEL + 1;
    /* A listed prime costs a visit per class of each tile, a streamed one is touched once
     * per window: past a few tile lengths streaming wins. */
    uint64_t listed = 4 * (end - base < FAN_TILE_BITS ? end - base : FAN_TILE_BITS);
    if (listed > FAN_PRIMES_MAX - 1) listed = FAN_PRIMES_MAX - 1;
    if (listed < FAN_PRIMES_TINY - 1) listed = FAN_PRIMES_TINY - 1;
    sweep->huge_above = (uint32_t)listed;
    bool huge = root > sweep->huge_above;
    uint64_t window = (huge ? window_tiles(sweep->huge_above, root) : 1)
                      << FAN_TILE_SHIFT;

    for (uint64_t b = base; b < end; b += window) {
        uint64_t window_end = end - b < window ? end : b + window;
        sweep->window_base = b;
        if (huge && !fill_buckets(s, sweep, (window_end - b) * FAN_WHEEL)) return false;
        for (struct tile tile = { b, 0, 0, 0 }; tile.base < window_end;
             tile.base += tile.bits) {
            uint64_t left = window_end - tile.base;
            tile.bits = left < FAN_TILE_BITS ? (uint32_t)left : FAN_TILE_BITS;
            s->position = tile.base * FAN_WHEEL;
            if (!sieve_tile(s, sweep, &tile)) return false;
        }
    }
    if (!huge) return true;
    fan_buckets_reset(&s->buckets);
    return true;
}

/* Make sure that all base primes up to root are known. False: stopped. */
static bool prepare(struct fan_sieve *s, uint32_t root, fan_sieve_stop_fn *stop,
                    void *context)
{
    if (!s->words) {
        fan_presieve_init(&s->presieve);
        s->words = fan_alloc_zero(TILE_BYTES, 1);
    }
    fan_primes_list_tiny(&s->list);
    if (root < FAN_PRIMES_TINY) return true;
    if (fan_base_limit(&s->base) <= root) {
        const uint64_t granule = 64 * FAN_BASE_WORD_SPAN;
        uint64_t limit = (root / granule + 1) * granule;
        struct sweep sweep = { .low = fan_base_limit(&s->base),
                               .high = limit,
                               .base = &s->base,
                               .stop = stop,
                               .stop_context = context };
        fan_base_reserve(&s->base, limit / FAN_BASE_WORD_SPAN);
        if (!run_sweep(s, &sweep)) return false;
        s->base.count = limit / FAN_BASE_WORD_SPAN;
    }
    fan_primes_list_grow(&s->list, &s->base, (uint64_t)root + 1);
    return true;
}

enum fan_status fan_sieve_run(struct fan_sieve *sieve, uint64_t lo, uint64_t hi,
                              fan_sieve_stop_fn *stop, void *context,
                              struct fan_primes *primes, struct fan_err *err)
{
    if (lo > hi || hi > FAN_SIEVE_MAX)
        return fan_fail(err, FAN_EINVAL,
                        "cannot sieve [%" PRIu64 ", %" PRIu64
                        "): expected 0 <= lo <= hi <= 1e18",
                        lo, hi);
    struct fan_primes found = { 0, 0, 0, 0 };
    sieve->position = lo;
    static const uint64_t wheel_primes[] = { 2, 3, 5 };
    for (size_t i = 0; i < sizeof wheel_primes / sizeof *wheel_primes; i++)
        if (lo <= wheel_primes[i] && wheel_primes[i] < hi)
            fan_reduce_add_prime(&found, wheel_primes[i]);
    struct sweep sweep = {
        .low = lo, .high = hi, .primes = &found, .stop = stop, .stop_context = context
    };
    if (lo < hi && (!prepare(sieve, fan_wheel_root(hi - 1), stop, context) ||
                    !run_sweep(sieve, &sweep)))
        return fan_fail(err, FAN_EINTERRUPTED,
                        "stopped sieving [%" PRIu64 ", %" PRIu64 ") before its end", lo,
                        hi);
    *primes = found;
    return FAN_OK;
}
