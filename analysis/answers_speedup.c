/* answers_speedup.c - how much sooner are the same calls done with more in flight? */
#include <math.h>
#include <stdlib.h>

#include "analysis/answers.h"
#include "analysis/moments.h"
#include "analysis/cell_visits.h"

/* The blocks of one cell. */
struct run {
    const struct fan_cell_block *block;
    size_t n;
};

static struct run run_of(const struct fan_cell_block *blocks, size_t n, size_t cell)
{
    size_t low = 0, high = n;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (blocks[middle].cell < cell)
            low = middle + 1;
        else
            high = middle;
    }
    struct run run = { blocks + low, 0 };
    while (low + run.n < n && run.block[run.n].cell == cell)
        run.n++;
    return run;
}

/* Logarithms of the ratio of both rates, block by block. */
static size_t take_ratios(const struct run *low, const struct run *high, double *ratio)
{
    size_t n = 0;
    for (size_t i = 0, k = 0; i < low->n && k < high->n;) {
        if (low->block[i].block != high->block[k].block) {
            *(low->block[i].block < high->block[k].block ? &i : &k) += 1;
            continue;
        }
        const double slow = fan_cell_block_rate(&low->block[i++]);
        const double fast = fan_cell_block_rate(&high->block[k++]);
        if (slow > 0.0 && fast > 0.0) ratio[n++] = log(fast / slow);
    }
    return n;
}

/* Seconds that the cell took per success; unknown without any. */
static double seconds_each(const struct fan_summary *summary, size_t cell)
{
    const struct fan_cell_summary *c = &summary->cells[cell];
    if (!(c->busy_s > 0.0) || c->tallies.done == 0) return FAN_UNKNOWN;
    return c->busy_s / (double)c->tallies.done;
}

static void compare(struct fan_speedup *speedup, const struct fan_summary *summary,
                    const struct fan_cell_block *blocks, size_t n)
{
    const struct run low = run_of(blocks, n, speedup->low);
    const struct run high = run_of(blocks, n, speedup->high);
    double *ratio = fan_alloc_zero(low.n + 1, sizeof *ratio);
    speedup->blocks = take_ratios(&low, &high, ratio);
    const struct fan_moments m = fan_moments_of(ratio, speedup->blocks);
    free(ratio);

    speedup->calls = summary->cells[speedup->high].tallies.done;
    speedup->low_s = seconds_each(summary, speedup->low) * (double)speedup->calls;
    speedup->high_s = seconds_each(summary, speedup->high) * (double)speedup->calls;
    speedup->factor = speedup->blocks > 0 ? exp(m.mean) : FAN_UNKNOWN;
    speedup->ci.lower = speedup->ci.upper = FAN_UNKNOWN;
    if (speedup->blocks < 2) return;
    const double sd = sqrt(m.m2 / (double)(speedup->blocks - 1));
    const struct fan_interval ci =
        fan_stats_mean_interval(m.mean, sd, speedup->blocks, FAN_STATS_LEVEL);
    speedup->ci.lower = exp(ci.lower);
    speedup->ci.upper = exp(ci.upper);
}

void fan_answers_speedup(struct fan_answers *answers, const struct fan_summary *summary)
{
    struct fan_cell_block *blocks;
    const size_t n = fan_cell_blocks_of(summary->study, &blocks);
    answers->speedup =
        fan_alloc_zero(summary->study->cell_count + 1, sizeof *answers->speedup);
    for (size_t r = 0; r < answers->load_count; r++) {
        const struct fan_row *row = &answers->load[r].row;
        for (size_t i = 1; i < row->n; i++) {
            struct fan_speedup *speedup = &answers->speedup[answers->speedup_count];
            speedup->low = row->cell[0];
            speedup->high = row->cell[i];
            compare(speedup, summary, blocks, n);
            if (isfinite(speedup->factor) && isfinite(speedup->low_s))
                answers->speedup_count++;
        }
    }
    free(blocks);
}
