/* figure_spread.c - do settings differ? A box per setting over its raw values. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/plot.h"
#include "analysis/show.h"
#include "common/random.h"

#define MEMORIES_MAX  8
#define GROUPS_MAX    12
#define BOXES_MAX     48
#define POINTS_MAX    2000 /* of the figure: more make a larger file, no better picture */
#define POINTS_OF_BOX 500
#define SIZES_TOLD    26  /* boxes with their size below; more have the colour alone */
#define GAP           0.9 /* between groups, in boxes */

struct view {
    const struct fan_summary *summary;
    struct fan_levels memory;
    struct fan_groups groups;
    double *place; /* of each cell on the x axis, in boxes; unknown: not shown */
    double middle[GROUPS_MAX], width;
    size_t boxes, points_of_box;
    double low_ms, high_ms;
    uint64_t shown, least, most; /* values: in all, of the smallest and largest box */
};

/* Take a cell in: its place, and what the axes must hold. */
static void add_cell(struct view *view, size_t c)
{
    const struct fan_description *d = fan_summary_main(view->summary, c);
    if (d->n == 0) return;
    if (view->boxes == 0 || d->min < view->low_ms) view->low_ms = d->min;
    if (view->boxes == 0 || d->max > view->high_ms) view->high_ms = d->max;
    if (view->boxes == 0 || d->n < view->least) view->least = d->n;
    if (d->n > view->most) view->most = d->n;
    view->shown += d->n;
    view->place[c] = view->width + 0.5;
    view->width += 1.0;
    view->boxes++;
}

static void add_group(struct view *view, size_t g)
{
    const struct fan_study *study = view->summary->study;
    const double from = view->width;
    for (size_t m = 0; m < view->memory.n; m++)
        for (size_t c = 0; c < study->cell_count; c++)
            if (study->cells[c].memory_mb == view->memory.level[m] &&
                fan_plot_in_group(&study->cells[c], &view->groups.group[g]))
                add_cell(view, c);
    view->middle[g] = (from + view->width) / 2.0;
    if (view->width > from && g + 1 < view->groups.n) view->width += GAP;
}

static void choose(struct view *view)
{
    const struct fan_study *study = view->summary->study;
    view->memory = fan_plot_levels(study, FAN_FACTOR_MEMORY, MEMORIES_MAX);
    const size_t most = BOXES_MAX / view->memory.n;
    view->groups = fan_plot_groups(view->summary, most < GROUPS_MAX ? most : GROUPS_MAX);
    view->place = fan_alloc_zero(study->cell_count + 1, sizeof *view->place);
    for (size_t c = 0; c < study->cell_count; c++)
        view->place[c] = FAN_UNKNOWN;
    for (size_t g = 0; g < view->groups.n; g++)
        add_group(view, g);
    if (view->boxes == 0) return;
    view->points_of_box = POINTS_MAX / view->boxes;
    if (view->points_of_box > POINTS_OF_BOX) view->points_of_box = POINTS_OF_BOX;
}

static void put_points(const struct view *view, struct fan_figure *figure, size_t c)
{
    const struct fan_series *series = fan_summary_series(view->summary, c);
    const uint64_t seed = view->summary->study->seed + c;
    size_t index[POINTS_OF_BOX];
    struct fan_random random;

    fan_random_init(&random, seed, series->n);
    const size_t n = fan_plot_sample(series->n, view->points_of_box, seed, index);
    for (size_t i = 0; i < n; i++)
        fan_sink_put(&figure->data, "%.5g %.7g\n",
                     view->place[c] + 0.66 * (fan_random_unit(&random) - 0.5),
                     series->value[index[i]]);
}

/* The furthest values within 1.5 quartile distances of the box. */
static struct fan_interval whiskers_of(const struct fan_series *series,
                                       const struct fan_description *d)
{
    const double reach = 1.5 * (d->q3 - d->q1);
    size_t first = 0, last = series->n - 1;
    while (first < last && series->value[first] < d->q1 - reach)
        first++;
    while (last > first && series->value[last] > d->q3 + reach)
        last--;
    /* Quartiles lie between values: a whisker does not go into its box. */
    const struct fan_interval whiskers = { fmin(series->value[first], d->q1),
                                           fmax(series->value[last], d->q3) };
    return whiskers;
}

