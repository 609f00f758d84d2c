/* report_markdown.c - report.md: what was run, what was found, and what to think of it.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "analysis/report_parts.h"
#include "analysis/show.h"
#include "analysis/summary_data.h"

/* A line of the list that describes the run. */
static void item(struct fan_sink *sink, const char *name, const char *value)
{
    if (!*value) return;
    fan_sink_put(sink, "- %s: ", name);
    fan_sink_markdown(sink, value);
    fan_sink_put(sink, "\n");
}

static void put_title(const struct fan_summary *summary, struct fan_sink *sink)
{
    const struct fan_study *study = summary->study;
    fan_sink_put(sink, "# ");
    fan_sink_markdown(sink, study->job[0] ? study->job : "A run without a name");
    fan_sink_put(sink, "\n\n");
    if (study->local)
        fan_sink_put(
            sink, "> **Measured on the local endpoint**, which models AWS Lambda on this "
                  "machine: real processes, real HTTP, modelled CPU share and billing. "
                  "Times are not AWS's; dollars are those times at AWS's list prices.");
    if (study->local && summary->total.host_limited > 0)
        fan_sink_put(
            sink,
            " **In %s of the attempts this host had too little CPU: their times and "
            "dollars are too high.**",
            fan_show_share((double)summary->total.host_limited /
                           (double)summary->total.attempts)
                .s);
    if (study->local) fan_sink_put(sink, "\n\n");
    if (study->budget_stopped)
        fan_sink_put(sink, "> **Stopped by the budget.** This report covers what was run "
                           "until then.\n\n");
    if (study->interrupted)
        fan_sink_put(sink, "> **Interrupted.** This report covers what was run until "
                           "then.\n\n");
}

static void put_run(const struct fan_summary *summary, struct fan_sink *sink)
{
    const struct fan_study *study = summary->study;
    const struct fan_tallies *total = &summary->total;

    fan_sink_put(sink, "## What was run\n\n");
    item(sink, "Work", study->workload);
    if (study->is_sieve)
        fan_sink_put(sink, "- Design: %s partitions of about equal cost\n",
                     fan_show_count(study->sieve.partitions).s);
    else
        fan_sink_put(sink, "- Design: %zu %s, %u repetitions each, in %u %s%s\n",
                     study->cell_count, study->cell_count == 1 ? "setting" : "settings",
                     study->repetitions, study->blocks,
                     study->blocks == 1 ? "block" : "blocks",
                     study->randomized ? " of random order" : ", in order");
    item(sink, "Endpoint", study->endpoint);
    item(sink, "Region", study->region);
    item(sink, "Transport", study->transport);
    item(sink, "On a throttle", study->throttle_mode);
    fan_sink_put(sink, "- Ranks: %u\n", study->ranks);
    item(sink, "Started", study->started);
    item(sink, "Client", study->host);
    fan_sink_put(sink, "- Calls: %s planned, %s done, %s failed; %s attempts\n",
                 fan_show_count(study->calls_planned).s, fan_show_count(total->done).s,
                 fan_show_count(total->failed).s, fan_show_count(total->attempts).s);
    fan_sink_put(sink, "- Time: %s\n", fan_show_seconds(study->elapsed_s).s);
    if (study->budget_invocations > 0)
        fan_sink_put(sink, "- Budget: %s invocations\n",
                     fan_show_count(study->budget_invocations).s);
    if (study->budget_usd > 0.0)
        fan_sink_put(sink, "- Budget: %s\n", fan_show_usd(study->budget_usd).s);
    fan_sink_put(sink, "\n");
}

static void put_sieve(const struct fan_summary *summary, struct fan_sink *sink)
{
    const struct fan_study_sieve *sieve = &summary->study->sieve;
    fan_sink_put(sink, "## The primes\n\n| what | value |\n| --- | ---: |\n");
    fan_sink_put(sink, "| range | [%s, %s) |\n", fan_show_count(sieve->lo).s,
                 fan_show_count(sieve->hi).s);
    fan_sink_put(sink, "| **primes** | **%s** |\n", fan_show_count(sieve->count).s);
    fan_sink_put(sink, "| sum of them, modulo 2^64 | %" PRIu64 " |\n", sieve->checksum);
    if (sieve->count > 0) {
        fan_sink_put(sink, "| smallest | %s |\n", fan_show_count(sieve->first).s);
        fan_sink_put(sink, "| largest | %s |\n", fan_show_count(sieve->last).s);
    }
    fan_sink_put(sink, "| partitions | %s of %s |\n",
                 fan_show_count(sieve->partitions_done).s,
                 fan_show_count(sieve->partitions).s);
    fan_sink_put(sink, "| time | %s |\n", fan_show_seconds(summary->study->elapsed_s).s);
    fan_sink_put(sink, "| cost | %s |\n\n", fan_show_usd(summary->total.cost.total).s);
    if (sieve->partitions_done < sieve->partitions)
        fan_sink_put(sink,
                     "The count covers the partitions that were done, not the whole "
                     "range.\n\n");
}

