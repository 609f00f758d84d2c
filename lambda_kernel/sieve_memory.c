/* sieve_memory.c - see sieve_memory.h. */
#include "lambda_kernel/sieve_memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

void *fan_sieve_memory(size_t n, size_t size)
{
    size_t unit = n * size < FAN_LARGE_PAGE ? FAN_CACHE_LINE : FAN_LARGE_PAGE;
    size_t bytes = (n * size + unit - 1) / unit * unit;
    void *memory = aligned_alloc(unit, bytes ? bytes : unit);
    if (!memory) {
        fprintf(stderr, "out of memory: cannot allocate %zu bytes\n", bytes);
        abort();
    }
#ifdef MADV_HUGEPAGE
    if (unit == FAN_LARGE_PAGE) madvise(memory, bytes, MADV_HUGEPAGE);
#endif
    return memory;
}
