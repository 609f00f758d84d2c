/* table_cells.c - see table_cells.h. */
#include "analysis/table_cells.h"

#include <math.h>

#include "analysis/show.h"
#include "common/buf.h"

void fan_table_add_name(struct fan_table *table, const char *text, bool markdown)
{
    struct fan_buf buf = FAN_BUF_INIT(4096);
    struct fan_sink sink = { &buf, NULL, FAN_OK };
    if (markdown) fan_sink_markdown(&sink, text);
    fan_table_add(table, markdown ? buf.data ? buf.data : "" : text);
    fan_buf_clear(&buf);
}

void fan_table_add_p(struct fan_table *table, double p)
{
    const struct fan_text text = fan_show_p(p);
    fan_table_add(table, text.s[0] == '=' ? text.s + 2 : isfinite(p) ? text.s : "-");
}

void fan_table_add_load(struct fan_table *table, const struct fan_factors_seen *seen,
                        const struct fan_study_cell *cell)
{
    if (seen->work)
        fan_table_addf(table, "%ux", cell->work);
    else
        fan_table_add(table, "");
    if (seen->parallelism)
        fan_table_addf(table, "%u", cell->parallelism);
    else
        fan_table_add(table, "");
}

void fan_table_add_setting(struct fan_table *table, const struct fan_factors_seen *seen,
                           const struct fan_study_cell *cell, uint32_t memory_mb,
                           bool markdown)
{
    fan_table_add_name(table, seen->function ? cell->function : "", markdown);
    fan_table_addf(table, "%u MB", memory_mb);
    fan_table_add_load(table, seen, cell);
}
