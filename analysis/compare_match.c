/* compare_match.c - which setting of one run is which of the other. */
#include <stdlib.h>
#include <string.h>

#include "analysis/compare_data.h"

static bool same_levels(const struct fan_study_cell *a, const struct fan_study_cell *b)
{
    return a->memory_mb == b->memory_mb && a->work == b->work &&
           a->parallelism == b->parallelism;
}

/* Cells of a study that are free and have these levels; *last: one of them. */
static size_t count_free(const struct fan_study *study, const bool *taken,
                         const struct fan_study_cell *levels, size_t *last)
{
    size_t n = 0;
    for (size_t c = 0; c < study->cell_count; c++) {
        if (taken[c] || !same_levels(&study->cells[c], levels)) continue;
        *last = c;
        n++;
    }
    return n;
}

/* First pass: the same levels and the same function. */
static size_t find_exact(const struct fan_study *study, const bool *taken,
                         const struct fan_study_cell *cell)
{
    for (size_t c = 0; c < study->cell_count; c++)
        if (!taken[c] && same_levels(&study->cells[c], cell) &&
            strcmp(study->cells[c].function, cell->function) == 0)
            return c;
    return study->cell_count;
}

static void see_factors(struct fan_comparison *c)
{
    struct fan_factors_seen *seen = &c->factors;
    for (size_t i = 0; i < c->pair_count; i++) {
        const struct fan_study_cell *cell = fan_compare_cell(c, i);
        const struct fan_study_cell *first = fan_compare_cell(c, 0);
        seen->memory |= cell->memory_mb != first->memory_mb;
        seen->work |= cell->work != first->work;
        seen->parallelism |= cell->parallelism != first->parallelism;
        for (size_t j = 0; j < i && !seen->function; j++)
            seen->function = same_levels(fan_compare_cell(c, j), cell);
    }
}

static size_t *list_free(const bool *taken, size_t cells, size_t *count)
{
    size_t *list = fan_alloc_zero(cells + 1, sizeof *list);
    *count = 0;
    for (size_t c = 0; c < cells; c++)
        if (!taken[c]) list[(*count)++] = c;
    return list;
}

static int compare_pairs(const void *left, const void *right)
{
    const struct fan_compare_pair *a = left;
    const struct fan_compare_pair *b = right;
    return (a->a > b->a) - (a->a < b->a);
}

void fan_compare_match(struct fan_comparison *c)
{
    const struct fan_study *a = c->a.summary->study, *b = c->b.summary->study;
    bool *taken_a = fan_alloc_zero(a->cell_count + 1, sizeof *taken_a);
    bool *taken_b = fan_alloc_zero(b->cell_count + 1, sizeof *taken_b);
    c->pair = fan_alloc_zero(a->cell_count + 1, sizeof *c->pair);
    /* Functions of the same name first; then those that are the only ones left at their
     * levels on both sides, whatever they are called. */
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < a->cell_count; i++) {
            size_t partner = b->cell_count, own = i;
            if (taken_a[i]) continue;
            if (pass == 0)
                partner = find_exact(b, taken_b, &a->cells[i]);
            else if (count_free(a, taken_a, &a->cells[i], &own) != 1 ||
                     count_free(b, taken_b, &a->cells[i], &partner) != 1)
                continue;
            if (partner == b->cell_count) continue;
            taken_a[i] = taken_b[partner] = true;
            c->pair[c->pair_count].a = i;
            c->pair[c->pair_count].b = partner;
            c->pair[c->pair_count++].renamed = pass == 1;
            c->renamed += pass == 1;
        }
    }
    qsort(c->pair, c->pair_count, sizeof *c->pair, compare_pairs);
    c->only_a = list_free(taken_a, a->cell_count, &c->only_a_count);
    c->only_b = list_free(taken_b, b->cell_count, &c->only_b_count);
    free(taken_a);
    free(taken_b);
    see_factors(c);
}
