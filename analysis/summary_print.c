/* summary_print.c - the table that a run ends with on the terminal. */
#include <inttypes.h>
#include <stdio.h>

#include "analysis/answers.h"
#include "analysis/limit_search.h"
#include "analysis/report_parts.h"
#include "analysis/show.h"
#include "analysis/summary_data.h"
#include "analysis/table_cells.h"
#include "analysis/tune_answer.h"

#define ROWS_MAX 120 /* more cells are left to report.md */

static void print_head(const struct fan_summary *summary, FILE *out)
{
    const struct fan_study *study = summary->study;
    const struct fan_tallies *total = &summary->total;

    fprintf(out, "%s: %s on %s, %u %s\n", study->job, study->workload, study->endpoint,
            study->ranks, study->ranks == 1 ? "rank" : "ranks");
    fprintf(out, "  calls     %s of %s done, %s failed\n", fan_show_count(total->done).s,
            fan_show_count(study->calls_planned).s, fan_show_count(total->failed).s);
    fprintf(out, "  attempts  %s, %s throttled, %s cold starts\n",
            fan_show_count(total->attempts).s, fan_show_count(total->throttled).s,
            fan_show_count(total->cold).s);
    fprintf(out, "  time      %s", fan_show_seconds(study->elapsed_s).s);
    if (summary->skew.phases > 0)
        fprintf(out, ", start skew %s median, %s max",
                fan_show_seconds(summary->skew.median_us / 1e6).s,
                fan_show_seconds(summary->skew.max_us / 1e6).s);
    fprintf(out, "\n  cost      %s (requests %s, compute %s, INIT %s",
            fan_show_usd(total->cost.total).s, fan_show_usd(total->cost.requests).s,
            fan_show_usd(total->cost.compute).s, fan_show_usd(total->cost.init).s);
    if (total->cost.gateway > 0.0)
        fprintf(out, ", gateway %s", fan_show_usd(total->cost.gateway).s);
    if (total->cost.authorizer > 0.0)
        fprintf(out, ", authorizer about %s", fan_show_usd(total->cost.authorizer).s);
    fprintf(out, "), prices of %s\n", summary->price.date);
}

static void print_sieve(const struct fan_study_sieve *sieve, FILE *out)
{
    fprintf(out, "\n  primes in [%s, %s): %s\n", fan_show_count(sieve->lo).s,
            fan_show_count(sieve->hi).s, fan_show_count(sieve->count).s);
    if (sieve->has_twins)
        fprintf(out, "  twins (p, p + 2): %s\n", fan_show_count(sieve->twins).s);
    if (sieve->has_gap)
        fprintf(out, "  greatest gap: %s, from %s\n", fan_show_count(sieve->gap).s,
                fan_show_count(sieve->gap_start).s);
    fprintf(out, "  checksum %" PRIu64 ", %s of %s partitions\n", sieve->checksum,
            fan_show_count(sieve->partitions_done).s,
            fan_show_count(sieve->partitions).s);
}

/* What the row is about. */
static void add_setting(struct fan_table *table, const struct fan_summary *summary,
                        size_t c)
{
    const struct fan_study_cell *cell = summary->cells[c].cell;
    fan_table_add_setting(table, &summary->factors, cell, cell->memory_mb, false);
}

static void add_stratum(struct fan_table *table, const struct fan_summary *summary,
                        size_t c, enum fan_stratum s)
{
    const struct fan_cell_summary *cell = &summary->cells[c];
    const struct fan_description *d = &cell->stratum[s].of[summary->metric];
    const bool main = s == summary->stratum;

    add_setting(table, summary, c);
    fan_table_add(table, fan_stratum_name(s));
    fan_table_add(table, fan_show_count(cell->stratum[s].n).s);
    fan_table_add(table, fan_show_number(d->median).s);
    fan_table_add(table, fan_show_interval(d->median_ci).s);
    fan_table_add(table, fan_show_number(d->mean).s);
    fan_table_add(table, fan_show_number(d->sd).s);
    fan_table_add(table, fan_show_number(d->p95).s);
    fan_table_add(table, fan_show_number(d->max).s);
    fan_table_add(table, main && summary->cells[cell->base].cell != cell->cell
                             ? fan_show_factor(cell->speedup).s
                             : "-");
    fan_table_add(table, main ? fan_show_usd(1000.0 * cell->usd_per_success).s : "-");
}

/* A cell without any success still gets a line, so that nobody misses it. */
static void add_empty(struct fan_table *table, const struct fan_summary *summary,
                      size_t c)
{
    add_setting(table, summary, c);
    fan_table_add(table, "none");
    fan_table_add(table, "0");
    for (int i = 0; i < 8; i++)
        fan_table_add(table, "-");
}

/* Do cells differ in memory alone? Versions of a function are compared elsewhere. */
static bool has_speedups(const struct fan_summary *summary)
{
    for (size_t c = 0; c < summary->study->cell_count; c++)
        if (summary->cells[c].base != c) return true;
    return false;
}

