/* figure_compare.c - which settings changed? Ratios with their intervals, a forest plot.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/compare_data.h"
#include "analysis/show.h"

#define LABELLED_MAX 36   /* settings that each get a line with its name */
#define DRAWN_MAX    240  /* beyond: evenly chosen by rank, the ends always among them */
#define NAMED_MAX    3    /* of many: the ends that are named */
#define INTERVAL_MAX 16.0 /* of a ratio, on either side of 1: wider ones are cut */

/* What is drawn, from the bottom line up. */
struct view {
    const struct fan_comparison *c;
    size_t *row;
    size_t drawn, all; /* of those with a ratio */
    bool labelled;
    double low, high;
    size_t cut; /* intervals that leave the frame */
};

static const struct {
    enum fan_compare_verdict verdict;
    const char *block, *colour;
    int shape;
} looks[] = {
    { FAN_VERDICT_NONE, "none", "#777777", 7 },
    { FAN_VERDICT_BETTER, "better", "#0072B2", 11 },
    { FAN_VERDICT_MINOR, "minor", "#E69F00", 5 },
    { FAN_VERDICT_WORSE, "worse", "#D55E00", 9 },
};
#define LOOKS (sizeof looks / sizeof looks[0])

/* Indices with their ratio, to be ordered. */
struct ranked {
    double ratio;
    size_t row;
};

static int compare_ranked(const void *left, const void *right)
{
    const struct ranked *a = left;
    const struct ranked *b = right;
    if (a->ratio != b->ratio) return a->ratio < b->ratio ? -1 : 1;
    return (a->row > b->row) - (a->row < b->row);
}

/* Few settings stay in their order, the first on top; many are ordered by their ratio. */
static void choose_rows(struct view *view)
{
    const struct fan_comparison *c = view->c;
    struct ranked *ranked = fan_alloc_zero(c->pair_count + 1, sizeof *ranked);
    for (size_t i = c->pair_count; i-- > 0;) {
        if (!(c->row[i].ratio > 0.0)) continue;
        ranked[view->all].ratio = c->row[i].ratio;
        ranked[view->all++].row = i;
    }
    view->labelled = view->all <= LABELLED_MAX;
    if (!view->labelled) qsort(ranked, view->all, sizeof *ranked, compare_ranked);
    view->drawn = view->all < DRAWN_MAX ? view->all : DRAWN_MAX;
    view->row = fan_alloc_zero(view->drawn + 1, sizeof *view->row);
    for (size_t i = 0; i < view->drawn; i++) {
        const size_t at = view->drawn < 2 ? 0 : i * (view->all - 1) / (view->drawn - 1);
        view->row[i] = ranked[at].row;
    }
    free(ranked);
}

static void widen(struct view *view, double ratio)
{
    if (!(ratio > 0.0)) return;
    view->low = fmin(view->low, ratio);
    view->high = fmax(view->high, ratio);
}

static double limit(double ratio)
{
    return fmin(fmax(ratio, 1.0 / INTERVAL_MAX), INTERVAL_MAX);
}

/* The axis holds every ratio, and of the intervals what does not squeeze the others. */
static void measure(struct view *view)
{
    const struct fan_compare_settings *settings = &view->c->settings;
    view->low = view->high = 1.0;
    for (size_t i = 0; i < view->drawn; i++) {
        const struct fan_compare_row *row = &view->c->row[view->row[i]];
        widen(view, row->ratio);
        if (!isnan(row->ratio_ci.lower)) widen(view, limit(row->ratio_ci.lower));
        if (!isnan(row->ratio_ci.upper)) widen(view, limit(row->ratio_ci.upper));
    }
    widen(view, 1.0 / (1.0 + settings->margin));
    widen(view, 1.0 + fmax(settings->margin, settings->threshold));
    /* Room for 5 % on both sides: noise must not look like a landslide. */
    view->low = fmin(view->low / 1.02, 0.95);
    view->high = fmax(view->high * 1.02, 1.05);
    for (size_t i = 0; i < view->drawn; i++) {
        const struct fan_interval ci = view->c->row[view->row[i]].ratio_ci;
        view->cut += ci.lower < view->low || ci.upper > view->high;
    }
}

