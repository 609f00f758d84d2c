/* figure_memory.c - does memory buy speed? Duration against memory, log2 on both axes. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/plot.h"
#include "analysis/show.h"
#include "common/random.h"

#define POINTS_MAX     3000 /* of the figure */
#define POINTS_OF_SIZE 500
#define PANELS_MAX     4
#define WORKS_MAX      6
#define FULL_VCPU_MB   1769 /* one whole vCPU; more memory does not speed up one thread */
#define JITTER_SHARE   0.035 /* of the axis: how far points are spread sideways */

/* What is drawn, and over which ranges. */
struct view {
    const struct fan_summary *summary;
    struct fan_levels memory, work, parallelism;
    double low_ms, high_ms;
    double low_mb, high_mb, octaves; /* of the memory axis */
    size_t shown, failed, cells, points_of_size;
};

static bool is_shown(const struct view *view, size_t c)
{
    const struct fan_study_cell *cell = &view->summary->study->cells[c];
    return fan_plot_has(&view->work, cell->work) &&
           fan_plot_has(&view->parallelism, cell->parallelism);
}

static void widen(struct view *view, double ms)
{
    if (!(ms > 0.0)) return;
    if (!(view->low_ms > 0.0) || ms < view->low_ms) view->low_ms = ms;
    if (ms > view->high_ms) view->high_ms = ms;
}

/* What the duration at the smallest size would become, in proportion to the CPU share. */
static double ideal_ms(double base_ms, uint32_t base_mb, uint32_t memory_mb)
{
    const double from = fmin(base_mb, FULL_VCPU_MB), to = fmin(memory_mb, FULL_VCPU_MB);
    return base_ms * from / to;
}

static void measure(struct view *view)
{
    const struct fan_summary *summary = view->summary;
    for (size_t c = 0; c < summary->study->cell_count; c++) {
        if (!is_shown(view, c)) continue;
        const struct fan_cell_summary *cell = &summary->cells[c];
        const struct fan_description *d = fan_summary_main(summary, c);
        view->failed += cell->tallies.failed;
        view->shown += d->n;
        view->cells += d->n > 0;
        if (d->n == 0) continue;
        widen(view, d->min);
        widen(view, d->max);
        const struct fan_study_cell *base = summary->cells[cell->base].cell;
        widen(view, ideal_ms(fan_summary_main(summary, cell->base)->median,
                             base->memory_mb, cell->cell->memory_mb));
    }
}

/* A panel has one point per size: where transports differ, those of the first. */
static bool is_in(const struct fan_study *study, const struct fan_study_cell *cell,
                  uint32_t work, uint32_t parallelism)
{
    return cell->work == work && cell->parallelism == parallelism &&
           strcmp(cell->transport, study->cells[0].transport) == 0;
}

/* Raw points: x, duration, colour with transparency. */
static size_t put_points(struct view *view, struct fan_figure *figure, uint32_t work,
                         uint32_t parallelism)
{
    const struct fan_study *study = view->summary->study;
    const size_t most = view->points_of_size / (view->work.n * view->parallelism.n) + 1;
    size_t *index = fan_alloc_zero(most, sizeof *index);
    size_t points = 0;
    struct fan_random random;

    fan_random_init(&random, study->seed, work * UINT64_C(65536) + parallelism);
    for (size_t c = 0; c < study->cell_count; c++) {
        const struct fan_study_cell *cell = &study->cells[c];
        if (!is_in(study, cell, work, parallelism)) continue;
        const struct fan_series *series = fan_summary_series(view->summary, c);
        const size_t n = fan_plot_sample(series->n, most, study->seed + c, index);
        const unsigned colour = fan_plot_colour(study, cell->memory_mb);
        for (size_t i = 0; i < n; i++) {
            if (!(series->value[index[i]] > 0.0)) continue;
            const double shift =
                (fan_random_unit(&random) - 0.5) * view->octaves * JITTER_SHARE;
            fan_sink_put(&figure->data, "%.6g %.8g %u\n", cell->memory_mb * exp2(shift),
                         series->value[index[i]], 0x70000000u | colour);
            points++;
        }
    }
    free(index);
    return points;
}

/* Medians with interval (the point itself where the sample is too small for one). Returns
 * the largest memory size that has one; 0: none. */
static uint32_t put_medians(struct view *view, struct fan_figure *figure, uint32_t work,
                            uint32_t parallelism)
{
    const struct fan_study *study = view->summary->study;
    uint32_t largest = 0;
    for (size_t c = 0; c < study->cell_count; c++) {
        const struct fan_study_cell *cell = &study->cells[c];
        if (!is_in(study, cell, work, parallelism)) continue;
        const struct fan_description *d = fan_summary_main(view->summary, c);
        if (!(d->median > 0.0)) continue;
        const double lower =
            isfinite(d->median_ci.lower) ? d->median_ci.lower : d->median;
        const double upper =
            isfinite(d->median_ci.upper) ? d->median_ci.upper : d->median;
        fan_sink_put(&figure->data, "%u %.8g %.8g %.8g \"%s\" %u\n", cell->memory_mb,
                     d->median, lower, upper, fan_show_number(d->median).s,
                     fan_plot_colour(study, cell->memory_mb));
        if (cell->memory_mb > largest) largest = cell->memory_mb;
    }
    return largest;
}

