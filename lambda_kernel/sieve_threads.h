/* sieve_threads.h - several sweeps at once. */
#ifndef FAN_LAMBDA_KERNEL_SIEVE_THREADS_H
#define FAN_LAMBDA_KERNEL_SIEVE_THREADS_H

#include "lambda_kernel/sieve_sweep.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Run n sweeps (at most FAN_SIEVE_THREADS_MAX), each in a thread and workspace of its
 * own, the first in the caller's. Their stop callback, which all share, is asked by one
 * thread at a time. False: stopped; all threads have ended in any case.
 */
bool fan_threads_sweep(struct fan_sweep *sweeps, struct fan_workspace *spaces,
                       unsigned n);

#ifdef __cplusplus
}
#endif
#endif
