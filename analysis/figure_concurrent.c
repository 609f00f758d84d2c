/* figure_concurrent.c - sequential or concurrent? The time that the same calls take with
 * the fewest and the most in flight, and how much sooner they are done. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/answers.h"
#include "analysis/plot.h"
#include "analysis/show.h"

#define FOLDED_MOST 8  /* rows with room for names of several lines */
#define PAIRS_MAX   8  /* lines of the slope chart */
#define FACTORS_MAX 24 /* rows of the speed-ups */

struct view {
    const struct fan_summary *summary;
    const struct fan_speedup *pair[PAIRS_MAX]; /* most against least in flight */
    const struct fan_speedup *factor[FACTORS_MAX];
    size_t pairs, factors;
    struct fan_levels memory, work;
    double low_s, high_s, low_factor, high_factor;
    uint64_t calls_least, calls_most;
    size_t blocks_least;
};

static const struct fan_study_cell *cell_of(const struct view *view, size_t c)
{
    return view->summary->cells[c].cell;
}

/* The pair of a row with the most in flight: the last one with the row's base. */
static bool is_most(const struct fan_answers *answers, size_t i)
{
    return i + 1 == answers->speedup_count ||
           answers->speedup[i + 1].low != answers->speedup[i].low;
}

/* Memory sizes at the least work; works where there is but one size. */
static void choose(struct view *view)
{
    const struct fan_answers *answers = view->summary->answers;
    view->memory = fan_plot_levels(view->summary->study, FAN_FACTOR_MEMORY, PAIRS_MAX);
    view->work = fan_plot_levels(view->summary->study, FAN_FACTOR_WORK,
                                 view->memory.all > 1 ? 1 : PAIRS_MAX);
    for (size_t i = 0; i < answers->speedup_count; i++) {
        const struct fan_speedup *speedup = &answers->speedup[i];
        const struct fan_study_cell *cell = cell_of(view, speedup->low);
        if (!fan_plot_has(&view->memory, cell->memory_mb)) continue;
        if (!fan_plot_has(&view->work, cell->work)) continue;
        if (view->factors < FACTORS_MAX) view->factor[view->factors++] = speedup;
        if (is_most(answers, i) && view->pairs < PAIRS_MAX)
            view->pair[view->pairs++] = speedup;
    }
}

static void measure(struct view *view)
{
    view->low_s = HUGE_VAL;
    view->low_factor = 1.0;
    view->high_factor = 1.0;
    view->calls_least = UINT64_MAX;
    view->blocks_least = SIZE_MAX;
    for (size_t i = 0; i < view->pairs; i++) {
        const struct fan_speedup *pair = view->pair[i];
        view->low_s = fmin(view->low_s, fmin(pair->low_s, pair->high_s));
        view->high_s = fmax(view->high_s, fmax(pair->low_s, pair->high_s));
        if (pair->calls < view->calls_least) view->calls_least = pair->calls;
        if (pair->calls > view->calls_most) view->calls_most = pair->calls;
    }
    for (size_t i = 0; i < view->factors; i++) {
        const struct fan_speedup *factor = view->factor[i];
        const double ideal = (double)cell_of(view, factor->high)->parallelism /
                             (double)cell_of(view, factor->low)->parallelism;
        view->low_factor = fmin(view->low_factor, factor->factor);
        view->high_factor = fmax(view->high_factor, fmax(ideal, factor->factor));
        if (factor->blocks < view->blocks_least) view->blocks_least = factor->blocks;
    }
}

static unsigned colour_of(const struct view *view, const struct fan_speedup *speedup)
{
    return fan_plot_colour(view->summary->study, cell_of(view, speedup->low)->memory_mb);
}

static void put_slopes(const struct view *view, struct fan_figure *figure)
{
    for (size_t i = 0; i < view->pairs; i++) {
        char name[32];
        snprintf(name, sizeof name, "pair_%zu", i);
        fan_plot_block(figure, name);
        fan_sink_put(&figure->data, "1 %.6g %u\n2 %.6g %u\n", view->pair[i]->low_s,
                     cell_of(view, view->pair[i]->low)->parallelism,
                     view->pair[i]->high_s,
                     cell_of(view, view->pair[i]->high)->parallelism);
    }
}