/* The ideal line of one work level; false when the smallest size has no median. */
static bool put_ideal(struct view *view, struct fan_figure *figure, uint32_t work,
                      uint32_t parallelism)
{
    const struct fan_study *study = view->summary->study;
    for (size_t c = 0; c < study->cell_count; c++) {
        const struct fan_study_cell *cell = &study->cells[c];
        if (!is_in(study, cell, work, parallelism)) continue;
        const size_t base = view->summary->cells[c].base;
        const double base_ms = fan_summary_main(view->summary, base)->median;
        const uint32_t from = study->cells[base].memory_mb;
        const uint32_t to = view->memory.level[view->memory.n - 1];
        if (!(base_ms > 0.0) || to <= from) return false;
        fan_sink_put(&figure->data, "%u %.8g\n", from, base_ms);
        if (from < FULL_VCPU_MB && to > FULL_VCPU_MB)
            fan_sink_put(&figure->data, "%u %.8g\n", FULL_VCPU_MB,
                         ideal_ms(base_ms, from, FULL_VCPU_MB));
        fan_sink_put(&figure->data, "%u %.8g\n", to, ideal_ms(base_ms, from, to));
        return true;
    }
    return false;
}

/* Powers of two around what is drawn. */
static void put_axes(const struct view *view, struct fan_figure *figure, bool left)
{
    struct fan_sink *script = &figure->script;
    const struct fan_levels *memory = &view->memory;
    fan_sink_put(script, "set logscale x\nset xrange [%.8g:%.8g]\nset xtics nomirror (",
                 view->low_mb, view->high_mb);
    double last = 0.0;
    const double nearest = exp2(view->octaves * (view->parallelism.n > 1 ? 0.09 : 0.045));
    for (size_t i = 0; i < memory->n; i++) {
        /* A size without room for its label keeps its tick. */
        const bool room = memory->level[i] >= last * nearest;
        fan_sink_put(script, i ? ", '" : "'");
        if (room) fan_sink_put(script, "%u", memory->level[i]);
        fan_sink_put(script, "' %u", memory->level[i]);
        if (room) last = memory->level[i];
    }
    fan_sink_put(script, ")\nset xlabel 'memory size (MB)'\n");
    fan_plot_log_axis(script, 'y', exp2(floor(log2(view->low_ms) - 0.05)),
                      exp2(ceil(log2(view->high_ms) + 0.05)), true);
    fan_sink_put(script, "set ylabel '%s'\n",
                 !left ? ""
                 : view->summary->metric == FAN_METRIC_DURATION
                     ? "duration (ms, from REPORT)"
                     : "latency (ms, at the client)");
}

/* A dotted line where one thread has a whole vCPU, when sizes lie on both sides. */
static void put_knee(const struct view *view, struct fan_figure *figure)
{
    const struct fan_levels *memory = &view->memory;
    if (memory->level[0] >= FULL_VCPU_MB) return;
    if (memory->level[memory->n - 1] <= FULL_VCPU_MB) return;
    fan_sink_put(
        &figure->script,
        "set arrow 1 from %d, graph 0 to %d, graph 1 nohead dt 3 lw 1.2 "
        "lc rgb '#777777' back\n"
        "set label 10 '1769 MB: one vCPU' at %d, graph 0.975 right offset -0.6,0 "
        "font ',11' textcolor rgb '#777777'\n",
        FULL_VCPU_MB, FULL_VCPU_MB, FULL_VCPU_MB);
}

/* One work level of a panel: its blocks of data, and the plot elements that show them. */
static void put_work(struct view *view, struct fan_figure *figure, uint32_t work,
                     uint32_t parallelism, bool first)
{
    struct fan_sink *script = &figure->script;
    char name[64];

    snprintf(name, sizeof name, "ideal_w%u_p%u", work, parallelism);
    fan_plot_block(figure, name);
    if (put_ideal(view, figure, work, parallelism))
        fan_sink_put(
            script,
            "  data index '%s;' using 1:2 with lines dt 2 lw 1.4 lc rgb '#888888' "
            "%s, \\\n",
            name, first ? "title 'in proportion to memory'" : "notitle");
    snprintf(name, sizeof name, "points_w%u_p%u", work, parallelism);
    fan_plot_block(figure, name);
    if (put_points(view, figure, work, parallelism) > 0)
        fan_sink_put(script,
                     "  data index '%s;' using 1:2:3 with points pt 7 ps 0.38 lc rgb "
                     "variable notitle, \\\n",
                     name);
    snprintf(name, sizeof name, "median_w%u_p%u", work, parallelism);
    fan_plot_block(figure, name);
    const uint32_t last = put_medians(view, figure, work, parallelism);
    if (last == 0) return; /* a run that was cut short: nothing of this group */
    fan_sink_put(
        script,
        "  data index '%s;' using 1:2:3:4 with yerrorbars pt 7 ps 0.75 lw 1.6 lc "
        "rgb '#111111' %s, \\\n",
        name, first ? "title 'median, 95 % CI'" : "notitle");
    if (view->cells <= 12)
        fan_sink_put(
            script,
            "  data index '%s;' using 1:2:5 with labels left offset 2.4,0.6 font "
            "',11.5' textcolor rgb '#111111' notitle, \\\n",
            name);
    if (view->work.all >
        1) /* at a point that is there: labels without one crash gnuplot */
        fan_sink_put(
            script,
            "  data index '%s;' using ($1 == %u ? $1 : NaN):2:('%ux') with labels "
            "left offset %s font ',12' textcolor rgb '#555555' notitle, \\\n",
            name, last, work, view->cells <= 12 ? "2.4,-0.6" : "2.0,0");
}

