/* sieve_memory.h - memory aligned to cache lines, as the vector loops like it. */
#ifndef FAN_LAMBDA_KERNEL_SIEVE_MEMORY_H
#define FAN_LAMBDA_KERNEL_SIEVE_MEMORY_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_CACHE_LINE 64

/* n elements of `size` bytes, their content undefined. Owns: free. Aborts when memory
 * runs out. Pages that are never touched take no memory. */
void *fan_sieve_memory(size_t n, size_t size);

#ifdef __cplusplus
}
#endif
#endif
