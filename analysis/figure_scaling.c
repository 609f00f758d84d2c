/* figure_scaling.c - does calling in parallel scale? Throughput and efficiency against
 * the calls in flight, with the laws that were fitted. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/answers.h"
#include "analysis/plot.h"
#include "analysis/show.h"
#include "analysis/cell_visits.h"

#define ROWS_MAX    4 /* memory sizes */
#define CURVE_STEPS 48
#define DOTS_MAX    800 /* single blocks, of the figure */

struct view {
    const struct fan_summary *summary;
    const struct fan_load_answer *row[ROWS_MAX];
    size_t rows;
    double low_n, high_n, low_x, high_x;
    struct fan_cell_block *blocks;
    size_t block_count, step; /* every how many-th block is a dot */
};

static const struct fan_study_cell *first_of(const struct fan_summary *summary,
                                             const struct fan_load_answer *answer)
{
    return summary->cells[answer->row.cell[0]].cell;
}

/* One row per memory size, at the least work that has several levels. */
static void choose(struct view *view)
{
    const struct fan_study *study = view->summary->study;
    const struct fan_answers *answers = view->summary->answers;
    const struct fan_levels memory = fan_plot_levels(study, FAN_FACTOR_MEMORY, ROWS_MAX);
    for (size_t m = 0; m < memory.n; m++) {
        const struct fan_load_answer *best = NULL;
        for (size_t r = 0; r < answers->load_count; r++) {
            const struct fan_study_cell *cell =
                first_of(view->summary, &answers->load[r]);
            if (cell->memory_mb != memory.level[m]) continue;
            if (!(answers->load[r].per_s[0] > 0.0)) continue;
            if (!best || cell->work < first_of(view->summary, best)->work)
                best = &answers->load[r];
        }
        if (best) view->row[view->rows++] = best;
    }
}

static double level_of(const struct view *view, const struct fan_load_answer *answer,
                       size_t i)
{
    return view->summary->cells[answer->row.cell[i]].cell->parallelism;
}

/* What one call in flight would do, from the least number in flight. */
static double per_one(const struct view *view, const struct fan_load_answer *answer)
{
    return answer->per_s[0] / level_of(view, answer, 0);
}

static void widen(struct view *view, double x)
{
    if (!(x > 0.0)) return;
    if (!(view->low_x > 0.0) || x < view->low_x) view->low_x = x;
    view->high_x = fmax(view->high_x, x);
}

static void measure(struct view *view)
{
    for (size_t r = 0; r < view->rows; r++) {
        const struct fan_load_answer *answer = view->row[r];
        for (size_t i = 0; i < answer->row.n; i++) {
            const double n = level_of(view, answer, i);
            if (!(view->low_n > 0.0) || n < view->low_n) view->low_n = n;
            view->high_n = fmax(view->high_n, n);
            widen(view, answer->per_s[i]);
            widen(view, n * per_one(view, answer));
        }
    }
    view->block_count = fan_cell_blocks_of(view->summary->study, &view->blocks);
    view->step = view->block_count / DOTS_MAX + 1;
    for (size_t b = 0; b < view->block_count; b++)
        for (size_t r = 0; r < view->rows; r++)
            for (size_t i = 0; i < view->row[r]->row.n; i++)
                if (view->blocks[b].cell == view->row[r]->row.cell[i])
                    widen(view, fan_cell_block_rate(&view->blocks[b]));
}

/* Calls in flight, calls per second, efficiency: single blocks, then whole settings. */
static void put_measured(const struct view *view, struct fan_figure *figure, size_t r)
{
    const struct fan_load_answer *answer = view->row[r];
    char name[32];
    snprintf(name, sizeof name, "blocks_%zu", r);
    fan_plot_block(figure, name);
    for (size_t b = 0; b < view->block_count; b += view->step) {
        for (size_t i = 0; i < answer->row.n; i++) {
            const double n = level_of(view, answer, i);
            const double x = fan_cell_block_rate(&view->blocks[b]);
            if (view->blocks[b].cell == answer->row.cell[i] && x > 0.0)
                fan_sink_put(&figure->data, "%g %.6g %.5g\n", n, x,
                             100.0 * x / n / per_one(view, answer));
        }
    }
    snprintf(name, sizeof name, "measured_%zu", r);
    fan_plot_block(figure, name);
    for (size_t i = 0; i < answer->row.n; i++) {
        const double n = level_of(view, answer, i), x = answer->per_s[i];
        if (x > 0.0)
            fan_sink_put(&figure->data, "%g %.6g %.5g\n", n, x,
                         100.0 * x / n / per_one(view, answer));
    }
}

