/* svg_tidy.h - gnuplot's SVG made plain, so that every viewer shows the same. Pure. */
#ifndef FAN_ANALYSIS_SVG_TIDY_H
#define FAN_ANALYSIS_SVG_TIDY_H

#include "common/buf.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Append a tidied copy of gnuplot's SVG: point symbols as shapes with a colour of their
 * own (converters to PDF do not follow `currentColor` through <use>), a generic font
 * behind the named one, bold as a weight, `title` as the picture's title, and without
 * unused definitions and empty groups. title: plain text without markup. Errors:
 * FAN_ELIMIT.
 */
enum fan_status fan_svg_tidy(const char *svg, size_t n, const char *title,
                             struct fan_buf *out, struct fan_err *err) FAN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
