/* report_compare.c - compare.md, and the files of a comparison. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analysis/compare_data.h"
#include "analysis/report_parts.h"
#include "analysis/show.h"
#include "common/log.h"

#define FILE_BYTES_MAX (64u << 20)
#define PATH_BYTES_MAX 4096
#define ROWS_MAX       200 /* more are left to compare.json */
#define SHARES_MAX     24  /* beyond: only those with a difference shown, and the sums */
#define LEFT_MAX       20
#define CHANGES_MAX    12 /* told in sentences; the appendix has all */

static void put_head(const struct fan_comparison *c, struct fan_sink *sink)
{
    char text[600];
    fan_sink_put(sink, "# ");
    fan_sink_markdown(sink, c->settings.name_b);
    fan_sink_put(sink, " against ");
    fan_sink_markdown(sink, c->settings.name_a);
    fan_comparison_verdict(c, text, sizeof text);
    fan_sink_put(sink, "\n\n**");
    fan_sink_markdown(sink, text);
    fan_sink_put(sink, "**\n\n");
    fan_compare_overall_text(c, text, sizeof text);
    if (*text) {
        fan_sink_put(sink, "Over all: ");
        fan_sink_markdown(sink, text);
        fan_sink_put(sink, "\n\n");
    }
    if (c->note_count == 0) return;
    fan_sink_put(sink, "What else differs, or weakens the comparison:\n\n");
    for (size_t i = 0; i < c->note_count; i++) {
        fan_sink_put(sink, "- **");
        fan_sink_markdown(sink, c->note[i].name);
        fan_sink_put(sink, "**: ");
        fan_sink_markdown(sink, c->note[i].detail);
        fan_sink_put(sink, "\n");
    }
    fan_sink_put(sink, "\n");
}

static void put_run_row(struct fan_sink *sink, const char *what, const char *a,
                        const char *b)
{
    fan_sink_put(sink, "| %s | ", what);
    fan_sink_markdown(sink, a);
    fan_sink_put(sink, " | ");
    fan_sink_markdown(sink, b);
    fan_sink_put(sink, " |\n");
}

static void put_runs(const struct fan_comparison *c, struct fan_sink *sink)
{
    const struct fan_summary *a = c->a.summary, *b = c->b.summary;
    fan_sink_put(sink,
                 "## The runs\n\n| | A, before | B, after |\n| --- | --- | --- |\n");
    put_run_row(sink, "folder", c->settings.name_a, c->settings.name_b);
    put_run_row(sink, "job", a->study->job, b->study->job);
    put_run_row(sink, "work", a->study->workload, b->study->workload);
    put_run_row(sink, "endpoint", a->study->endpoint, b->study->endpoint);
    put_run_row(sink, "region", a->study->region, b->study->region);
    put_run_row(sink, "client", a->study->host, b->study->host);
    put_run_row(sink, "program", a->study->program, b->study->program);
    put_run_row(sink, "started", a->study->started, b->study->started);
    put_run_row(sink, "calls", fan_show_count(a->total.calls).s,
                fan_show_count(b->total.calls).s);
    put_run_row(sink, "cost", fan_show_usd(a->total.cost.total).s,
                fan_show_usd(b->total.cost.total).s);
    put_run_row(sink, "prices of", a->price.date, b->price.date);
    fan_sink_put(sink, "\n%zu of %zu settings of A were matched with one of B",
                 c->pair_count, a->study->cell_count);
    if (c->renamed > 0)
        fan_sink_put(sink, ", %zu of them under another function name", c->renamed);
    fan_sink_put(sink, ".\n\n");
}

static void put_left(struct fan_sink *sink, const char *name,
                     const struct fan_study *study, const size_t *cell, size_t n)
{
    for (size_t i = 0; i < n && i < LEFT_MAX; i++) {
        const struct fan_study_cell *own = &study->cells[cell[i]];
        fan_sink_put(sink, "- only in %s: ", name);
        fan_sink_markdown(sink, own->function);
        fan_sink_put(sink, ", %u MB, work %ux, %u in flight\n", own->memory_mb, own->work,
                     own->parallelism);
    }
    if (n > LEFT_MAX)
        fan_sink_put(sink, "- only in %s: %zu more, see `compare.json`\n", name,
                     n - LEFT_MAX);
    if (n > 0) fan_sink_put(sink, "\n");
}

