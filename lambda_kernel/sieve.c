/* sieve.c - see sieve.h.
 *
 * From the outside in: a range is cut into tiles, a tile is sieved class by class, a
 * class chunk by chunk (sieve_plan.h). Base primes come from the same engine, one level
 * down: those below FAN_PRIMES_TINY from a plain sieve, all others from a run that keeps
 * its bits. */
#include "lambda_kernel/sieve.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "lambda_kernel/sieve_base.h"
#include "lambda_kernel/sieve_bucket.h"
#include "lambda_kernel/sieve_memory.h"
#include "lambda_kernel/sieve_path.h"
#include "lambda_kernel/sieve_plan.h"
#include "lambda_kernel/sieve_presieve.h"
#include "lambda_kernel/sieve_primes.h"
#include "lambda_kernel/sieve_reduce.h"
#include "lambda_kernel/sieve_wheel.h"

#define WORD_BITS  64
#define BLOCK_BITS 512

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error                                                                                   \
    "class arrays are written as bytes and read as words: needs a little-endian machine"
#endif

struct fan_sieve {
    const struct fan_sieve_path *path;
    struct fan_presieve presieve;
    struct fan_primes_list list;
    struct fan_base base;
    struct fan_buckets buckets;
    uint64_t *memory; /* the class array at work, with FAN_PATH_ROOM on both sides */
    uint32_t class_bits;
    uint32_t *hits[FAN_PATH_AHEAD]; /* of sparse primes in the next classes */
    size_t hits_capacity;
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
    struct fan_sieve_plan plan;
};

/* Listed primes by size: [0, small) and [small, medium) are crossed off chunk by chunk,
 * [medium, sparse) over the whole class, [sparse, active) hit a class at most once. */
struct tile {
    uint64_t base; /* number = modulus * (base + k) + residue */
    uint32_t bits;
    size_t small, medium, sparse, active;
    bool huge; /* buckets are filled */
};

/* A class of a tile, after the hits of sparse primes were collected. */
struct wheel_class {
    unsigned nth;
    uint32_t residue;
    unsigned rise; /* half the distance to the next residue */
    const uint32_t *hits;
    size_t hits_count;
};

struct fan_sieve *fan_sieve_new(void)
{
    return fan_alloc_zero(1, sizeof(struct fan_sieve));
}

void fan_sieve_free(struct fan_sieve *sieve)
{
    if (!sieve) return;
    fan_presieve_clear(&sieve->presieve);
    fan_primes_list_clear(&sieve->list);
    fan_base_clear(&sieve->base);
    fan_buckets_clear(&sieve->buckets);
    free(sieve->memory);
    for (int c = 0; c < FAN_PATH_AHEAD; c++)
        free(sieve->hits[c]);
    free(sieve);
}

void fan_sieve_take_path(struct fan_sieve *sieve, const struct fan_sieve_path *path)
{
    sieve->path = path;
}

uint64_t fan_sieve_position(const struct fan_sieve *sieve)
{
    return sieve->position;
}

static bool stopped(const struct sweep *sweep)
{
    return sweep->stop && sweep->stop(sweep->stop_context);
}

static uint64_t *class_words(const struct fan_sieve *s)
{
    return s->memory + FAN_PATH_ROOM / sizeof *s->memory;
}

/* Room for a class of so many bits, and for the hits of n sparse primes. */
static void make_room(struct fan_sieve *s, uint32_t bits, size_t n)
{
    if (s->class_bits < bits) {
        free(s->memory);
        s->memory = fan_sieve_memory(2 * FAN_PATH_ROOM + bits / 8 + FAN_CACHE_LINE, 1);
        s->class_bits = bits;
    }
    if (!s->hits[0] || s->hits_capacity < n) {
        for (int c = 0; c < FAN_PATH_AHEAD; c++) {
            free(s->hits[c]);
            s->hits[c] = fan_sieve_memory(n + FAN_PATH_GROUP, sizeof *s->hits[c]);
        }
        s->hits_capacity = n;
    }
}

/* Collect the multiples of huge primes. False: stopped. */
static bool fill_buckets(struct fan_sieve *s, const struct sweep *sweep,
                         const struct tile *tile, uint32_t root)
{
    const uint32_t modulus = sweep->plan.modulus, span = tile->bits * modulus;
    const uint64_t low = tile->base * modulus, batches_between_checks = 64;
    uint32_t prime[FAN_PATH_STREAM];
    struct fan_base_stream stream = fan_base_walk(sweep->plan.listed_max, root);
    fan_buckets_open(&s->buckets, modulus, tile->bits);
    for (uint64_t batch = 1;; batch++) {
        size_t n = fan_base_next(&s->base, s->path, &stream, prime);
        if (n == 0) return true;
        for (; n % FAN_PATH_GROUP; n++) /* once more does no harm */
            prime[n] = prime[n - 1];
        fan_buckets_add(&s->buckets, s->path, low, span, prime, n);
        if (batch % batches_between_checks == 0 && stopped(sweep)) return false;
    }
}

