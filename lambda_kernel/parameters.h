/* parameters.h - numbers out of a JSON object: integer, integral real or text.   Pure. */
#ifndef FAN_LAMBDA_KERNEL_PARAMETERS_H
#define FAN_LAMBDA_KERNEL_PARAMETERS_H

#include "common/err.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct json_t;

/* One parameter that a handler takes. */
struct fan_parameter {
    const char *name;
    uint64_t min, max;
    const char *initial; /* value when absent, as text; NULL: must be given */
};

/**
 * Read a number in [min, max]. Accepted: 12, 1e10 (a real that is an integer, exact up to
 * 2^53), "12", "1e18", "1_000".
 * Errors: FAN_EINVAL naming the parameter, what was there and what was expected.
 */
enum fan_status fan_parameter_u64(const struct json_t *object,
                                  const struct fan_parameter *parameter, uint64_t *value,
                                  struct fan_err *err) FAN_MUST_CHECK;

/* Read true or false; absent counts as false. Errors: FAN_EINVAL naming the parameter. */
enum fan_status fan_parameter_bool(const struct json_t *object, const char *name,
                                   bool *value, struct fan_err *err) FAN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
