/* figure_tail.c - how slow are the slowest? Share of calls that take longer, log-log. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/plot.h"
#include "analysis/show.h"

#define PANELS_MAX 4
#define CURVES_MAX 8
#define STEPS_MAX  160 /* of one curve: evenly spread over the logarithm of the share */
#define CALLS_MIN  20  /* a curve of fewer calls has no tail */

struct view {
    const struct fan_summary *summary;
    struct fan_levels memory;
    struct fan_groups groups; /* a panel each */
    double low_ms, high_ms;
    uint64_t shown, least, most, left_out; /* calls */
    size_t curves;
};

static bool is_shown(const struct view *view, size_t c, const struct fan_group *group)
{
    const struct fan_study_cell *cell = &view->summary->study->cells[c];
    return fan_plot_in_group(cell, group) &&
           fan_plot_has(&view->memory, cell->memory_mb) &&
           fan_summary_main(view->summary, c)->n >= CALLS_MIN &&
           fan_summary_main(view->summary, c)->median > 0.0;
}

static bool has_curves(const struct view *view, const struct fan_group *group)
{
    for (size_t c = 0; c < view->summary->study->cell_count; c++)
        if (is_shown(view, c, group)) return true;
    return false;
}

static void choose(struct view *view)
{
    view->memory = fan_plot_levels(view->summary->study, FAN_FACTOR_MEMORY, CURVES_MAX);
    view->groups = fan_plot_groups(view->summary, PANELS_MAX);
    size_t n = 0;
    for (size_t g = 0; g < view->groups.n; g++)
        if (has_curves(view, &view->groups.group[g]))
            view->groups.group[n++] = view->groups.group[g];
    view->groups.n = n;
    for (size_t g = 0; g < n; g++) {
        for (size_t c = 0; c < view->summary->study->cell_count; c++) {
            if (!is_shown(view, c, &view->groups.group[g])) continue;
            const struct fan_description *d = fan_summary_main(view->summary, c);
            const double low = d->q1 > 0.0 ? d->q1 : d->median;
            if (view->curves == 0 || low < view->low_ms) view->low_ms = low;
            if (d->max > view->high_ms) view->high_ms = d->max;
            if (view->curves == 0 || d->n < view->least) view->least = d->n;
            if (d->n > view->most) view->most = d->n;
            view->shown += d->n;
            view->curves++;
        }
    }
}

/* Corners of the staircase: a value, and the share of calls that took longer. It ends at
 * the largest value, where that share falls to nothing. */
static void put_stairs(struct fan_figure *figure, const struct fan_series *series)
{
    const size_t n = series->n;
    const size_t steps = n < STEPS_MAX ? n : STEPS_MAX;
    size_t before = 0; /* values at or below the last step */
    for (size_t i = 1; i <= steps; i++) {
        const double left = pow((double)n, 1.0 - (double)i / (double)steps);
        size_t at = steps == n ? i : n - (size_t)floor(left - 1e-9); /* 1-based rank */
        if (at > n) at = n;
        if (at <= before) continue;
        const double share = (double)(n - before) / (double)n;
        fan_sink_put(&figure->data, "%.7g %.5g\n", series->value[at - 1], share);
        if (at < n)
            fan_sink_put(&figure->data, "%.7g %.5g\n", series->value[at - 1],
                         (double)(n - at) / (double)n);
        before = at;
    }
}

/* p95 and p99 with their intervals, where the sample is large enough to have both ends.
 */
static void put_quantiles(struct fan_figure *figure, const struct fan_description *d)
{
    const struct fan_interval ci[2] = { d->p95_ci, d->p99_ci };
    const double value[2] = { d->p95, d->p99 }, share[2] = { 0.05, 0.01 };
    for (int i = 0; i < 2; i++)
        if (isfinite(ci[i].lower) && isfinite(ci[i].upper))
            fan_sink_put(&figure->data, "%.7g %.3g %.7g %.7g\n", value[i], share[i],
                         ci[i].lower, ci[i].upper);
}

