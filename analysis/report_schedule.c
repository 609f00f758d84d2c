/* report_schedule.c - sentences and a table on when calls were made and how many: the
 * stopping rule, probes over time, and the search for the limit. */
#include <math.h>
#include <stdio.h>

#include "analysis/limit_search.h"
#include "analysis/repetitions.h"
#include "analysis/report_parts.h"
#include "analysis/show.h"
#include "analysis/summary_data.h"

#define ROWS_MOST  200
#define NAMED_MOST 3

static const char *stop_words(enum fan_stop stop)
{
    switch (stop) {
    case FAN_STOP_PLAN: break;
    case FAN_STOP_NARROW: return "narrow enough";
    case FAN_STOP_MOST: return "most repetitions";
    case FAN_STOP_BUDGET: return "budget";
    case FAN_STOP_INTERRUPT: return "interrupted";
    case FAN_STOP_CUT: return "run not finished";
    }
    return "as planned";
}

void fan_report_stopping(const struct fan_summary *summary, struct fan_sink *sink)
{
    const struct fan_study *study = summary->study;
    const struct fan_repetitions r = fan_repetitions_of(summary);
    if (!(study->until_ci > 0.0)) return;
    fan_sink_put(sink,
                 "- Stopping rule: repeat until the half-width of the 95 %% interval of "
                 "the median is at most %s of it, %u to %u times. %zu of %zu %s narrow "
                 "enough",
                 fan_show_share(study->until_ci).s, study->repetitions_min,
                 study->repetitions, r.narrow, study->cell_count,
                 r.narrow == 1 ? "setting was" : "settings were");
    if (r.most > 0) fan_sink_put(sink, ", %zu had the most repetitions", r.most);
    if (r.undecided > 0)
        fan_sink_put(sink, ", %zu %s undecided when the run ended", r.undecided,
                     r.undecided == 1 ? "was" : "were");
    if (r.undecided == 0 && r.calls_saved > 0)
        fan_sink_put(
            sink, "; %s calls instead of %s for all saved %s of them and about %s",
            fan_show_count(study->calls_planned).s, fan_show_count(r.calls_most).s,
            fan_show_share((double)r.calls_saved / (double)r.calls_most).s,
            fan_show_usd(r.usd_saved).s);
    else if (r.undecided == 0)
        fan_sink_put(sink, "; nothing was saved against %s calls for all",
                     fan_show_count(r.calls_most).s);
    fan_sink_put(sink, ".\n");
}

void fan_report_probes(const struct fan_summary *summary, struct fan_sink *sink)
{
    const struct fan_study_probes *p = &summary->study->probes;
    if (!(p->every_s > 0.0)) return;
    fan_sink_put(sink, "- %u of %u probes, one every %s, were made", p->made, p->planned,
                 fan_show_seconds(p->every_s).s);
    if (p->late > 0)
        fan_sink_put(sink, "; %u began late, by %s at most", p->late,
                     fan_show_seconds(p->late_max_s).s);
    if (p->missed > 0)
        fan_sink_put(sink,
                     "; %u %s missed, in whole or in part (%s calls), since the time had "
                     "passed: the one before took too long, or the run was down",
                     p->missed, p->missed == 1 ? "was" : "were",
                     fan_show_count(p->calls_missed).s);
    fan_sink_put(sink, ".\n");
}

void fan_report_search_headline(const struct fan_summary *summary, struct fan_sink *sink)
{
    const char *and = "";
    for (size_t c = 0; c < summary->study->cell_count && c < NAMED_MOST; c++) {
        const struct fan_limit_search search = fan_limit_search_of(summary, c);
        char text[FAN_LIMIT_SEARCH_TEXT];
        if (search.attempts == 0) continue;
        fan_sink_put(sink, "%sA search for the limit at ", and);
        fan_report_setting(summary, sink, c);
        if (summary->factors.work)
            fan_sink_put(sink, ", work %ux,", summary->cells[c].cell->work);
        fan_sink_put(sink, " found %s.", fan_limit_search_text(&search, text));
        and = " ";
    }
}

static void put_table(const struct fan_summary *summary, struct fan_sink *sink)
{
    static const struct fan_column columns[] = {
        FAN_FACTOR_COLUMNS,         { "repetitions", false, 0 }, { "at most", false, 0 },
        { "half-width", false, 0 }, { "why it ended", true, 0 },
    };
    if (!(summary->study->until_ci > 0.0)) return;
    struct fan_table *table = fan_table_new(columns, sizeof columns / sizeof columns[0]);
    for (size_t c = 0; c < summary->study->cell_count && c < ROWS_MOST; c++) {
        const struct fan_cell_summary *cell = &summary->cells[c];
        fan_report_factors(table, summary, c);
        fan_table_add(table, fan_show_count(cell->tallies.calls).s);
        fan_table_add(table, fan_show_count(cell->cell->calls_most).s);
        const double width = fan_repetitions_half_width(summary, c);
        fan_table_add(table, isfinite(width) ? fan_show_share(width).s : "-");
        fan_table_add(table, stop_words(cell->cell->stop));
    }
    fan_report_table(table, sink, "Repetitions",
                     "How often each setting was repeated, how wide the 95 % interval of "
                     "its median is to either side, as a share of it, and why it ended. "
                     "An interval at which a rule stopped is a little narrower than its "
                     "level says: docs/statistics.md.");
}

void fan_report_spread_tables(const struct fan_summary *summary, struct fan_sink *sink)
{
    put_table(summary, sink);
    fan_report_spread_table(summary, sink);
}

void fan_report_repetitions(const struct fan_study *study, struct fan_sink *sink)
{
    fan_sink_put(sink, "%zu %s, ", study->cell_count,
                 study->cell_count == 1 ? "setting" : "settings");
    if (study->is_search) {
        fan_sink_put(sink, "each a search for the limit with at most %s calls",
                     fan_show_count(study->repetitions).s);
        return;
    }
    if (study->until_ci > 0.0) fan_sink_put(sink, "%u to ", study->repetitions_min);
    fan_sink_put(sink, "%u %s each, in %s%u %s%s", study->repetitions,
                 study->repetitions == 1 ? "repetition" : "repetitions",
                 study->until_ci > 0.0 ? "at most " : "", study->blocks,
                 study->blocks == 1 ? "block" : "blocks",
                 study->randomized ? " of random order" : ", in order");
    if (study->probes.every_s > 0.0)
        fan_sink_put(sink, ", one every %s", fan_show_seconds(study->probes.every_s).s);
}
