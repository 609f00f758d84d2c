/* sieve_sweep.c - see sieve_sweep.h. */
#include "lambda_kernel/sieve_sweep.h"

#include <stdlib.h>
#include <string.h>

#include "lambda_kernel/sieve_huge.h"
#include "lambda_kernel/sieve_memory.h"
#include "lambda_kernel/sieve_order.h"
#include "lambda_kernel/sieve_reduce.h"
#include "lambda_kernel/sieve_wheel.h"

/* Sparse primes that are looked at together: what is known of them fits L1. */
#define SPARSE_PIECE 2048
/* Of so many sparse primes the hits are too many for L2. */
#define SPARSE_FAR 131072

#define WORD_BITS  64
#define BLOCK_BITS 512

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error                                                                                   \
    "class arrays are written as bytes and read as words: needs a little-endian machine"
#endif

/* Listed primes by size: [0, small), [small, medium) and [medium, once) are crossed off
 * chunk by chunk, the last of these hit a chunk at most once; [once, sparse) over the
 * whole class; [sparse, active) hit a class at most once. */
struct tile {
    uint64_t base; /* number = modulus * (base + k) + residue; a multiple of 64 */
    uint32_t bits;
    size_t small, medium, once, sparse, active;
    bool huge, buckets; /* huge primes hit it; their hits are in buckets, not lists */
};

/* A class of a tile, after the hits of sparse primes were collected. */
struct wheel_class {
    unsigned nth;
    uint32_t residue;
    unsigned fall, rise; /* half the distances to its neighbours; fall 0: the first */
    const uint32_t *hits;
    size_t hits_count;
};

void fan_kit_turn(struct fan_kit *kit, const struct fan_sieve_path *path,
                  uint32_t modulus)
{
    fan_presieve_init(&kit->presieve, modulus);
    fan_primes_list_turn(&kit->list, path, modulus);
}

void fan_kit_clear(struct fan_kit *kit)
{
    fan_presieve_clear(&kit->presieve);
    fan_primes_list_clear(&kit->list);
}

void fan_workspace_clear(struct fan_workspace *space)
{
    free(space->memory);
    free(space->at);
    free(space->now);
    fan_lists_clear(&space->lists);
    fan_buckets_clear(&space->buckets);
    fan_twins_clear(&space->twins);
    fan_base_clear(&space->turns);
    fan_base_clear(&space->window);
    if (space->window_space) fan_workspace_clear(space->window_space);
    free(space->window_space);
    memset(space, 0, sizeof *space);
}

