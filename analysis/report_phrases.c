/* report_phrases.c - what the report's sentences share. */
#include <math.h>

#include "analysis/report_parts.h"
#include "analysis/show.h"
#include "analysis/summary_data.h"

void fan_report_setting(const struct fan_summary *summary, struct fan_sink *sink,
                        size_t c)
{
    const struct fan_study_cell *cell = summary->cells[c].cell;
    fan_sink_put(sink, "%u MB", cell->memory_mb);
    if (!summary->factors.function) return;
    fan_sink_put(sink, " (");
    fan_sink_markdown(sink, cell->function);
    fan_sink_put(sink, ")");
}

void fan_report_cell(const struct fan_summary *summary, struct fan_sink *sink, size_t c)
{
    const struct fan_study_cell *cell = summary->cells[c].cell;
    fan_report_setting(summary, sink, c);
    if (summary->factors.work) fan_sink_put(sink, ", work %ux", cell->work);
    if (summary->factors.parallelism)
        fan_sink_put(sink, ", %u in flight", cell->parallelism);
}

void fan_report_median(const struct fan_summary *summary, struct fan_sink *sink, size_t c)
{
    const struct fan_description *d = fan_summary_main(summary, c);
    fan_sink_put(sink, "%s ms", fan_show_number(d->median).s);
    if (isfinite(d->median_ci.lower) && isfinite(d->median_ci.upper))
        fan_sink_put(sink, " %s", fan_show_interval(d->median_ci).s);
}

void fan_report_group(const struct fan_summary *summary, struct fan_sink *sink,
                      const struct fan_study_cell *cell, const char *first)
{
    const struct fan_factors_seen seen = summary->factors;
    if (seen.work) fan_sink_put(sink, "At work %ux", cell->work);
    if (seen.parallelism)
        fan_sink_put(sink, "%s %u in flight", seen.work ? " with" : "With",
                     cell->parallelism);
    if (seen.transport)
        fan_sink_put(sink, "%s %s", seen.work || seen.parallelism ? " via" : "Via",
                     cell->transport);
    if (seen.work || seen.parallelism || seen.transport)
        fan_sink_put(sink, ": %s", first);
    else if (*first)
        fan_sink_put(sink, "%c%s", first[0] - ('a' - 'A'), first + 1);
}
