/* summary.h - statistics of a study: per cell and stratum, cost, skew, checks. */
#ifndef FAN_ANALYSIS_SUMMARY_H
#define FAN_ANALYSIS_SUMMARY_H

#include "analysis/price.h"
#include "analysis/study.h"
#include "common/buf.h"
#include "common/err.h"

#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

struct fan_summary; /* everything that summary.json says; see summary.c */

/**
 * Compute. The study must outlive the summary. Owns: fan_summary_free.
 */
struct fan_summary *fan_summary_new(const struct fan_study *study,
                                    const struct fan_price *price);
void fan_summary_free(struct fan_summary *summary);

/* True when every check holds and no call failed. */
bool fan_summary_ok(const struct fan_summary *summary);

/* summary.json (format: docs/summary.md). Errors: FAN_ELIMIT. */
enum fan_status fan_summary_json(const struct fan_summary *summary, struct fan_buf *out,
                                 struct fan_err *err) FAN_MUST_CHECK;

/* The table for the terminal, at most `columns` wide. */
void fan_summary_print(const struct fan_summary *summary, FILE *out, int columns);

#ifdef __cplusplus
}
#endif
#endif
