/* converter.h - foreign programs (gnuplot, cmark-gfm, weasyprint) as child processes. */
#ifndef FAN_ANALYSIS_CONVERTER_H
#define FAN_ANALYSIS_CONVERTER_H

#include "common/buf.h"
#include "common/err.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Run argv[0], found along PATH, in the folder dir, without a shell, with an empty
 * standard input and a process group of its own (so that ^C on the terminal does not cut
 * a report in half). What it prints is appended to output, at most up to output's
 * maximum; its error text goes into err. It is killed after timeout_ms.
 * Errors: FAN_ENOTFOUND (no such program), FAN_EIO (it failed, or took too long),
 * FAN_ELIMIT.
 */
enum fan_status fan_converter_run(const char *const *argv, const char *dir,
                                  int timeout_ms, struct fan_buf *output,
                                  struct fan_err *err) FAN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
