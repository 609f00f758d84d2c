/* range.c - see range.h. */
#include "partition/range.h"

#include <assert.h>

struct fan_range fan_range_block(uint64_t n, uint32_t parts, uint32_t index)
{
    assert(parts >= 1 && index < parts);
    uint64_t base = n / parts, rest = n % parts;
    uint64_t begin = base * index + (index < rest ? index : rest);
    return (struct fan_range){ begin, begin + base + (index < rest) };
}
