/* sieve.c - see sieve.h.
 *
 * A range is swept by the engine (sieve_sweep.h). Base primes come from the same engine,
 * one level down: those below FAN_PRIMES_TINY from a plain sieve, all others from a sweep
 * that keeps its bits. */
#include "lambda_kernel/sieve.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

#include "common/buf.h"
#include "lambda_kernel/sieve_sweep.h"
#include "lambda_kernel/sieve_threads.h"
#include "lambda_kernel/sieve_tiny.h"
#include "lambda_kernel/sieve_wheel.h"

struct fan_sieve {
    const struct fan_sieve_path *path;
    uint64_t memory_mb;
    unsigned threads; /* 0 counts as 1 */
    struct fan_kit base_kit, kit;
    struct fan_base base;
    struct fan_workspace space[FAN_SIEVE_THREADS_MAX];
    uint64_t lo, progress; /* of the run at hand */
};

struct fan_sieve *fan_sieve_new(void)
{
    return fan_alloc_zero(1, sizeof(struct fan_sieve));
}

void fan_sieve_free(struct fan_sieve *sieve)
{
    if (!sieve) return;
    fan_kit_clear(&sieve->base_kit);
    fan_kit_clear(&sieve->kit);
    fan_base_clear(&sieve->base);
    for (int i = 0; i < FAN_SIEVE_THREADS_MAX; i++)
        fan_workspace_clear(&sieve->space[i]);
    free(sieve);
}

void fan_sieve_take_path(struct fan_sieve *sieve, const struct fan_sieve_path *path)
{
    sieve->path = path;
}

void fan_sieve_take_memory(struct fan_sieve *sieve, uint64_t memory_mb)
{
    sieve->memory_mb = memory_mb;
}

void fan_sieve_take_threads(struct fan_sieve *sieve, unsigned threads)
{
    assert(threads >= 1 && threads <= FAN_SIEVE_THREADS_MAX);
    sieve->threads = threads;
}

uint64_t fan_sieve_position(const struct fan_sieve *sieve)
{
    return sieve->lo + __atomic_load_n(&sieve->progress, __ATOMIC_RELAXED);
}

/* A thread costs some 0.1 ms, so it should have more than that to do. */
static unsigned parts_of(const struct fan_sieve *s, uint64_t width)
{
    const uint64_t part_width_min = 10000000;
    uint64_t parts = width / part_width_min;
    if (parts > s->threads) parts = s->threads;
    return parts < 1 ? 1 : (unsigned)parts;
}

/* What all sweeps of a run have in common. */
static struct fan_sweep new_sweep(struct fan_sieve *s, const struct fan_sieve_task *task,
                                  uint64_t low, uint64_t high)
{
    return (struct fan_sweep){ .low = low,
                               .high = high,
                               .path = s->path,
                               .kit = &s->kit,
                               .base_kit = &s->base_kit,
                               .base = &s->base,
                               .stop = task->stop,
                               .stop_context = task->stop_context };
}

/* Sieve and store the base primes up to root, as far as memory allows. False: stopped. */
static bool store_base(struct fan_sieve *s, const struct fan_sieve_task *task,
                       uint32_t root)
{
    const uint64_t granule = 64 * FAN_BASE_WORD_SPAN, all = UINT64_C(1) << 32;
    uint64_t limit = (root / granule + 1) * granule, known = fan_base_limit(&s->base);
    uint64_t stored_max = fan_sieve_plan_stored_max(root, s->memory_mb);
    if (limit > stored_max) limit = stored_max;
    if (limit <= known) return true;
    uint64_t low = known < FAN_PRIMES_TINY ? FAN_PRIMES_TINY : known;
    struct fan_sweep sweep = new_sweep(s, task, low, limit < all ? limit : all);
    sweep.kit = &s->base_kit;
    sweep.store = &s->base;
    sweep.plan = fan_sieve_plan_base(sweep.low, sweep.high, 1, fan_sieve_path_l1_bytes());
    fan_base_reserve(&s->base, limit / FAN_BASE_WORD_SPAN);
    if (!fan_sweep_run(&sweep, s->space)) return false;
    s->base.count = limit / FAN_BASE_WORD_SPAN;
    return true;
}

/* Make sure that all base primes up to root are at hand. False: stopped. */
static bool prepare(struct fan_sieve *s, const struct fan_sieve_task *task,
                    uint64_t width, uint32_t root)
{
    fan_primes_list_tiny(&s->kit.list);
    if (root < FAN_PRIMES_TINY) return true;
    fan_primes_list_tiny(&s->base_kit.list);
    fan_kit_turn(&s->base_kit, s->path, FAN_WHEEL);
    if (!store_base(s, task, root)) return false;
    uint32_t listed = fan_sieve_plan_listed_max(width, root, s->memory_mb);
    if (listed > root) listed = root;
    fan_primes_list_grow(&s->kit.list, s->path, &s->base, (uint64_t)listed + 1);
    return true;
}

