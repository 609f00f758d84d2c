/* design.c - see design.h. */
#include "partition/design.h"

#include "common/random.h"

#include <assert.h>

uint32_t fan_design_cells(const struct fan_factors *factors)
{
    return factors->functions *
           (uint32_t)(factors->work_count * factors->parallelism_count);
}

struct fan_cell fan_design_cell(const struct fan_factors *factors, uint32_t index)
{
    assert(index < fan_design_cells(factors));
    uint32_t levels = (uint32_t)factors->parallelism_count;
    uint32_t works = (uint32_t)factors->work_count;
    return (struct fan_cell){ index / (works * levels),
                              factors->work[index / levels % works],
                              factors->parallelism[index % levels] };
}

uint32_t fan_design_blocks(uint32_t repetitions, uint32_t parallelism_max,
                           uint32_t blocks_max)
{
    uint32_t blocks = repetitions / (parallelism_max ? parallelism_max : 1);
    if (blocks > blocks_max) blocks = blocks_max;
    return blocks ? blocks : 1;
}

struct fan_blocking fan_design_blocking(uint32_t least, uint32_t most,
                                        uint32_t parallelism_max, uint32_t blocks_max)
{
    assert(least >= 1 && least <= most);
    uint32_t even = fan_design_blocks(least, parallelism_max, blocks_max);
    uint32_t step = least / even + (least % even > 0);
    uint32_t more = (most - least) / step + ((most - least) % step > 0);
    return (struct fan_blocking){ least, most, even, step, even + more };
}

struct fan_blocking fan_design_probes(uint32_t calls, uint32_t probes)
{
    return (struct fan_blocking){ calls, calls * probes, 1, calls, probes };
}

uint32_t fan_design_block_calls(const struct fan_blocking *blocking, uint32_t block)
{
    assert(block < blocking->blocks);
    if (block < blocking->even) {
        struct fan_range share = fan_range_block(blocking->least, blocking->even, block);
        return (uint32_t)(share.end - share.begin);
    }
    uint32_t left =
        blocking->most - blocking->least - (block - blocking->even) * blocking->step;
    return left < blocking->step ? left : blocking->step;
}

/* Fisher-Yates over the cells of one block */
static void shuffle(struct fan_visit *visits, uint32_t n, struct fan_random *random)
{
    for (uint32_t i = n; i > 1; i--) {
        uint32_t j = (uint32_t)fan_random_below(random, i);
        uint32_t cell = visits[i - 1].cell;
        visits[i - 1].cell = visits[j].cell;
        visits[j].cell = cell;
    }
}

/* stream numbers of this module, so that other users of the seed stay independent */
#define STREAM_BLOCK UINT64_C(0x64657369676e0000)

void fan_design_visits(uint32_t cells, const struct fan_blocking *blocking, int randomize,
                       uint64_t seed, struct fan_visit *visits)
{
    assert(blocking->blocks >= 1);
    uint64_t next_call = 0;
    for (uint32_t b = 0; b < blocking->blocks; b++) {
        struct fan_visit *block = visits + (size_t)b * cells;
        uint32_t calls = fan_design_block_calls(blocking, b);
        for (uint32_t i = 0; i < cells; i++)
            block[i] = (struct fan_visit){ b, i, 0, calls };
        if (randomize) {
            struct fan_random random;
            fan_random_init(&random, seed, STREAM_BLOCK + b);
            shuffle(block, cells, &random);
        }
        for (uint32_t i = 0; i < cells; i++) {
            block[i].first_call = next_call;
            next_call += block[i].calls;
        }
    }
}
