/* report_trust.c - throttles, failures, and whether the run can be trusted: the
 * sentences, and the table of checks. */
#include <math.h>

#include "analysis/answers.h"
#include "analysis/report_parts.h"
#include "analysis/show.h"

#define NAMED_MOST 3 /* settings that a sentence names; more are counted */

/* ---- throttles ---- */

bool fan_report_throttling_arises(const struct fan_summary *summary)
{
    return summary->total.throttled > 0 ||
           (summary->study->is_search && summary->total.attempts > 0);
}

void fan_report_throttling_headline(const struct fan_summary *summary,
                                    struct fan_sink *sink)
{
    const struct fan_tallies *total = &summary->total;
    if (summary->study->is_search) {
        fan_report_search_headline(summary, sink);
        return;
    }
    const struct fan_interval ci =
        fan_stats_proportion_interval(total->throttled, total->attempts, FAN_STATS_LEVEL);
    fan_sink_put(sink, "%s of %s attempts were throttled: %s (%s to %s):",
                 fan_show_count(total->throttled).s, fan_show_count(total->attempts).s,
                 fan_show_share((double)total->throttled / (double)total->attempts).s,
                 fan_show_share(ci.lower).s, fan_show_share(ci.upper).s);
    const char *comma = "";
    for (int r = 0; r < FAN_REASON_COUNT; r++) {
        if (total->throttled_by[r] == 0) continue;
        const char *name = fan_reason_name((enum fan_reason)r);
        fan_sink_put(sink, "%s %s %s", comma, fan_show_count(total->throttled_by[r]).s,
                     *name ? name : "without a reason");
        comma = ",";
    }
    fan_sink_put(sink, ". AWS does not bill them.");
}

static void put_limit(const struct fan_limit *limit, double erlang_b,
                      struct fan_sink *sink)
{
    switch (limit->kind) {
    case FAN_LIMIT_CONCURRENCY:
        fan_sink_put(sink,
                     "as by a limit on concurrency of %s, the most that ran at once. "
                     "Random arrivals that keep it as busy would be refused in %s of "
                     "cases (Erlang B)",
                     fan_show_number(limit->concurrency).s, fan_show_share(erlang_b).s);
        break;
    case FAN_LIMIT_RATE:
        fan_sink_put(sink, "as by a limit on the rate of %s a second after a burst of %s",
                     fan_show_number(limit->rate).s, fan_show_number(limit->burst).s);
        break;
    case FAN_LIMIT_UNKNOWN:
        fan_sink_put(sink, "by a limit that looks neither like concurrency nor a rate");
        break;
    case FAN_LIMIT_NONE: break;
    }
}

void fan_report_throttling_details(const struct fan_summary *summary,
                                   struct fan_sink *sink)
{
    size_t count = 0;
    for (size_t c = 0; c < summary->study->cell_count; c++) {
        const struct fan_cell_answer *cell = &summary->answers->cells[c];
        if (cell->limit.kind == FAN_LIMIT_NONE || ++count > NAMED_MOST) continue;
        fan_sink_put(sink, "- Throttled at ");
        fan_report_cell(summary, sink, c);
        fan_sink_put(sink, ": %s to %s of attempts, ",
                     fan_show_share(cell->throttled_share.lower).s,
                     fan_show_share(cell->throttled_share.upper).s);
        put_limit(&cell->limit, cell->erlang_b, sink);
        fan_sink_put(sink, ".\n");
    }
    if (count > NAMED_MOST)
        fan_sink_put(sink, "- In all, %zu settings were throttled.\n", count);
}

/* ---- failures ---- */

bool fan_report_failures_arise(const struct fan_summary *summary)
{
    return summary->total.failed > 0 || summary->total.failure_count > 0;
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