static void put_panel(struct view *view, struct fan_figure *figure, size_t i)
{
    struct fan_sink *script = &figure->script;
    const uint32_t parallelism = view->parallelism.level[i];

    fan_plot_margins(figure, fan_plot_panel(i, view->parallelism.n));
    put_axes(view, figure, view->parallelism.n < 2 || i % 2 == 0);
    put_knee(view, figure);
    if (view->parallelism.all > 1)
        fan_sink_put(script,
                     "set label 11 '%u in flight' at graph 0.5, graph 1.03 center font "
                     "'DejaVu Sans:Bold,13'\n",
                     parallelism);
    fan_sink_put(
        script,
        "set key at screen 0.965,0.985 right top horizontal maxrows 1 reverse Left "
        "samplen 2.2 font ',12.5'\nplot \\\n");
    for (size_t w = 0; w < view->work.n; w++)
        put_work(view, figure, view->work.level[w], parallelism, i == 0 && w == 0);
    fan_sink_put(script, "  NaN notitle\n");
    if (i == 0) /* title and caption once, not per panel */
        fan_sink_put(script, "unset label\n");
    else
        fan_sink_put(script, "unset label 10\nunset label 11\n");
}

static void describe(const struct view *view, struct fan_figure *figure)
{
    const struct fan_summary *summary = view->summary;

    snprintf(figure->title, sizeof figure->title, "%s against memory size",
             summary->metric == FAN_METRIC_DURATION ? "Duration" : "Latency");
    fan_plot_say(figure,
                 "Median (black) with its 95 %% interval, %s, n = %s in %zu %s; both "
                 "axes log2. Dots: single calls, spread sideways, at most %zu per size.",
                 fan_summary_main_text(summary), fan_show_count(view->shown).s,
                 view->cells, view->cells == 1 ? "setting" : "settings",
                 view->points_of_size);
    if (view->memory.all > 1)
        fan_plot_say(figure,
                     " Dashed: the median at the smallest size m0 times m0/m, level "
                     "above 1769 MB.");
    if (view->work.all * view->parallelism.all > view->work.n * view->parallelism.n)
        fan_plot_say(
            figure, " Shown: %zu of %zu work levels, %zu of %zu parallelism levels.",
            view->work.n, view->work.all, view->parallelism.n, view->parallelism.all);
    if (summary->factors.transport)
        fan_plot_say(figure, " Shown: calls via %s.", summary->study->cells[0].transport);
    if (view->failed > 0)
        fan_plot_say(figure, " Not shown: %s failed calls.",
                     fan_show_count(view->failed).s);
}

void fan_figure_memory(const struct fan_summary *summary, struct fan_figure *figure)
{
    const struct fan_study *study = summary->study;
    struct view view;
    memset(&view, 0, sizeof view);
    view.summary = summary;
    view.memory = fan_plot_levels(study, FAN_FACTOR_MEMORY, FAN_PLOT_LEVELS_MAX);
    view.work = fan_plot_levels(study, FAN_FACTOR_WORK, WORKS_MAX);
    view.parallelism = fan_plot_levels(study, FAN_FACTOR_PARALLELISM, PANELS_MAX);
    measure(&view);
    if (!(view.low_ms > 0.0)) {
        fan_plot_say(figure, "Nothing to draw: no successful call has a %s.",
                     fan_metric_name(summary->metric));
        return;
    }
    view.points_of_size = POINTS_MAX / view.memory.n;
    if (view.points_of_size > POINTS_OF_SIZE) view.points_of_size = POINTS_OF_SIZE;
    view.low_mb = view.memory.level[0] / 1.5;
    view.high_mb = view.memory.level[view.memory.n - 1] * (view.work.n > 1 ? 1.7 : 1.5);
    view.octaves = log2(view.high_mb / view.low_mb);
    describe(&view, figure);
    fan_plot_begin(figure);
    for (size_t i = 0; i < view.parallelism.n; i++)
        put_panel(&view, figure, i);
    fan_sink_put(&figure->script, "unset multiplot\n");
}
