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

struct view {
    const struct fan_summary *summary;
    struct fan_levels memory;
    struct fan_groups groups; /* a panel each, with a curve per memory size */
    double low_ms, high_ms;
    uint64_t shown, least, most; /* calls: in all, of the smallest and largest curve */
    bool thinned;
};

static bool is_shown(const struct view *view, size_t c, const struct fan_group *group)
{
    const struct fan_study_cell *cell = &view->summary->study->cells[c];
    return fan_plot_in_group(cell, group) &&
           fan_plot_has(&view->memory, cell->memory_mb) &&
           fan_summary_main(view->summary, c)->max > 0.0;
}

static void measure(struct view *view)
{
    for (size_t g = 0; g < view->groups.n; g++) {
        for (size_t c = 0; c < view->summary->study->cell_count; c++) {
            if (!is_shown(view, c, &view->groups.group[g])) continue;
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

static void put_panel(struct view *view, struct fan_figure *figure, size_t g)
{
    struct fan_sink *script = &figure->script;
    const struct fan_group *group = &view->groups.group[g];
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
    fan_plot_margins(figure, fan_plot_panel(g, view->groups.n));
    fan_plot_log_axis(script, 'x', view->low_ms / 1.06, view->high_ms * 1.06, false);
    fan_sink_put(script,
                 "set xlabel '%s'\nset yrange [0:1.02]\n"
                 "set ytics ('0' 0, '25 %%%%' 0.25, '50 %%%%' 0.5, '75 %%%%' 0.75, '%s' "
                 "0.95, '100 %%%%' 1)\n"
                 "set ylabel '%s'\nset key at screen 0.965,0.992 right top horizontal "
                 "reverse Left samplen 1.4 spacing 0.95 font ',12'\n",
                 fan_plot_metric_label(view->summary, true),
                 view->groups.n > 2 ? "" : "95 %%", /* no room beside 100 % */
                 g % 2 == 0 ? "share of calls" : "");
    fan_plot_heading(figure, view->summary, group);
    fan_sink_put(script, "plot \\\n");
    if (g == 0) /* one key for all panels, above the first */
        fan_plot_memory_key(figure, view->summary, &view->memory);
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
    if (view->groups.all > view->groups.n || view->memory.all > view->memory.n)
        fan_plot_say(
            figure,
            " Shown: %zu of %zu combinations of work and parallelism, %zu of %zu "
            "memory sizes.",
            view->groups.n, view->groups.all, view->memory.n, view->memory.all);
}

void fan_figure_ecdf(const struct fan_summary *summary, struct fan_figure *figure)
{
    struct view view;
    memset(&view, 0, sizeof view);
    view.summary = summary;
    view.memory = fan_plot_levels(summary->study, FAN_FACTOR_MEMORY, CURVES_MAX);
    view.groups = fan_plot_groups(summary, PANELS_MAX);
    measure(&view);
    if (view.shown == 0) {
        fan_plot_say(figure, "Nothing to draw: no successful call has a %s.",
                     fan_metric_name(summary->metric));
        return;
    }
    describe(&view, figure);
    fan_plot_begin(figure);
    for (size_t g = 0; g < view.groups.n; g++)
        put_panel(&view, figure, g);
    fan_plot_end(figure);
}