static bool stopped(const struct fan_sweep *sweep)
{
    return sweep->stop && sweep->stop(sweep->stop_context);
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Are there more classes than one look ahead covers? */
static bool keeps_sparse(const struct fan_sweep *sweep)
{
    return sweep->plan.modulus > FAN_WHEEL;
}

static bool in_order(const struct fan_sweep *sweep)
{
    return sweep->gap || sweep->each;
}

static uint64_t *class_words(const struct fan_workspace *space)
{
    return space->memory + FAN_PATH_FRONT / sizeof *space->memory;
}

static void make_room(const struct fan_sweep *sweep, struct fan_workspace *space,
                      const struct tile *tile)
{
    size_t words = (tile->bits + WORD_BITS - 1) / WORD_BITS;
    if (sweep->twins) fan_twins_open(&space->twins, words);
    if (in_order(sweep)) {
        fan_base_reserve(&space->turns, words);
        space->turns.first = tile->base / WORD_BITS;
        space->turns.count = words;
    }
    if (space->class_bits < tile->bits) {
        free(space->memory);
        space->memory = fan_sieve_memory(
            FAN_PATH_FRONT + tile->bits / 8 + FAN_PATH_ROOM + FAN_CACHE_LINE, 1);
        space->class_bits = tile->bits;
    }
    size_t kept = keeps_sparse(sweep) ? tile->active
                                      : least(tile->active, tile->sparse + SPARSE_PIECE);
    if (space->at_capacity < kept) {
        free(space->at);
        space->at = fan_sieve_memory(kept, sizeof *space->at);
        space->at_capacity = kept;
    }
    if (space->now_capacity < tile->once) {
        free(space->now);
        space->now = fan_sieve_memory(tile->once, sizeof *space->now);
        space->now_capacity = tile->once;
    }
    fan_lists_empty(&space->lists);
}

static void deliver(struct fan_sweep *sweep, struct fan_workspace *space,
                    const struct tile *tile, const struct wheel_class *class, uint32_t k,
                    uint32_t bits)
{
    uint32_t modulus = sweep->plan.modulus;
    uint64_t *words = class_words(space) + k / WORD_BITS, base = tile->base + k;
    size_t n = (bits + WORD_BITS - 1) / WORD_BITS;
    fan_reduce_mask(words, n, fan_wheel_first(modulus, base, class->residue, sweep->low),
                    fan_wheel_first(modulus, base, class->residue, sweep->high));
    struct fan_base *store = in_order(sweep) ? &space->turns : sweep->store;
    if (store)
        memcpy(store->words[class->nth] + (base / WORD_BITS - store->first), words,
               n * sizeof *words);
    if (sweep->store) return;
    fan_reduce_add(&sweep->found, sweep->path, modulus, base * modulus + class->residue,
                   words, n);
    if (!sweep->twins) return;
    struct fan_twins_class twins_class = { modulus, class->residue, class->fall,
                                           class->rise };
    sweep->found.twins +=
        fan_twins_take(&space->twins, sweep->path, &twins_class, k / WORD_BITS, words, n);
}

static struct fan_path_primes primes_between(const struct fan_sweep *sweep,
                                             const struct fan_workspace *space,
                                             size_t from, size_t to, size_t ahead)
{
    const struct fan_primes_list *list = &sweep->kit->list;
    return (struct fan_path_primes){ .prime = list->prime + from,
                                     .step = list->step + from,
                                     .at = space->at + from,
                                     .now = to <= space->now_capacity ? space->now + from
                                                                      : NULL,
                                     .n = to - from,
                                     .ahead = ahead };
}

static void sieve_class(struct fan_sweep *sweep, struct fan_workspace *space,
                        const struct tile *tile, const struct wheel_class *class)
{
    const struct fan_sieve_path *path = sweep->path;
    /* the more of them there are, the farther away they are kept */
    const size_t near = 3 * FAN_PATH_GROUP, far = 16 * FAN_PATH_GROUP;
    const struct fan_path_primes small =
                                     primes_between(sweep, space, 0, tile->small, near),
                                 medium = primes_between(sweep, space, tile->small,
                                                         tile->medium, near),
                                 once = primes_between(sweep, space, tile->medium,
                                                       tile->once, far),
                                 beyond = primes_between(sweep, space, tile->once,
                                                         tile->sparse, far);
    const uint32_t modulus = sweep->plan.modulus;
    uint64_t *const words = class_words(space);
    struct fan_path_chunk chunk = { words,   sweep->plan.chunk_bits,
                                    modulus, tile->base * modulus + class->residue,
                                    false,   false },
                          whole = chunk;
    memset(words, 0, (tile->bits + BLOCK_BITS - 1) / BLOCK_BITS * (BLOCK_BITS / 8));
    unsigned rise = class->rise;
    for (uint32_t k = 0; k < tile->bits; k += sweep->plan.chunk_bits, rise = 0) {
        chunk.last = tile->bits - k <= chunk.bits;
        if (chunk.last) chunk.bits = tile->bits - k;
        fan_presieve_apply(&sweep->kit->presieve, path, chunk.number, chunk.words,
                           (chunk.bits + WORD_BITS - 1) / WORD_BITS);
        path->cross_small(&chunk, &small, rise);
        path->cross_medium(&chunk, &medium, rise);
        path->cross_once(&chunk, &once, rise);
        chunk.words += chunk.bits / WORD_BITS;
        chunk.number += (uint64_t)chunk.bits * modulus;
    }
    whole.far = sweep->plan.far && tile->bits > whole.bits;
    whole.bits = tile->bits;
    whole.last = true;
    path->cross_medium(&whole, &beyond, class->rise);
    if (whole.far)
        path->apply_far(words, class->hits, class->hits_count);
    else
        path->apply(words, class->hits, class->hits_count);
    if (tile->buckets) fan_buckets_apply(&space->buckets, path, class->nth, words);
    deliver(sweep, space, tile, class, 0, tile->bits);
}

/* Sort the listed primes into those that the loops are for. */
static void rank_primes(const struct fan_sweep *sweep, struct tile *tile, uint32_t root)
{
    const uint32_t chunk = sweep->plan.chunk_bits,
                   reach = sweep->plan.far ? sweep->path->reach : 1;
    const struct fan_primes_list *list = &sweep->kit->list;
    uint32_t listed = root < sweep->plan.listed_max ? root : sweep->plan.listed_max;
    tile->active = fan_primes_list_below(list, (uint64_t)listed + 1);
    tile->sparse = least(tile->active, fan_primes_list_below(list, tile->bits));
    tile->once =
        least(tile->sparse, fan_primes_list_below(list, (uint64_t)reach * chunk));
    tile->medium = least(tile->once, fan_primes_list_below(list, chunk));
    size_t small = fan_primes_list_below(
        list, least(FAN_PATH_SMALL_MAX, chunk / sweep->path->small_hits));
    small = small < FAN_PATH_GROUP ? 0 : small - FAN_PATH_GROUP;
    tile->small = least(tile->medium, small);
    tile->huge = root > sweep->plan.listed_max;
    tile->buckets = tile->huge && !fan_huge_fits_lists(&sweep->plan, tile->bits, root);
}

/* All numbers below `done` are as good as done. */
static void report_progress(const struct fan_sweep *sweep, uint64_t done,
                            uint64_t *reported)
{
    if (!sweep->progress || done <= *reported) return;
    __atomic_fetch_add(sweep->progress, done - *reported, __ATOMIC_RELAXED);
    *reported = done;
}

/* List the hits of sparse primes in the next classes. Done in pieces, so that the first
 * time positions are used while L1 has them; where it is the last time as well, they need
 * not be kept, which saves most of the memory traffic. */
static void collect_sparse(const struct fan_sweep *sweep, struct fan_workspace *space,
                           const struct tile *tile, bool first, const uint8_t *rise)
{
    const struct fan_primes_list *list = &sweep->kit->list;
    fan_lists_reserve(&space->lists, tile->active - tile->sparse);
    for (size_t i = tile->sparse, n; i < tile->active; i += n) {
        n = least(SPARSE_PIECE, tile->active - i);
        uint32_t *at = space->at + (keeps_sparse(sweep) ? i : tile->sparse);
        if (first) sweep->path->start(list->prime + i, list->step + i, at, n, tile->base);
        sweep->path->collect(list->prime + i, list->step + i, at, n, tile->bits, rise,
                             space->lists.hits, space->lists.counts,
                             tile->active - tile->sparse >= SPARSE_FAR);
    }
}

static bool sieve_classes(struct fan_sweep *sweep, struct fan_workspace *space,
                          const struct tile *tile, uint64_t *reported)
{
    uint32_t modulus = sweep->plan.modulus, residue = 1;
    unsigned fall = 0;
    for (unsigned c = 0; residue < modulus; c += FAN_PATH_AHEAD) {
        report_progress(sweep, tile->base * modulus + (uint64_t)residue * tile->bits,
                        reported);
        uint8_t rise[FAN_PATH_AHEAD];
        uint32_t ahead[FAN_PATH_AHEAD];
        for (int i = 0; i < FAN_PATH_AHEAD; i++) {
            ahead[i] = residue;
            uint32_t gap = fan_wheel_gap(modulus, residue);
            rise[i] = (uint8_t)(gap / 2);
            residue += gap;
        }
        collect_sparse(sweep, space, tile, c == 0, rise);
        for (unsigned i = 0; i < FAN_PATH_AHEAD; i++) {
            if (stopped(sweep)) return false;
            struct wheel_class class = { c + i,
                                         ahead[i],
                                         fall,
                                         rise[i],
                                         space->lists.hits[i],
                                         space->lists.counts[i] };
            fall = rise[i];
            sieve_class(sweep, space, tile, &class);
        }
        fan_lists_empty(&space->lists);
    }
    return true;
}

static bool sieve_tile(struct fan_sweep *sweep, struct fan_workspace *space,
                       struct tile *tile, uint64_t *reported)
{
    const struct fan_primes_list *list = &sweep->kit->list;
    uint32_t modulus = sweep->plan.modulus;
    uint64_t end = (tile->base + tile->bits) * modulus;
    if (tile->base + tile->bits > (sweep->high - 1) / modulus) end = sweep->high;
    uint32_t root = fan_wheel_root(end - 1);
    rank_primes(sweep, tile, root);
    make_room(sweep, space, tile);
    sweep->path->start(list->prime, list->step, space->at, tile->sparse, tile->base);
    if (tile->huge && !fan_huge_collect(sweep, space, tile->base, tile->bits, root))
        return false;
    return sieve_classes(sweep, space, tile, reported);
}

/* Twins across the end of a tile within the stretch. */
static uint64_t twins_at(const struct fan_sweep *sweep, uint64_t tile_end)
{
    uint64_t number =
        tile_end * sweep->plan.modulus; /* only number - 1 may have a twin */
    if (!sweep->twins || number + 1 >= sweep->high || number <= sweep->low) return 0;
    return fan_twins_across(number - 1, number);
}

bool fan_sweep_run(struct fan_sweep *sweep, struct fan_workspace *space)
{
    const struct fan_sieve_plan *plan = &sweep->plan;
    struct fan_order order = { .each = sweep->each, .context = sweep->each_context };
    uint64_t end = (sweep->high - 1) / plan->modulus + 1, reported = sweep->low;
    for (struct tile tile = { .base = fan_sieve_plan_base_of(plan->modulus, sweep->low) };
         tile.base < end; tile.base += tile.bits) {
        uint64_t left = end - tile.base;
        tile.bits = left < plan->tile_bits ? (uint32_t)left : plan->tile_bits;
        if (!sieve_tile(sweep, space, &tile, &reported)) return false;
        if (in_order(sweep) && !fan_order_read(&order, &space->turns)) return false;
        if (tile.bits < left)
            sweep->found.twins += twins_at(sweep, tile.base + tile.bits);
    }
    if (sweep->twins) sweep->found.twins += fan_twins_across(sweep->low, sweep->high);
    sweep->found.gap = order.gap;
    sweep->found.gap_start = order.gap_start;
    report_progress(sweep, sweep->high, &reported);
    return true;
}
