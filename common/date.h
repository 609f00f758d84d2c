/* date.h - dates as others write them, from 1970 on; what is later than 2200 counts as
 * the start of 2200, so that nanoseconds since 1970 fit an int64_t.   Pure. */
#ifndef FAN_COMMON_DATE_H
#define FAN_COMMON_DATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Seconds since 1970 of "Sun, 06 Nov 1994 08:49:37 GMT", n bytes. Returns false, and
 * leaves *seconds alone, for anything else. Source: RFC 9110, section 5.6.7
 * (IMF-fixdate).
 */
bool fan_date_http(const char *text, size_t n, int64_t *seconds);

/**
 * Seconds since 1970 of "2026-01-31T10:00:00Z"; with a fraction of a second, which is
 * dropped, and an offset such as +01:00 in place of Z. Returns false for anything else.
 * Source: RFC 3339, section 5.6.
 */
bool fan_date_iso(const char *text, size_t n, int64_t *seconds);

/**
 * Seconds since 1970 of "20260131T100000Z", and of nothing else. Source: ISO 8601, basic
 * format.
 */
bool fan_date_basic(const char *text, size_t n, int64_t *seconds);

#ifdef __cplusplus
}
#endif
#endif
