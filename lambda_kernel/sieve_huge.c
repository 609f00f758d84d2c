/* sieve_huge.c - see sieve_huge.h. */
#include "lambda_kernel/sieve_huge.h"

#include "common/buf.h"
#include "lambda_kernel/sieve_sight.h"

/* Numbers of a window, as words per class: its eight arrays fit L2. */
#define WINDOW_WORDS 16384

/* A tile to be filled. */
struct target {
    const struct fan_sweep *sweep;
    struct fan_buckets *buckets; /* or NULL: lists */
    struct fan_lists *lists;
    uint64_t low;
    uint32_t span, root;
};

/* Primes on their way, until there are BATCH of them. */
#define BATCH 1024
#define BATCH_ROOM                                                                       \
    (BATCH + FAN_PATH_SIGHT_WORDS * FAN_PATH_WORD_PRIMES + 4 * FAN_PATH_GROUP)

struct batch {
    uint32_t prime[BATCH_ROOM];
    uint64_t least; /* none is below it */
    size_t n;
    unsigned emptied;
};

static void find_hits(const struct target *target, const uint32_t *prime, size_t n,
                      bool once)
{
    const struct fan_sieve_path *path = target->sweep->path;
    const uint64_t low = target->low;
    const uint32_t span = target->span;
    if (!target->buckets) {
        fan_lists_reserve(target->lists, n);
        path->list_multiples(prime, n, low, span, target->lists->hits,
                             target->lists->counts);
    } else if (once)
        fan_buckets_add_only(target->buckets, path, low, span, prime, n);
    else
        fan_buckets_add(target->buckets, path, low, span, prime, n);
}

/* Do the primes from `least` on, up to root, have one odd multiple in a span at most? */
static bool hit_once(uint64_t span, uint64_t least, uint32_t root)
{
    return root < FAN_PATH_SINGLE_MAX && span <= least * 3 / 2;
}

/* Find where the batch hits. False: stopped. */
static bool empty(struct batch *batch, const struct target *target)
{
    const struct fan_sweep *sweep = target->sweep;
    const unsigned batches_between_checks = 64;
    if (batch->n == 0) return true;
    for (; batch->n % FAN_PATH_GROUP; batch->n++) /* once more does no harm */
        batch->prime[batch->n] = batch->prime[batch->n - 1];
    const bool once = hit_once(target->span, batch->least, target->root);
    for (size_t i = 0, n; i < batch->n; i += n) {
        n = batch->n - i < FAN_PATH_STREAM ? batch->n - i : FAN_PATH_STREAM;
        find_hits(target, batch->prime + i, n, once);
    }
    batch->n = 0;
    return ++batch->emptied % batches_between_checks || !sweep->stop ||
           !sweep->stop(sweep->stop_context);
}

/* Add to the batch the primes of words that base knows, those in sight where that is
 * less. Gives how many words it took. */
static unsigned take(struct batch *batch, const struct target *target,
                     const struct fan_base *base, uint64_t word, uint64_t last)
{
    const struct fan_sieve_path *path = target->sweep->path;
    const uint64_t number = word * FAN_BASE_WORD_SPAN;
    struct fan_path_sight sight;
    uint32_t *to = batch->prime + batch->n;
    if (batch->n == 0) batch->least = number;
    if (word + FAN_PATH_SIGHT_WORDS - 1 <= last &&
        fan_sight_of(target->low, target->span, number, &sight)) {
        batch->n +=
            path->look(base->words, word - base->first, (uint32_t)number, &sight, to);
        return FAN_PATH_SIGHT_WORDS;
    }
    batch->n += fan_base_unpack(base, path, word, to);
    return 1;
}

/* Primes of the words from that of `from` to that of `to`, which base knows. False:
 * stopped. */
static bool collect(const struct target *target, const struct fan_base *base,
                    uint32_t from, uint32_t to)
{
    const uint64_t last = to / FAN_BASE_WORD_SPAN;
    struct batch batch = { .n = 0 };
    for (uint64_t word = from / FAN_BASE_WORD_SPAN; word <= last;) {
        word += take(&batch, target, base, word, last);
        if (batch.n >= BATCH && !empty(&batch, target)) return false;
    }
    return empty(&batch, target);
}

/* Sieve the base primes of [low, high) into the window. */
static bool sieve_window(const struct fan_sweep *sweep, struct fan_workspace *space,
                         uint64_t low, uint64_t high)
{
    struct fan_base *window = &space->window;
    fan_base_reserve(window, WINDOW_WORDS);
    window->first = low / FAN_BASE_WORD_SPAN;
    window->count = (high - 1) / FAN_BASE_WORD_SPAN + 1 - window->first;
    if (!space->window_space)
        space->window_space = fan_alloc_zero(1, sizeof *space->window_space);
    struct fan_sweep inner = { .low = low,
                               .high = high,
                               .plan = fan_sieve_plan_base(low, high, 1,
                                                           fan_sieve_path_l1_bytes()),
                               .path = sweep->path,
                               .kit = sweep->base_kit,
                               .store = window,
                               .stop = sweep->stop,
                               .stop_context = sweep->stop_context };
    return fan_sweep_run(&inner, space->window_space);
}

bool fan_huge_fits_lists(const struct fan_sieve_plan *plan, uint32_t bits, uint32_t root)
{
    return plan->modulus == FAN_WHEEL &&
           hit_once((uint64_t)bits * FAN_WHEEL, plan->listed_max, root);
}

bool fan_huge_collect(const struct fan_sweep *sweep, struct fan_workspace *space,
                      uint64_t base, uint32_t bits, uint32_t root)
{
    const uint64_t known = fan_base_limit(sweep->base),
                   step = WINDOW_WORDS * FAN_BASE_WORD_SPAN;
    const uint32_t modulus = sweep->plan.modulus, from = sweep->plan.listed_max;
    const bool lists = fan_huge_fits_lists(&sweep->plan, bits, root);
    struct target target = { sweep,          lists ? NULL : &space->buckets,
                             &space->lists,  base * modulus,
                             bits * modulus, root };
    if (!lists) fan_buckets_open(&space->buckets, modulus, bits);
    uint32_t stored = root < known ? root : (uint32_t)(known - 1);
    if (!collect(&target, sweep->base, from, stored)) return false;
    for (uint64_t low = known; low <= root; low += step) {
        uint64_t high = low + step <= root ? low + step : (uint64_t)root + 1;
        if (!sieve_window(sweep, space, low, high)) return false;
        if (!collect(&target, &space->window, (uint32_t)low, (uint32_t)(high - 1)))
            return false;
    }
    return true;
}
