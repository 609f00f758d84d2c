/* sieve_lists.h - where the next classes of a tile are crossed off by primes that hit a
 * class once or not at all: a list for each. */
#ifndef FAN_LAMBDA_KERNEL_SIEVE_LISTS_H
#define FAN_LAMBDA_KERNEL_SIEVE_LISTS_H

#include "lambda_kernel/sieve_path.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Zeroed: empty. Grows, never shrinks. */
struct fan_lists {
    uint32_t *hits[FAN_PATH_AHEAD];
    size_t counts[FAN_PATH_AHEAD];
    size_t capacity; /* of each list, beside a group */
};

/* Make room for n more hits in each list. Aborts when memory runs out. */
void fan_lists_reserve(struct fan_lists *lists, size_t n);
/* Forget the hits, but keep the memory. */
void fan_lists_empty(struct fan_lists *lists);
void fan_lists_clear(struct fan_lists *lists);

#ifdef __cplusplus
}
#endif
#endif
