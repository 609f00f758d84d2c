/* design.h - the experiment's cells, and the randomised blocks they are visited in. Pure.
 */
#ifndef FAN_PARTITION_DESIGN_H
#define FAN_PARTITION_DESIGN_H

#include "partition/range.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Factor levels; each list has at least one level. Pointers are the caller's. */
struct fan_factors {
    uint32_t functions;   /* levels of the function factor: indices 0..functions-1 */
    const uint32_t *work; /* multiples of the computation */
    size_t work_count;
    const uint32_t *parallelism; /* calls in flight over all ranks */
    size_t parallelism_count;
};

/* One combination of levels. */
struct fan_cell {
    uint32_t function, work, parallelism;
};

/* One visit of a cell: `calls` repetitions, numbered from first_call in the whole run. */
struct fan_visit {
    uint32_t block, cell;
    uint64_t first_call;
    uint32_t calls;
};

/* Number of cells, and the cell with an index (functions vary slowest). */
uint32_t fan_design_cells(const struct fan_factors *factors);
struct fan_cell fan_design_cell(const struct fan_factors *factors, uint32_t index);

/**
 * Blocks that fit: as many as give each visit at least `parallelism_max` repetitions,
 * between 1 and blocks_max.
 */
uint32_t fan_design_blocks(uint32_t repetitions, uint32_t parallelism_max,
                           uint32_t blocks_max);

/*
 * How the calls of a cell are cut into blocks. The first `even` blocks share `least`
 * calls as evenly as possible; every further block has `step`, the last of them perhaps
 * fewer, until there are `most`. With least = most all blocks are even ones.
 */
struct fan_blocking {
    uint32_t least, most; /* calls per cell */
    uint32_t even, step;
    uint32_t blocks; /* in all */
};

/**
 * `least` calls per cell in as many blocks as fan_design_blocks() gives them and, where
 * `most` is more than that, further blocks of the same size up to it. 1 <= least <= most.
 */
struct fan_blocking fan_design_blocking(uint32_t least, uint32_t most,
                                        uint32_t parallelism_max, uint32_t blocks_max);

/* `probes` blocks of `calls` calls per cell each. */
struct fan_blocking fan_design_probes(uint32_t calls, uint32_t probes);

/* Calls of every cell in a block; block < blocking->blocks. */
uint32_t fan_design_block_calls(const struct fan_blocking *blocking, uint32_t block);

/**
 * Write the visits of all blocks in order: blocks x cells entries, each block a fresh
 * random permutation of the cells (Fisher-Yates, seeded) or, with randomize false, in
 * cell order. Call ids run consecutively through the visits. visits: room for
 * blocking->blocks * cells entries, the caller's.
 */
void fan_design_visits(uint32_t cells, const struct fan_blocking *blocking, int randomize,
                       uint64_t seed, struct fan_visit *visits);

#ifdef __cplusplus
}
#endif
#endif
