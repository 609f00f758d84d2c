/* sieve_memory.c - see sieve_memory.h. */
#include "lambda_kernel/sieve_memory.h"

#include <stdio.h>
#include <stdlib.h>

void *fan_sieve_memory(size_t n, size_t size)
{
    size_t bytes = (n * size / FAN_CACHE_LINE + 1) * FAN_CACHE_LINE;
    void *memory = aligned_alloc(FAN_CACHE_LINE, bytes);
    if (memory) return memory;
    fprintf(stderr, "out of memory: cannot allocate %zu bytes\n", bytes);
    abort();
}
