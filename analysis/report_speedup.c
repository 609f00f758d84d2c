/* report_speedup.c - how much sooner the same calls are done with more in flight. */
#include <math.h>

#include "analysis/answers.h"
#include "analysis/report_parts.h"
#include "analysis/show.h"

#define NAMED_MOST 4  /* settings that have sentences */
#define ROWS_MOST  80 /* of the table; the rest is in summary.json */

static bool is_most(const struct fan_answers *answers, size_t i)
{
    return i + 1 == answers->speedup_count ||
           answers->speedup[i + 1].low != answers->speedup[i].low;
}

static void put_speedup(const struct fan_speedup *speedup,
                        const struct fan_summary *summary, struct fan_sink *sink)
{
    const struct fan_study_cell *low = summary->cells[speedup->low].cell;
    const struct fan_study_cell *high = summary->cells[speedup->high].cell;
    fan_sink_put(sink, "- At ");
    fan_report_setting(summary, sink, speedup->low);
    if (summary->factors.work) fan_sink_put(sink, ", work %ux", low->work);
    fan_sink_put(sink, ", %s calls take %s ", fan_show_count(speedup->calls).s,
                 fan_show_seconds(speedup->low_s).s);
    if (low->parallelism == 1)
        fan_sink_put(sink, "one after the other");
    else
        fan_sink_put(sink, "with %u in flight", low->parallelism);
    fan_sink_put(sink, " and %s with %u in flight: done %s as fast",
                 fan_show_seconds(speedup->high_s).s, high->parallelism,
                 fan_show_factor(speedup->factor).s);
    if (isfinite(speedup->ci.lower))
        fan_sink_put(sink, " %s", fan_show_interval(speedup->ci).s);
    fan_sink_put(sink, ", of %s that were possible.\n",
                 fan_show_factor((double)high->parallelism / low->parallelism).s);
}

void fan_report_speedup_clause(const struct fan_summary *summary, struct fan_sink *sink)
{
    const struct fan_answers *answers = summary->answers;
    double least = FAN_UNKNOWN, most = FAN_UNKNOWN;
    uint32_t flight = 0;
    for (size_t i = 0; i < answers->speedup_count; i++) {
        const uint32_t high = summary->cells[answers->speedup[i].high].cell->parallelism;
        if (!is_most(answers, i)) continue;
        least = fmin(least, answers->speedup[i].factor);
        most = fmax(most, answers->speedup[i].factor);
        if (high > flight) flight = high;
    }
    if (!isfinite(least)) return;
    fan_sink_put(sink, "; the same calls are done %s", fan_show_factor(least).s);
    if (most > least) fan_sink_put(sink, " to %s", fan_show_factor(most).s);
    fan_sink_put(sink, " as fast with %u in flight", flight);
}

void fan_report_speedups(const struct fan_summary *summary, struct fan_sink *sink)
{
    const struct fan_answers *answers = summary->answers;
    const struct fan_levels memory =
        fan_plot_levels(summary->study, FAN_FACTOR_MEMORY, 2);
    const struct fan_levels work = fan_plot_levels(summary->study, FAN_FACTOR_WORK, 2);
    size_t named = 0;
    for (size_t i = 0; i < answers->speedup_count; i++) {
        const struct fan_study_cell *cell = summary->cells[answers->speedup[i].low].cell;
        if (!is_most(answers, i) || !fan_plot_has(&memory, cell->memory_mb) ||
            !fan_plot_has(&work, cell->work) || named++ >= NAMED_MOST)
            continue;
        put_speedup(&answers->speedup[i], summary, sink);
    }
}

void fan_report_speedup_table(const struct fan_summary *summary, struct fan_sink *sink)
{
    static const struct fan_column columns[] = {
        FAN_FACTOR_COLUMNS,      { "against", false, 0 },    { "calls", false, 0 },
        { "base, s", false, 0 }, { "s", false, 0 },          { "speed-up", false, 0 },
        { "95 % CI", false, 0 }, { "efficiency", false, 0 }, { "Karp-Flatt", false, 0 },
        { "blocks", false, 0 },
    };
    const struct fan_answers *answers = summary->answers;
    struct fan_table *table = fan_table_new(columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < answers->speedup_count && i < ROWS_MOST; i++) {
        const struct fan_speedup *speedup = &answers->speedup[i];
        const double n = (double)summary->cells[speedup->high].cell->parallelism /
                         (double)summary->cells[speedup->low].cell->parallelism;
        fan_report_factors(table, summary, speedup->high);
        fan_table_addf(table, "%u", summary->cells[speedup->low].cell->parallelism);
        fan_table_add(table, fan_show_count(speedup->calls).s);
        fan_table_add(table, fan_show_number(speedup->low_s).s);
        fan_table_add(table, fan_show_number(speedup->high_s).s);
        fan_table_add(table, fan_show_factor(speedup->factor).s);
        fan_table_add(table, fan_show_interval(speedup->ci).s);
        fan_table_add(table, fan_show_share(speedup->factor / n).s);
        fan_table_add(table,
                      fan_show_number(fan_scaling_karp_flatt(speedup->factor, n)).s);
        fan_table_addf(table, "%zu", speedup->blocks);
    }
    fan_report_table(table, sink, "Time for the same calls",
                     "Against the fewest in flight of the same "
                     "memory and work. Speed-up: mean of the logarithms over the blocks, "
                     "with Student's interval. Karp-Flatt: the serial share that it "
                     "implies.");
}
