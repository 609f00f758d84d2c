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

/* What a question has to say (report_questions.h): report_memory.c, report_load.c,
 * report_transport.c, report_throttling.c, report_course.c, report_trust.c and
 * report_tune.c have the sentences. */
#define FAN_REPORT_PART(name)                                                            \
    void fan_report_##name(const struct fan_summary *summary, struct fan_sink *sink)
#define FAN_REPORT_SENTENCES(name)                                                       \
    FAN_REPORT_PART(name##_headline);                                                    \
    FAN_REPORT_PART(name##_details)
bool fan_report_tune_arises(const struct fan_summary *summary);
bool fan_report_memory_arises(const struct fan_summary *summary);
bool fan_report_work_arises(const struct fan_summary *summary);
bool fan_report_load_arises(const struct fan_summary *summary);
bool fan_report_transport_arises(const struct fan_summary *summary);
bool fan_report_scaling_arises(const struct fan_summary *summary);
bool fan_report_versions_arises(const struct fan_summary *summary);
bool fan_report_throttling_arises(const struct fan_summary *summary);
bool fan_report_failures_arise(const struct fan_summary *summary);
bool fan_report_time_arises(const struct fan_summary *summary);
bool fan_report_spread_arises(const struct fan_summary *summary);
bool fan_report_trust_arises(const struct fan_summary *summary);
FAN_REPORT_SENTENCES(tune);
FAN_REPORT_SENTENCES(memory);
FAN_REPORT_SENTENCES(cost);
FAN_REPORT_SENTENCES(work);
FAN_REPORT_SENTENCES(load);
FAN_REPORT_SENTENCES(transport);
FAN_REPORT_SENTENCES(scaling);
FAN_REPORT_SENTENCES(versions);
FAN_REPORT_SENTENCES(throttling);
FAN_REPORT_SENTENCES(failures);
FAN_REPORT_SENTENCES(time);
FAN_REPORT_SENTENCES(spread);
FAN_REPORT_SENTENCES(trust);

/* How much sooner the same calls are done with more in flight: list items, and a table
 * (report_speedup.c). What attempts in vain cost: a list item, where there are any
 * (report_throttling.c). */
FAN_REPORT_PART(speedup_clause); /* "; the same calls are done 2.8x to 3x as fast ..." */
FAN_REPORT_PART(speedups);
FAN_REPORT_PART(speedup_table);
FAN_REPORT_PART(retries);

/* Their tables (report_answer_tables.c, report_tables.c, report_throttling.c,
 * report_trust.c, report_tune.c). */
FAN_REPORT_PART(tune_table);
FAN_REPORT_PART(memory_table);
FAN_REPORT_PART(costs_table);
FAN_REPORT_PART(cost_tables);
FAN_REPORT_PART(work_table);
FAN_REPORT_PART(load_table);
FAN_REPORT_PART(transport_table);
FAN_REPORT_PART(scaling_table);
FAN_REPORT_PART(versions_tables);
FAN_REPORT_PART(throttling_tables);
FAN_REPORT_PART(failures_table);
FAN_REPORT_PART(spread_table);
FAN_REPORT_PART(trust_tables);

/* How it was measured (report_method.c): rows of a table for the design, and for where
 * and with what; what holds for every run. And how to repeat it. */
FAN_REPORT_PART(design);
FAN_REPORT_PART(place);
void fan_report_methods(bool local, struct fan_sink *sink);
FAN_REPORT_PART(repeat);

/* Cost beyond the comparison of sizes (report_cost.c): list items, and what a step to
 * more memory comes to, in words. */
FAN_REPORT_PART(cost_findings);
struct fan_memory_step;
const char *fan_report_step_verdict(const struct fan_memory_step *step);

/* Twelve rules of reporting (report_rules.c): whether this report keeps them. */
#define FAN_RULES 12
enum fan_rule_verdict { FAN_RULE_NOT_ASKED, FAN_RULE_KEPT, FAN_RULE_IN_PART };
struct fan_rules {
    enum fan_rule_verdict verdict[FAN_RULES];
    char how[FAN_RULES][320];
};
void fan_rules_judge(const struct fan_summary *summary, struct fan_rules *rules);
/* Over several parts the strictest verdict counts; number: of the part. `all` begins
 * zeroed. */
void fan_rules_merge(struct fan_rules *all, const struct fan_rules *part, size_t number);
void fan_rules_table(const struct fan_rules *rules, struct fan_sink *sink);

/* What a comparison of transports comes to, as plain text for the terminal; false, and
 * nothing put, where it is not against the first of the study (report_transport.c). */
bool fan_report_transport_line(const struct fan_summary *summary, size_t pair,
                               struct fan_sink *sink);

/* What a comparison of versions comes to, as plain text for the terminal
 * (report_versions.c). */
void fan_report_versions_line(const struct fan_summary *summary, size_t pair,
                              struct fan_sink *sink);

/* The tables of all settings, for an appendix (report_tables.c). */
FAN_REPORT_PART(appendix);

/* What a reader of results from the local endpoint must know before the first number:
 * host_limited of the attempts had too little CPU (report_markdown.c). */
void fan_report_notice(uint64_t host_limited, uint64_t attempts, struct fan_sink *sink);

/* Write a file of a report: dir/name. Errors: FAN_EIO (report.c). */
enum fan_status fan_report_write_file(const struct fan_buf *text, const char *dir,
                                 const char *name, struct fan_err *err) FAN_MUST_CHECK;

/* dir/report.html and, when asked for, dir/report.pdf from dir/report.md. A missing
 * converter costs its file and a warning; an old file does not stay (report.c). */
void fan_report_convert(const char *dir, const char *title, bool pdf);

/* What a size's cost against the smallest comes to, in words (report_memory.c). */
struct fan_cost_pair;
const char *fan_report_cost_verdict(const struct fan_cost_pair *pair);

/* Under which rules it was called (report_schedule.c): what a search for the limit
 * found, as sentences without a line end; list items on repetitions until
 * narrow and on probes; the tables of spread, with that of repetitions before them; and
 * the words of the design: "4 settings, 20 to 500 repetitions each, in 10 blocks". */
FAN_REPORT_PART(search_headline);
FAN_REPORT_PART(stopping);
FAN_REPORT_PART(probes);
FAN_REPORT_PART(spread_tables);
void fan_report_repetitions(const struct fan_study *study, struct fan_sink *sink);

/* Parts of sentences (report_phrases.c): "128 MB" or, where sizes do not tell functions
 * apart, "128 MB (name)"; "128 MB, work 2x, 8 in flight"; "371 ms [335.7, 385.4]";
 * "At work 2x with 8 in flight: " or nothing where neither varies, then `first` goes on:
 * its first letter is a capital at the beginning. */
void fan_report_cell(const struct fan_summary *summary, struct fan_sink *sink,
                     size_t cell);
void fan_report_median(const struct fan_summary *summary, struct fan_sink *sink,
                       size_t cell);
void fan_report_setting(const struct fan_summary *summary, struct fan_sink *sink,
                        size_t cell);
void fan_report_group(const struct fan_summary *summary, struct fan_sink *sink,
                      const struct fan_study_cell *cell, const char *first);

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
 * Turn dir/BASE.md ("report") into one self-contained dir/BASE.html: cmark-gfm's output
 * in a page with its own style, the figures inlined. Errors: FAN_ENOTFOUND (no
 * cmark-gfm), FAN_EIO, FAN_ELIMIT.
 */
enum fan_status fan_report_html(const char *dir, const char *base, const char *title,
                                struct fan_err *err) FAN_MUST_CHECK;

/* dir/report.pdf from dir/report.html, by WeasyPrint. Errors: FAN_ENOTFOUND, FAN_EIO. */
enum fan_status fan_report_pdf(const char *dir, struct fan_err *err) FAN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
