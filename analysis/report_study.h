/*
 * report_study.h - one report of several runs: a title page with what each part found, a
 * chapter per part, one method. The parts' figures stay in their folders below the
 * study's.
 */
#ifndef FAN_ANALYSIS_REPORT_STUDY_H
#define FAN_ANALYSIS_REPORT_STUDY_H

#include "analysis/figures.h"
#include "analysis/summary.h"
#include "common/buf.h"
#include "common/err.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The words for chapters, NULL-terminated: "memory", "cost", ... */
const char *const *fan_report_question_keys(void);

struct fan_report_part {
    const char *folder;         /* below the study's: "01-memory-sweep" */
    const char *title;          /* the question */
    const char *const *answers; /* keys of chapters; none: all that arise */
    size_t answer_count;
    const struct fan_summary *summary; /* NULL: the part was not run */
    const struct fan_figures *figures;
};

struct fan_study_report;

/* job: the path of the study that repeats it. Both are copied. Owns:
 * fan_study_report_free. */
struct fan_study_report *fan_study_report_new(const char *title, const char *job);
void fan_study_report_free(struct fan_study_report *report);

/* Add the next part; nothing of it is kept. */
void fan_study_report_add(struct fan_study_report *report,
                          const struct fan_report_part *part);

/**
 * Write report.md, report.html, report.pdf and summary.json (docs/summary.md) into dir.
 * A missing converter is logged as a warning. Errors: FAN_EIO, FAN_ELIMIT.
 */
enum fan_status fan_study_report_write(struct fan_study_report *report, const char *dir,
                                       struct fan_err *err) FAN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
