/* cell_visits.c - see cell_visits.h. */
#include "analysis/cell_visits.h"

#include <stdlib.h>

#include "common/buf.h"

struct start {
    const struct fan_phase_mark *mark;
    uint32_t rank;
    size_t order; /* position in the study: of two marks of a rank, the later counts */
};

static int compare_starts(const void *left, const void *right)
{
    const struct start *a = left;
    const struct start *b = right;
    if (a->mark->phase != b->mark->phase) return a->mark->phase < b->mark->phase ? -1 : 1;
    if (a->rank != b->rank) return a->rank < b->rank ? -1 : 1;
    return (a->order > b->order) - (a->order < b->order);
}

static struct fan_cell_visit visit_of(const struct start *start, size_t n)
{
    struct fan_cell_visit visit = { start[0].mark->phase,
                                    start[0].mark->cell,
                                    start[0].mark->block,
                                    0,
                                    INT64_MAX,
                                    INT64_MIN,
                                    INT64_MIN,
                                    0 };
    for (size_t i = 0; i < n; i++) {
        const struct fan_phase_mark *mark = start[i].mark;
        if (i + 1 < n && start[i + 1].rank == start[i].rank) continue;
        if (mark->start_ns < visit.first_ns) visit.first_ns = mark->start_ns;
        if (mark->start_ns > visit.start_ns) visit.start_ns = mark->start_ns;
        if (mark->end_ns > visit.end_ns) visit.end_ns = mark->end_ns;
        visit.calls += mark->calls;
        visit.ranks++;
    }
    return visit;
}

size_t fan_cell_visits_of(const struct fan_study *study, struct fan_cell_visit **visits)
{
    const size_t n = study->phase_count;
    struct start *start = fan_alloc_zero(n + 1, sizeof *start);
    struct fan_cell_visit *visit = fan_alloc_zero(n + 1, sizeof *visit);
    size_t count = 0, next;

    for (size_t i = 0; i < n; i++) {
        start[i].mark = &study->phases[i];
        start[i].rank = study->phase_rank[i];
        start[i].order = i;
    }
    qsort(start, n, sizeof *start, compare_starts);
    for (size_t i = 0; i < n; i = next) {
        for (next = i + 1; next < n; next++)
            if (start[next].mark->phase != start[i].mark->phase) break;
        visit[count++] = visit_of(start + i, next - i);
    }
    free(start);
    *visits = visit;
    return count;
}

double fan_cell_visit_seconds(const struct fan_cell_visit *visit)
{
    return visit->end_ns > visit->first_ns
               ? (double)(visit->end_ns - visit->first_ns) / 1e9
               : 0.0;
}

static int compare_blocks(const void *left, const void *right)
{
    const struct fan_cell_block *a = left;
    const struct fan_cell_block *b = right;
    if (a->cell != b->cell) return a->cell < b->cell ? -1 : 1;
    return (a->block > b->block) - (a->block < b->block);
}

static void count_done(const struct fan_study *study, struct fan_cell_block *block,
                       size_t n)
{
    for (size_t i = 0; i < study->record_count; i++) {
        const struct fan_record *record = &study->records[i];
        if (record->outcome != FAN_OUTCOME_OK) continue;
        const struct fan_cell_block key = { record->cell, record->block, 0.0, 0 };
        struct fan_cell_block *own = bsearch(&key, block, n, sizeof key, compare_blocks);
        if (own) own->done++;
    }
}

size_t fan_cell_blocks_of(const struct fan_study *study, struct fan_cell_block **blocks)
{
    struct fan_cell_visit *visits;
    const size_t count = fan_cell_visits_of(study, &visits);
    struct fan_cell_block *block = fan_alloc_zero(count + 1, sizeof *block);
    size_t n = 0;

    for (size_t i = 0; i < count; i++) {
        block[i].cell = visits[i].cell;
        block[i].block = visits[i].block;
        block[i].seconds = fan_cell_visit_seconds(&visits[i]);
    }
    free(visits);
    qsort(block, count, sizeof *block, compare_blocks);
    for (size_t i = 0; i < count; i++) {
        if (block[i].cell >= study->cell_count) continue;
        if (n > 0 && compare_blocks(&block[n - 1], &block[i]) == 0)
            block[n - 1].seconds += block[i].seconds;
        else
            block[n++] = block[i];
    }
    count_done(study, block, n);
    *blocks = block;
    return n;
}

double fan_cell_block_rate(const struct fan_cell_block *block)
{
    return block->seconds > 0.0 ? (double)block->done / block->seconds : 0.0;
}
