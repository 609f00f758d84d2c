/* report_trust.c - failures, and whether the run can be trusted: the
 * sentences, and the table of checks. */
#include <math.h>

#include "analysis/answers.h"
#include "analysis/report_parts.h"
#include "analysis/show.h"

#define NAMED_MOST 3 /* settings that a sentence names; more are counted */

/* ---- failures ---- */

bool fan_report_failures_arise(const struct fan_summary *summary)
{
    /* Refusals are what a search looks for, and have their own chapter. */
    const uint64_t meant = summary->study->is_search ? summary->total.throttled : 0;
    return summary->total.failed > meant || summary->total.failure_count > 0;
}

void fan_report_failures_headline(const struct fan_summary *summary,
                                  struct fan_sink *sink)
{
    const struct fan_tallies *total = &summary->total;
    fan_sink_put(sink,
                 "%s of %s calls ended without success; attempts that failed cost %s all "
                 "the same.",
                 fan_show_count(total->failed).s, fan_show_count(total->calls).s,
                 fan_show_usd(total->usd_failed).s);
}

void fan_report_failures_details(const struct fan_summary *summary, struct fan_sink *sink)
{
    const struct fan_tallies *total = &summary->total;
    for (size_t i = 0; i < total->failure_count; i++) {
        const struct fan_failure *failure = &total->failure[i];
        fan_sink_put(sink, "- %s %s failed with **", fan_show_count(failure->attempts).s,
                     failure->attempts == 1 ? "attempt" : "attempts");
        fan_sink_markdown(sink, failure->type);
        fan_sink_put(sink, "** and cost %s", fan_show_usd(failure->usd).s);
        if (failure->text[0]) {
            fan_sink_put(sink, " (the first: ");
            fan_sink_markdown(sink, failure->text);
            fan_sink_put(sink, ")");
        }
        fan_sink_put(sink, ".\n");
    }
    /* Where throttles were retried too, their question has it. */
    if (total->throttled == 0) fan_report_retries(summary, sink);
}

/* ---- trust ---- */

bool fan_report_trust_arises(const struct fan_summary *summary)
{
    (void)summary;
    return true;
}

void fan_report_trust_headline(const struct fan_summary *summary, struct fan_sink *sink)
{
    size_t held = 0;
    for (size_t i = 0; i < summary->check_count; i++)
        held += summary->checks[i].ok;
    if (held == summary->check_count)
        fan_sink_put(sink, "All %zu checks hold", held);
    else
        fan_sink_put(sink, "**%zu of %zu checks failed**", summary->check_count - held,
                     summary->check_count);
    if (summary->warning_count == 0)
        fan_sink_put(sink, ", and nothing found weakens the results.");
    else
        fan_sink_put(sink, "; what weakens the results:");
    for (size_t i = 0; i < summary->warning_count; i++) {
        fan_sink_put(sink, "%s ", i > 0 ? "," : "");
        fan_sink_markdown(sink, summary->warnings[i].name);
    }
    if (summary->warning_count > 0) fan_sink_put(sink, ".");
}

void fan_report_trust_details(const struct fan_summary *summary, struct fan_sink *sink)
{
    if (summary->skew.phases > 0)
        fan_sink_put(sink,
                     "- The ranks started %s apart in the median phase, %s at most (%zu "
                     "phases).\n",
                     fan_show_seconds(summary->skew.median_us / 1e6).s,
                     fan_show_seconds(summary->skew.max_us / 1e6).s,
                     summary->skew.phases);
    fan_report_probes(summary, sink);
    for (size_t i = 0; i < summary->warning_count; i++) {
        fan_sink_put(sink, "- **");
        fan_sink_markdown(sink, summary->warnings[i].name);
        fan_sink_put(sink, "**: ");
        fan_sink_markdown(sink, summary->warnings[i].detail);
        fan_sink_put(sink, ".\n");
    }
}

void fan_report_trust_tables(const struct fan_summary *summary, struct fan_sink *sink)
{
    fan_sink_put(sink, "| check | verdict | detail |\n| --- | --- | --- |\n");
    for (size_t i = 0; i < summary->check_count; i++) {
        const struct fan_study_check *check = &summary->checks[i];
        fan_sink_put(sink, "| ");
        fan_sink_markdown(sink, check->name);
        fan_sink_put(sink, " | %s | ", check->ok ? "holds" : "**FAILED**");
        fan_sink_markdown(sink, check->detail);
        fan_sink_put(sink, " |\n");
    }
    fan_sink_put(sink, "\n");
}
