/* answers_load.c - time against work, and against the number of calls in flight. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/answers.h"

#define ROWS_PAIRED_MIN 6 /* fewer pairs cannot reach p < 0.05, whatever they say */

static void fit_work(struct fan_work_answer *answer, const struct fan_summary *summary)
{
    const struct fan_row *row = &answer->row;
    size_t all = 0, n = 0;
    for (size_t i = 0; i < row->n; i++)
        all += fan_summary_series(summary, row->cell[i])->n;
    double *x = fan_alloc(all * sizeof *x), *y = fan_alloc(all * sizeof *y);
    for (size_t i = 0; i < row->n; i++) {
        const struct fan_series *series = fan_summary_series(summary, row->cell[i]);
        for (size_t k = 0; k < series->n; k++) {
            x[n] = (double)summary->cells[row->cell[i]].cell->work;
            y[n++] = series->value[k];
        }
    }
    answer->line = fan_regression_uneven(x, y, n, FAN_STATS_LEVEL);
    answer->lack = fan_regression_lack(&answer->line, x, y, n);
    answer->fits = answer->lack.p >= FAN_ANSWER_ALPHA;
    free(y);
    free(x);
}

void fan_answers_work(struct fan_answers *answers, const struct fan_summary *summary)
{
    struct fan_row *rows;
    answers->work_count = fan_answers_rows(summary, FAN_FACTOR_WORK, 3, &rows);
    answers->work = fan_alloc_zero(answers->work_count + 1, sizeof *answers->work);
    for (size_t i = 0; i < answers->work_count; i++) {
        answers->work[i].row = rows[i];
        fit_work(&answers->work[i], summary);
    }
    free(rows);
}

/* Throughput against calls in flight, where there are levels enough for a curve. */
static void fit_throughput(struct fan_load_answer *answer,
                           const struct fan_summary *summary)
{
    const struct fan_row *row = &answer->row;
    double *n = fan_alloc_zero(row->n, sizeof *n);
    answer->per_s = fan_alloc_zero(row->n, sizeof *answer->per_s);
    for (size_t i = 0; i < row->n; i++) {
        const struct fan_cell_summary *cell = &summary->cells[row->cell[i]];
        n[i] = (double)cell->cell->parallelism;
        answer->per_s[i] =
            cell->busy_s > 0.0 ? (double)cell->tallies.done / cell->busy_s : 0.0;
    }
    /* A failure to fit is an answer too: no curve is told. */
    if (row->n >= 4)
        answer->fitted_usl =
            !fan_scaling_fit(n, answer->per_s, row->n, true, &answer->usl, NULL);
    if (row->n >= 3)
        answer->fitted_amdahl =
            !fan_scaling_fit(n, answer->per_s, row->n, false, &answer->amdahl, NULL);
    free(n);
}

static void compare_row(struct fan_answers *answers, const struct fan_row *row,
                        const struct fan_summary *summary)
{
    const struct fan_series *low = fan_summary_series(summary, row->cell[0]);
    for (size_t i = 1; i < row->n; i++) {
        const struct fan_series *high = fan_summary_series(summary, row->cell[i]);
        struct fan_load_pair *pair = &answers->pair[answers->pair_count++];
        pair->low = row->cell[0];
        pair->high = row->cell[i];
        pair->test = fan_rank_mann_whitney(high->value, high->n, low->value, low->n,
                                           FAN_STATS_LEVEL);
        pair->p = pair->test.p;
    }
}

static void adjust_pairs(struct fan_answers *answers)
{
    double *p = fan_alloc_zero(answers->pair_count + 1, sizeof *p);
    for (size_t i = 0; i < answers->pair_count; i++)
        p[i] = answers->pair[i].p;
    fan_rank_holm(p, answers->pair_count);
    for (size_t i = 0; i < answers->pair_count; i++)
        answers->pair[i].p = p[i];
    free(p);
}

/* One pair of medians per row, as logarithms of their ratio: rows differ in scale. */
static void compare_rows(struct fan_answers *answers, const struct fan_summary *summary)
{
    double *ratio = fan_alloc_zero(answers->load_count + 1, sizeof *ratio);
    size_t n = 0;
    for (size_t i = 0; i < answers->load_count; i++) {
        const struct fan_row *row = &answers->load[i].row;
        const double low = fan_summary_main(summary, row->cell[0])->median;
        const double high = fan_summary_main(summary, row->cell[row->n - 1])->median;
        if (low > 0.0 && high > 0.0) ratio[n++] = log(high / low);
    }
    answers->load_paired = fan_rank_signed(ratio, n >= ROWS_PAIRED_MIN ? n : 0);
    free(ratio);
}

void fan_answers_load(struct fan_answers *answers, const struct fan_summary *summary)
{
    struct fan_row *rows;
    answers->load_count = fan_answers_rows(summary, FAN_FACTOR_PARALLELISM, 2, &rows);
    answers->load = fan_alloc_zero(answers->load_count + 1, sizeof *answers->load);
    answers->pair = fan_alloc_zero(summary->study->cell_count + 1, sizeof *answers->pair);
    for (size_t i = 0; i < answers->load_count; i++) {
        answers->load[i].row = rows[i];
        fit_throughput(&answers->load[i], summary);
        compare_row(answers, &rows[i], summary);
    }
    adjust_pairs(answers);
    compare_rows(answers, summary);
    free(rows);
}
