/* report_parts.h - the steps of a report: Markdown, HTML from it, PDF from that. */
#ifndef FAN_ANALYSIS_REPORT_PARTS_H
#define FAN_ANALYSIS_REPORT_PARTS_H

#include "analysis/figures.h"
#include "analysis/sink.h"
#include "analysis/summary.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Append report.md to out. Errors: FAN_ELIMIT. */
enum fan_status fan_report_markdown(const struct fan_summary *summary,
                                    const struct fan_figures *figures,
                                    struct fan_buf *out,
                                    struct fan_err *err) FAN_MUST_CHECK;

/* The sentences of "What was found", one list item each (report_findings.c). */
void fan_report_findings(const struct fan_summary *summary, struct fan_sink *sink);

/* The tables (report_tables.c). */
void fan_report_tables(const struct fan_summary *summary, struct fan_sink *sink);

/**
 * Turn dir/report.md into one self-contained dir/report.html: cmark-gfm's output in a
 * page with its own style, the figures inlined. Errors: FAN_ENOTFOUND (no cmark-gfm),
 * FAN_EIO, FAN_ELIMIT.
 */
enum fan_status fan_report_html(const char *dir, const char *title,
                                struct fan_err *err) FAN_MUST_CHECK;

/* dir/report.pdf from dir/report.html, by WeasyPrint. Errors: FAN_ENOTFOUND, FAN_EIO. */
enum fan_status fan_report_pdf(const char *dir, struct fan_err *err) FAN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
