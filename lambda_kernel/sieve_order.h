/* sieve_order.h - the primes of a tile one after another: gaps between them, and the
 * primes themselves. */
#ifndef FAN_LAMBDA_KERNEL_SIEVE_ORDER_H
#define FAN_LAMBDA_KERNEL_SIEVE_ORDER_H

#include "lambda_kernel/sieve.h"
#include "lambda_kernel/sieve_base.h"

#ifdef __cplusplus
extern "C" {
#endif

struct fan_order {
    fan_sieve_each_fn *each; /* is handed all primes, or NULL */
    void *context;
    uint64_t previous;       /* prime; 0: none yet */
    uint64_t gap, gap_start; /* greatest distance so far, and where it begins */
};

/* Go on with the primes of a stretch, which lies above all before. False: each stopped.
 */
bool fan_order_read(struct fan_order *order, const struct fan_base *turns);

#ifdef __cplusplus
}
#endif
#endif