static void deliver(struct fan_sieve *s, const struct sweep *sweep,
                    const struct tile *tile, const struct wheel_class *class, uint32_t k,
                    uint32_t bits)
{
    uint32_t modulus = sweep->plan.modulus;
    uint64_t *words = class_words(s) + k / WORD_BITS, base = tile->base + k;
    size_t n = (bits + WORD_BITS - 1) / WORD_BITS;
    fan_reduce_mask(words, n, fan_wheel_first(modulus, base, class->residue, sweep->low),
                    fan_wheel_first(modulus, base, class->residue, sweep->high));
    if (sweep->base)
        memcpy(sweep->base->words[class->nth] + base / WORD_BITS, words,
               n * sizeof *words);
    else
        fan_reduce_add(sweep->primes, s->path, modulus, base * modulus + class->residue,
                       words, n);
}

static void sieve_class(struct fan_sieve *s, const struct sweep *sweep,
                        const struct tile *tile, const struct wheel_class *class)
{
    const struct fan_sieve_path *path = s->path;
    struct fan_primes_list *list = &s->list;
    uint64_t *words = class_words(s);
    uint32_t chunk = sweep->plan.chunk_bits;
    memset(words, 0, (tile->bits + BLOCK_BITS - 1) / BLOCK_BITS * (BLOCK_BITS / 8));
    path->apply(words, class->hits, class->hits_count);
    path->advance(list->prime, list->step, list->at, list->now, tile->sparse,
                  class->rise);
    path->cross_medium(words, tile->bits, list->prime + tile->medium,
                       list->now + tile->medium, tile->sparse - tile->medium);
    if (tile->huge) fan_buckets_apply(&s->buckets, path, class->nth, words);
    for (uint32_t k = 0; k < tile->bits; k += chunk, words += chunk / WORD_BITS) {
        uint32_t bits = tile->bits - k < chunk ? tile->bits - k : chunk;
        uint64_t number = (tile->base + k) * sweep->plan.modulus + class->residue;
        fan_presieve_apply(&s->presieve, path, number, words,
                           (bits + WORD_BITS - 1) / WORD_BITS);
        path->cross_small((uint8_t *)words, bits, list->prime, list->now, tile->small);
        path->cross_medium(words, bits, list->prime + tile->small,
                           list->now + tile->small, tile->medium - tile->small);
        deliver(s, sweep, tile, class, k, bits);
    }
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Sort the listed primes into those that the loops are for. */
static void rank_primes(const struct fan_primes_list *list, const struct sweep *sweep,
                        struct tile *tile, uint32_t root)
{
    const uint32_t hits_small = 28, chunk = sweep->plan.chunk_bits;
    uint32_t listed = root < sweep->plan.listed_max ? root : sweep->plan.listed_max;
    tile->active = fan_primes_list_below(list, (uint64_t)listed + 1);
    tile->sparse = least(tile->active, fan_primes_list_below(list, tile->bits));
    tile->medium = least(tile->sparse, fan_primes_list_below(list, chunk));
    size_t small =
        fan_primes_list_below(list, least(FAN_PATH_SMALL_MAX, chunk / hits_small));
    small = small < FAN_PATH_GROUP ? 0 : small - FAN_PATH_GROUP;
    tile->small = least(tile->medium, small);
    tile->huge = root > sweep->plan.listed_max;
}

static bool sieve_classes(struct fan_sieve *s, const struct sweep *sweep,
                          const struct tile *tile)
{
    const struct fan_primes_list *list = &s->list;
    uint32_t modulus = sweep->plan.modulus, residue = 1;
    for (unsigned c = 0; residue < modulus; c += FAN_PATH_AHEAD) {
        uint64_t done = tile->base * modulus + (uint64_t)residue * tile->bits;
        if (sweep->primes && done > s->position) s->position = done;
        uint8_t rise[FAN_PATH_AHEAD];
        uint32_t ahead[FAN_PATH_AHEAD];
        size_t counts[FAN_PATH_AHEAD];
        for (int i = 0; i < FAN_PATH_AHEAD; i++) {
            ahead[i] = residue;
            uint32_t gap = fan_wheel_gap(modulus, residue);
            rise[i] = (uint8_t)(gap / 2);
            residue += gap;
        }
        s->path->collect(list->prime + tile->sparse, list->step + tile->sparse,
                         list->at + tile->sparse, tile->active - tile->sparse, tile->bits,
                         rise, s->hits, counts);
        for (unsigned i = 0; i < FAN_PATH_AHEAD; i++) {
            if (stopped(sweep)) return false;
            struct wheel_class class = { c + i, ahead[i], rise[i], s->hits[i],
                                         counts[i] };
            sieve_class(s, sweep, tile, &class);
        }
    }
    return true;
}

static bool sieve_tile(struct fan_sieve *s, const struct sweep *sweep, struct tile *tile)
{
    uint64_t end = (tile->base + tile->bits) * sweep->plan.modulus;
    if (tile->base + tile->bits > (sweep->high - 1) / sweep->plan.modulus)
        end = sweep->high;
    uint32_t root = fan_wheel_root(end - 1);
    rank_primes(&s->list, sweep, tile, root);
    make_room(s, tile->bits, tile->active - tile->sparse);
    s->path->start(s->list.prime, s->list.step, s->list.at, tile->active, tile->base);
    if (tile->huge && !fill_buckets(s, sweep, tile, root)) return false;
    return sieve_classes(s, sweep, tile);
}

/* The engine. The lists and base bits that the range needs are there already. */
static bool run_sweep(struct fan_sieve *s, struct sweep *sweep)
{
    const struct fan_sieve_plan *plan = &sweep->plan;
    fan_presieve_init(&s->presieve, plan->modulus);
    fan_primes_list_turn(&s->list, plan->modulus);
    uint64_t end = (sweep->high - 1) / plan->modulus + 1;
    for (struct tile tile = { .base = sweep->low / plan->modulus }; tile.base < end;
         tile.base += tile.bits) {
        uint64_t left = end - tile.base;
        tile.bits = left < plan->tile_bits ? (uint32_t)left : plan->tile_bits;
        if (!sieve_tile(s, sweep, &tile)) return false;
    }
    return true;
}

/* Make sure that all base primes up to root are known. False: stopped. */
static bool prepare(struct fan_sieve *s, uint32_t root, const struct sweep *outer)
{
    fan_primes_list_tiny(&s->list);
    if (root < FAN_PRIMES_TINY) return true;
    if (fan_base_limit(&s->base) <= root) {
        const uint64_t granule = 64 * FAN_BASE_WORD_SPAN;
        uint64_t limit = (root / granule + 1) * granule, low = fan_base_limit(&s->base);
        struct sweep sweep = { .low = low < FAN_PRIMES_TINY ? FAN_PRIMES_TINY : low,
                               .high = limit,
                               .base = &s->base,
                               .stop = outer->stop,
                               .stop_context = outer->stop_context };
        sweep.plan = fan_sieve_plan_base(sweep.low, limit, fan_sieve_path_l1_bytes());
        fan_base_reserve(&s->base, limit / FAN_BASE_WORD_SPAN);
        if (!run_sweep(s, &sweep)) return false;
        s->base.count = limit / FAN_BASE_WORD_SPAN;
    }
    uint32_t listed = fan_sieve_plan_listed_max(outer->high - outer->low, root);
    if (listed > root) listed = root;
    fan_primes_list_grow(&s->list, &s->base, (uint64_t)listed + 1);
    return true;
}

/* Primes that no array shows: those of the patterns, and the listed ones below
 * FAN_PRIMES_TINY, which cross off themselves. */
static void count_tiny(const struct fan_sieve *s, const struct sweep *sweep)
{
    for (size_t i = 0; i < FAN_PRESIEVE_PRIMES; i++)
        if (sweep->low <= fan_presieve_prime[i] && fan_presieve_prime[i] < sweep->high)
            fan_reduce_add_prime(sweep->primes, fan_presieve_prime[i]);
    for (size_t i = 0; i < s->list.count && s->list.prime[i] < FAN_PRIMES_TINY; i++)
        if (sweep->low <= s->list.prime[i] && s->list.prime[i] < sweep->high)
            fan_reduce_add_prime(sweep->primes, s->list.prime[i]);
}

/* Sieve a range. Where it contains primes that it is sieved with, these would cross off
 * themselves: that part is a range of its own, with a smaller root. */
static bool sieve_range(struct fan_sieve *s, struct sweep *sweep)
{
    if (sweep->low >= sweep->high) return true;
    if (stopped(sweep)) return false;
    uint32_t root = fan_wheel_root(sweep->high - 1);
    if (!prepare(s, root, sweep)) return false;
    if (sweep->low < FAN_PRIMES_TINY) {
        count_tiny(s, sweep);
        sweep->low = FAN_PRIMES_TINY;
        if (sweep->high <= FAN_PRIMES_TINY) return true;
    }
    /* whole groups are listed, whole words are streamed */
    uint64_t own = (root / FAN_BASE_WORD_SPAN + 1) * FAN_BASE_WORD_SPAN;
    size_t active = fan_primes_list_below(&s->list, (uint64_t)root + 1);
    if (s->list.prime[active - 1] >= own) own = s->list.prime[active - 1] + 1ULL;
    if (sweep->low < own) {
        struct sweep below = *sweep;
        below.high = own < sweep->high ? own : sweep->high;
        if (!sieve_range(s, &below)) return false;
        sweep->low = below.high;
        if (sweep->low >= sweep->high) return true;
    }
    sweep->plan =
        fan_sieve_plan_range(sweep->low, sweep->high, root, fan_sieve_path_l1_bytes());
    return run_sweep(s, sweep);
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
    if (!sieve->path) sieve->path = fan_sieve_path_best();
    struct sweep sweep = {
        .low = lo, .high = hi, .primes = &found, .stop = stop, .stop_context = context
    };
    if (!sieve_range(sieve, &sweep))
        return fan_fail(err, FAN_EINTERRUPTED,
                        "stopped sieving [%" PRIu64 ", %" PRIu64 ") before its end", lo,
                        hi);
    *primes = found;
    return FAN_OK;
}
