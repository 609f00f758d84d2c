/* function.h - the function: bytes of an event in, bytes of an answer out. No I/O beyond
 * the clocks, so all of it is tested with literals. */
#ifndef FAN_LAMBDA_KERNEL_FUNCTION_H
#define FAN_LAMBDA_KERNEL_FUNCTION_H

#include "common/err.h"
#include "runtime/answer.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct fan_function;

/* Every errorType that the function answers beside those of runtime/answer.h. */
#define FAN_ERROR_DEADLINE_EXCEEDED "Function.DeadlineExceeded"
#define FAN_ERROR_ALLOCATION_FAILED "Function.AllocationFailed"
#define FAN_ERROR_UNKNOWN_HANDLER   "Runtime.UnknownHandler"

/**
 * Make the function that answers with `handler`. memory_mb: the configured size, for the
 * CPU share (0: unknown). Owns: fan_function_free.
 * Errors: FAN_EUSAGE (no such handler; the text lists those there are).
 */
enum fan_status fan_function_new(struct fan_function **function, const char *handler,
                                 uint64_t memory_mb, struct fan_err *err) FAN_MUST_CHECK;
void fan_function_free(struct fan_function *function);

/**
 * Answer one event. deadline_ms: wall time since 1970 at which the platform ends the
 * invocation, 0 for none. Never fails: whatever is wrong becomes the answer.
 * Owns: fan_answer_clear.
 */
void fan_function_invoke(struct fan_function *function, const char *event,
                         size_t event_bytes, int64_t deadline_ms,
                         struct fan_answer *answer);

#ifdef __cplusplus
}
#endif
#endif
