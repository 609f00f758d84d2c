/* table_cells.h - cells that many tables have: which setting a row is about, names from
 * outside, p-values. */
#ifndef FAN_ANALYSIS_TABLE_CELLS_H
#define FAN_ANALYSIS_TABLE_CELLS_H

#include "analysis/summary_data.h"
#include "analysis/text_table.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Text from outside, escaped where the table becomes Markdown. */
void fan_table_add_name(struct fan_table *table, const char *text, bool markdown);

/* A p-value under its heading: without the sign of equality; "-" when unknown. */
void fan_table_add_p(struct fan_table *table, double p);

/* The work and the calls in flight of a cell, two columns; what does not vary is empty.
 */
void fan_table_add_load(struct fan_table *table, const struct fan_factors_seen *seen,
                        const struct fan_study_cell *cell);

/* A cell's function, the memory size, and fan_table_add_load: the columns of
 * FAN_FACTOR_COLUMNS (report_parts.h). */
void fan_table_add_setting(struct fan_table *table, const struct fan_factors_seen *seen,
                           const struct fan_study_cell *cell, uint32_t memory_mb,
                           bool markdown);

#ifdef __cplusplus
}
#endif
#endif