static void describe(const struct view *view, struct fan_figure *figure)
{
    const struct fan_comparison *c = view->c;
    char subject[120];
    fan_compare_subject(c, subject, sizeof subject);
    snprintf(figure->title, sizeof figure->title,
             "B against A: of %zu %s, %zu %s and %zu %s", c->pair_count,
             c->pair_count == 1 ? "setting" : "settings", c->count[FAN_VERDICT_WORSE],
             fan_compare_worse(c), c->count[FAN_VERDICT_BETTER], fan_compare_better(c));
    fan_plot_say(
        figure,
        "Ratio B/A of the %s with its 95 %% bootstrap interval; colour and shape: "
        "the test after Holm. Right of 1: B is %s.",
        subject, fan_compare_worse(c));
    if (c->settings.margin > 0.0)
        fan_plot_say(figure, " Shaded: within %s.", fan_show_share(c->settings.margin).s);
    if (c->settings.threshold > 0.0)
        fan_plot_say(figure, " Dashed: the threshold of %s.",
                     fan_show_share(c->settings.threshold).s);
    if (!view->labelled) fan_plot_say(figure, " Ordered by ratio; the ends are named.");
    if (view->drawn < view->all)
        fan_plot_say(figure, " Shown: %zu of %zu settings, evenly chosen by rank.",
                     view->drawn, view->all);
    if (view->cut > 0)
        fan_plot_say(figure, " Cut at the frame: %zu %s.", view->cut,
                     view->cut == 1 ? "interval" : "intervals");
    if (view->all < c->pair_count)
        fan_plot_say(figure, " Not shown: %zu with too few calls.",
                     c->pair_count - view->all);
}

/* The value inside the axis, so that a wild interval still shows where it ends. */
static double inside(const struct view *view, double ratio)
{
    return fmin(fmax(ratio, view->low), view->high);
}

/* One block per verdict: ratio, line, lower and upper end. Returns its lines. */
static size_t put_block(const struct view *view, struct fan_figure *figure, size_t look)
{
    size_t n = 0;
    fan_plot_block(figure, looks[look].block);
    for (size_t i = 0; i < view->drawn; i++) {
        const struct fan_compare_row *row = &view->c->row[view->row[i]];
        if (row->verdict != looks[look].verdict) continue;
        const struct fan_interval ci = row->ratio_ci;
        const double ratio = inside(view, row->ratio);
        fan_sink_put(&figure->data, "%.8g %zu %.8g %.8g\n", ratio, i + 1,
                     isnan(ci.lower) ? ratio : inside(view, ci.lower),
                     isnan(ci.upper) ? ratio : inside(view, ci.upper));
        n++;
    }
    return n;
}

static void put_names(const struct view *view, struct fan_figure *figure)
{
    struct fan_sink *script = &figure->script;
    fan_sink_put(script, "set ytics nomirror scale 0 font ',%d' (",
                 view->drawn > 20 ? 11 : 13);
    bool first = true;
    for (size_t i = 0; i < view->drawn; i++) {
        char label[160];
        const bool end = i < NAMED_MAX || i + NAMED_MAX >= view->drawn;
        if (!view->labelled && !end) continue;
        /* Lines of many settings are too close for names: theirs are spread. */
        const double step = (double)view->drawn / 30.0;
        double y = (double)i + 1.0;
        if (!view->labelled && i < NAMED_MAX) y = 1.0 + step * (double)i;
        if (!view->labelled && i + NAMED_MAX >= view->drawn)
            y = (double)view->drawn - step * (double)(view->drawn - 1 - i);
        fan_compare_label(view->c, view->c->row[view->row[i]].pair, label, sizeof label);
        fan_sink_put(script, first ? "" : ", ");
        fan_plot_quote(script, label);
        fan_sink_put(script, " %.6g", y);
        first = false;
    }
    fan_sink_put(script, ")\n");
}

