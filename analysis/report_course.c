/* report_course.c - sentences on the run itself: drift, heaps, outliers, limits. */
#include <math.h>

#include "analysis/answers.h"
#include "analysis/report_parts.h"
#include "analysis/show.h"

#define NAMED_MOST 3 /* settings that a sentence names; more are counted */

/* "128 MB, work 2x, 8 in flight". */
static void put_cell(const struct fan_summary *summary, struct fan_sink *sink, size_t c)
{
    const struct fan_study_cell *cell = summary->cells[c].cell;
    fan_report_setting(summary, sink, c);
    if (summary->factors.work) fan_sink_put(sink, ", work %ux", cell->work);
    if (summary->factors.parallelism)
        fan_sink_put(sink, ", %u in flight", cell->parallelism);
}

static void put_trend(const struct fan_time_answer *time, struct fan_sink *sink)
{
    const double steps = (double)(time->windows - 1);
    const bool shown = time->trend.p < FAN_ANSWER_ALPHA;
    const struct fan_interval drift = { 100.0 * steps * time->trend.slope_ci.lower,
                                        100.0 * steps * time->trend.slope_ci.upper };
    fan_sink_put(sink,
                 "- Over the run: %s (Mann and Kendall, p %s; %+.2f %% [%+.2f, %+.2f] "
                 "from the first call to the last by Sen's slope).",
                 shown ? "a drift" : "no drift shown", fan_show_p(time->trend.p).s,
                 100.0 * steps * time->trend.slope, drift.lower, drift.upper);
    if (time->ljung.p < FAN_ANSWER_ALPHA)
        fan_sink_put(sink,
                     " Calls resemble their neighbours (autocorrelation %.2f, Ljung and "
                     "Box p %s): %s of them tell as much as %s independent ones.",
                     time->r1, fan_show_p(time->ljung.p).s, fan_show_count(time->n).s,
                     fan_show_number(floor(time->effective_n)).s);
    fan_sink_put(sink, "\n");
}

static void put_changes(const struct fan_time_answer *time, struct fan_sink *sink)
{
    if (time->cut_count == 0 && !(time->pettitt.p < FAN_ANSWER_ALPHA)) {
        fan_sink_put(sink, "- No change of level shown (%sPettitt, p %s).\n",
                     time->cuts_sought ? "PELT; " : "", fan_show_p(time->pettitt.p).s);
        return;
    }
    fan_sink_put(sink, "- Changes of level: ");
    for (size_t i = 0; i < time->cut_count && i < NAMED_MOST; i++)
        fan_sink_put(sink, "%s%+.1f %% at %s", i > 0 ? ", " : "",
                     100.0 * (time->cut_ratio[i] - 1.0),
                     fan_show_seconds(time->cut_s[i]).s);
    if (time->cut_count > NAMED_MOST)
        fan_sink_put(sink, " and %zu more", time->cut_count - NAMED_MOST);
    if (time->cut_count > 0) fan_sink_put(sink, " after the first call (PELT); ");
    fan_sink_put(sink, "Pettitt's test puts one at %s (p %s).\n",
                 fan_show_seconds(time->pettitt_s).s, fan_show_p(time->pettitt.p).s);
}

static void put_heaps(const struct fan_summary *summary, struct fan_sink *sink)
{
    size_t count = 0;
    for (size_t c = 0; c < summary->study->cell_count; c++) {
        const struct fan_mixture *m = &summary->answers->cells[c].modes.mixture;
        if (!summary->answers->cells[c].modes.two || ++count > NAMED_MOST) continue;
        fan_sink_put(sink, "- Two heaps at ");
        put_cell(summary, sink, c);
        fan_sink_put(sink, ": %s near %s ms, the others near %s ms.\n",
                     fan_show_share(m->share).s, fan_show_number(m->mean[0]).s,
                     fan_show_number(m->mean[1]).s);
    }
    if (count > NAMED_MOST)
        fan_sink_put(sink,
                     "- In all, %zu settings have two heaps; the table on spread "
                     "marks them.\n",
                     count);
}

static void put_outliers(const struct fan_summary *summary, struct fan_sink *sink)
{
    uint64_t marked = 0, all = 0;
    double most = 0.0;
    for (size_t c = 0; c < summary->study->cell_count; c++) {
        const struct fan_cell_answer *cell = &summary->answers->cells[c];
        const struct fan_description *d = fan_summary_main(summary, c);
        marked += cell->outliers.tukey;
        all += d->n;
        if (isfinite(cell->mean_inside) && d->mean > 0.0)
            most = fmax(most, fabs(cell->mean_inside / d->mean - 1.0));
    }
    if (all == 0) return;
    fan_sink_put(sink,
                 "- %s of %s values lie beyond Tukey's fences: marked, not dropped.",
                 fan_show_count(marked).s, fan_show_count(all).s);
    if (marked > 0)
        fan_sink_put(sink, " Without them no mean would move by more than %s.",
                     fan_show_share(most).s);
    fan_sink_put(sink, "\n");
}

static void put_repetitions(const struct fan_summary *summary, struct fan_sink *sink)
{
    uint64_t needed = 0;
    size_t worst = 0;
    for (size_t c = 0; c < summary->study->cell_count; c++) {
        const uint64_t own = summary->answers->cells[c].needed[FAN_ANSWER_PRECISIONS - 1];
        if (own <= needed) continue;
        needed = own;
        worst = c;
    }
    if (needed == 0) return;
    fan_sink_put(sink, "- A mean within 1 %% takes %s repetitions at most (at ",
                 fan_show_count(needed).s);
    put_cell(summary, sink, worst);
    fan_sink_put(sink, "; this run had %s there).\n",
                 fan_show_count(fan_summary_main(summary, worst)->n).s);
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

static void put_limits(const struct fan_summary *summary, struct fan_sink *sink)
{
    size_t count = 0;
    for (size_t c = 0; c < summary->study->cell_count; c++) {
        const struct fan_cell_answer *cell = &summary->answers->cells[c];
        if (cell->limit.kind == FAN_LIMIT_NONE || ++count > NAMED_MOST) continue;
        fan_sink_put(sink, "- Throttled at ");
        put_cell(summary, sink, c);
        fan_sink_put(sink, ": %s to %s of attempts, ",
                     fan_show_share(cell->throttled_share.lower).s,
                     fan_show_share(cell->throttled_share.upper).s);
        put_limit(&cell->limit, cell->erlang_b, sink);
        fan_sink_put(sink, ".\n");
    }
    if (count > NAMED_MOST)
        fan_sink_put(sink, "- In all, %zu settings were throttled.\n", count);
}

void fan_report_course(const struct fan_summary *summary, struct fan_sink *sink)
{
    const struct fan_time_answer *time = &summary->answers->time;
    if (time->windows > 1) {
        put_trend(time, sink);
        put_changes(time, sink);
    }
    put_heaps(summary, sink);
    put_outliers(summary, sink);
    put_repetitions(summary, sink);
    put_limits(summary, sink);
}