static double known_or(double value, double otherwise)
{
    return isfinite(value) ? value : otherwise;
}

/* Place, quartile, whiskers, quartile, median and its interval, n. */
static void put_box(const struct view *view, struct fan_figure *figure, size_t c)
{
    const struct fan_description *d = fan_summary_main(view->summary, c);
    const struct fan_interval whiskers =
        whiskers_of(fan_summary_series(view->summary, c), d);
    fan_sink_put(&figure->data, "%.5g %.8g %.8g %.8g %.8g %.8g %.8g %.8g %zu\n",
                 view->place[c], d->q1, whiskers.lower, whiskers.upper, d->q3, d->median,
                 known_or(d->median_ci.lower, d->median),
                 known_or(d->median_ci.upper, d->median), d->n);
}

/* The blocks of one memory size. */
static void put_size(const struct view *view, struct fan_figure *figure,
                     uint32_t memory_mb)
{
    const struct fan_study *study = view->summary->study;
    for (int boxes = 0; boxes < 2; boxes++) {
        char name[32];
        snprintf(name, sizeof name, boxes ? "box_%u" : "points_%u", memory_mb);
        fan_plot_block(figure, name);
        for (size_t c = 0; c < study->cell_count; c++) {
            if (study->cells[c].memory_mb != memory_mb || isnan(view->place[c])) continue;
            if (boxes)
                put_box(view, figure, c);
            else
                put_points(view, figure, c);
        }
    }
}

/* Below the boxes: sizes where there is room, and what else a group has in common. */
static void put_places(const struct view *view, struct fan_figure *figure)
{
    const struct fan_study *study = view->summary->study;
    const struct fan_factors_seen seen = view->summary->factors;
    struct fan_sink *script = &figure->script;
    const bool told = view->boxes <= SIZES_TOLD && view->memory.all > 1;
    size_t put = 0;

    fan_sink_put(script, told ? "set xtics nomirror scale 0 (" : "unset xtics\n");
    for (size_t c = 0; c < study->cell_count && told; c++)
        if (!isnan(view->place[c]))
            fan_sink_put(script, "%s'%u' %.5g", put++ > 0 ? ", " : "",
                         study->cells[c].memory_mb, view->place[c]);
    if (told) fan_sink_put(script, ") font ',%s'\n", view->boxes > 16 ? "11" : "13");
    const bool grouped = seen.work || seen.parallelism || seen.transport;
    for (size_t g = 0; g < view->groups.n && grouped; g++) {
        fan_sink_put(script, "set label %zu \"", 20 + g);
        if (seen.work) fan_sink_put(script, "work %ux", view->groups.group[g].work);
        if (seen.work && seen.parallelism) fan_sink_put(script, "\\n");
        if (seen.parallelism)
            fan_sink_put(script, "%u in flight", view->groups.group[g].parallelism);
        if (seen.transport) {
            fan_sink_put(script, "%s", seen.work || seen.parallelism ? "\\n" : "");
            fan_plot_fold(script, view->groups.group[g].transport);
        }
        fan_sink_put(script, "\" at %.5g, graph %s center font ',%s'\n", view->middle[g],
                     told ? "-0.062" : "-0.03", view->groups.n > 8 ? "11.5" : "13");
    }
    fan_sink_put(script, "set xlabel '%s' offset 0,%s\nset xrange [-0.3:%.5g]\n",
                 told ? "memory size (MB)" : "",
                 !grouped ? "0"
                 : told   ? "-1.4"
                          : "-0.6",
                 view->width + 0.3);
}

static void put_size_plots(const struct view *view, struct fan_figure *figure,
                           uint32_t memory_mb)
{
    struct fan_sink *script = &figure->script;
    const unsigned colour = fan_plot_colour(view->summary->study, memory_mb);
    fan_sink_put(script,
                 "  data index 'points_%u;' using 1:2 with points pt 7 ps %.2f lc rgb "
                 "'#90%06x' notitle, \\\n"
                 "  data index 'box_%u;' using 1:2:3:4:5 with candlesticks whiskerbars "
                 "0.5 fs transparent solid 0.22 border lw 1.5 lc rgb '#%06x' title '%u "
                 "MB', \\\n",
                 memory_mb, view->shown <= 400 ? 0.5 : 0.32, colour, memory_mb, colour,
                 memory_mb);
}