static void put_curve(const struct view *view, struct fan_figure *figure, size_t r,
                      const char *law, const struct fan_scaling *fit)
{
    char name[32];
    snprintf(name, sizeof name, "%s_%zu", law, r);
    fan_plot_block(figure, name);
    for (int i = 0; i <= CURVE_STEPS; i++) {
        const double n =
            view->low_n * pow(view->high_n / view->low_n, (double)i / CURVE_STEPS);
        const double x = fan_scaling_at(fit, n);
        fan_sink_put(&figure->data, "%.5g %.6g %.5g\n", n, x,
                     100.0 * x / n / per_one(view, view->row[r]));
    }
}

/* The peak, with its interval cut to the axis. */
static bool put_peak(const struct view *view, struct fan_figure *figure, size_t r)
{
    const struct fan_scaling *usl = &view->row[r]->usl;
    char name[32];
    if (!view->row[r]->fitted_usl || !isfinite(usl->peak_n)) return false;
    if (usl->peak_n < view->low_n || usl->peak_n > view->high_n) return false;
    const bool known = isfinite(usl->peak_ci.lower);
    snprintf(name, sizeof name, "peak_%zu", r);
    fan_plot_block(figure, name);
    fan_sink_put(&figure->data, "%.5g %.6g %.5g %.5g\n", usl->peak_n, usl->peak_x,
                 known ? fmax(usl->peak_ci.lower, view->low_n) : usl->peak_n,
                 known ? fmin(usl->peak_ci.upper, view->high_n) : usl->peak_n);
    return true;
}

static void put_ideal(const struct view *view, struct fan_figure *figure, size_t r)
{
    char name[32];
    snprintf(name, sizeof name, "ideal_%zu", r);
    fan_plot_block(figure, name);
    fan_sink_put(&figure->data, "%g %.6g\n%g %.6g\n", view->low_n,
                 view->low_n * per_one(view, view->row[r]), view->high_n,
                 view->high_n * per_one(view, view->row[r]));
}

/* One row's elements in a panel: column 2 is throughput, 3 efficiency. */
static void plot_row(const struct view *view, struct fan_figure *figure, size_t r,
                     int column, bool peak)
{
    const struct fan_load_answer *answer = view->row[r];
    const unsigned colour =
        fan_plot_colour(view->summary->study, first_of(view->summary, answer)->memory_mb);
    struct fan_sink *script = &figure->script;
    if (column == 2)
        fan_sink_put(script,
                     "  data index 'ideal_%zu;' using 1:2 with lines lw 1.2 lc rgb "
                     "'#aaaaaa' notitle, \\\n",
                     r);
    /* Where both laws were fitted, the poorer one would stretch the axis. */
    if (answer->fitted_amdahl && (column == 2 || !answer->fitted_usl))
        fan_sink_put(
            script,
            "  data index 'amdahl_%zu;' using 1:%d with lines dt 2 lw 1.4 lc rgb "
            "'#%06x' notitle, \\\n",
            r, column, colour);
    if (answer->fitted_usl)
        fan_sink_put(script,
                     "  data index 'usl_%zu;' using 1:%d with lines lw 2 lc rgb '#%06x' "
                     "notitle, \\\n",
                     r, column, colour);
    fan_sink_put(
        script,
        "  data index 'blocks_%zu;' using 1:%d with points pt 7 ps 0.36 lc rgb "
        "'#80%06x' notitle, \\\n"
        "  data index 'measured_%zu;' using 1:%d with points pt 7 ps 0.75 lc rgb "
        "'#%06x' notitle, \\\n",
        r, column, colour, r, column, colour);
    if (peak && column == 2)
        fan_sink_put(script,
                     "  data index 'peak_%zu;' using 1:2:3:4 with xerrorbars pt 2 ps 0.9 "
                     "lw 1.8 lc rgb '#111111' notitle, \\\n",
                     r);
}

static void put_x(const struct view *view, struct fan_figure *figure)
{
    fan_plot_log_axis(&figure->script, 'x', view->low_n / 1.15, view->high_n * 1.15,
                      true);
    fan_sink_put(&figure->script, "set xlabel 'calls in flight N (log2)'\n");
}

static void put_key(const struct view *view, struct fan_figure *figure, bool peaks)
{
    struct fan_sink *script = &figure->script;
    bool usl = false, amdahl = false;
    for (size_t r = 0; r < view->rows; r++) {
        const uint32_t mb = first_of(view->summary, view->row[r])->memory_mb;
        fan_sink_put(script,
                     "  NaN with points pt 7 ps 0.75 lc rgb '#%06x' title '%u "
                     "MB', \\\n",
                     fan_plot_colour(view->summary->study, mb), mb);
        usl |= view->row[r]->fitted_usl;
        amdahl |= view->row[r]->fitted_amdahl;
    }
    fan_sink_put(script, "  NaN with lines lw 1.2 lc rgb '#aaaaaa' title 'ideal', \\\n");
    if (usl)
        fan_sink_put(script, "  NaN with lines lw 2 lc rgb '#555555' title 'USL', \\\n");
    if (amdahl)
        fan_sink_put(
            script, "  NaN with lines dt 2 lw 1.4 lc rgb '#555555' title 'Amdahl', \\\n");
    if (peaks)
        fan_sink_put(script,
                     "  NaN with points pt 2 ps 0.9 lw 1.8 lc rgb '#111111' title "
                     "'peak N*', \\\n");
}