/* Row, speed-up and its interval (cut to the axis), ideal, colour. */
static void put_factors(const struct view *view, struct fan_figure *figure, double most)
{
    fan_plot_block(figure, "factors");
    for (size_t i = 0; i < view->factors; i++) {
        const struct fan_speedup *f = view->factor[i];
        const bool known = isfinite(f->ci.lower);
        fan_sink_put(&figure->data, "%zu %.6g %.6g %.6g %.6g %u\n", i, f->factor,
                     known ? fmax(f->ci.lower, 0.0) : f->factor,
                     known ? fmin(f->ci.upper, most) : f->factor,
                     (double)cell_of(view, f->high)->parallelism /
                         (double)cell_of(view, f->low)->parallelism,
                     colour_of(view, f));
    }
}

static void plot_slopes(const struct view *view, struct fan_figure *figure)
{
    const struct fan_panel panel = { 0.08, 0.43, 0.2, 0.87 };
    const uint32_t low = cell_of(view, view->pair[0]->low)->parallelism;
    const uint32_t high = cell_of(view, view->pair[0]->high)->parallelism;
    struct fan_sink *script = &figure->script;

    fan_plot_margins(figure, panel);
    const bool log = fan_plot_value_axis(script, 'y', view->low_s, view->high_s);
    if (!log) fan_sink_put(script, "set yrange [0:%.6g]\n", 1.06 * view->high_s);
    fan_sink_put(script,
                 "set grid ytics\nset xrange [0.75:2.25]\nset xtics nomirror (\"%s\\n%u "
                 "in flight\" 1, \"%s\\n%u in flight\" 2)\nset ylabel 'time for the same "
                 "calls (s%s)'\nset label 11 'Time' at graph 0.5, graph 1 center offset "
                 "0,0.75 font "
                 "'DejaVu Sans:Bold,13'\nunset key\nplot \\\n",
                 low == 1 ? "sequential" : "fewest", low,
                 low == 1 ? "concurrent" : "most", high, log ? ", log scale" : "");
    for (size_t i = 0; i < view->pairs; i++)
        fan_sink_put(script,
                     "  data index 'pair_%zu;' using 1:2 with lines lw 2 lc rgb '#%06x', "
                     "\\\n  data index 'pair_%zu;' using 1:2 with points pt 7 ps 0.8 lc "
                     "rgb '#%06x', \\\n",
                     i, colour_of(view, view->pair[i]), i,
                     colour_of(view, view->pair[i]));
    if (view->work.n > 1)
        for (size_t i = 0; i < view->pairs; i++)
            fan_sink_put(script,
                         "  data index 'pair_%zu;' using ($1 == 2 ? 2 : NaN):2:('%ux') "
                         "with labels left offset 0.9,0 font ',12', \\\n",
                         i, cell_of(view, view->pair[i]->low)->work);
    fan_sink_put(script, "  NaN\nunset label\n");
}

/* Names of the rows: only what tells them apart. */
static void put_rows(const struct view *view, struct fan_figure *figure)
{
    const struct fan_factors_seen seen = view->summary->factors;
    struct fan_sink *script = &figure->script;
    fan_sink_put(script, "set ytics nomirror scale 0 (");
    for (size_t i = 0; i < view->factors; i++) {
        const struct fan_study_cell *cell = cell_of(view, view->factor[i]->high);
        fan_sink_put(script, "%s\"", i ? ", " : "");
        if (seen.memory || (!seen.work && !seen.transport))
            fan_sink_put(script, "%u MB, ", cell->memory_mb);
        if (view->work.n > 1) fan_sink_put(script, "work %ux, ", cell->work);
        if (seen.transport && view->factors <= FOLDED_MOST)
            fan_plot_fold(script, cell->transport);
        else if (seen.transport)
            fan_sink_put(script, "%s", cell->transport);
        fan_sink_put(script, "%s%u\" %zu", seen.transport ? ", " : "", cell->parallelism,
                     i);
    }
    fan_sink_put(script, ") font ',%s'\nset yrange [%.1f:-0.7]\n",
                 view->factors > 14 ? "11.5" : "13", (double)view->factors - 0.3);
}