static void print_cells(const struct fan_summary *summary, FILE *out, int columns)
{
    static const struct fan_column titles[] = {
        { "function", true, 0 }, { "memory", false, 0 },    { "work", false, 0 },
        { "par", false, 0 },     { "stratum", true, 0 },    { "n", false, 0 },
        { "median", false, 0 },  { "95 % CI", false, 2 },   { "mean", false, 4 },
        { "sd", false, 5 },      { "p95", false, 3 },       { "max", false, 6 },
        { "speedup", false, 0 }, { "$/1000 ok", false, 1 },
    };
    struct fan_table *table = fan_table_new(titles, sizeof titles / sizeof titles[0]);
    size_t c;

    for (c = 0; c < summary->study->cell_count && fan_table_rows(table) < ROWS_MAX; c++) {
        bool any = false;
        for (int s = 0; s < FAN_STRATUM_COUNT; s++) {
            if (summary->cells[c].stratum[s].n == 0) continue;
            add_stratum(table, summary, c, (enum fan_stratum)s);
            any = true;
        }
        if (!any) add_empty(table, summary, c);
    }
    fprintf(out, "\n  %s in ms", fan_metric_name(summary->metric));
    if (has_speedups(summary))
        fprintf(out, "; speedup: against the smallest memory, %s",
                fan_summary_main_text(summary));
    fprintf(out, "\n");
    fan_table_print(table, out, columns);
    if (c < summary->study->cell_count)
        fprintf(out, "  ... and %zu more cells: see report.md\n",
                summary->study->cell_count - c);
    fan_table_free(table);
}

static void print_troubles(const struct fan_tallies *total, FILE *out)
{
    for (int r = 0; r < FAN_REASON_COUNT; r++) {
        const char *name = fan_reason_name((enum fan_reason)r);
        if (total->throttled_by[r] > 0)
            fprintf(out, "  throttled %s: %s\n", fan_show_count(total->throttled_by[r]).s,
                    *name ? name : "no reason given");
    }
    for (size_t i = 0; i < total->failure_count; i++)
        fprintf(out, "  failed    %s: %s, cost %s\n",
                fan_show_count(total->failure[i].attempts).s, total->failure[i].type,
                fan_show_usd(total->failure[i].usd).s);
}

/* What a search for the limit found, with the setting where there are several. */
static void print_search(const struct fan_summary *summary, FILE *out)
{
    fputc('\n', out);
    for (size_t c = 0; c < summary->study->cell_count && c < ROWS_MAX; c++) {
        const struct fan_limit_search search = fan_limit_search_of(summary, c);
        char text[FAN_LIMIT_SEARCH_TEXT];
        fprintf(out, "  limit     ");
        if (summary->study->cell_count > 1)
            fprintf(out, "%s, work %ux: ", summary->cells[c].cell->function,
                    summary->cells[c].cell->work);
        fprintf(out, "%s\n", fan_limit_search_text(&search, text));
    }
}

/* What comparisons of versions come to. */
static void print_versions(const struct fan_summary *summary, FILE *out)
{
    const size_t all = summary->answers->version_count;
    for (size_t i = 0; i < all && i < ROWS_MAX; i++) {
        struct fan_buf buf = FAN_BUF_INIT(8192);
        struct fan_sink sink = { &buf, NULL, FAN_OK };
        fan_report_versions_line(summary, i, &sink);
        fprintf(out, "%s  versions  %.*s\n", i == 0 ? "\n" : "", (int)buf.size,
                buf.data ? buf.data : "");
        fan_buf_clear(&buf);
    }
}

/* What comparisons of transports come to: each way against the first. */
static void print_transports(const struct fan_summary *summary, FILE *out)
{
    const struct fan_answers *answers = summary->answers;
    for (size_t i = 0, put = 0; i < answers->transport_count && put < ROWS_MAX; i++) {
        struct fan_buf buf = FAN_BUF_INIT(8192);
        struct fan_sink sink = { &buf, NULL, FAN_OK };
        if (!fan_report_transport_line(summary, i, &sink)) continue;
        fprintf(out, "%s  transport %.*s\n", put++ == 0 ? "\n" : "", (int)buf.size,
                buf.data ? buf.data : "");
        fan_buf_clear(&buf);
    }
}

void fan_summary_print(const struct fan_summary *summary, FILE *out, int columns)
{
    const struct fan_study *study = summary->study;

    print_head(summary, out);
    if (study->is_sieve) print_sieve(&study->sieve, out);
    if (summary->tune)
        fan_tune_print(summary, out, columns);
    else if (study->cell_count > 0 && summary->total.attempts > 0)
        print_cells(summary, out, columns);
    if (study->is_search) print_search(summary, out);
    print_versions(summary, out);
    print_transports(summary, out);
    if (summary->total.throttled + summary->total.failure_count > 0) fputc('\n', out);
    print_troubles(&summary->total, out);

    fputc('\n', out);
    for (size_t i = 0; i < summary->check_count; i++)
        fprintf(out, "  %s  %s: %s\n", summary->checks[i].ok ? "ok    " : "FAILED",
                summary->checks[i].name, summary->checks[i].detail);
    for (size_t i = 0; i < summary->warning_count; i++)
        fprintf(out, "  note    %s: %s\n", summary->warnings[i].name,
                summary->warnings[i].detail);
    if (study->local)
        fprintf(out,
                "  note    measured on the local endpoint, which models AWS Lambda\n");
    if (study->budget_stopped)
        fprintf(out, "  stopped by the budget; what was run is reported\n");
    if (study->interrupted) fprintf(out, "  interrupted; what was run is reported\n");
}
