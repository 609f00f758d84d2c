/* report_markdown.c - report.md: what was run, what was found, and what to think of it.
 */
#include <inttypes.h>
#include <stdio.h>

#include "analysis/report_parts.h"
#include "analysis/report_questions.h"
#include "analysis/show.h"
#include "analysis/summary_data.h"

/* "eratosthenes max 8000000 on local, 2026-11-28, 4 ranks" */
static void put_subtitle(const struct fan_study *study, struct fan_sink *sink)
{
    fan_sink_put(sink, "Report of a measurement with lambda-fanout: ");
    fan_sink_markdown(sink, study->workload);
    fan_sink_put(sink, ", endpoint ");
    fan_sink_markdown(sink, study->endpoint);
    fan_sink_put(sink, ", %u %s, %.10s\n\n", study->ranks,
                 study->ranks == 1 ? "rank" : "ranks", study->started);
}

void fan_report_notice(uint64_t host_limited, uint64_t attempts, struct fan_sink *sink)
{
    fan_sink_put(sink,
                 "> **Measured on the local endpoint**, which models AWS Lambda on this "
                 "machine: real processes, real HTTP, modelled CPU share and billing. "
                 "Times are not AWS's; dollars are those times at AWS's list prices.");
    if (host_limited > 0)
        fan_sink_put(sink,
                     " **In %s of the attempts this host had too little CPU: their times "
                     "and dollars are too high.**",
                     fan_show_share((double)host_limited / (double)attempts).s);
    fan_sink_put(sink, "\n\n");
}

static void put_title(const struct fan_summary *summary, struct fan_sink *sink)
{
    const struct fan_study *study = summary->study;
    fan_sink_put(sink, "# ");
    fan_sink_markdown(sink, study->job[0] ? study->job : "A run without a name");
    fan_sink_put(sink, "\n\n");
    put_subtitle(study, sink);
    if (study->local)
        fan_report_notice(summary->total.host_limited, summary->total.attempts, sink);
    if (study->budget_stopped)
        fan_sink_put(sink, "> **Stopped by the budget.** This report covers what was run "
                           "until then.\n\n");
    if (study->interrupted)
        fan_sink_put(sink, "> **Interrupted.** This report covers what was run until "
                           "then.\n\n");
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
    if (sieve->has_twins)
        fan_sink_put(sink, "| twins: pairs of primes (p, p + 2) | %s |\n",
                     fan_show_count(sieve->twins).s);
    if (sieve->has_gap)
        fan_sink_put(sink, "| greatest gap between neighbours | %s, from %s |\n",
                     fan_show_count(sieve->gap).s, fan_show_count(sieve->gap_start).s);
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

/* A line for each question that arose, so that who reads no further knows the answers. */
static void put_summary(const struct fan_summary *summary, struct fan_sink *sink)
{
    fan_sink_put(sink, "## Summary of findings\n\n");
    if (summary->total.attempts == 0) {
        fan_sink_put(sink, "Nothing: no attempt was made.\n\n");
        return;
    }
    if (summary->study->is_sieve)
        fan_sink_put(sink, "- **Primes**: %s in [%s, %s).\n",
                     fan_show_count(summary->study->sieve.count).s,
                     fan_show_count(summary->study->sieve.lo).s,
                     fan_show_count(summary->study->sieve.hi).s);
    fan_sink_put(sink, "- **Calls**: %s of %s succeeded in %s.\n",
                 fan_show_count(summary->total.done).s,
                 fan_show_count(summary->study->calls_planned).s,
                 fan_show_seconds(summary->study->elapsed_s).s);
    for (const struct fan_question *q = fan_questions; q->key; q++)
        if (q->arises(summary)) fan_question_line(q, summary, sink);
    fan_sink_put(sink, "\n");
}

static void put_method(const struct fan_summary *summary, struct fan_sink *sink)
{
    struct fan_rules rules;
    fan_sink_put(sink, "## Method\n\n| what | value |\n| --- | --- |\n");
    fan_report_design(summary, sink);
    fan_report_place(summary, sink);
    fan_sink_put(sink, "\n");
    fan_report_methods(summary->study->local, sink);
    fan_rules_judge(summary, &rules);
    fan_rules_table(&rules, sink);
}

enum fan_status fan_report_markdown(const struct fan_summary *summary,
                                    const struct fan_figures *figures,
                                    struct fan_buf *out, struct fan_err *err)
{
    struct fan_sink sink = { out, err, FAN_OK };

    put_title(summary, &sink);
    put_summary(summary, &sink);
    if (summary->study->is_sieve) put_sieve(summary, &sink);
    for (const struct fan_question *q = fan_questions; q->key; q++)
        if (q->arises(summary)) fan_question_chapter(q, summary, figures, &sink);
    put_method(summary, &sink);
    fan_report_repeat(summary, &sink);
    fan_sink_put(&sink, "## Appendix: all settings\n\n");
    fan_report_appendix(summary, &sink);
    return sink.status;
}
