/*
 * budget.h - a rank's slice of what the run may spend, in invocations and dollars.
 *
 * A call's worst price is reserved before it leaves and settled to what it did cost when
 * it is back, so that a slice cannot be exceeded whatever happens in between. Dollars are
 * counted in whole picodollars (1e-12): additions are then exact, and a millisecond of
 * the smallest function (2.1e-9 dollars) still shows.  Pure.
 */
#ifndef FAN_MPI_DRIVER_BUDGET_H
#define FAN_MPI_DRIVER_BUDGET_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_BUDGET_NONE UINT64_MAX /* no limit */

struct fan_budget {
    uint64_t calls, pico; /* left, less what is reserved; FAN_BUDGET_NONE: no limit */
    uint64_t reserved;    /* calls in flight */
};

/* Dollars to picodollars, rounded up; never FAN_BUDGET_NONE. usd >= 0. */
uint64_t fan_budget_pico(double usd);

/**
 * Reserve one invocation and worst_pico. Returns false, and reserves nothing, when the
 * slice cannot afford it now; a later settlement may free enough.
 */
bool fan_budget_reserve(struct fan_budget *budget, uint64_t worst_pico);

/**
 * A reserved call is back: give back the invocation unless it counts as one, and what it
 * cost less than worst_pico. A cost above the worst takes the rest from what is left.
 */
void fan_budget_settle(struct fan_budget *budget, uint64_t worst_pico, bool counts,
                       uint64_t cost_pico);

/**
 * Share what all ranks together have left (total) over n ranks by weight: the calls that
 * each still has to make. Money is shared in units of worst_pico, so that the last
 * dollars are not split into parts of which none pays a call; the rest goes to the first
 * rank with weight. share: n entries; the shares sum to total.
 */
void fan_budget_share(const struct fan_budget *total, uint64_t worst_pico,
                      const uint64_t *weight, uint32_t n, struct fan_budget *share);

#ifdef __cplusplus
}
#endif
#endif