static void put_figure(const struct fan_figure_made *figure, struct fan_sink *sink)
{
    fan_sink_put(sink, "## Setting by setting\n\n");
    if (figure->drawn)
        fan_sink_put(sink, "![%s](figures/%s.svg)\n\n", figure->title, figure->name);
    fan_sink_markdown(sink, figure->caption);
    if (figure->drawn) fan_sink_put(sink, " Data: `figures/%s.dat`.", figure->name);
    fan_sink_put(sink, "\n\n");
}

/* One changed row: where, by how much, how sure. */
static void put_change(const struct fan_comparison *c, const struct fan_compare_row *row,
                       struct fan_sink *sink)
{
    char label[160];
    fan_compare_label(c, row->pair, label, sizeof label);
    fan_sink_put(sink, "- ");
    fan_sink_markdown(sink, label);
    if (row->stratum != c->stratum)
        fan_sink_put(sink, ", %s calls", fan_stratum_name(row->stratum));
    fan_sink_put(sink, ": B/A %s %s, %s effect, p %s: %s%s\n",
                 fan_show_number(row->ratio).s, fan_show_interval(row->ratio_ci).s,
                 fan_rank_effect(row->test.delta), fan_show_p(row->p).s,
                 fan_compare_verdict_text(c, row->verdict),
                 row->same ? ", the same within the margin" : "");
}

/* How far a row is from no change; -1 where no change is shown. */
static double distance(const struct fan_compare_row *row)
{
    if (row->verdict == FAN_VERDICT_NONE || row->verdict == FAN_VERDICT_FEW) return -1.0;
    return isnan(row->ratio) ? 0.0 : fabs(log(row->ratio));
}

/* The rows with a difference shown, the largest first. */
static void put_changes(const struct fan_comparison *c, struct fan_sink *sink)
{
    bool *told = fan_alloc_zero(c->row_count + 1, sizeof *told);
    size_t changed = 0, n = 0;
    fan_sink_put(sink, "## What changed\n\n");
    for (size_t i = 0; i < c->row_count; i++)
        changed += distance(&c->row[i]) >= 0.0;
    for (; n < changed && n < CHANGES_MAX; n++) {
        size_t most = c->row_count;
        for (size_t i = 0; i < c->row_count; i++)
            if (!told[i] && distance(&c->row[i]) >= 0.0 &&
                (most == c->row_count || distance(&c->row[i]) > distance(&c->row[most])))
                most = i;
        put_change(c, &c->row[most], sink);
        told[most] = true;
    }
    free(told);
    if (changed == 0)
        fan_sink_put(sink,
                     "No difference was shown in any of %zu tests. That does not "
                     "mean that the runs are equal.\n",
                     c->row_count - c->count[FAN_VERDICT_FEW]);
    if (changed > n)
        fan_sink_put(sink, "- and %zu smaller ones: see the appendix\n", changed - n);
    fan_sink_put(sink, "\n");
}

static void put_shares(const struct fan_comparison *c, struct fan_sink *sink)
{
    fan_sink_put(sink, "## Failures and throttles\n\n");
    struct fan_table *shares = fan_compare_share_table(c, true, SHARES_MAX);
    if (fan_table_rows(shares) == 0)
        fan_sink_put(sink, "No call failed or was throttled in either run.\n\n");
    else
        fan_sink_put(sink,
                     "By call, not by attempt. Settings without any such call are not "
                     "listed; of very many, only those with a difference shown.\n\n");
    fan_table_markdown(shares, sink);
    fan_table_free(shares);
}

/* The heading makes the page lie on its side when it is printed (report_html.c). */
static void put_rows(const struct fan_comparison *c, struct fan_sink *sink)
{
    char subject[120];
    fan_compare_subject(c, subject, sizeof subject);
    fan_sink_put(
        sink,
        "## Appendix: all tests\n\nA and B: %s. Shift: Hodges and Lehmann's, of "
        "single calls. p after Holm. Cold and warm calls are compared apart.\n\n",
        subject);
    struct fan_table *rows = fan_compare_row_table(c, true, ROWS_MAX);
    fan_table_markdown(rows, sink);
    fan_table_free(rows);
    if (c->row_count > ROWS_MAX)
        fan_sink_put(sink, "%zu more rows are in `compare.json`.\n\n",
                     c->row_count - ROWS_MAX);
}

