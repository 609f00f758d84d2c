/* figure_versions.c - do versions differ? The distribution functions of both, a panel per
 * pair. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/answers.h"
#include "analysis/plot.h"
#include "analysis/show.h"

#define PANELS_MAX 4
#define STEPS_MAX  250 /* steps of one curve; longer samples are thinned to quantiles */

static const unsigned colours[2] = { 0x555555, 0xd95f02 }; /* base, other */

struct view {
    const struct fan_summary *summary;
    const struct fan_version_answer *pair[PANELS_MAX];
    size_t n, all; /* pairs: shown, that have values on both sides */
    double low_ms, high_ms;
    bool thinned;
};

static const struct fan_version_side *side_of(const struct fan_version_answer *pair,
                                              int side)
{
    return side == 0 ? &pair->base : &pair->other;
}

static void choose(struct view *view)
{
    const struct fan_answers *answers = view->summary->answers;
    for (size_t i = 0; i < answers->version_count; i++) {
        const struct fan_version_answer *pair = &answers->version[i];
        if (pair->base.n == 0 || pair->other.n == 0) continue;
        view->all++;
        if (view->n < PANELS_MAX) view->pair[view->n++] = pair;
    }
}

/* Corners of the staircase: x and F. */
static void put_stairs(struct view *view, struct fan_figure *figure, const double *value,
                       size_t n)
{
    size_t index[STEPS_MAX];
    const size_t steps = fan_plot_sample(n, STEPS_MAX, view->summary->study->seed, index);
    double before = 0.0;
    for (size_t i = 0; i < steps; i++) {
        const double x = value[index[i]], after = (double)(index[i] + 1) / (double)n;
        if (x > 0.0) {
            fan_sink_put(&figure->data, "%.8g %.6g\n%.8g %.6g\n", x, before, x, after);
            if (!(view->low_ms > 0.0) || x < view->low_ms) view->low_ms = x;
            if (x > view->high_ms) view->high_ms = x;
        }
        before = after;
    }
    view->thinned |= n > STEPS_MAX;
}

static void put_data(struct view *view, struct fan_figure *figure)
{
    for (size_t i = 0; i < view->n; i++) {
        for (int side = 0; side < 2; side++) {
            char name[32];
            size_t n;
            double *value =
                fan_versions_values(view->summary, side_of(view->pair[i], side), &n);
            snprintf(name, sizeof name, "pair_%zu_%d", i, side);
            fan_plot_block(figure, name);
            put_stairs(view, figure, value, n);
            free(value);
        }
    }
}

static void put_panel(const struct view *view, struct fan_figure *figure, size_t i)
{
    struct fan_sink *script = &figure->script;
    const struct fan_study_cell *cell =
        view->summary->cells[view->pair[i]->other.cell].cell;
    const struct fan_group group = { cell->work, cell->parallelism, cell->transport };
    fan_plot_margins(figure, fan_plot_panel(i, view->n));
    fan_plot_log_axis(script, 'x', view->low_ms / 1.06, view->high_ms * 1.06, false);
    fan_sink_put(script,
                 "set xlabel '%s'\nset yrange [0:1.02]\n"
                 "set ytics ('0' 0, '25 %%%%' 0.25, '50 %%%%' 0.5, '75 %%%%' 0.75, "
                 "'100 %%%%' 1)\nset ylabel '%s'\n"
                 "set key bottom right reverse Left samplen 1.4 font ',12'\n",
                 fan_plot_metric_label(view->summary, true),
                 i % 2 == 0 ? "share of calls" : "");
    fan_plot_heading(figure, view->summary, &group);
    fan_sink_put(script, "plot \\\n");
    for (int side = 0; side < 2; side++) {
        const struct fan_version_side *own = side_of(view->pair[i], side);
        char title[128];
        snprintf(title, sizeof title, "%.32s, n = %s", own->name,
                 fan_show_count(own->n).s);
        fan_sink_put(script,
                     "  data index 'pair_%zu_%d;' using 1:2 with lines lw 2.5 lc rgb "
                     "'#%06x' title ",
                     i, side, colours[side]);
        fan_plot_quote(script, title);
        fan_sink_put(script, side == 0 ? ", \\\n" : "\nunset label\n");
    }
}

static void describe(const struct view *view, struct fan_figure *figure)
{
    snprintf(figure->title, sizeof figure->title, "The %s by version",
             fan_metric_name(view->summary->metric));
    fan_plot_say(
        figure,
        "Empirical distribution of the %s of two versions of a function: at each "
        "time, the share of calls that took no longer.",
        fan_summary_main_text(view->summary));
    if (view->thinned)
        fan_plot_say(figure,
                     " Curves of more than %d calls are thinned to as many steps.",
                     STEPS_MAX);
    if (view->all > view->n)
        fan_plot_say(figure, " Shown: the first %zu of %zu comparisons.", view->n,
                     view->all);
}

void fan_figure_versions(const struct fan_summary *summary, struct fan_figure *figure)
{
    struct view view;
    memset(&view, 0, sizeof view);
    view.summary = summary;
    choose(&view);
    if (view.n > 0) put_data(&view, figure);
    if (!(view.low_ms > 0.0)) {
        fan_plot_say(figure, "Nothing to draw: no two versions have a %s.",
                     fan_metric_name(summary->metric));
        return;
    }
    describe(&view, figure);
    fan_plot_begin(figure);
    for (size_t i = 0; i < view.n; i++)
        put_panel(&view, figure, i);
    fan_plot_end(figure);
}
