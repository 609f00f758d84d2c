/* figure_ecdf.c - how are the times spread? Empirical distribution functions, log x. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/plot.h"
#include "analysis/show.h"

#define PANELS_MAX 4
#define CURVES_MAX 8
#define STEPS_MAX  250 /* steps of one curve; longer samples are thinned to quantiles */

/* One combination of work and parallelism: a panel with a curve per memory size. */
struct group {
    uint32_t work, parallelism;
};

struct view {
    const struct fan_summary *summary;
    struct fan_levels memory;
    struct group group[PANELS_MAX];
    size_t groups, groups_all;
    double low_ms, high_ms;
    uint64_t shown, least, most; /* calls: in all, of the smallest and largest curve */
    bool thinned;
};

static bool in_group(const struct fan_study_cell *cell, const struct group *group)
{
    return cell->work == group->work && cell->parallelism == group->parallelism;
}

static bool has_data(const struct fan_summary *summary, const struct group *group)
{
    for (size_t c = 0; c < summary->study->cell_count; c++)
        if (in_group(&summary->study->cells[c], group) &&
            fan_summary_main(summary, c)->n > 0)
            return true;
    return false;
}

/* All combinations when they fit, else the corners of both factors. */
static void choose_groups(struct view *view)
{
    const struct fan_study *study = view->summary->study;
    struct fan_levels work = fan_plot_levels(study, FAN_FACTOR_WORK, PANELS_MAX);
    struct fan_levels parallelism =
        fan_plot_levels(study, FAN_FACTOR_PARALLELISM, PANELS_MAX);
    view->groups_all = work.all * parallelism.all;
    if (view->groups_all > PANELS_MAX) {
        const size_t most = work.all > 1 && parallelism.all > 1 ? 2 : PANELS_MAX;
        work = fan_plot_levels(study, FAN_FACTOR_WORK, most);
        parallelism = fan_plot_levels(study, FAN_FACTOR_PARALLELISM, most);
    }
    for (size_t w = 0; w < work.n; w++) {
        for (size_t p = 0; p < parallelism.n && view->groups < PANELS_MAX; p++) {
            const struct group group = { work.level[w], parallelism.level[p] };
            if (has_data(view->summary, &group)) view->group[view->groups++] = group;
        }
    }
}

static bool is_shown(const struct view *view, size_t c, const struct group *group)
{
    const struct fan_study_cell *cell = &view->summary->study->cells[c];
    return in_group(cell, group) && fan_plot_has(&view->memory, cell->memory_mb) &&
           fan_summary_main(view->summary, c)->max > 0.0;
}

static void measure(struct view *view)
{
    for (size_t g = 0; g < view->groups; g++) {
        for (size_t c = 0; c < view->summary->study->cell_count; c++) {
            if (!is_shown(view, c, &view->group[g])) continue;
            const struct fan_description *d = fan_summary_main(view->summary, c);
            const double low = d->min > 0.0 ? d->min : d->max;
            if (view->shown == 0 || low < view->low_ms) view->low_ms = low;
            if (d->max > view->high_ms) view->high_ms = d->max;
            if (view->shown == 0 || d->n < view->least) view->least = d->n;
            if (d->n > view->most) view->most = d->n;
            view->shown += d->n;
            view->thinned |= d->n > STEPS_MAX;
        }
    }
}

static double clamp(double share)
{
    return share < 0.0 ? 0.0 : share > 1.0 ? 1.0 : share;
}

/* Corners of the staircase: x, F, and the band's lower and upper edge. */
static void put_stairs(struct fan_figure *figure, const struct fan_series *series,
                       uint64_t seed)
{
    size_t index[STEPS_MAX];
    const size_t steps = fan_plot_sample(series->n, STEPS_MAX, seed, index);
    const double n = (double)series->n, band = fan_stats_dkw(series->n, FAN_STATS_LEVEL);
    double before = 0.0;

    for (size_t i = 0; i < steps; i++) {
        const double x = series->value[index[i]];
        const double after = (double)(index[i] + 1) / n;
        if (!(x > 0.0)) continue; /* has no place on a log axis */
        for (int corner = 0; corner < 2; corner++) {
            const double share = corner == 0 ? before : after;
            fan_sink_put(&figure->data, "%.8g %.6g %.6g %.6g\n", x, share,
                         clamp(share - band), clamp(share + band));
        }
        before = after;
    }
}

static void put_curve(struct view *view, struct fan_figure *figure, size_t c, bool band)
{
    const struct fan_study *study = view->summary->study;
    const struct fan_study_cell *cell = &study->cells[c];
    const unsigned colour = fan_plot_colour(study, cell->memory_mb);
    struct fan_sink *script = &figure->script;

    if (band) {
        fan_sink_put(script,
                     "  data index 'cell_%zu;' using 1:3:4 with filledcurves lc rgb "
                     "'#d0%06x' notitle, \\\n",
                     c, colour);
        return;
    }
    fan_sink_put(script,
                 "  data index 'cell_%zu;' using 1:2 with lines lw 2 lc rgb '#%06x' "
                 "notitle, \\\n",
                 c, colour);
}

