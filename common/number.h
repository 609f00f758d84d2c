/* number.h - numbers as people write them: 1e10, 5%, 250ms, parsed exactly or refused. */
#ifndef FAN_COMMON_NUMBER_H
#define FAN_COMMON_NUMBER_H

#include "common/err.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Parse an unsigned integer: digits, optional _ between digits, optional exponent
 * ("1e10", "2.5e6" when the result is an integer). The whole text must match. Errors:
 * FAN_EINVAL naming the text and the bounds; *value is untouched then.
 */
enum fan_status fan_number_u64(const char *text, uint64_t min, uint64_t max,
                               uint64_t *value, struct fan_err *err) FAN_MUST_CHECK;

/**
 * Parse a finite decimal number; a trailing % divides by 100. Errors: as above.
 */
enum fan_status fan_number_double(const char *text, double min, double max, double *value,
                                  struct fan_err *err) FAN_MUST_CHECK;

/**
 * Parse true/false, yes/no, on/off, 1/0. Errors: FAN_EINVAL.
 */
enum fan_status fan_number_bool(const char *text, bool *value,
                                struct fan_err *err) FAN_MUST_CHECK;

/**
 * Parse a duration: a decimal number with a unit, "500ms", "30s", "1.5m", "6h", "2d"; a
 * bare 0 needs none. Nanoseconds, rounded to whole ones. Errors: FAN_EINVAL naming the
 * text and the bounds.
 */
enum fan_status fan_number_duration(const char *text, int64_t min_ns, int64_t max_ns,
                                    int64_t *value_ns,
                                    struct fan_err *err) FAN_MUST_CHECK;

#define FAN_NUMBER_DURATION_MAX 32
/* Write a duration >= 0 so that it parses to the same: "90s", "6h", "0.5ms". Returns
 * text. */
char *fan_number_duration_text(int64_t ns, char text[FAN_NUMBER_DURATION_MAX]);

#define FAN_NUMBER_GROUPED_MAX 32
/* Write value with commas between groups of three: 455,052,511. Returns text. */
char *fan_number_grouped(uint64_t value, char text[FAN_NUMBER_GROUPED_MAX]);

#ifdef __cplusplus
}
#endif
#endif
