/* handlers.h - the work that an invocation asks for, by handler name. */
#ifndef FAN_LAMBDA_KERNEL_HANDLERS_H
#define FAN_LAMBDA_KERNEL_HANDLERS_H

#include "common/err.h"
#include "lambda_kernel/deadline.h"
#include "lambda_kernel/sieve.h"

#ifdef __cplusplus
extern "C" {
#endif

struct json_t;

struct fan_handler_context {
    struct fan_sieve *sieve; /* made when first needed, kept between invocations */
    uint64_t memory_mb;      /* of the function; 0: unknown */
    struct fan_deadline deadline;
};

/**
 * Do the work: read the parameters, write the results into the object `result`.
 * Errors: FAN_EINVAL (parameters), FAN_EINTERRUPTED (the deadline is near), FAN_ELIMIT
 * (memory was refused).
 */
typedef enum fan_status fan_handler_fn(struct fan_handler_context *context,
                                       const struct json_t *parameters,
                                       struct json_t *result, struct fan_err *err);

/* "sieve", "eratosthenes", "isprime"; NULL for any other name. */
fan_handler_fn *fan_handler_find(const char *name);

/* All names, for messages. */
#define FAN_HANDLER_NAMES "sieve, eratosthenes, isprime"

#ifdef __cplusplus
}
#endif
#endif