static void plot_factors(const struct view *view, struct fan_figure *figure, double most)
{
    const struct fan_panel panel = { 0.575, 0.965, 0.2, 0.87 };
    struct fan_sink *script = &figure->script;
    const bool log = most > FAN_PLOT_LOG_SPAN * view->low_factor;
    fan_plot_margins(figure, panel);
    fan_sink_put(script, "unset logscale y\nunset grid\nset grid xtics\n");
    put_rows(view, figure);
    if (log)
        fan_plot_log_axis(script, 'x', view->low_factor / 1.3, most * 1.15, true);
    else
        fan_sink_put(script, "set xrange [0:%.6g]\nset xtics nomirror autofreq\n",
                     1.06 * most);
    fan_sink_put(script,
                 "set xlabel 'speed-up over %u in flight%s'\nset ylabel ''\n"
                 "set label 11 'Speed-up, 95 %% CI' at graph 0.5, graph 1 center offset "
                 "0,0.75 font "
                 "'DejaVu Sans:Bold,13'\n"
                 "set label 12 'setting, in flight' at graph -0.02, graph 1 right offset "
                 "0,0.75 font "
                 "',11'\n"
                 "set arrow 1 from 1, graph 0 to 1, graph 1 nohead lw 1.2 lc rgb "
                 "'#777777' back\nset key at screen 0.965,0.955 right top horizontal "
                 "reverse Left samplen 1.6 font ',12'\n"
                 "plot data index 'factors;' using 5:($1-0.31):(0):(0.62) with vectors "
                 "nohead lw 2 "
                 "lc rgb '#aaaaaa' notitle, \\\n"
                 "  data index 'factors;' using 2:1:3:4:6 with xerrorbars pt 7 ps 0.8 lw "
                 "1.8 lc rgb variable notitle, \\\n"
                 "  NaN with lines lw 2 lc rgb '#aaaaaa' title 'ideal'\n",
                 cell_of(view, view->factor[0]->low)->parallelism, log ? " (log2)" : "");
}

static void describe(const struct view *view, struct fan_figure *figure)
{
    const struct fan_answers *answers = view->summary->answers;
    const struct fan_speedup *first = view->pair[0];
    snprintf(figure->title, sizeof figure->title,
             "How much sooner are the same calls done %s?",
             cell_of(view, first->low)->parallelism == 1 ? "concurrently"
                                                         : "with more in flight");
    fan_plot_say(figure, "Left: time for the same calls, n = %s",
                 fan_show_count(view->calls_least).s);
    if (view->calls_most > view->calls_least)
        fan_plot_say(figure, " to %s", fan_show_count(view->calls_most).s);
    fan_plot_say(
        figure,
        " per setting; a line each, from the fewest to the most in flight. Right: "
        "speed-up over the same setting's time with %u in flight (%s at %u MB)",
        cell_of(view, first->low)->parallelism, fan_show_seconds(first->low_s).s,
        cell_of(view, first->low)->memory_mb);
    if (view->summary->factors.work && view->work.n == 1)
        fan_plot_say(figure, "; work %ux", view->work.level[0]);
    fan_plot_say(figure, ". ");
    if (view->blocks_least < 2)
        fan_plot_say(figure, "No interval: it takes two blocks.");
    else
        fan_plot_say(figure,
                     "Intervals: Student's, of the logarithm over %zu blocks or more.",
                     view->blocks_least);
    if (view->factors < answers->speedup_count)
        fan_plot_say(figure, " Shown: %zu of %zu pairs; the table has all.",
                     view->factors, answers->speedup_count);
}

void fan_figure_concurrent(const struct fan_summary *summary, struct fan_figure *figure)
{
    struct view view;
    memset(&view, 0, sizeof view);
    view.summary = summary;
    choose(&view);
    if (view.pairs == 0) return; /* the calls in flight do not vary */
    measure(&view);
    const double most = 1.25 * view.high_factor;
    describe(&view, figure);
    fan_plot_begin(figure);
    put_slopes(&view, figure);
    put_factors(&view, figure, most);
    plot_slopes(&view, figure);
    plot_factors(&view, figure, most);
    fan_plot_end(figure);
}