/* Sieve numbers among which no sieving primes are, each thread a part of them. */
static bool sieve_above(struct fan_sieve *s, const struct fan_sieve_task *task,
                        uint64_t low, uint64_t high, uint32_t root,
                        struct fan_primes *found)
{
    struct fan_sieve_terms terms = { .low = low,
                                     .high = high,
                                     .root = root,
                                     .parts = task->each ? 1 : parts_of(s, high - low),
                                     .ordered = task->gap || task->each,
                                     .l1_bytes = fan_sieve_path_l1_bytes(),
                                     .memory_mb = s->memory_mb };
    struct fan_sieve_plan plan = fan_sieve_plan_range(&terms);
    struct fan_sweep sweep[FAN_SIEVE_THREADS_MAX];
    fan_kit_turn(&s->kit, s->path, plan.modulus);
    unsigned parts = 0;
    for (uint64_t from = low, to; from < high; from = to) {
        to = fan_sieve_plan_part_end(&plan, low, high, parts);
        sweep[parts] = new_sweep(s, task, from, to);
        sweep[parts].plan = plan;
        sweep[parts].twins = task->twins;
        sweep[parts].gap = task->gap;
        sweep[parts].each = task->each;
        sweep[parts].each_context = task->each_context;
        sweep[parts++].progress = &s->progress;
    }
    if (!fan_threads_sweep(sweep, s->space, parts)) return false;
    for (unsigned i = 0; i < parts; i++)
        fan_primes_join(found, &sweep[i].found);
    return true;
}

/* Sieve a range. Where it contains primes that it is sieved with, these would cross off
 * themselves: that part is a range of its own, with a smaller root. */
static bool sieve_range(struct fan_sieve *s, const struct fan_sieve_task *task,
                        uint64_t low, uint64_t high, struct fan_primes *found)
{
    if (low >= high) return true;
    if (task->stop && task->stop(task->stop_context)) return false;
    uint32_t root = fan_wheel_root(high - 1);
    if (!prepare(s, task, high - low, root)) return false;
    if (low < FAN_PRIMES_TINY) {
        if (!fan_tiny_find(&s->kit.list, task, high, found)) return false;
        low = FAN_PRIMES_TINY;
        if (high <= FAN_PRIMES_TINY) return true;
    }
    /* whole groups are listed, whole words are streamed */
    uint64_t own = (root / FAN_BASE_WORD_SPAN + 1) * FAN_BASE_WORD_SPAN;
    size_t active = fan_primes_list_below(&s->kit.list, (uint64_t)root + 1);
    if (s->kit.list.prime[active - 1] >= own) own = s->kit.list.prime[active - 1] + 1ULL;
    if (low < own) {
        uint64_t end = own < high ? own : high;
        if (!sieve_range(s, task, low, end, found)) return false;
        low = end;
        if (low >= high) return true;
    }
    return sieve_above(s, task, low, high, root, found);
}

enum fan_status fan_sieve_do(struct fan_sieve *sieve, const struct fan_sieve_task *task,
                             struct fan_primes *primes, struct fan_err *err)
{
    const uint64_t lo = task->lo, hi = task->hi;
    if (lo > hi)
        return fan_fail(err, FAN_EINVAL,
                        "cannot sieve [%" PRIu64 ", %" PRIu64
                        "): expected lo to be at most hi",
                        lo, hi);
    struct fan_primes found = { 0 };
    sieve->lo = lo;
    sieve->progress = 0;
    if (!sieve->path) sieve->path = fan_sieve_path_best();
    if (!sieve_range(sieve, task, lo, hi, &found))
        return fan_fail(err, FAN_EINTERRUPTED,
                        "stopped sieving [%" PRIu64 ", %" PRIu64 ") before its end", lo,
                        hi);
    if (!task->gap) found.gap = found.gap_start = 0;
    *primes = found;
    return FAN_OK;
}

enum fan_status fan_sieve_run(struct fan_sieve *sieve, uint64_t lo, uint64_t hi,
                              fan_sieve_stop_fn *stop, void *context,
                              struct fan_primes *primes, struct fan_err *err)
{
    struct fan_sieve_task task = {
        .lo = lo, .hi = hi, .stop = stop, .stop_context = context
    };
    return fan_sieve_do(sieve, &task, primes, err);
}
