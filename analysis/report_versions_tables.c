/* report_versions_tables.c - does the new version differ? The tables. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "analysis/answers.h"
#include "analysis/report_parts.h"
#include "analysis/show.h"
#include "analysis/table_cells.h"

#define ROWS_MOST 60 /* more pairs: the rest is in summary.json */

/* As fan_report_factors, with the version's own memory size. */
static void add_setting(struct fan_table *table, const struct fan_summary *summary,
                        const struct fan_version_side *side)
{
    const struct fan_study_cell *cell = summary->cells[side->cell].cell;
    fan_table_add_setting(table, &summary->factors, cell, side->memory_mb, true);
}

static void add_side(struct fan_table *table, const struct fan_summary *summary,
                     const struct fan_version_side *side)
{
    add_setting(table, summary, side);
    fan_table_add_name(table, side->name, true);
    fan_table_add(table, fan_show_count(side->attempts).s);
    fan_table_add(table, fan_show_count(side->failed).s);
    fan_table_add(table, fan_show_count(side->n).s);
    fan_table_add(table, fan_show_number(side->median).s);
    fan_table_add(table, fan_show_interval(side->median_ci).s);
    fan_table_add(table, fan_show_usd(1000.0 * side->usd_mean).s);
}

static void put_sides(const struct fan_summary *summary, struct fan_sink *sink)
{
    static const struct fan_column columns[] = {
        FAN_FACTOR_COLUMNS,      { "version", true, 0 },   { "answered", false, 0 },
        { "failed", false, 0 },  { "n", false, 0 },        { "median ms", false, 0 },
        { "95 % CI", false, 0 }, { "per 1,000", false, 0 }
    };
    const struct fan_answers *answers = summary->answers;
    struct fan_table *table = fan_table_new(columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; i < answers->version_count; i++) {
        const struct fan_version_answer *answer = &answers->version[i];
        bool told = false; /* the base, with an earlier pair */
        for (size_t k = 0; k < i && !told; k++)
            told = answers->version[k].base.cell == answer->base.cell &&
                   strcmp(answers->version[k].base.name, answer->base.name) == 0;
        if (fan_table_rows(table) >= ROWS_MOST) break;
        if (!told) add_side(table, summary, &answer->base);
        add_side(table, summary, &answer->other);
    }
    char text[240];
    snprintf(text, sizeof text,
             "What each version answered, and how much of it failed; the %s and the mean "
             "cost of such calls.",
             fan_summary_main_text(summary));
    fan_report_table(table, sink, "Versions", text);
}

static const char *verdict_text(enum fan_version_verdict verdict)
{
    static const char *const texts[] = { "fails more often", "too few calls",
                                         "same within 5 %",  "slower",
                                         "faster",           "no difference shown" };
    return texts[verdict];
}

static void put_pairs(const struct fan_summary *summary, struct fan_sink *sink)
{
    static const struct fan_column columns[] = {
        FAN_FACTOR_COLUMNS,
        { "version", true, 0 },
        { "against", true, 0 },
        { "share", false, 0 },
        { "alias", false, 0 },
        { "failed p", false, 0 },
        { "shift ms", false, 0 },
        { "95 % CI", false, 0 },
        { "Cliff's delta", false, 0 },
        { "p", false, 0 },
        { "cost ratio", false, 0 },
        { "95 % CI of the ratio", false, 0 },
        { "verdict", true, 0 },
    };
    const struct fan_answers *answers = summary->answers;
    struct fan_table *table = fan_table_new(columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; i < answers->version_count && i < ROWS_MOST; i++) {
        const struct fan_version_answer *answer = &answers->version[i];
        add_setting(table, summary, &answer->other);
        fan_table_add_name(table, answer->other.name, true);
        fan_table_add_name(table, answer->base.name, true);
        fan_table_add(table, answer->split ? fan_show_share(answer->share).s : "-");
        fan_table_add(table,
                      isnan(answer->weight) ? "-" : fan_show_share(answer->weight).s);
        fan_table_add_p(table, answer->failed_p);
        fan_table_add(table, fan_show_number(answer->time.shift).s);
        fan_table_add(table, fan_show_interval(answer->time.shift_ci).s);
        fan_table_add(table, fan_show_number(answer->time.delta).s);
        fan_table_add_p(table, answer->p);
        fan_table_add(table, fan_show_number(answer->cost.ratio).s);
        fan_table_add(table, fan_show_interval(answer->cost.ci).s);
        fan_table_add(table, verdict_text(answer->verdict));
    }
    fan_report_table(
        table, sink, "Versions against each other",
        "Share of the calls, and what the alias gives; Fisher's test of the failures; "
        "time: shift of Hodges and Lehmann, Cliff's delta, Mann and Whitney's test; "
        "cost: "
        "ratio of the means, bootstrap. p-values after Holm over all rows.");
}

void fan_report_versions_tables(const struct fan_summary *summary, struct fan_sink *sink)
{
    put_sides(summary, sink);
    put_pairs(summary, sink);
}
