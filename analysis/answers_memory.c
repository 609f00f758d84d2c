/* answers_memory.c - time and cost against memory, at equal work and parallelism. */
#include <math.h>
#include <stdlib.h>

#include "analysis/answers.h"
#include "analysis/bootstrap.h"
#include "analysis/pareto.h"

static void fit_scaling(struct fan_memory_answer *answer,
                        const struct fan_summary *summary)
{
    const struct fan_row *row = &answer->row;
    double *x = fan_alloc_zero(row->n, sizeof *x), *y = fan_alloc_zero(row->n, sizeof *y);
    size_t n = 0;
    for (; n < row->n; n++) {
        const uint32_t memory_mb = summary->cells[row->cell[n]].cell->memory_mb;
        const double median = fan_summary_main(summary, row->cell[n])->median;
        if (memory_mb > FAN_ANSWER_VCPU_MB || memory_mb == 0 || !(median > 0.0)) break;
        x[n] = log((double)memory_mb);
        y[n] = log(median);
    }
    answer->scaled = n;
    answer->scaling = fan_regression_line(x, y, n, FAN_STATS_LEVEL);
    free(y);
    free(x);
}

/* Do the sizes cost the same? All at once, then each against the smallest. */
static void compare_costs(struct fan_memory_answer *answer,
                          const struct fan_answers *answers)
{
    const struct fan_row *row = &answer->row;
    const struct fan_cell_answer *base = &answers->cells[row->cell[0]];
    struct fan_sample *samples = fan_alloc_zero(row->n, sizeof *samples);
    double *p = fan_alloc_zero(row->n, sizeof *p);

    answer->pair = fan_alloc_zero(row->n, sizeof *answer->pair);
    p[0] = FAN_UNKNOWN;
    for (size_t i = 0; i < row->n; i++) {
        const struct fan_cell_answer *own = &answers->cells[row->cell[i]];
        samples[i].value = own->usd;
        samples[i].n = own->usd_n;
        if (i == 0) continue;
        answer->pair[i].same = fan_equivalence_of(
            own->usd_mean, own->usd_means, base->usd_mean, base->usd_means,
            own->usd_n > 1 && base->usd_n > 1 ? FAN_BOOTSTRAP_REPLICATES : 0,
            own->usd_n < base->usd_n ? own->usd_n : base->usd_n, FAN_EQUIVALENCE_MARGIN);
        p[i] = fan_rank_mann_whitney(own->usd, own->usd_n, base->usd, base->usd_n,
                                     FAN_STATS_LEVEL)
                   .p;
    }
    answer->cost_test = fan_rank_kruskal_wallis(samples, row->n);
    fan_rank_holm(p, row->n);
    for (size_t i = 0; i < row->n; i++)
        answer->pair[i].p = p[i];
    free(p);
    free(samples);
}

static struct fan_interval bounds_or_point(struct fan_interval ci, double point)
{
    const struct fan_interval both = { point, point };
    return isfinite(ci.lower) && isfinite(ci.upper) ? ci : both;
}

static void mark_front(const struct fan_memory_answer *answer,
                       struct fan_answers *answers, const struct fan_summary *summary)
{
    const struct fan_row *row = &answer->row;
    struct fan_choice *choices = fan_alloc_zero(row->n, sizeof *choices);
    bool *on_front = fan_alloc_zero(row->n, sizeof *on_front);
    for (size_t i = 0; i < row->n; i++) {
        const struct fan_description *d = fan_summary_main(summary, row->cell[i]);
        const struct fan_cell_answer *own = &answers->cells[row->cell[i]];
        choices[i].time = bounds_or_point(d->median_ci, d->median);
        choices[i].usd = bounds_or_point(own->usd_ci, own->usd_mean);
    }
    fan_pareto_front(choices, row->n, on_front);
    for (size_t i = 0; i < row->n; i++)
        answers->cells[row->cell[i]].on_front = on_front[i];
    free(on_front);
    free(choices);
}

static void tune(struct fan_memory_answer *answer, const struct fan_answers *answers)
{
    const struct fan_row *row = &answer->row;
    struct fan_tuning_size *sizes = fan_alloc_zero(row->n, sizeof *sizes);
    answer->tuned = true;
    for (size_t i = 0; i < row->n; i++) {
        sizes[i] = answers->cells[row->cell[i]].tuning;
        answer->tuned = answer->tuned && sizes[i].average_ms > 0.0;
    }
    if (answer->tuned) {
        answer->cheapest = row->cell[fan_tuning_cheapest(sizes, row->n)];
        answer->fastest = row->cell[fan_tuning_fastest(sizes, row->n)];
        answer->balanced =
            row->cell[fan_tuning_balanced(sizes, row->n, FAN_TUNING_WEIGHT)];
    }
    free(sizes);
}

void fan_answers_memory(struct fan_answers *answers, const struct fan_summary *summary)
{
    struct fan_row *rows;
    answers->memory_count = fan_answers_rows(summary, FAN_FACTOR_MEMORY, 2, &rows);
    answers->memory = fan_alloc_zero(answers->memory_count + 1, sizeof *answers->memory);
    for (size_t i = 0; i < answers->memory_count; i++) {
        struct fan_memory_answer *answer = &answers->memory[i];
        answer->row = rows[i];
        fit_scaling(answer, summary);
        compare_costs(answer, answers);
        mark_front(answer, answers, summary);
        tune(answer, answers);
    }
    free(rows);
}
