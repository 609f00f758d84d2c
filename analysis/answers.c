/* answers.c - rows of cells that differ in one factor, and the order of the answers. */
#include "analysis/answers.h"

#include <stdlib.h>
#include <string.h>

const double fan_answer_precision[FAN_ANSWER_PRECISIONS] = { 0.05, 0.02, 0.01 };

/* Equal in all factors but one? Functions are told apart except by their memory, and
 * versions of a function always. */
static bool is_beside(const struct fan_summary *summary, size_t first, size_t second,
                      enum fan_factor factor)
{
    const struct fan_study_cell *a = summary->cells[first].cell;
    const struct fan_study_cell *b = summary->cells[second].cell;
    if (strcmp(a->transport, b->transport) != 0) return false;
    if (factor == FAN_FACTOR_MEMORY)
        return a->work == b->work && a->parallelism == b->parallelism &&
               (!summary->factors.version || strcmp(a->qualifier, b->qualifier) == 0);
    if (a->memory_mb != b->memory_mb || strcmp(a->function, b->function) != 0)
        return false;
    return factor == FAN_FACTOR_WORK ? a->parallelism == b->parallelism
                                     : a->work == b->work;
}

/* Put a cell into a row, ascending in the factor. */
static void row_insert(struct fan_row *row, const struct fan_study *study,
                       enum fan_factor factor, size_t c)
{
    size_t at = row->n++;
    const uint32_t level = fan_plot_level(&study->cells[c], factor);
    for (; at > 0; at--) {
        const size_t other = row->cell[at - 1];
        if (fan_plot_level(&study->cells[other], factor) <= level) break;
        row->cell[at] = other;
    }
    row->cell[at] = c;
}

size_t fan_answers_rows(const struct fan_summary *summary, enum fan_factor factor,
                        size_t least, struct fan_row **rows)
{
    const struct fan_study *study = summary->study;
    bool *seen = fan_alloc_zero(study->cell_count + 1, sizeof *seen);
    size_t count = 0;
    *rows = fan_alloc_zero(study->cell_count + 1, sizeof **rows);
    for (size_t c = 0; c < study->cell_count; c++) {
        if (seen[c]) continue;
        struct fan_row row = { fan_alloc_zero(study->cell_count, sizeof *row.cell), 0 };
        for (size_t d = c; d < study->cell_count; d++) {
            if (!is_beside(summary, c, d, factor)) continue;
            seen[d] = true;
            if (fan_summary_main(summary, d)->n > 0) row_insert(&row, study, factor, d);
        }
        if (row.n >= least)
            (*rows)[count++] = row;
        else
            free(row.cell);
    }
    free(seen);
    return count;
}

struct fan_answers *fan_answers_new(const struct fan_summary *summary)
{
    struct fan_answers *answers = fan_alloc_zero(1, sizeof *answers);
    fan_answers_cells(answers, summary);
    fan_answers_costs(answers, summary);
    fan_answers_memory(answers, summary);
    fan_answers_cost_laws(answers, summary);
    fan_answers_work(answers, summary);
    fan_answers_load(answers, summary);
    fan_answers_speedup(answers, summary);
    fan_answers_transport(answers, summary);
    fan_answers_time(answers, summary);
    fan_answers_versions(answers, summary);
    fan_answers_throttle(&answers->throttle, summary);
    /* Only the comparisons of cost needed them. */
    for (size_t c = 0; c < summary->study->cell_count; c++) {
        free(answers->cells[c].usd_means);
        free(answers->cells[c].usd);
        answers->cells[c].usd_means = answers->cells[c].usd = NULL;
    }
    return answers;
}

void fan_answers_free(struct fan_answers *answers)
{
    if (!answers) return;
    for (size_t i = 0; i < answers->memory_count; i++) {
        free(answers->memory[i].row.cell);
        free(answers->memory[i].pair);
        free(answers->memory[i].step);
    }
    for (size_t i = 0; i < answers->work_cost_count; i++)
        free(answers->work_cost[i].row.cell);
    for (size_t i = 0; i < answers->work_count; i++)
        free(answers->work[i].row.cell);
    for (size_t i = 0; i < answers->load_count; i++) {
        free(answers->load[i].row.cell);
        free(answers->load[i].per_s);
    }
    free(answers->cells);
    free(answers->memory);
    free(answers->work);
    free(answers->work_cost);
    free(answers->load);
    free(answers->pair);
    free(answers->speedup);
    free(answers->version);
    free(answers->transport);
    fan_answers_throttle_clear(&answers->throttle);
    free(answers);
}