static void plot(const struct view *view, struct fan_figure *figure, const bool *peak,
                 bool peaks)
{
    struct fan_sink *script = &figure->script;
    for (int column = 2; column <= 3; column++) {
        fan_plot_margins(figure, fan_plot_panel((size_t)column - 2, 2));
        put_x(view, figure);
        if (column == 2)
            fan_plot_log_axis(script, 'y', view->low_x / 1.15, view->high_x * 1.15, true);
        else
            fan_sink_put(script, "unset logscale y\nset ytics nomirror autofreq\nset "
                                 "yrange [0:*]\nset offsets 0, 0, graph 0.06, 0\n");
        fan_sink_put(
            script,
            "set ylabel '%s'\nset key at screen 0.965,0.955 right top "
            "horizontal maxrows 1 reverse Left samplen 1.6 font ',12'\nplot \\\n",
            column == 2 ? "successful calls per second (log2)"
                        : "efficiency (% of N times one call)");
        if (column == 2) put_key(view, figure, peaks);
        if (column == 3)
            fan_sink_put(script,
                         "  100 with lines lw 1.2 lc rgb '#aaaaaa' notitle, \\\n");
        for (size_t r = 0; r < view->rows; r++)
            plot_row(view, figure, r, column, peak[r]);
        fan_sink_put(script, "  NaN notitle\nunset label\n");
    }
}

static void say_peaks(const struct view *view, struct fan_figure *figure)
{
    for (size_t r = 0; r < view->rows; r++) {
        const struct fan_load_answer *answer = view->row[r];
        if (!answer->fitted_usl) continue;
        fan_plot_say(figure, " %u MB: ", first_of(view->summary, answer)->memory_mb);
        if (!isfinite(answer->usl.peak_n))
            fan_plot_say(figure, "no peak in range.");
        else if (isfinite(answer->usl.peak_ci.lower))
            fan_plot_say(figure, "N* = %s %s.", fan_show_number(answer->usl.peak_n).s,
                         fan_show_interval(answer->usl.peak_ci).s);
        else
            fan_plot_say(figure, "N* = %s.", fan_show_number(answer->usl.peak_n).s);
    }
}

static void describe(const struct view *view, struct fan_figure *figure)
{
    const struct fan_summary *summary = view->summary;
    const struct fan_study_cell *base = first_of(summary, view->row[0]);
    snprintf(figure->title, sizeof figure->title, "Does calling in parallel scale?");
    fan_plot_say(figure,
                 "Large dots: whole settings, small ones: single blocks. Ideal: N times "
                 "the rate at %u in flight by %u. ",
                 base->parallelism, base->parallelism);
    if (summary->factors.work) fan_plot_say(figure, "Work %ux. ", base->work);
    fan_plot_say(figure, "USL from 4 levels, Amdahl from 3; 95 %% CI of the peak by the "
                         "delta method.");
    say_peaks(view, figure);
    if (view->rows < summary->answers->load_count)
        fan_plot_say(figure, " Shown: %zu of %zu rows.", view->rows,
                     summary->answers->load_count);
    if (view->step > 1) fan_plot_say(figure, " One of %zu blocks is a dot.", view->step);
}

void fan_figure_scaling(const struct fan_summary *summary, struct fan_figure *figure)
{
    struct view view;
    bool peak[ROWS_MAX] = { false }, peaks = false;
    memset(&view, 0, sizeof view);
    view.summary = summary;
    choose(&view);
    if (view.rows == 0) return; /* the calls in flight do not vary */
    measure(&view);
    describe(&view, figure);
    fan_plot_begin(figure);
    for (size_t r = 0; r < view.rows; r++) {
        put_ideal(&view, figure, r);
        put_measured(&view, figure, r);
        if (view.row[r]->fitted_usl)
            put_curve(&view, figure, r, "usl", &view.row[r]->usl);
        if (view.row[r]->fitted_amdahl)
            put_curve(&view, figure, r, "amdahl", &view.row[r]->amdahl);
        peak[r] = put_peak(&view, figure, r);
        peaks |= peak[r];
    }
    plot(&view, figure, peak, peaks);
    fan_plot_end(figure);
    free(view.blocks);
}
