/* function_id.h - names of functions as the API writes them. Pure. */
#ifndef FAN_LOCAL_LAMBDA_FUNCTION_ID_H
#define FAN_LOCAL_LAMBDA_FUNCTION_ID_H

#include "common/err.h"

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What fan_function_id_parse takes, as AWS's errors quote it. */
#define FAN_FUNCTION_ID_PATTERN                                                          \
    "(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?"  \
    "(\\d{12}:)?(function:)?([a-zA-Z0-9-_\\.]+)"                                         \
    "(:(\\$LATEST(\\.PUBLISHED)?|[a-zA-Z0-9-_]+))?"

#define FAN_QUALIFIER_CONSTRAINT "have length less than or equal to 128"

/* A plain name: 1 to 64 letters, digits, '-' and '_'. */
bool fan_function_name_valid(const char *name);

/**
 * Split a path component F of the API ("name", "name:qualifier", partial or full ARN;
 * percent-encoded) into name and qualifier ("" when none). Errors: FAN_EINVAL. Source:
 * Lambda API reference, Invoke, FunctionName.
 */
enum fan_status fan_function_id_parse(const char *component, size_t n, char name[65],
                                      char qualifier[129],
                                      struct fan_err *err) FAN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
