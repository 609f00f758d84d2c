/* sieve_sweep.h - the engine: sieves one stretch of numbers, tile by tile, a tile class
 * by class, a class chunk by chunk (sieve_plan.h).
 *
 * What it is sieved with is read only, so several threads may sweep at once, each with a
 * workspace of its own. */
#ifndef FAN_LAMBDA_KERNEL_SIEVE_SWEEP_H
#define FAN_LAMBDA_KERNEL_SIEVE_SWEEP_H

#include "lambda_kernel/sieve.h"
#include "lambda_kernel/sieve_base.h"
#include "lambda_kernel/sieve_bucket.h"
#include "lambda_kernel/sieve_lists.h"
#include "lambda_kernel/sieve_path.h"
#include "lambda_kernel/sieve_plan.h"
#include "lambda_kernel/sieve_presieve.h"
#include "lambda_kernel/sieve_primes.h"
#include "lambda_kernel/sieve_twins.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Patterns and listed primes, both for one modulus. */
struct fan_kit {
    struct fan_presieve presieve;
    struct fan_primes_list list;
};

/* Make a kit ready for a modulus; its list has the primes already. */
void fan_kit_turn(struct fan_kit *kit, const struct fan_sieve_path *path,
                  uint32_t modulus);
void fan_kit_clear(struct fan_kit *kit);

/* What one thread writes to while it sweeps. Zeroed: empty. Grows, never shrinks. */
struct fan_workspace {
    uint64_t *memory; /* the class array at work, and the room that loops need */
    uint32_t class_bits;
    uint32_t *at;  /* by listed prime: its first multiple in the class at hand, in bits */
    uint32_t *now; /* the same in the chunk at hand, of those that go chunk by chunk */
    size_t at_capacity, now_capacity;
    struct fan_lists lists;
    struct fan_buckets buckets;
    struct fan_twins twins;
    struct fan_base turns;  /* the tile at work, where its primes are wanted in order */
    struct fan_base window; /* base primes beyond those that are stored */
    struct fan_workspace *window_space;
};
void fan_workspace_clear(struct fan_workspace *space);

/* One stretch: what it is sieved with, and where its primes go. */
struct fan_sweep {
    uint64_t low, high; /* [low, high) */
    struct fan_sieve_plan plan;
    const struct fan_sieve_path *path;
    const struct fan_kit *kit;      /* for the plan's modulus */
    const struct fan_kit *base_kit; /* for FAN_WHEEL, with the tiny primes */
    const struct fan_base *base;    /* primes beyond the listed ones */
    struct fan_base
        *store; /* takes the bits of this stretch, or NULL: they are counted */
    bool twins, gap;
    fan_sieve_each_fn
        *each; /* may be NULL; it or a gap needs a plan for ordered primes */
    void *each_context;
    fan_sieve_stop_fn *stop; /* may be NULL */
    void *stop_context;
    uint64_t *progress; /* grows by high - low in all; shared by threads; may be NULL */
    struct fan_primes found;
};

/**
 * Sweep the stretch, which contains no prime that it is sieved with. False: stopped.
 * The plan, the kits and the base primes (as far as they are stored) are those that the
 * stretch needs; a store has room, and high - low is not 0.
 */
bool fan_sweep_run(struct fan_sweep *sweep, struct fan_workspace *space);

#ifdef __cplusplus
}
#endif
#endif
