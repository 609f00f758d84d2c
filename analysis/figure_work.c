/* figure_work.c - does time grow in a straight line with work? A column per row of works:
 * values, line and band above, what the line misses below. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/answers.h"
#include "analysis/plot.h"
#include "analysis/show.h"
#include "common/random.h"

#define COLUMNS_MAX 4
#define POINTS_MAX  800 /* of the figure, twice: as values and as residuals */
#define BAND_STEPS  24
#define CELL_POINTS 500

struct view {
    const struct fan_summary *summary;
    const struct fan_work_answer *column[COLUMNS_MAX];
    size_t columns, points_of_cell;
    bool by_load; /* columns differ in calls in flight, not in memory */
    double low_work, high_work, low_miss, high_miss;
    uint64_t shown, most, beyond; /* values; of a setting; that the strips leave out */
};

static const struct fan_study_cell *cell_of(const struct view *view, size_t column)
{
    return view->summary->cells[view->column[column]->row.cell[0]].cell;
}

static double fitted(const struct fan_work_answer *answer, double work)
{
    return answer->line.intercept + answer->line.slope * work;
}

/* A line that has fallen to nothing at the least work has no shares. */
static bool is_usable(const struct fan_work_answer *answer,
                      const struct fan_study_cell *least)
{
    return isfinite(answer->line.slope_se) && fitted(answer, least->work) > 0.0;
}

/* One row per memory size, at the fewest calls in flight; per number in flight where
 * there is but one size. */
static void choose(struct view *view)
{
    const struct fan_study *study = view->summary->study;
    const struct fan_answers *answers = view->summary->answers;
    const struct fan_levels memory =
        fan_plot_levels(study, FAN_FACTOR_MEMORY, COLUMNS_MAX);
    view->by_load = memory.all == 1;
    const struct fan_levels levels =
        view->by_load ? fan_plot_levels(study, FAN_FACTOR_PARALLELISM, COLUMNS_MAX)
                      : memory;
    for (size_t i = 0; i < levels.n; i++) {
        const struct fan_work_answer *best = NULL;
        uint32_t least = UINT32_MAX;
        for (size_t r = 0; r < answers->work_count; r++) {
            const struct fan_study_cell *cell =
                &study->cells[answers->work[r].row.cell[0]];
            const uint32_t own = view->by_load ? cell->parallelism : cell->memory_mb;
            if (own != levels.level[i] || !is_usable(&answers->work[r], cell)) continue;
            if (cell->parallelism >= least) continue;
            least = cell->parallelism;
            best = &answers->work[r];
        }
        if (best) view->column[view->columns++] = best;
    }
}

/* What the line misses, as a share of it. */
static double miss(const struct fan_work_answer *answer, double work, double value)
{
    return 100.0 * (value / fitted(answer, work) - 1.0);
}

/* The strip shows what the line misses by, not single slow calls: they are above. */
static void take_miss(struct view *view, const struct fan_work_answer *answer,
                      double work, const struct fan_description *d)
{
    const double reach = 3.0 * (d->q3 - d->q1);
    const double low = fmax(d->min, d->q1 - reach), high = fmin(d->max, d->q3 + reach);
    const double bound[] = { low, high, d->mean, d->mean_ci.lower, d->mean_ci.upper };
    for (size_t i = 0; i < sizeof bound / sizeof bound[0]; i++) {
        if (!isfinite(bound[i])) continue;
        view->low_miss = fmin(view->low_miss, miss(answer, work, bound[i]));
        view->high_miss = fmax(view->high_miss, miss(answer, work, bound[i]));
    }
}

static void count_beyond(struct view *view)
{
    for (size_t i = 0; i < view->columns; i++) {
        const struct fan_row *row = &view->column[i]->row;
        for (size_t k = 0; k < row->n; k++) {
            const struct fan_series *series =
                fan_summary_series(view->summary, row->cell[k]);
            const double work = view->summary->cells[row->cell[k]].cell->work;
            for (size_t v = 0; v < series->n; v++) {
                const double missed = miss(view->column[i], work, series->value[v]);
                if (missed < view->low_miss || missed > view->high_miss) view->beyond++;
            }
        }
    }
}

static void measure(struct view *view)
{
    size_t cells = 0;
    for (size_t i = 0; i < view->columns; i++) {
        const struct fan_row *row = &view->column[i]->row;
        for (size_t k = 0; k < row->n; k++) {
            const struct fan_description *d =
                fan_summary_main(view->summary, row->cell[k]);
            const double work = view->summary->cells[row->cell[k]].cell->work;
            take_miss(view, view->column[i], work, d);
            if (cells == 0 || work < view->low_work) view->low_work = work;
            if (work > view->high_work) view->high_work = work;
            view->shown += d->n;
            if (d->n > view->most) view->most = d->n;
            cells++;
        }
    }
    view->points_of_cell = cells > 0 ? POINTS_MAX / cells + 1 : 1;
    if (view->points_of_cell > CELL_POINTS) view->points_of_cell = CELL_POINTS;
}

