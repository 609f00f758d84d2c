/* report.h - summary.json, report.md, report.html, report.pdf and figures of a study. */
#ifndef FAN_ANALYSIS_REPORT_H
#define FAN_ANALYSIS_REPORT_H

#include "analysis/figures.h"
#include "analysis/summary.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Write summary.json, report.md, figures (.svg, with their .dat and .gp beside them) and,
 * through cmark-gfm and WeasyPrint where installed, report.html and report.pdf into dir
 * (which exists). A missing converter is logged as a warning, not a failure; what was
 * asked for and failed is. Errors: FAN_EIO.
 */
enum fan_status fan_report_write(const struct fan_summary *summary,
                                 const struct fan_study *study, const char *dir,
                                 struct fan_err *err) FAN_MUST_CHECK;

/* The same without a PDF, for a part of a study; tells what figures there are. */
enum fan_status fan_report_write_part(const struct fan_summary *summary,
                                      const struct fan_study *study, const char *dir,
                                      struct fan_figures *figures,
                                      struct fan_err *err) FAN_MUST_CHECK;

/* summary.json alone. */
enum fan_status fan_report_write_numbers(const struct fan_summary *summary,
                                         const char *dir,
                                         struct fan_err *err) FAN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