static void put_methods(const struct fan_comparison *c, struct fan_sink *sink)
{
    fan_sink_put(
        sink,
        "## How it was tested\n\n"
        "Each setting: Mann and Whitney's test with Hodges and Lehmann's shift and "
        "Cliff's "
        "delta; ratio of the %s with a bootstrap interval. Over all settings, from %d "
        "on: "
        "Wilcoxon's signed ranks of the logarithms of the ratios. These p-values are "
        "adjusted together by Holm. Failed and throttled calls: Fisher's exact test per "
        "setting, Mantel and Haenszel's over all, Newcombe's interval of the difference; "
        "adjusted by Holm among themselves. Below %.2f, two-sided, counts as shown, so "
        "two "
        "equal runs fail in less than 5 %% of comparisons. *No difference shown* does "
        "not "
        "mean equal.",
        c->settings.metric == FAN_COMPARE_COST ? "means" : "medians",
        FAN_COMPARE_CELLS_MIN, FAN_COMPARE_ALPHA);
    if (c->settings.margin > 0.0)
        fan_sink_put(
            sink,
            " *The same*: two one-sided tests, the 90 %% interval of the ratio lies "
            "within %s to %s.",
            fan_show_number(1.0 / (1.0 + c->settings.margin)).s,
            fan_show_number(1.0 + c->settings.margin).s);
    fan_sink_put(
        sink,
        " Both runs are priced at one date, the newer of theirs, so that a change of "
        "prices is no difference. The tests take calls for independent and know nothing "
        "of "
        "what changes from run to run (the host's load, the time of day): see "
        "`docs/compare.md`.\n\n");
}

enum fan_status fan_compare_markdown(const struct fan_comparison *c,
                                     const struct fan_figure_made *figure,
                                     struct fan_buf *out, struct fan_err *err)
{
    struct fan_sink sink = { out, err, FAN_OK };
    put_head(c, &sink);
    put_figure(figure, &sink);
    put_changes(c, &sink);
    put_shares(c, &sink);
    put_runs(c, &sink);
    put_left(&sink, "A", c->a.summary->study, c->only_a, c->only_a_count);
    put_left(&sink, "B", c->b.summary->study, c->only_b, c->only_b_count);
    put_methods(c, &sink);
    put_rows(c, &sink);
    return sink.status;
}

/* --- files --- */

/* A page of an earlier comparison must not pass for one of this. */
static void write_html(const struct fan_comparison *c, const char *dir)
{
    struct fan_err err = { FAN_OK, "" };
    char path[PATH_BYTES_MAX], title[512];
    const int n = snprintf(path, sizeof path, "%s/compare.html", dir);
    if (n > 0 && (size_t)n < sizeof path) unlink(path);
    snprintf(title, sizeof title, "%.200s against %.200s", c->settings.name_b,
             c->settings.name_a);
    if (fan_report_html(dir, "compare", title, &err))
        fan_log(FAN_LOG_WARN, "compare", "no compare.html: %s", err.text);
}

static void draw(const void *subject, struct fan_figure *figure)
{
    fan_figure_compare(subject, figure);
}

enum fan_status fan_comparison_write(const struct fan_comparison *c, const char *dir,
                                     struct fan_err *err)
{
    struct fan_buf json = FAN_BUF_INIT(FILE_BYTES_MAX);
    struct fan_buf markdown = FAN_BUF_INIT(FILE_BYTES_MAX);
    struct fan_figure_made figure;
    enum fan_status st = fan_comparison_json(c, &json, err);
    if (!st) st = fan_report_write_file(&json, dir, "compare.json", err);
    if (!st) st = fan_figure_make(dir, "compare", draw, c, &figure, err);
    if (!st) st = fan_compare_markdown(c, &figure, &markdown, err);
    if (!st) st = fan_report_write_file(&markdown, dir, "compare.md", err);
    if (!st) write_html(c, dir);
    fan_buf_clear(&json);
    fan_buf_clear(&markdown);
    return st;
}
