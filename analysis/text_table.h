/* text_table.h - one table, for the terminal (aligned, to a width) and for Markdown. */
#ifndef FAN_ANALYSIS_TEXT_TABLE_H
#define FAN_ANALYSIS_TEXT_TABLE_H

#include "analysis/sink.h"

#include <stdbool.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_TABLE_COLUMNS_MAX 20

/* A column. On a narrow terminal those with the largest `spare` are left out first. */
struct fan_column {
    const char *title;
    bool left; /* aligned to the left; numbers stand to the right */
    int spare; /* 0: always shown */
};

struct fan_table;

/* columns: kept, not copied; at most FAN_TABLE_COLUMNS_MAX (asserted). */
struct fan_table *fan_table_new(const struct fan_column *columns, size_t n);
void fan_table_free(struct fan_table *table);

/* Add the next cell, row by row; the text is copied. */
void fan_table_add(struct fan_table *table, const char *text);
void fan_table_addf(struct fan_table *table, const char *fmt, ...) FAN_PRINTF(2, 3);

/* Complete rows so far. */
size_t fan_table_rows(const struct fan_table *table);

/* True when no row has anything but "-" or "" in this column. */
bool fan_table_column_empty(const struct fan_table *table, size_t column);

/**
 * Print with two blanks between columns, at most `width` wide as long as the columns
 * that are always shown fit. Columns without any content are left out.
 */
void fan_table_print(const struct fan_table *table, FILE *out, int width);

/* Append as a Markdown table (cells must be escaped already). */
void fan_table_markdown(const struct fan_table *table, struct fan_sink *sink);

#ifdef __cplusplus
}
#endif
#endif
