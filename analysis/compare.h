/* compare.h - two runs against each other: tested differences, setting by setting. */
#ifndef FAN_ANALYSIS_COMPARE_H
#define FAN_ANALYSIS_COMPARE_H

#include "analysis/summary.h"

#include <stdbool.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What is compared. Times in milliseconds, cost in dollars per attempt. */
enum fan_compare_metric {
    FAN_COMPARE_DURATION,
    FAN_COMPARE_BILLED,
    FAN_COMPARE_LATENCY,
    FAN_COMPARE_COST,
    FAN_COMPARE_METRICS
};
#define FAN_COMPARE_METRIC_CHOICES "duration|billed|latency|cost" /* in their order */

struct fan_compare_settings {
    enum fan_compare_metric metric;
    double margin; /* the same: a ratio within 1/(1+margin) to 1+margin; 0: not asked */
    double threshold; /* smaller changes of the ratio are no regression; 0: any is one */
    bool other_workload;         /* compare runs of different workloads all the same */
    const char *name_a, *name_b; /* what the runs are called: their folders */
    const struct fan_study_check *notes; /* what else the caller has to say; copied */
    size_t note_count;
};

struct fan_comparison; /* everything that compare.json says; see compare_data.h */

/**
 * Compare two runs, a before and b after. The summaries must outlive the comparison; each
 * has its own prices. Owns: fan_comparison_free. Errors: FAN_EUSAGE when the workloads
 * differ (unless settings->other_workload) or when no setting occurs in both runs.
 */
enum fan_status fan_comparison_new(struct fan_comparison **comparison,
                                   const struct fan_summary *a,
                                   const struct fan_summary *b,
                                   const struct fan_compare_settings *settings,
                                   struct fan_err *err) FAN_MUST_CHECK;
void fan_comparison_free(struct fan_comparison *comparison);

/* What the comparison comes to. */
enum fan_compare_outcome {
    FAN_COMPARE_PASSED, /* no regression; with a margin: all settings shown the same */
    FAN_COMPARE_REGRESSION,
    FAN_COMPARE_NOT_SAME, /* a margin was asked for, and not all settings lie within it */
    FAN_COMPARE_UNTESTED  /* no setting has enough calls on both sides */
};
enum fan_compare_outcome fan_comparison_outcome(const struct fan_comparison *comparison);

/* The outcome in a sentence. */
void fan_comparison_verdict(const struct fan_comparison *comparison, char *text,
                            size_t capacity);

/* compare.json (format: docs/compare.md). Errors: FAN_ELIMIT. */
enum fan_status fan_comparison_json(const struct fan_comparison *comparison,
                                    struct fan_buf *out,
                                    struct fan_err *err) FAN_MUST_CHECK;

/* The table for the terminal, at most `columns` wide. */
void fan_comparison_print(const struct fan_comparison *comparison, FILE *out,
                          int columns);

/**
 * Write compare.json, compare.md, figures/compare.svg (with .dat and .gp) and, through
 * cmark-gfm where installed, compare.html into dir (which exists). A missing converter is
 * logged as a warning. Errors: FAN_EIO.
 */
enum fan_status fan_comparison_write(const struct fan_comparison *comparison,
                                     const char *dir, struct fan_err *err) FAN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
