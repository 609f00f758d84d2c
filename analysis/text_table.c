/* text_table.c - see text_table.h. */
#include "analysis/text_table.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define GAP 2 /* blanks between columns on the terminal */

struct fan_table {
    const struct fan_column *columns;
    size_t column_count;
    char **cell;
    size_t cell_count, capacity;
};

struct fan_table *fan_table_new(const struct fan_column *columns, size_t n)
{
    assert(n > 0 && n <= FAN_TABLE_COLUMNS_MAX);
    struct fan_table *table = fan_alloc_zero(1, sizeof *table);
    table->columns = columns;
    table->column_count = n;
    return table;
}

void fan_table_free(struct fan_table *table)
{
    if (!table) return;
    for (size_t i = 0; i < table->cell_count; i++)
        free(table->cell[i]);
    free(table->cell);
    free(table);
}

void fan_table_add(struct fan_table *table, const char *text)
{
    if (table->cell_count == table->capacity) {
        table->capacity = table->capacity ? 2 * table->capacity : 64;
        table->cell = fan_realloc(table->cell, table->capacity, sizeof *table->cell);
    }
    table->cell[table->cell_count++] = fan_strdup(text);
}

void fan_table_addf(struct fan_table *table, const char *fmt, ...)
{
    char text[512];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    fan_table_add(table, text);
}

size_t fan_table_rows(const struct fan_table *table)
{
    return table->cell_count / table->column_count;
}

static const char *cell_at(const struct fan_table *table, size_t row, size_t column)
{
    return table->cell[row * table->column_count + column];
}

bool fan_table_column_empty(const struct fan_table *table, size_t column)
{
    for (size_t row = 0; row < fan_table_rows(table); row++) {
        const char *text = cell_at(table, row, column);
        if (*text && strcmp(text, "-") != 0) return false;
    }
    return true;
}

/* Characters of UTF-8 text: bytes that do not continue another. */
static int text_width(const char *text)
{
    int n = 0;
    for (; *text; text++)
        n += ((unsigned char)*text & 0xc0) != 0x80;
    return n;
}

/* Widths of the columns that fit; 0 for one that is left out. */
static void fit_columns(const struct fan_table *table, int width, int *wide)
{
    int total = -GAP;
    for (size_t c = 0; c < table->column_count; c++) {
        wide[c] = 0;
        if (fan_table_column_empty(table, c)) continue;
        wide[c] = text_width(table->columns[c].title);
        for (size_t row = 0; row < fan_table_rows(table); row++) {
            const int own = text_width(cell_at(table, row, c));
            if (own > wide[c]) wide[c] = own;
        }
        total += wide[c] + GAP;
    }
    while (total > width) {
        size_t least = table->column_count;
        for (size_t c = 0; c < table->column_count; c++) {
            if (wide[c] == 0 || table->columns[c].spare == 0) continue;
            if (least == table->column_count ||
                table->columns[c].spare > table->columns[least].spare)
                least = c;
        }
        if (least == table->column_count) break;
        total -= wide[least] + GAP;
        wide[least] = 0;
    }
}

static void print_row(const struct fan_table *table, FILE *out, const int *wide,
                      const char *const *texts)
{
    int blanks = 0;
    for (size_t c = 0; c < table->column_count; c++) {
        if (wide[c] == 0) continue;
        const int pad = wide[c] - text_width(texts[c]);
        if (table->columns[c].left) {
            fprintf(out, "%*s%s", blanks, "", texts[c]);
            blanks = pad + GAP; /* printed only when something follows */
        } else {
            fprintf(out, "%*s%s", blanks + pad, "", texts[c]);
            blanks = GAP;
        }
    }
    fputc('\n', out);
}

void fan_table_print(const struct fan_table *table, FILE *out, int width)
{
    int wide[FAN_TABLE_COLUMNS_MAX];
    const char *texts[FAN_TABLE_COLUMNS_MAX];

    if (fan_table_rows(table) == 0) return;
    fit_columns(table, width, wide);
    for (size_t c = 0; c < table->column_count; c++)
        texts[c] = table->columns[c].title;
    print_row(table, out, wide, texts);
    for (size_t row = 0; row < fan_table_rows(table); row++) {
        for (size_t c = 0; c < table->column_count; c++)
            texts[c] = cell_at(table, row, c);
        print_row(table, out, wide, texts);
    }
}

void fan_table_markdown(const struct fan_table *table, struct fan_sink *sink)
{
    bool shown[FAN_TABLE_COLUMNS_MAX];
    for (size_t c = 0; c < table->column_count; c++)
        shown[c] = !fan_table_column_empty(table, c);

    for (size_t c = 0; c < table->column_count; c++)
        if (shown[c]) fan_sink_put(sink, "| %s ", table->columns[c].title);
    fan_sink_put(sink, "|\n");
    for (size_t c = 0; c < table->column_count; c++)
        if (shown[c]) fan_sink_put(sink, table->columns[c].left ? "| --- " : "| ---: ");
    fan_sink_put(sink, "|\n");
    for (size_t row = 0; row < fan_table_rows(table); row++) {
        for (size_t c = 0; c < table->column_count; c++)
            if (shown[c]) fan_sink_put(sink, "| %s ", cell_at(table, row, c));
        fan_sink_put(sink, "|\n");
    }
    fan_sink_put(sink, "\n");
}
