/* report_course.c - did the same work vary, over time and from call to call: the
 * sentences. */
#include <math.h>

#include "analysis/answers.h"
#include "analysis/report_parts.h"
#include "analysis/show.h"

#define NAMED_MOST 3 /* settings that a sentence names; more are counted */

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
        fan_report_cell(summary, sink, c);
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
    fan_report_cell(summary, sink, worst);
    fan_sink_put(sink, "; this run had %s there).\n",
                 fan_show_count(fan_summary_main(summary, worst)->n).s);
}

/* ---- over time ---- */

bool fan_report_time_arises(const struct fan_summary *summary)
{
    return summary->answers->time.windows > 1;
}

void fan_report_time_headline(const struct fan_summary *summary, struct fan_sink *sink)
{
    const struct fan_time_answer *time = &summary->answers->time;
    const double steps = (double)(time->windows - 1);
    const bool drift = time->trend.p < FAN_ANSWER_ALPHA;
    fan_sink_put(sink,
                 "%s over the %s of the run (%+.2f %% [%+.2f, %+.2f] from first to "
                 "last, p %s)",
                 drift ? "Times drifted" : "No drift shown",
                 fan_show_seconds(summary->study->elapsed_s).s,
                 100.0 * steps * time->trend.slope,
                 100.0 * steps * time->trend.slope_ci.lower,
                 100.0 * steps * time->trend.slope_ci.upper, fan_show_p(time->trend.p).s);
    if (time->cut_count > 0)
        fan_sink_put(sink, "; %zu %s of level, the first of %+.1f %% at %s",
                     time->cut_count, time->cut_count == 1 ? "change" : "changes",
                     100.0 * (time->cut_ratio[0] - 1.0),
                     fan_show_seconds(time->cut_s[0]).s);
    else if (time->cuts_sought)
        fan_sink_put(sink, "; no change of level shown");
    fan_sink_put(sink, ".");
}

void fan_report_time_details(const struct fan_summary *summary, struct fan_sink *sink)
{
    put_trend(&summary->answers->time, sink);
    put_changes(&summary->answers->time, sink);
}

/* ---- from call to call ---- */

bool fan_report_spread_arises(const struct fan_summary *summary)
{
    return summary->total.succeeded > 0;
}

void fan_report_spread_headline(const struct fan_summary *summary, struct fan_sink *sink)
{
    const struct fan_tallies *total = &summary->total;
    double low = FAN_UNKNOWN, high = FAN_UNKNOWN;
    for (size_t c = 0; c < summary->study->cell_count; c++) {
        const struct fan_description *d = fan_summary_main(summary, c);
        if (d->n < 2) continue;
        low = fmin(low, d->cv); /* fmin and fmax skip what is unknown */
        high = fmax(high, d->cv);
    }
    fan_sink_put(sink, "%s of %s successful attempts %s", fan_show_count(total->cold).s,
                 fan_show_count(total->succeeded).s,
                 total->cold == 1 ? "was a cold start" : "were cold starts");
    if (isfinite(low) && low < high)
        fan_sink_put(sink,
                     "; the %s varies by %s to %s of its mean (coefficient of "
                     "variation)",
                     fan_summary_main_text(summary), fan_show_share(low).s,
                     fan_show_share(high).s);
    else if (isfinite(low))
        fan_sink_put(sink, "; the %s varies by %s of its mean (coefficient of variation)",
                     fan_summary_main_text(summary), fan_show_share(low).s);
    fan_sink_put(sink, ".");
}

static void put_init(const struct fan_summary *summary, struct fan_sink *sink)
{
    double low = FAN_UNKNOWN, high = FAN_UNKNOWN;
    for (size_t c = 0; c < summary->study->cell_count; c++) {
        const struct fan_description *init =
            &summary->cells[c].stratum[FAN_STRATUM_COLD].of[FAN_METRIC_INIT];
        if (init->n == 0) continue;
        low = fmin(low, init->min);
        high = fmax(high, init->max);
    }
    if (!isfinite(low)) return;
    fan_sink_put(sink, "- INIT took %s", fan_show_number(low).s);
    if (low < high) fan_sink_put(sink, " to %s", fan_show_number(high).s);
    fan_sink_put(sink, " ms and cost %s.\n", fan_show_usd(summary->total.cost.init).s);
}

void fan_report_spread_details(const struct fan_summary *summary, struct fan_sink *sink)
{
    fan_report_stopping(summary, sink);
    put_init(summary, sink);
    put_heaps(summary, sink);
    put_outliers(summary, sink);
    put_repetitions(summary, sink);
}
