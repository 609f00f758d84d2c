/* budget.c - see budget.h. */
#include "mpi_driver/budget.h"

#include "common/buf.h"
#include "partition/slice.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#define PICO 1e12

uint64_t fan_budget_pico(double usd)
{
    double pico = ceil(usd * PICO);
    if (!(pico > 0)) return 0;
    return pico < 1e19 ? (uint64_t)pico : FAN_BUDGET_NONE - 1;
}

bool fan_budget_reserve(struct fan_budget *budget, uint64_t worst_pico)
{
    if (budget->calls == 0) return false;
    if (budget->pico != FAN_BUDGET_NONE && budget->pico < worst_pico) return false;
    if (budget->calls != FAN_BUDGET_NONE) budget->calls--;
    if (budget->pico != FAN_BUDGET_NONE) budget->pico -= worst_pico;
    budget->reserved++;
    return true;
}

void fan_budget_settle(struct fan_budget *budget, uint64_t worst_pico, bool counts,
                       uint64_t cost_pico)
{
    assert(budget->reserved > 0);
    budget->reserved--;
    if (budget->calls != FAN_BUDGET_NONE && !counts) budget->calls++;
    if (budget->pico == FAN_BUDGET_NONE) return;
    if (cost_pico <= worst_pico) {
        budget->pico += worst_pico - cost_pico;
    } else {
        uint64_t more = cost_pico - worst_pico;
        budget->pico -= more < budget->pico ? more : budget->pico;
    }
}

void fan_budget_share(const struct fan_budget *total, uint64_t worst_pico,
                      const uint64_t *weight, uint32_t n, struct fan_budget *share)
{
    uint64_t *part = fan_alloc_zero(n, sizeof *part);
    uint32_t first = 0;
    while (first + 1 < n && weight[first] == 0)
        first++;
    if (total->calls != FAN_BUDGET_NONE) fan_slice_units(total->calls, weight, n, part);
    for (uint32_t r = 0; r < n; r++) {
        share[r].calls = total->calls == FAN_BUDGET_NONE ? FAN_BUDGET_NONE : part[r];
        share[r].pico = FAN_BUDGET_NONE;
        share[r].reserved = 0;
    }
    if (total->pico != FAN_BUDGET_NONE) {
        uint64_t unit = worst_pico > 0 ? worst_pico : 1;
        fan_slice_units(total->pico / unit, weight, n, part);
        for (uint32_t r = 0; r < n; r++)
            share[r].pico = part[r] * unit;
        share[first].pico += total->pico % unit;
    }
    free(part);
}