/* Drawn as lines, since gnuplot clears a disc behind the points of error bars. */
static void put_medians(const struct view *view, struct fan_figure *figure)
{
    const double size = view->boxes > SIZES_TOLD ? 0.35 : 0.55;
    for (size_t m = 0; m < view->memory.n; m++) {
        const uint32_t mb = view->memory.level[m];
        fan_sink_put(
            &figure->script,
            "  data index 'box_%u;' using ($1-0.36):6:(0.72):(0) with vectors "
            "nohead lw 1.8 lc rgb '#111111' notitle, \\\n"
            "  data index 'box_%u;' using 1:7:(0):($8-$7) with vectors nohead lw "
            "3 lc rgb '#111111' %s, \\\n"
            "  data index 'box_%u;' using 1:6 with points pt 7 ps %.2f lc rgb "
            "'#111111' notitle, \\\n",
            mb, mb, m == 0 ? "title 'median, 95 % CI'" : "notitle", mb, size);
    }
}

static void describe(const struct view *view, struct fan_figure *figure, bool log)
{
    snprintf(figure->title, sizeof figure->title, "Do the settings differ in %s?",
             fan_metric_name(view->summary->metric));
    fan_plot_say(figure,
                 "One box per setting: quartiles of the %s, n = %s in %zu settings; "
                 "whiskers to the furthest value within 1.5 quartile distances. Black: "
                 "median with its 95 %% interval (order statistics). %s",
                 fan_summary_main_text(view->summary), fan_show_count(view->shown).s,
                 view->boxes, log ? "Log scale." : "The axis does not begin at 0.");
    if (view->least < view->most)
        fan_plot_say(figure, " n per box: %s to %s.", fan_show_count(view->least).s,
                     fan_show_count(view->most).s);
    if (view->most > view->points_of_box)
        fan_plot_say(figure, " Dots: %zu values per box, least and largest included.",
                     view->points_of_box);
    else
        fan_plot_say(figure, " Dots: all values.");
    if (view->groups.all > view->groups.n || view->memory.all > view->memory.n)
        fan_plot_say(figure, " Shown: %zu of %zu settings, evenly chosen.", view->boxes,
                     view->summary->study->cell_count);
}

void fan_figure_spread(const struct fan_summary *summary, struct fan_figure *figure)
{
    struct view view;
    struct fan_sink *script = &figure->script;
    memset(&view, 0, sizeof view);
    view.summary = summary;
    choose(&view);
    if (view.boxes < 2) { /* nothing to compare */
        free(view.place);
        return;
    }
    const struct fan_panel panel = { 0.08, 0.975, 0.21, 0.9 };
    const bool log = view.low_ms > 0.0 && view.high_ms > FAN_PLOT_LOG_SPAN * view.low_ms;
    describe(&view, figure, log);
    fan_plot_begin(figure);
    for (size_t m = 0; m < view.memory.n; m++)
        put_size(&view, figure, view.memory.level[m]);
    fan_plot_margins(figure, panel);
    fan_plot_value_axis(script, 'y', view.low_ms, view.high_ms);
    put_places(&view, figure);
    fan_sink_put(script,
                 "unset grid\nset grid ytics\nset boxwidth 0.72\n"
                 "set ylabel '%s'\nset key at screen 0.975,0.945 right top horizontal "
                 "maxrows 1 reverse Left samplen 1.4 font ',12'\nplot \\\n",
                 fan_plot_metric_label(summary, log));
    for (size_t m = 0; m < view.memory.n; m++)
        put_size_plots(&view, figure, view.memory.level[m]);
    put_medians(&view, figure);
    fan_sink_put(script, "  NaN notitle\n");
    fan_plot_end(figure);
    free(view.place);
}
