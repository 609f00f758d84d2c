/* parameters.c - see parameters.h. */
#include "lambda_kernel/parameters.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include <jansson.h>

#include "common/number.h"

#define EXACT_REAL_MAX 9007199254740992.0 /* 2^53 */

#define NUMBER_TEXT_MAX 80

/* The value as text that fan_number_u64 reads; what it cannot read it will quote. */
static void write_number(const json_t *value, char text[NUMBER_TEXT_MAX])
{
    double real = json_real_value(value);
    if (json_is_integer(value))
        snprintf(text, NUMBER_TEXT_MAX, "%" JSON_INTEGER_FORMAT,
                 json_integer_value(value));
    else if (floor(real) == real && fabs(real) <= EXACT_REAL_MAX)
        snprintf(text, NUMBER_TEXT_MAX, "%.0f", real);
    else /* 17 digits name it exactly, and with a point they are refused */
        snprintf(text, NUMBER_TEXT_MAX, "%#.17g", real);
}

enum fan_status fan_parameter_u64(const struct json_t *object,
                                  const struct fan_parameter *parameter, uint64_t *value,
                                  struct fan_err *err)
{
    const json_t *found = json_object_get(object, parameter->name);
    const char *text = parameter->initial;
    char number[NUMBER_TEXT_MAX];
    if (json_is_string(found)) {
        text = json_string_value(found);
    } else if (json_is_number(found)) {
        write_number(found, number);
        text = number;
    } else if (found && !json_is_null(found)) {
        return fan_fail(err, FAN_EINVAL,
                        "invalid '%s': expected an integer, or text such as \"1e10\"",
                        parameter->name);
    }
    if (!text)
        return fan_fail(err, FAN_EINVAL,
                        "missing '%s': expected an integer from %" PRIu64 " to %" PRIu64,
                        parameter->name, parameter->min, parameter->max);
    struct fan_err cause = { FAN_OK, "" };
    if (json_is_real(found) && text == number &&
        fabs(json_real_value(found)) > EXACT_REAL_MAX)
        return fan_fail(err, FAN_EINVAL,
                        "invalid '%s': %s is a real above 2^53, which may be inexact: "
                        "write it as an integer or as text such as \"1e18\"",
                        parameter->name, number);
    if (fan_number_u64(text, parameter->min, parameter->max, value, &cause))
        return fan_fail(err, FAN_EINVAL, "invalid '%s': %s", parameter->name, cause.text);
    return FAN_OK;
}

enum fan_status fan_parameter_bool(const struct json_t *object, const char *name,
                                   bool *value, struct fan_err *err)
{
    const json_t *found = json_object_get(object, name);
    if (found && !json_is_null(found) && !json_is_boolean(found))
        return fan_fail(err, FAN_EINVAL, "invalid '%s': expected true or false", name);
    *value = json_is_true(found);
    return FAN_OK;
}
