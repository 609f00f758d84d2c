/* report_parts.h - the steps of a report: Markdown, HTML from it, PDF from that. */
#ifndef FAN_ANALYSIS_REPORT_PARTS_H
#define FAN_ANALYSIS_REPORT_PARTS_H

#include "analysis/figures.h"
#include "analysis/sink.h"
#include "analysis/summary.h"
#include "analysis/text_table.h"

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

/* What the tests say: sentences for the findings (report_answers.c), and their tables
 * (report_answer_tables.c). */
void fan_report_answers(const struct fan_summary *summary, struct fan_sink *sink);
void fan_report_answer_tables(const struct fan_summary *summary, struct fan_sink *sink);

/* What a size's cost against the smallest comes to, in words (report_answers.c). */
struct fan_cost_pair;
const char *fan_report_cost_verdict(const struct fan_cost_pair *pair);

/* Sentences on the run's course: drift, heaps, outliers, limits (report_course.c). */
void fan_report_course(const struct fan_summary *summary, struct fan_sink *sink);

/* Parts of sentences (report_findings.c): "128 MB" or, where sizes do not tell functions
 * apart, "128 MB (name)"; "At work 2x with 8 in flight: " or nothing where neither
 * varies, then `first` goes on: its first letter is a capital at the beginning. */
void fan_report_setting(const struct fan_summary *summary, struct fan_sink *sink,
                        size_t cell);
void fan_report_group(const struct fan_summary *summary, struct fan_sink *sink,
                      uint32_t work, uint32_t parallelism, const char *first);

/* Parts of tables (report_tables.c): the columns that say which setting a row is about
 * (those that do not vary stay empty and are dropped), a row's cells for them, and the
 * finished table under its title, with a text; an empty table is not shown. Frees it. */
#define FAN_FACTOR_COLUMNS                                                               \
    { "function", true, 0 }, { "memory", false, 0 }, { "work", false, 0 },               \
    {                                                                                    \
        "in flight", false, 0                                                            \
    }
void fan_report_factors(struct fan_table *table, const struct fan_summary *summary,
                        size_t cell);
void fan_report_table(struct fan_table *table, struct fan_sink *sink, const char *title,
                      const char *text);

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
