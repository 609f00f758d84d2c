/* report_tables.c - the tables of report.md: settings, strata, throttles, failures.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "analysis/report_parts.h"
#include "analysis/show.h"
#include "analysis/summary_data.h"
#include "analysis/table_cells.h"

#define CELLS_FULL 24 /* more settings: billed time and latency only in summary.json */
#define CELLS_MOST 60 /* still more: only the main stratum of each */

void fan_report_factors(struct fan_table *table, const struct fan_summary *summary,
                        size_t c)
{
    const struct fan_study_cell *cell = summary->cells[c].cell;
    fan_table_add_setting(table, &summary->factors, cell, cell->memory_mb, true);
}

void fan_report_table(struct fan_table *table, struct fan_sink *sink, const char *title,
                      const char *text)
{
    if (fan_table_rows(table) > 0) {
        fan_sink_put(sink, "### %s\n\n", title);
        if (*text) fan_sink_put(sink, "%s\n\n", text);
        fan_table_markdown(table, sink);
    }
    fan_table_free(table);
}

static void put_settings(const struct fan_summary *summary, struct fan_sink *sink)
{
    static const struct fan_column columns[] = {
        FAN_FACTOR_COLUMNS,
        { "done", false, 0 },
        { "failed", false, 0 },
        { "attempts", false, 0 },
        { "throttled", false, 0 },
        { "host limited", false, 0 },
        { "calls/s", false, 0 },
        { "speed-up", false, 0 },
        { "95 % CI", false, 0 },
        { "cost", false, 0 },
        { "per 1,000 calls", false, 0 },
        { "per 1,000 successes", false, 0 },
    };
    struct fan_table *table = fan_table_new(columns, sizeof columns / sizeof columns[0]);
    for (size_t c = 0; c < summary->study->cell_count; c++) {
        const struct fan_cell_summary *cell = &summary->cells[c];
        const struct fan_tallies *tallies = &cell->tallies;
        const bool base = cell->base == c;
        fan_report_factors(table, summary, c);
        fan_table_add(table, fan_show_count(tallies->done).s);
        fan_table_add(table, fan_show_count(tallies->failed).s);
        fan_table_add(table, fan_show_count(tallies->attempts).s);
        fan_table_add(table, fan_show_count(tallies->throttled).s);
        fan_table_add(table, fan_show_count(tallies->host_limited).s);
        fan_table_add(table, cell->busy_s > 0.0
                                 ? fan_show_number((double)tallies->done / cell->busy_s).s
                                 : "-");
        fan_table_add(table, base && isfinite(cell->speedup)
                                 ? "base"
                                 : fan_show_factor(cell->speedup).s);
        fan_table_add(table, fan_show_interval(cell->speedup_ci).s);
        fan_table_add(table, fan_show_usd(tallies->cost.total).s);
        fan_table_add(table, fan_show_usd(1000.0 * cell->usd_per_call).s);
        fan_table_add(table, fan_show_usd(1000.0 * cell->usd_per_success).s);
    }
    char text[240];
    snprintf(
        text, sizeof text,
        "Speed-up: median %s of the smallest memory (\"base\") divided by the setting's "
        "own, at equal work and parallelism.",
        fan_summary_main_text(summary));
    fan_report_table(table, sink, "Settings", text);
}

/* p99 of so few calls that nothing bounds it from above is marked. */
static void add_p99(struct fan_table *table, const struct fan_description *d)
{
    if (d->n > 0 && !isfinite(d->p99_ci.upper))
        fan_table_addf(table, "\\~%s", fan_show_number(d->p99).s);
    else
        fan_table_add(table, fan_show_number(d->p99).s);
}

static bool is_told(const struct fan_summary *summary, enum fan_stratum stratum)
{
    return summary->study->cell_count <= CELLS_MOST || stratum == summary->stratum;
}

