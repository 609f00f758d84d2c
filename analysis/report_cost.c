/* report_cost.c - what memory and work do to the cost, and what a month of such calls
 * would cost, in sentences. */
#include <math.h>

#include "analysis/answers.h"
#include "analysis/report_parts.h"
#include "analysis/show.h"

#define STEPS_TOLD 5 /* more steps of a row: counted, not listed */

#define MILLION 1 /* index into fan_answer_month_calls: told in a sentence */

/* Of many rows the first and the last are told: the least and the most of both factors.
 */
static bool is_told(size_t row, size_t rows)
{
    return row == 0 || row + 1 == rows;
}

/* -1: the larger size is cheaper, 1: it is dearer, 0: not decided. */
static int side_of(const struct fan_memory_step *step)
{
    if (!isfinite(step->ci.lower) || !isfinite(step->ci.upper)) return 0;
    return step->ci.upper < step->break_even   ? -1
           : step->ci.lower > step->break_even ? 1
                                               : 0;
}

const char *fan_report_step_verdict(const struct fan_memory_step *step)
{
    static const char *const words[] = { "cheaper", "no difference shown", "dearer" };
    return isfinite(step->time_ratio) ? words[side_of(step) + 1] : "-";
}

/* Each step in words, or how many go which way. */
static void put_row_steps(const struct fan_memory_answer *answer,
                          const struct fan_summary *summary, struct fan_sink *sink)
{
    const struct fan_row *row = &answer->row;
    size_t told = 0, sides[3] = { 0, 0, 0 };
    for (size_t i = 0; i + 1 < row->n; i++) {
        const struct fan_memory_step *step = &answer->step[i];
        sides[side_of(step) + 1]++;
        if (row->n > STEPS_TOLD + 1 || !isfinite(step->time_ratio)) continue;
        fan_sink_put(sink, told++ > 0 ? "; " : " ");
        fan_report_setting(summary, sink, row->cell[i]);
        fan_sink_put(sink, " to ");
        fan_report_setting(summary, sink, row->cell[i + 1]);
        fan_sink_put(sink, " %.1f %%", 100.0 * step->time_ratio);
        if (isfinite(step->ci.lower))
            fan_sink_put(sink, " [%.1f, %.1f]", 100.0 * step->ci.lower,
                         100.0 * step->ci.upper);
        if (step->break_even != 0.5) /* whatever is no doubling */
            fan_sink_put(sink, " (break-even %.1f %%)", 100.0 * step->break_even);
        fan_sink_put(sink, ", %s", fan_report_step_verdict(step));
    }
    if (told == 0)
        fan_sink_put(sink, " of %zu steps %zu are cheaper, %zu dearer, %zu undecided",
                     row->n - 1, sides[0], sides[2], sides[1]);
}

static void put_steps(const struct fan_summary *summary, struct fan_sink *sink)
{
    const struct fan_answers *answers = summary->answers;
    for (size_t i = 0, told = 0; i < answers->memory_count; i++) {
        const struct fan_memory_answer *answer = &answers->memory[i];
        const struct fan_study_cell *base = summary->cells[answer->row.cell[0]].cell;
        bool any = false;
        for (size_t k = 0; k + 1 < answer->row.n; k++)
            any = any || isfinite(answer->step[k].time_ratio);
        if (!any || !is_told(i, answers->memory_count)) continue;
        if (told++ == 0)
            fan_sink_put(sink, "- Twice the memory makes a call cheaper only where the "
                               "time falls below 50 %%, the break-even.\n");
        fan_sink_put(sink, "- ");
        fan_report_group(summary, sink, base, "billed");
        fan_sink_put(sink, " time against the next smaller size:");
        put_row_steps(answer, summary, sink);
        fan_sink_put(sink, ".\n");
    }
}

static void put_units(const struct fan_summary *summary, struct fan_sink *sink)
{
    const struct fan_answers *answers = summary->answers;
    for (size_t i = 0; i < answers->work_cost_count; i++) {
        const struct fan_work_cost *cost = &answers->work_cost[i];
        const struct fan_study_cell *cell = summary->cells[cost->row.cell[0]].cell;
        if (!is_told(i, answers->work_cost_count)) continue;
        fan_sink_put(sink, "- At ");
        fan_report_setting(summary, sink, cost->row.cell[0]);
        if (summary->factors.parallelism)
            fan_sink_put(sink, " with %u in flight", cell->parallelism);
        fan_sink_put(sink, ": each further 1x of work costs %s per 1,000 calls",
                     fan_show_usd(1000.0 * cost->unit_usd).s);
        if (isfinite(cost->unit_ci.lower))
            fan_sink_put(sink, " [%s, %s]", fan_show_usd(1000.0 * cost->unit_ci.lower).s,
                         fan_show_usd(1000.0 * cost->unit_ci.upper).s);
        if (cost->fixed_usd > 0.0)
            fan_sink_put(sink, ", on top of %s that a call costs whatever its work",
                         fan_show_usd(1000.0 * cost->fixed_usd).s);
        fan_sink_put(sink, ".\n");
    }
}

/* The cheapest and the dearest setting for a million calls of the least work. */
static void put_month(const struct fan_summary *summary, struct fan_sink *sink)
{
    const size_t count = summary->study->cell_count;
    const double calls = fan_answer_month_calls[MILLION];
    const struct fan_levels work = fan_plot_levels(summary->study, FAN_FACTOR_WORK, 2);
    size_t cheapest = count, dearest = count;
    double low = FAN_UNKNOWN, high = FAN_UNKNOWN;
    for (size_t c = 0; c < count; c++) {
        if (summary->cells[c].cell->work != work.level[0]) continue;
        const double usd = fan_answers_month_usd(summary, c, calls, false);
        if (!isfinite(usd)) continue;
        if (cheapest == count || usd < low) low = usd, cheapest = c;
        if (dearest == count || usd > high) high = usd, dearest = c;
    }
    if (cheapest == count || summary->study->is_sieve) return;
    fan_sink_put(sink, "- A month of a million successful calls%s would cost %s at ",
                 summary->factors.work ? " of the least work" : " like these",
                 fan_show_usd(low).s);
    fan_report_setting(summary, sink, cheapest);
    if (summary->study->free_tier)
        fan_sink_put(
            sink, " (%s with the free tier)",
            fan_show_usd(fan_answers_month_usd(summary, cheapest, calls, true)).s);
    if (dearest != cheapest && high > low) {
        fan_sink_put(sink, " and %s at ", fan_show_usd(high).s);
        fan_report_setting(summary, sink, dearest);
    }
    fan_sink_put(sink, ".\n");
}

void fan_report_cost_findings(const struct fan_summary *summary, struct fan_sink *sink)
{
    if (summary->total.attempts == 0) return;
    put_steps(summary, sink);
    put_units(summary, sink);
    put_month(summary, sink);
    if (summary->study->free_tier)
        fan_sink_put(sink,
                     "- With a month's free tier all unused, this run would cost "
                     "%s instead of %s.\n",
                     fan_show_usd(fan_answers_free_tier_usd(summary)).s,
                     fan_show_usd(summary->total.cost.total).s);
}
