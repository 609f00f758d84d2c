/* sigv4_date.h - dates of signatures: "20260131T100000Z". Pure. */
#ifndef FAN_LOCAL_LAMBDA_SIGV4_DATE_H
#define FAN_LOCAL_LAMBDA_SIGV4_DATE_H

#include "common/err.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_SIGV4_DATE_MAX 17

/**
 * Seconds since 1970 of a date in the basic form of ISO 8601, UTC; what is later than
 * 2200 counts as the start of 2200. Errors: FAN_EFORMAT with the text that AWS sends.
 */
enum fan_status fan_sigv4_date_parse(const char *text, int64_t *seconds,
                                     struct fan_err *err) FAN_MUST_CHECK;

/* The inverse; seconds in the years 1970 to 9999 (asserted). */
void fan_sigv4_date_format(int64_t seconds, char text[FAN_SIGV4_DATE_MAX]);

#ifdef __cplusplus
}
#endif
#endif