static void put_metric(const struct fan_summary *summary, struct fan_sink *sink,
                       enum fan_metric metric, const char *title, const char *text)
{
    static const struct fan_column columns[] = {
        FAN_FACTOR_COLUMNS,
        { "stratum", true, 0 },
        { "n", false, 0 },
        { "mean", false, 0 },
        { "95 % CI of the mean", false, 0 },
        { "sd", false, 0 },
        { "cv", false, 0 },
        { "min", false, 0 },
        { "median", false, 0 },
        { "95 % CI of the median", false, 0 },
        { "p95", false, 0 },
        { "95 % CI of p95", false, 0 },
        { "p99", false, 0 },
        { "max", false, 0 },
    };
    struct fan_table *table = fan_table_new(columns, sizeof columns / sizeof columns[0]);
    for (size_t c = 0; c < summary->study->cell_count; c++) {
        for (int s = 0; s < FAN_STRATUM_COUNT; s++) {
            const struct fan_description *d = &summary->cells[c].stratum[s].of[metric];
            if (d->n == 0 || !is_told(summary, (enum fan_stratum)s)) continue;
            fan_report_factors(table, summary, c);
            fan_table_add(table, fan_stratum_name((enum fan_stratum)s));
            fan_table_add(table, fan_show_count(d->n).s);
            fan_table_add(table, fan_show_number(d->mean).s);
            fan_table_add(table, fan_show_interval(d->mean_ci).s);
            fan_table_add(table, fan_show_number(d->sd).s);
            fan_table_add(table, fan_show_share(d->cv).s);
            fan_table_add(table, fan_show_number(d->min).s);
            fan_table_add(table, fan_show_number(d->median).s);
            fan_table_add(table, fan_show_interval(d->median_ci).s);
            fan_table_add(table, fan_show_number(d->p95).s);
            fan_table_add(table, fan_show_interval(d->p95_ci).s);
            add_p99(table, d);
            fan_table_add(table, fan_show_number(d->max).s);
        }
    }
    fan_report_table(table, sink, title, text);
}

void fan_report_failures_table(const struct fan_summary *summary, struct fan_sink *sink)
{
    static const struct fan_column columns[] = {
        FAN_FACTOR_COLUMNS,       { "outcome", true, 0 },    { "error type", true, 0 },
        { "attempts", false, 0 }, { "they cost", false, 0 }, { "first message", true, 0 },
    };
    struct fan_table *table = fan_table_new(columns, sizeof columns / sizeof columns[0]);
    for (size_t c = 0; c < summary->study->cell_count; c++) {
        const struct fan_tallies *tallies = &summary->cells[c].tallies;
        for (size_t i = 0; i < tallies->failure_count; i++) {
            const struct fan_failure *failure = &tallies->failure[i];
            fan_report_factors(table, summary, c);
            fan_table_add(table, fan_outcome_name(failure->outcome));
            fan_table_add_name(table, failure->type, true);
            fan_table_add(table, fan_show_count(failure->attempts).s);
            fan_table_add(table, fan_show_usd(failure->usd).s);
            fan_table_add_name(table, failure->text, true);
        }
    }
    fan_report_table(table, sink, "Failures", "");
}

/* How evenly the partitions of a sieve were cut: by the time that each took. */
static void put_balance(const struct fan_summary *summary, struct fan_sink *sink)
{
    if (!summary->study->is_sieve || summary->study->cell_count == 0) return;
    const struct fan_description *d = fan_summary_main(summary, 0);
    if (d->n == 0) return;
    fan_sink_put(
        sink,
        "### Balance of the partitions\n\nThe %s is %s ms in the mean and %s ms at "
        "most, %s of the mean; the coefficient of variation is %s (n = %s).\n\n",
        fan_summary_main_text(summary), fan_show_number(d->mean).s,
        fan_show_number(d->max).s, fan_show_factor(d->max / d->mean).s,
        fan_show_share(d->cv).s, fan_show_count(d->n).s);
}

void fan_report_appendix(const struct fan_summary *summary, struct fan_sink *sink)
{
    put_settings(summary, sink);
    put_balance(summary, sink);
    put_metric(summary, sink, FAN_METRIC_DURATION, "Duration (ms)",
               "From the REPORT line: the handler's run, without INIT.");
    if (summary->study->cell_count <= CELLS_FULL) {
        put_metric(summary, sink, FAN_METRIC_BILLED, "Billed duration (ms)",
                   "INIT and duration together, rounded up.");
        put_metric(summary, sink, FAN_METRIC_LATENCY, "Latency (ms)",
                   "At the client: from sending a request to the end of its answer.");
        put_metric(summary, sink, FAN_METRIC_INIT, "INIT (ms)",
                   "Of cold starts, from the REPORT line.");
    } else {
        fan_sink_put(sink,
                     "Billed duration, latency and INIT of all %zu settings are in "
                     "`summary.json`%s.\n\n",
                     summary->study->cell_count,
                     summary->study->cell_count > CELLS_MOST ? ", with the other strata"
                                                             : "");
    }
}