static void put_axes(const struct view *view, struct fan_figure *figure, size_t g)
{
    struct fan_sink *script = &figure->script;
    const int decades = (int)ceil(log10((double)view->most));
    fan_plot_log_axis(script, 'x', view->low_ms / 1.05, view->high_ms * 1.08, false);
    fan_sink_put(
        script,
        "set xlabel '%s'\nset logscale y\nset yrange [%.6g:1.3]\n"
        "set ytics nomirror ('100 %%%%' 1, '50 %%%%' 0.5, '20 %%%%' 0.2, '10 %%%%' 0.1, "
        "'5 %%%%' 0.05, '2 %%%%' 0.02, '1 %%%%' 0.01",
        fan_plot_metric_label(view->summary, true), 0.7 / (double)view->most);
    for (int decade = 3; decade <= decades && decade < 9; decade++)
        fan_sink_put(script, ", '%.*f %%%%' %.0e", decade - 2, pow(10.0, 2 - decade),
                     pow(10.0, -decade));
    fan_sink_put(script,
                 ")\nset ylabel '%s'\nset key at screen 0.965,0.992 right top horizontal "
                 "reverse Left samplen 1.4 spacing 0.95 font ',12'\n",
                 g % 2 == 0 ? "share of calls that took longer" : "");
}

static void put_panel(const struct view *view, struct fan_figure *figure, size_t g)
{
    const struct fan_study *study = view->summary->study;
    const struct fan_group *group = &view->groups.group[g];
    struct fan_sink *script = &figure->script;
    char name[32];

    fan_plot_margins(figure, fan_plot_panel(g, view->groups.n));
    put_axes(view, figure, g);
    fan_plot_heading(figure, view->summary, group);
    fan_sink_put(script, "plot \\\n");
    if (g == 0) fan_plot_memory_key(figure, view->summary, &view->memory);
    for (size_t c = 0; c < study->cell_count; c++) {
        if (!is_shown(view, c, group)) continue;
        const struct fan_description *d = fan_summary_main(view->summary, c);
        const unsigned colour = fan_plot_colour(study, study->cells[c].memory_mb);
        snprintf(name, sizeof name, "cell_%zu", c);
        fan_plot_block(figure, name);
        put_stairs(figure, fan_summary_series(view->summary, c));
        fan_sink_put(script,
                     "  data index '%s;' using 1:2 with lines lw 2 lc rgb '#%06x' "
                     "notitle, \\\n",
                     name, colour);
        if (!isfinite(d->p95_ci.upper)) continue;
        snprintf(name, sizeof name, "quantiles_%zu", c);
        fan_plot_block(figure, name);
        put_quantiles(figure, d);
        fan_sink_put(script,
                     "  data index '%s;' using 1:2:3:4 with xerrorbars pt 7 ps 0.6 lw "
                     "1.4 lc rgb '#%06x' notitle, \\\n",
                     name, colour);
    }
    fan_sink_put(script, "  NaN notitle\nunset label\n");
}

static void describe(const struct view *view, struct fan_figure *figure)
{
    const struct fan_summary *summary = view->summary;
    snprintf(figure->title, sizeof figure->title, "How slow are the slowest calls?");
    fan_plot_say(figure,
                 "Share of calls whose %s is longer than x, n = %s in %zu %s, both "
                 "axes log; each curve ends at its largest value. Bars: p95 and p99 with "
                 "95 %% intervals (order statistics), where there are calls enough.",
                 fan_summary_main_text(summary), fan_show_count(view->shown).s,
                 view->curves, view->curves == 1 ? "setting" : "settings");
    if (view->least < view->most)
        fan_plot_say(figure, " n per curve: %s to %s.", fan_show_count(view->least).s,
                     fan_show_count(view->most).s);
    if (view->most > STEPS_MAX)
        fan_plot_say(figure,
                     " Curves of more than %d calls are thinned, least at the "
                     "slow end.",
                     STEPS_MAX);
    if (view->curves < summary->study->cell_count)
        fan_plot_say(figure, " Shown: %zu of %zu settings.", view->curves,
                     summary->study->cell_count);
}

void fan_figure_tail(const struct fan_summary *summary, struct fan_figure *figure)
{
    struct view view;
    memset(&view, 0, sizeof view);
    view.summary = summary;
    choose(&view);
    if (view.curves == 0) return;
    describe(&view, figure);
    fan_plot_begin(figure);
    for (size_t g = 0; g < view.groups.n; g++)
        put_panel(&view, figure, g);
    fan_plot_end(figure);
}