static void put_checks(const struct fan_summary *summary, struct fan_sink *sink)
{
    fan_sink_put(sink,
                 "## Checks\n\n| check | verdict | detail |\n| --- | --- | --- |\n");
    for (size_t i = 0; i < summary->check_count; i++) {
        const struct fan_study_check *check = &summary->checks[i];
        fan_sink_put(sink, "| ");
        fan_sink_markdown(sink, check->name);
        fan_sink_put(sink, " | %s | ", check->ok ? "holds" : "**FAILED**");
        fan_sink_markdown(sink, check->detail);
        fan_sink_put(sink, " |\n");
    }
    fan_sink_put(sink, "\n");
    if (summary->warning_count == 0) return;
    fan_sink_put(sink, "What weakens the results:\n\n");
    for (size_t i = 0; i < summary->warning_count; i++) {
        fan_sink_put(sink, "- **");
        fan_sink_markdown(sink, summary->warnings[i].name);
        fan_sink_put(sink, "**: ");
        fan_sink_markdown(sink, summary->warnings[i].detail);
        fan_sink_put(sink, "\n");
    }
    fan_sink_put(sink, "\n");
}

static void put_figures(const struct fan_figures *figures, struct fan_sink *sink)
{
    fan_sink_put(sink, "## Figures\n\n");
    for (size_t i = 0; i < figures->n; i++) {
        const struct fan_figure_made *figure = &figures->item[i];
        if (figure->title[0]) fan_sink_put(sink, "### %s\n\n", figure->title);
        if (figure->drawn)
            fan_sink_put(sink, "![%s](figures/%s.svg)\n\n", figure->title, figure->name);
        fan_sink_put(sink, "%s", figure->caption);
        if (figure->drawn) fan_sink_put(sink, " Data: `figures/%s.dat`.", figure->name);
        fan_sink_put(sink, "\n\n");
    }
}

static void put_repeat(const struct fan_summary *summary, struct fan_sink *sink)
{
    const struct fan_study *study = summary->study;
    fan_sink_put(sink, "## How to repeat\n\n");
    if (study->command && *study->command) {
        fan_sink_put(sink, "```\n");
        /* A fence in the command would end the block: no command line has three. */
        for (const char *c = study->command; *c; c++)
            fan_sink_bytes(sink, (unsigned char)*c < ' ' || *c == '`' ? " " : c, 1);
        fan_sink_put(sink, "\n```\n\n");
    }
    fan_sink_put(sink, "- Seed: %" PRIu64 "\n", study->seed);
    item(sink, "Program", study->program);
    fan_sink_put(sink, "- Prices: ");
    fan_sink_markdown(sink, summary->price.region);
    fan_sink_put(sink, " %s of %s\n", summary->price.arch, summary->price.date);
    fan_sink_put(sink,
                 "- Raw data: `records.csv`, `journal-*.msgpack`; numbers of this "
                 "report: `summary.json`; the job with all defaults: `job.yaml`\n\n");
    fan_sink_put(
        sink,
        "Quantiles are of type 7. Intervals are at 95 %% confidence: Student's for a "
        "mean, "
        "order statistics for median, p95 and p99 (no assumption about the "
        "distribution), "
        "bootstrap for a speed-up and a mean cost, Clopper and Pearson for a share. "
        "p-values "
        "are adjusted by Holm where several comparisons were made; below 0.05 counts as "
        "shown. "
        "A p99 marked with ~ "
        "comes from fewer than 299 calls, too few to bound it from above. Cold, warm and "
        "failed calls are never mixed.\n");
}

enum fan_status fan_report_markdown(const struct fan_summary *summary,
                                    const struct fan_figures *figures,
                                    struct fan_buf *out, struct fan_err *err)
{
    struct fan_sink sink = { out, err, FAN_OK };

    put_title(summary, &sink);
    put_run(summary, &sink);
    if (summary->study->is_sieve) put_sieve(summary, &sink);
    fan_sink_put(&sink, "## What was found\n\n");
    fan_report_findings(summary, &sink);
    put_checks(summary, &sink);
    put_figures(figures, &sink);
    fan_report_tables(summary, &sink);
    put_repeat(summary, &sink);
    return sink.status;
}