/* Work (spread sideways), value, and what the line misses of it. */
static void put_points(const struct view *view, struct fan_figure *figure, size_t column)
{
    const struct fan_work_answer *answer = view->column[column];
    const double spread = 0.025 * (view->high_work - view->low_work);
    size_t index[CELL_POINTS];
    char name[32];
    struct fan_random random;

    snprintf(name, sizeof name, "points_%zu", column);
    fan_plot_block(figure, name);
    fan_random_init(&random, view->summary->study->seed, column);
    for (size_t k = 0; k < answer->row.n; k++) {
        const size_t c = answer->row.cell[k];
        const struct fan_series *series = fan_summary_series(view->summary, c);
        const double work = view->summary->cells[c].cell->work;
        const size_t n = fan_plot_sample(series->n, view->points_of_cell,
                                         view->summary->study->seed + c, index);
        for (size_t i = 0; i < n; i++) {
            const double value = series->value[index[i]];
            fan_sink_put(&figure->data, "%.5g %.7g %.5g\n",
                         work + spread * (2.0 * fan_random_unit(&random) - 1.0), value,
                         miss(answer, work, value));
        }
    }
}

/* Mean of each work, with its interval, as value and as miss. */
static void put_means(const struct view *view, struct fan_figure *figure, size_t column)
{
    const struct fan_work_answer *answer = view->column[column];
    char name[32];
    snprintf(name, sizeof name, "means_%zu", column);
    fan_plot_block(figure, name);
    for (size_t k = 0; k < answer->row.n; k++) {
        const size_t c = answer->row.cell[k];
        const struct fan_description *d = fan_summary_main(view->summary, c);
        const double work = view->summary->cells[c].cell->work;
        const bool known = isfinite(d->mean_ci.lower);
        fan_sink_put(&figure->data, "%.5g %.7g %.5g %.5g %.5g\n", work, d->mean,
                     miss(answer, work, d->mean),
                     miss(answer, work, known ? d->mean_ci.lower : d->mean),
                     miss(answer, work, known ? d->mean_ci.upper : d->mean));
    }
}

static void put_line(const struct view *view, struct fan_figure *figure, size_t column)
{
    const struct fan_line *line = &view->column[column]->line;
    char name[32];
    snprintf(name, sizeof name, "line_%zu", column);
    fan_plot_block(figure, name);
    for (int i = 0; i <= BAND_STEPS; i++) {
        const double x = view->high_work * i / BAND_STEPS;
        const struct fan_interval band = fan_regression_band(line, x, FAN_STATS_LEVEL);
        const double y = line->intercept + line->slope * x;
        fan_sink_put(&figure->data, "%.6g %.7g %.7g %.7g\n", x, y, band.lower,
                     band.upper);
    }
}

static struct fan_panel panel_of(const struct view *view, size_t column, bool residual)
{
    const double left = 0.085, right = 0.975, gap = 0.06;
    const double n = (double)view->columns;
    const double wide = (right - left - gap * (n - 1.0)) / n;
    struct fan_panel panel;
    panel.left = left + (double)column * (wide + gap);
    panel.right = panel.left + wide;
    panel.bottom = residual ? 0.165 : 0.44;
    panel.top = residual ? 0.345 : 0.855;
    return panel;
}

static void put_x(const struct view *view, struct fan_figure *figure)
{
    const double room = 0.06 * view->high_work;
    fan_sink_put(&figure->script, "set xrange [0:%.6g]\nset xtics nomirror %g\n",
                 view->high_work + room,
                 view->high_work <= 6.0 ? 1.0 : ceil(view->high_work / 6.0));
}

/* Largest value of a row. */
static double largest(const struct view *view, const struct fan_work_answer *answer)
{
    double most = 0.0;
    for (size_t k = 0; k < answer->row.n; k++)
        most = fmax(most, fan_summary_main(view->summary, answer->row.cell[k])->max);
    return most;
}