/* The line of no change, and what counts as the same or as small. */
static void put_marks(const struct view *view, struct fan_figure *figure)
{
    const struct fan_compare_settings *settings = &view->c->settings;
    struct fan_sink *script = &figure->script;
    if (settings->margin > 0.0)
        fan_sink_put(script,
                     "set object 1 rectangle from %.8g, graph 0 to %.8g, graph 1 behind "
                     "fc rgb '#e8f1e4' fs solid noborder\n",
                     1.0 / (1.0 + settings->margin), 1.0 + settings->margin);
    if (settings->threshold > 0.0)
        fan_sink_put(script,
                     "set arrow 2 from %.8g, graph 0 to %.8g, graph 1 nohead dt 2 lw 1.2 "
                     "lc rgb '#777777' back\n",
                     1.0 + settings->threshold, 1.0 + settings->threshold);
    fan_sink_put(script, "set arrow 1 from 1, graph 0 to 1, graph 1 nohead lw 1.6 lc rgb "
                         "'#333333' back\n");
}

static const char *key_text(const struct fan_comparison *c, size_t look)
{
    return fan_compare_verdict_text(c, looks[look].verdict);
}

static void put_plot(struct view *view, struct fan_figure *figure)
{
    struct fan_sink *script = &figure->script;
    const double size = view->drawn > 80 ? 0.45 : view->drawn > 20 ? 0.8 : 1.2;
    const struct fan_panel panel = { view->c->factors.function ? 0.34 : 0.25, 0.965, 0.15,
                                     0.87 };
    bool any = false;
    fan_plot_margins(figure, panel);
    fan_plot_log_axis(script, 'x', view->low, view->high, false);
    fan_sink_put(script,
                 "set xlabel 'B / A'\nset yrange [%.4g:%.4g]\nunset grid\nset grid xtics "
                 "back lt 1 lw 0.8 lc rgb '#e4e4e4' dt solid\n"
                 "set key at graph 1, graph 1.065 right top horizontal samplen 2 "
                 "width 2 font ',13' textcolor rgb '#333333'\n",
                 view->drawn == 1 ? 0.0 : 0.4,
                 (double)view->drawn + (view->drawn == 1 ? 1.0 : 0.6));
    put_names(view, figure);
    put_marks(view, figure);
    fan_sink_put(script, "plot \\\n");
    for (size_t i = 0; i < LOOKS; i++) {
        if (put_block(view, figure, i) == 0) continue;
        fan_sink_put(
            script,
            "%s  data index '%s;' using 1:2:3:4 with xerrorbars pt %d ps %.2f lw "
            "%.1f lc rgb '%s' title '%s'",
            any ? ", \\\n" : "", looks[i].block, looks[i].shape, size,
            view->drawn > 80 ? 1.0 : 1.8, looks[i].colour, key_text(view->c, i));
        any = true;
    }
    fan_sink_put(script, "\nunset multiplot\n");
}

void fan_figure_compare(const struct fan_comparison *c, struct fan_figure *figure)
{
    struct view view = { c, NULL, 0, 0, false, 1.0, 1.0, 0 };
    choose_rows(&view);
    if (view.drawn == 0) {
        fan_plot_say(figure, "Nothing to draw: no setting has %d %s calls in both runs.",
                     FAN_COMPARE_SAMPLE_MIN, fan_stratum_name(c->stratum));
    } else {
        measure(&view);
        describe(&view, figure);
        fan_plot_begin(figure);
        fan_sink_put(&figure->script, "set bars 0\n");
        put_plot(&view, figure);
    }
    free(view.row);
}
