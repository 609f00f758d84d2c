/* report_transport.c - do the ways to a function differ: sentences and table. */
#include <math.h>
#include <string.h>

#include "analysis/answers.h"
#include "analysis/report_parts.h"
#include "analysis/show.h"
#include "analysis/table_cells.h"

#define NAMED_MOST 6  /* comparisons that have sentences */
#define ROWS_MOST  80 /* of the table; the rest is in summary.json */

bool fan_report_transport_arises(const struct fan_summary *summary)
{
    return summary->answers->transport_count > 0;
}

static const struct fan_study_cell *cell_of(const struct fan_summary *summary, size_t c)
{
    return summary->cells[c].cell;
}

/* "gateway against invoke at 128 MB: a difference in the median ...; shift ..." */
static void put_pair(const struct fan_transport_pair *pair,
                     const struct fan_summary *summary, struct fan_sink *sink)
{
    const struct fan_study_cell *base = cell_of(summary, pair->base);
    fan_sink_put(sink, "%s against %s at %u MB", cell_of(summary, pair->cell)->transport,
                 base->transport, base->memory_mb);
    if (summary->factors.work) fan_sink_put(sink, ", work %ux", base->work);
    if (summary->factors.parallelism)
        fan_sink_put(sink, ", %u in flight", base->parallelism);
    fan_sink_put(sink, ": %s in the %s",
                 pair->p < FAN_ANSWER_ALPHA ? "a difference" : "no difference shown",
                 fan_summary_main_text(summary));
    fan_sink_put(sink, "; shift %s ms", fan_show_number(pair->test.shift).s);
    if (isfinite(pair->test.shift_ci.lower))
        fan_sink_put(sink, " %s", fan_show_interval(pair->test.shift_ci).s);
    fan_sink_put(sink, ", %s effect, p %s", fan_rank_effect(pair->test.delta),
                 fan_show_p(pair->p).s);
}

/* "+0.2 ms [0.17, 0.23]" */
static void put_shift(const struct fan_two_samples *test, struct fan_sink *sink)
{
    fan_sink_put(sink, "%s%s ms", test->shift >= 0.0 ? "+" : "",
                 fan_show_number(test->shift).s);
    if (isfinite(test->shift_ci.lower))
        fan_sink_put(sink, " %s", fan_show_interval(test->shift_ci).s);
}

bool fan_report_transport_line(const struct fan_summary *summary, size_t pair,
                               struct fan_sink *sink)
{
    const struct fan_transport_pair *p = &summary->answers->transport[pair];
    const struct fan_study_cell *base = cell_of(summary, p->base);
    if (strcmp(base->transport, summary->study->cells[0].transport) != 0) return false;
    fan_sink_put(sink, "%s against %s at %u MB", cell_of(summary, p->cell)->transport,
                 base->transport, base->memory_mb);
    if (summary->factors.work) fan_sink_put(sink, ", work %ux", base->work);
    if (summary->factors.parallelism)
        fan_sink_put(sink, ", %u in flight", base->parallelism);
    fan_sink_put(sink, ": ");
    put_shift(&p->test, sink);
    if (p->p >= FAN_ANSWER_ALPHA) /* an interval alone knows nothing of the other tests */
        fan_sink_put(sink, ", no difference shown (p %s after Holm)",
                     fan_show_p(p->p).s);
    return true;
}

/* "The latency of warm calls at 256 MB, 1 in flight, against invoke: gateway +0.2 ms
 * [0.17, 0.23], url ...": of the first setting; the details have the others. */
static void put_first(const struct fan_summary *summary, struct fan_sink *sink)
{
    const struct fan_answers *answers = summary->answers;
    const size_t first = answers->transport[0].base;
    const struct fan_study_cell *base = cell_of(summary, first);
    fan_sink_put(sink, "The %s at %u MB", fan_summary_main_text(summary),
                 base->memory_mb);
    if (summary->factors.work) fan_sink_put(sink, ", work %ux", base->work);
    if (summary->factors.parallelism)
        fan_sink_put(sink, ", %u in flight", base->parallelism);
    fan_sink_put(sink, ", against %s:", base->transport);
    for (size_t i = 0, put = 0; i < answers->transport_count; i++) {
        const struct fan_transport_pair *pair = &answers->transport[i];
        if (pair->base != first) continue;
        fan_sink_put(sink, "%s %s ", put++ > 0 ? "," : "",
                     cell_of(summary, pair->cell)->transport);
        put_shift(&pair->test, sink);
    }
}

void fan_report_transport_headline(const struct fan_summary *summary,
                                   struct fan_sink *sink)
{
    const struct fan_answers *answers = summary->answers;
    size_t shown = 0;
    for (size_t i = 0; i < answers->transport_count; i++)
        shown += answers->transport[i].p < FAN_ANSWER_ALPHA;
    if (answers->transport_count == 1) {
        put_pair(&answers->transport[0], summary, sink);
        fan_sink_put(sink, ".");
        return;
    }
    put_first(summary, sink);
    if (shown == 0)
        fan_sink_put(sink, "; none of %zu comparisons shows", answers->transport_count);
    else
        fan_sink_put(sink, "; %zu of %zu comparisons show%s", shown,
                     answers->transport_count, shown == 1 ? "s" : "");
    fan_sink_put(sink, " a difference (Mann and Whitney, Holm).");
}

void fan_report_transport_details(const struct fan_summary *summary,
                                  struct fan_sink *sink)
{
    const struct fan_answers *answers = summary->answers;
    if (answers->transport_count < 2) return;
    for (size_t i = 0; i < answers->transport_count && i < NAMED_MOST; i++) {
        fan_sink_put(sink, "- ");
        put_pair(&answers->transport[i], summary, sink);
        fan_sink_put(sink, ".\n");
    }
}

void fan_report_transport_table(const struct fan_summary *summary, struct fan_sink *sink)
{
    static const struct fan_column columns[] = {
        FAN_FACTOR_COLUMNS,         { "against", true, 0 },    { "n", false, 0 },
        { "median, ms", false, 0 }, { "base, ms", false, 0 },  { "ratio", false, 0 },
        { "95 % CI", false, 0 },    { "shift, ms", false, 0 }, { "95 % CI ", false, 0 },
        { "delta", false, 0 },      { "p", false, 0 },
    };
    const struct fan_answers *answers = summary->answers;
    struct fan_table *table = fan_table_new(columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < answers->transport_count && i < ROWS_MOST; i++) {
        const struct fan_transport_pair *pair = &answers->transport[i];
        fan_report_factors(table, summary, pair->cell);
        fan_table_add(table, cell_of(summary, pair->base)->transport);
        fan_table_addf(table, "%zu", fan_summary_main(summary, pair->cell)->n);
        fan_table_add(table,
                      fan_show_number(fan_summary_main(summary, pair->cell)->median).s);
        fan_table_add(table,
                      fan_show_number(fan_summary_main(summary, pair->base)->median).s);
        fan_table_add(table, fan_show_factor(pair->ratio).s);
        fan_table_add(table, fan_show_interval(pair->ratio_ci).s);
        fan_table_add(table, fan_show_number(pair->test.shift).s);
        fan_table_add(table, fan_show_interval(pair->test.shift_ci).s);
        fan_table_addf(table, "%.2f", pair->test.delta);
        fan_table_add_p(table, pair->p);
    }
    fan_report_table(table, sink, "The same calls by another transport",
                     "Each against every other at the same setting. Ratio: of medians, "
                     "with its bootstrap interval. Shift: Hodges and Lehmann's. p: Mann "
                     "and Whitney, after Holm over all rows.");
}