/* One key for all panels, above the first: a line per memory size. */
static void put_key(struct view *view, struct fan_figure *figure)
{
    for (size_t i = 0; i < view->memory.n; i++)
        fan_sink_put(&figure->script,
                     "  NaN with lines lw 3 lc rgb '#%06x' title '%u MB', \\\n",
                     fan_plot_colour(view->summary->study, view->memory.level[i]),
                     view->memory.level[i]);
}

static void put_heading(struct view *view, struct fan_figure *figure,
                        const struct group *group)
{
    const struct fan_factors_seen seen = view->summary->factors;
    if (!seen.work && !seen.parallelism) return;
    fan_sink_put(&figure->script, "set label 11 '");
    if (seen.work) fan_sink_put(&figure->script, "work %ux", group->work);
    if (seen.work && seen.parallelism) fan_sink_put(&figure->script, ", ");
    if (seen.parallelism)
        fan_sink_put(&figure->script, "%u in flight", group->parallelism);
    fan_sink_put(&figure->script,
                 "' at graph 0.5, graph 1.035 center font 'DejaVu Sans:Bold,13'\n");
}

static void put_panel(struct view *view, struct fan_figure *figure, size_t g)
{
    struct fan_sink *script = &figure->script;
    const struct group *group = &view->group[g];
    const size_t cells = view->summary->study->cell_count;
    size_t curves = 0;

    for (size_t c = 0; c < cells; c++) {
        if (!is_shown(view, c, group)) continue;
        char name[32];
        snprintf(name, sizeof name, "cell_%zu", c);
        fan_plot_block(figure, name);
        put_stairs(figure, fan_summary_series(view->summary, c),
                   view->summary->study->seed + c);
    }
    fan_plot_margins(figure, fan_plot_panel(g, view->groups));
    fan_plot_log_axis(script, 'x', view->low_ms / 1.06, view->high_ms * 1.06, false);
    fan_sink_put(script,
                 "set xlabel '%s'\nset yrange [0:1.02]\n"
                 "set ytics ('0' 0, '25 %%%%' 0.25, '50 %%%%' 0.5, '75 %%%%' 0.75, '95 "
                 "%%%%' 0.95, '100 %%%%' 1)\n"
                 "set ylabel '%s'\nset key at screen 0.965,0.975 right top horizontal "
                 "reverse Left samplen 1.4 font ',12.5'\n",
                 view->summary->metric == FAN_METRIC_DURATION
                     ? "duration (ms, from REPORT, log scale)"
                     : "latency (ms, at the client, log scale)",
                 g % 2 == 0 ? "share of calls" : "");
    put_heading(view, figure, group);
    fan_sink_put(script, "plot \\\n");
    if (g == 0) put_key(view, figure);
    for (int band = 1; band >= 0; band--) {
        curves = 0;
        for (size_t c = 0; c < cells && curves < CURVES_MAX; c++) {
            if (!is_shown(view, c, group)) continue;
            put_curve(view, figure, c, band == 1);
            curves++;
        }
    }
    fan_sink_put(script, "  NaN notitle\nunset label\n");
}

static void describe(const struct view *view, struct fan_figure *figure)
{
    const struct fan_summary *summary = view->summary;

    snprintf(figure->title, sizeof figure->title, "How the %s is spread",
             fan_metric_name(summary->metric));
    fan_plot_say(figure,
                 "Empirical distribution of the %s, n = %s in all. Bands: with 95 %% "
                 "confidence the true distribution lies inside (DKW).",
                 fan_summary_main_text(summary), fan_show_count(view->shown).s);
    if (view->least < view->most)
        fan_plot_say(figure, " n per curve: %s to %s.", fan_show_count(view->least).s,
                     fan_show_count(view->most).s);
    if (view->thinned)
        fan_plot_say(figure,
                     " Curves of more than %d calls are thinned to as many steps.",
                     STEPS_MAX);
    if (view->groups_all > view->groups || view->memory.all > view->memory.n)
        fan_plot_say(
            figure,
            " Shown: %zu of %zu combinations of work and parallelism, %zu of %zu "
            "memory sizes.",
            view->groups, view->groups_all, view->memory.n, view->memory.all);
}

void fan_figure_ecdf(const struct fan_summary *summary, struct fan_figure *figure)
{
    struct view view;
    memset(&view, 0, sizeof view);
    view.summary = summary;
    view.memory = fan_plot_levels(summary->study, FAN_FACTOR_MEMORY, CURVES_MAX);
    choose_groups(&view);
    measure(&view);
    if (view.shown == 0) {
        fan_plot_say(figure, "Nothing to draw: no successful call has a %s.",
                     fan_metric_name(summary->metric));
        return;
    }
    describe(&view, figure);
    fan_plot_begin(figure);
    for (size_t g = 0; g < view.groups; g++)
        put_panel(&view, figure, g);
    fan_sink_put(&figure->script, "unset multiplot\n");
}