static void plot_values(const struct view *view, struct fan_figure *figure, size_t i)
{
    const struct fan_study_cell *cell = cell_of(view, i);
    const struct fan_work_answer *answer = view->column[i];
    const unsigned colour = fan_plot_colour(view->summary->study, cell->memory_mb);
    struct fan_sink *script = &figure->script;

    fan_plot_margins(figure, panel_of(view, i, false));
    put_x(view, figure);
    fan_sink_put(script, "set label 11 '%u MB", cell->memory_mb);
    if (view->summary->factors.parallelism)
        fan_sink_put(script, ", %u in flight", cell->parallelism);
    fan_sink_put(script,
                 "' at graph 0.5, graph 1.085 center font 'DejaVu Sans:Bold,13'\n"
                 "set label 12 '%s ms each, fixed %s ms' at graph 0.5, graph "
                 "1.03 center font ',12.5' textcolor rgb '#333333'\n",
                 fan_show_number(answer->line.slope).s,
                 fan_show_number(answer->line.intercept).s);
    fan_sink_put(script,
                 "unset logscale y\nset yrange [%.6g:%.6g]\nset ytics nomirror "
                 "autofreq\nset xlabel ''\nset "
                 "ylabel '%s'\nunset key\nplot \\\n"
                 "  data index 'line_%zu;' using 1:3:4 with filledcurves lc rgb "
                 "'#b0%06x', \\\n"
                 "  data index 'points_%zu;' using 1:2 with points pt 7 ps 0.32 lc rgb "
                 "'#80%06x', \\\n"
                 "  data index 'line_%zu;' using 1:2 with lines lw 2 lc rgb '#%06x', \\\n"
                 "  data index 'means_%zu;' using 1:2 with points pt 7 ps 0.6 lc rgb "
                 "'#111111'\nunset label\n",
                 fmin(0.0, answer->line.intercept), 1.06 * largest(view, answer),
                 i == 0 ? fan_plot_metric_label(view->summary, false) : "", i, colour, i,
                 colour, i, colour, i);
}

static void plot_misses(const struct view *view, struct fan_figure *figure, size_t i)
{
    const struct fan_work_answer *answer = view->column[i];
    const unsigned colour =
        fan_plot_colour(view->summary->study, cell_of(view, i)->memory_mb);
    struct fan_sink *script = &figure->script;

    fan_plot_margins(figure, panel_of(view, i, true));
    put_x(view, figure);
    fan_sink_put(script,
                 "set label 13 '%s, p %s' at graph 0.5, graph 1.07 center font "
                 "',11.5' textcolor rgb '#333333'\n",
                 !isfinite(answer->lack.p) ? "lack of fit"
                 : answer->fits            ? "no lack of fit shown"
                                           : "lack of fit",
                 fan_show_p(answer->lack.p).s);
    fan_plot_value_axis(script, 'y', view->low_miss, view->high_miss);
    const double step = fan_plot_step(1.12 * (view->high_miss - view->low_miss), 5);
    fan_sink_put(script,
                 "set ytics nomirror %g\nset xlabel 'work (multiples)'\n"
                 "set ylabel '%s'\nplot 0 with lines lw 1.2 lc rgb '#555555', \\\n"
                 "  data index 'points_%zu;' using 1:3 with points pt 7 ps 0.28 lc rgb "
                 "'#80%06x', \\\n"
                 "  data index 'means_%zu;' using 1:3:4:5 with yerrorbars pt 7 ps 0.6 lw "
                 "1.6 lc rgb '#111111'\nunset label\n",
                 step, i == 0 ? "residual (% of line)" : "", i, colour, i);
}

static void describe(const struct view *view, struct fan_figure *figure)
{
    const struct fan_summary *summary = view->summary;
    const struct fan_answers *answers = summary->answers;
    size_t straight = 0;
    for (size_t i = 0; i < view->columns; i++)
        straight += view->column[i]->fits;
    if (straight == view->columns)
        snprintf(figure->title, sizeof figure->title,
                 "Time against work: no departure from a straight line shown");
    else if (straight == 0)
        snprintf(figure->title, sizeof figure->title,
                 "Time against work: not quite a straight line");
    else
        snprintf(figure->title, sizeof figure->title,
                 "Does time grow in a straight line with work?");
    fan_plot_say(figure,
                 "Above: %s, n = %s; least squares line with its 95 %% band (of the "
                 "mean). Below: what the line misses. Black: mean per work with its 95 "
                 "%% interval.",
                 fan_summary_main_text(summary), fan_show_count(view->shown).s);
    if (view->most > view->points_of_cell)
        fan_plot_say(figure, " Dots: %zu values per setting, least and largest included.",
                     view->points_of_cell);
    if (view->beyond > 0)
        fan_plot_say(figure, " %s single values lie beyond the strips.",
                     fan_show_count(view->beyond).s);
    if (view->columns < answers->work_count)
        fan_plot_say(figure, " Shown: %zu of %zu rows%s; the table has all.",
                     view->columns, answers->work_count,
                     summary->factors.parallelism && !view->by_load
                         ? ", those with the fewest calls in flight"
                         : "");
}

void fan_figure_work(const struct fan_summary *summary, struct fan_figure *figure)
{
    struct view view;
    memset(&view, 0, sizeof view);
    view.summary = summary;
    choose(&view);
    measure(&view);
    count_beyond(&view);
    if (view.columns == 0) return; /* fewer than three works, or no values */
    describe(&view, figure);
    fan_plot_begin(figure);
    for (size_t i = 0; i < view.columns; i++) {
        put_points(&view, figure, i);
        put_means(&view, figure, i);
        put_line(&view, figure, i);
        plot_values(&view, figure, i);
        plot_misses(&view, figure, i);
    }
    fan_plot_end(figure);
}
