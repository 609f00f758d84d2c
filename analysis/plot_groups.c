/* plot_groups.c - what several figures choose and write alike: see plot.h. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/plot.h"

bool fan_plot_in_group(const struct fan_study_cell *cell, const struct fan_group *group)
{
    return cell->work == group->work && cell->parallelism == group->parallelism &&
           strcmp(cell->transport, group->transport) == 0;
}

static bool has_data(const struct fan_summary *summary, const struct fan_group *group)
{
    for (size_t c = 0; c < summary->study->cell_count; c++)
        if (fan_plot_in_group(&summary->study->cells[c], group) &&
            fan_summary_main(summary, c)->n > 0)
            return true;
    return false;
}

/* Those of the study, one after the other; their number. */
static size_t list_transports(const struct fan_study *study,
                              const char *transport[FAN_STUDY_TRANSPORTS])
{
    size_t n = 0;
    for (size_t c = 0; c < study->cell_count && n < FAN_STUDY_TRANSPORTS; c++) {
        size_t known = 0;
        while (known < n && strcmp(transport[known], study->cells[c].transport) != 0)
            known++;
        if (known == n) transport[n++] = study->cells[c].transport;
    }
    if (n == 0) transport[n++] = "";
    return n;
}

struct fan_groups fan_plot_groups(const struct fan_summary *summary, size_t most)
{
    const struct fan_study *study = summary->study;
    struct fan_groups chosen = { { { 0, 0, NULL } }, 0, 0 };
    const char *transport[FAN_STUDY_TRANSPORTS];
    const size_t ways = list_transports(study, transport);
    if (most > FAN_PLOT_LEVELS_MAX) most = FAN_PLOT_LEVELS_MAX;
    struct fan_levels work = fan_plot_levels(study, FAN_FACTOR_WORK, most);
    struct fan_levels parallelism = fan_plot_levels(study, FAN_FACTOR_PARALLELISM, most);

    chosen.all = work.all * parallelism.all * ways;
    if (chosen.all > most && work.all > 1 && parallelism.all > 1) {
        const size_t side = (size_t)sqrt((double)most);
        work = fan_plot_levels(study, FAN_FACTOR_WORK, side);
        parallelism = fan_plot_levels(study, FAN_FACTOR_PARALLELISM, most / side);
    }
    for (size_t w = 0; w < work.n; w++) {
        for (size_t i = 0; i < parallelism.n * ways && chosen.n < most; i++) {
            const struct fan_group group = { work.level[w], parallelism.level[i / ways],
                                             transport[i % ways] };
            if (has_data(summary, &group)) chosen.group[chosen.n++] = group;
        }
    }
    return chosen;
}

void fan_plot_heading(struct fan_figure *figure, const struct fan_summary *summary,
                      const struct fan_group *group)
{
    const struct fan_factors_seen seen = summary->factors;
    if (!seen.work && !seen.parallelism && !seen.transport) return;
    fan_sink_put(&figure->script, "set label 11 '");
    if (seen.work) fan_sink_put(&figure->script, "work %ux", group->work);
    if (seen.work && seen.parallelism) fan_sink_put(&figure->script, ", ");
    if (seen.parallelism)
        fan_sink_put(&figure->script, "%u in flight", group->parallelism);
    if (seen.transport && (seen.work || seen.parallelism))
        fan_sink_put(&figure->script, ", ");
    if (seen.transport) fan_sink_put(&figure->script, "%s", group->transport);
    fan_sink_put(
        &figure->script,
        "' at graph 0.5, graph 1 center offset 0,0.75 font 'DejaVu Sans:Bold,13'\n");
}

void fan_plot_memory_key(struct fan_figure *figure, const struct fan_summary *summary,
                         const struct fan_levels *memory)
{
    for (size_t i = 0; i < memory->n; i++)
        fan_sink_put(&figure->script,
                     "  NaN with lines lw 3 lc rgb '#%06x' title '%u MB', \\\n",
                     fan_plot_colour(summary->study, memory->level[i]), memory->level[i]);
}

const char *fan_plot_metric_label(const struct fan_summary *summary, bool log)
{
    if (summary->metric == FAN_METRIC_DURATION)
        return log ? "duration (ms, from REPORT, log scale)"
                   : "duration (ms, from REPORT)";
    return log ? "latency (ms, at the client, log scale)" : "latency (ms, at the client)";
}

bool fan_plot_value_axis(struct fan_sink *script, char axis, double low, double high)
{
    if (low > 0.0 && high > FAN_PLOT_LOG_SPAN * low) {
        fan_plot_log_axis(script, axis, low / 1.08, high * 1.08, false);
        return true;
    }
    double room = 0.06 * (high - low);
    if (!(room > 0.0)) room = high != 0.0 ? 0.1 * fabs(high) : 1.0;
    fan_sink_put(script,
                 "unset logscale %c\nset %ctics nomirror autofreq\n"
                 "set %crange [%.8g:%.8g]\n",
                 axis, axis, axis, low - room, high + room);
    return false;
}

double fan_plot_step(double span, int most)
{
    static const double round[] = { 1.0, 2.0, 5.0 };
    if (!(span > 0.0)) return 1.0;
    const double decade = pow(10.0, floor(log10(span / most)));
    for (size_t i = 0; i < 3; i++)
        if (span / (round[i] * decade) <= most) return round[i] * decade;
    return 10.0 * decade;
}

void fan_plot_end(struct fan_figure *figure)
{
    fan_sink_put(&figure->script, "unset multiplot\n");
}
