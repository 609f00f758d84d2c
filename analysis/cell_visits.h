/* cell_visits.h - the visits of a study's cells: what all ranks did between two barriers.
 * Pure.
 */
#ifndef FAN_ANALYSIS_CELL_VISITS_H
#define FAN_ANALYSIS_CELL_VISITS_H

#include "analysis/study.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One phase over its ranks. A rank that was resumed in it counts with its last mark. */
struct fan_cell_visit {
    uint32_t phase, cell, block;
    size_t ranks;
    int64_t first_ns, start_ns, end_ns; /* first and last start, last end; run clock */
    uint64_t calls;                     /* that the ranks were given */
};

/* All visits, by phase. Owns: the caller frees the array. Returns how many. */
size_t fan_cell_visits_of(const struct fan_study *study, struct fan_cell_visit **visits);

/* Seconds from the first start to the last end; 0 for a visit that never ended. */
double fan_cell_visit_seconds(const struct fan_cell_visit *visit);

/* All visits of a cell in one block: more than one where a run was resumed. */
struct fan_cell_block {
    uint32_t cell, block;
    double seconds; /* summed over them */
    uint64_t done;  /* successes */
};

/* All blocks of all cells, by cell and block. Owns: the caller frees. Returns how many.
 */
size_t fan_cell_blocks_of(const struct fan_study *study, struct fan_cell_block **blocks);

/* Calls that a block did per second; 0 without any, or without time. */
double fan_cell_block_rate(const struct fan_cell_block *block);

#ifdef __cplusplus
}
#endif
#endif
