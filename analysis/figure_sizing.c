/* figure_sizing.c - how a memory size was found: the model over memory with its samples,
 * what it would still pay to measure, and the best so far. */
#include <math.h>
#include <stdio.h>

#include "analysis/plot.h"
#include "analysis/show.h"
#include "analysis/tune_answer.h"

#define CURVE_POINTS  160
#define MODEL_COLOUR  "#0072B2"
#define BAND_COLOUR   "#c9dff0"
#define LIMIT_COLOUR  "#D55E00"
#define CHOICE_COLOUR "#F6C9A0" /* a halo: drawn below its sample */
#define CALLS         1e6       /* that a cost is given for */

enum panel { TIME, COST, IMPROVEMENT, BEST };

struct view {
    const struct fan_summary *summary;
    const struct fan_tune_answer *tune;
    double low_mb, high_mb; /* of the memory axis */
};

/* The curve's values at a memory size, $ per CALLS calls. */
struct point {
    double ms, low_ms, high_ms, usd, low_usd, high_usd;
};

static struct point point_at(const struct view *view, uint32_t memory_mb)
{
    const struct fan_sizing_view v = fan_sizing_model_at(view->tune->model, memory_mb);
    const double spread = exp(2.0 * v.ln_sd), request = view->tune->settings->request_usd;
    struct point p;
    p.ms = v.ms;
    p.low_ms = v.ms / spread;
    p.high_ms = v.ms * spread;
    p.usd = CALLS * v.usd;
    p.low_usd = CALLS * (request + (v.usd - request) / spread);
    p.high_usd = CALLS * (request + (v.usd - request) * spread);
    return p;
}

/* --- data --- */

static void put_curve(const struct view *view, struct fan_figure *figure)
{
    const struct fan_sizing_settings *settings = view->tune->settings;
    const double low = settings->memory_mb[0];
    const double octaves = log2(settings->memory_mb[settings->size_count - 1] / low);
    fan_plot_block(figure, "curve");
    for (int i = 0; i <= CURVE_POINTS; i++) {
        const uint32_t memory_mb =
            (uint32_t)lround(low * exp2(octaves * i / CURVE_POINTS));
        const struct point p = point_at(view, memory_mb);
        fan_sink_put(&figure->data, "%u %.8g %.8g %.8g %.8g %.8g %.8g\n", memory_mb, p.ms,
                     p.low_ms, p.high_ms, p.usd, p.low_usd, p.high_usd);
    }
}

static double bound(double value, double instead)
{
    return isfinite(value) ? value : instead;
}

static void put_samples(const struct view *view, struct fan_figure *figure)
{
    const struct fan_study *study = view->summary->study;
    fan_plot_block(figure, "samples");
    for (size_t i = 0; i < view->tune->n; i++) {
        const struct fan_tune_sample *s = &view->tune->sample[i];
        if (s->told.n == 0 || !(s->ms.mean > 0.0)) continue;
        fan_sink_put(&figure->data, "%u %.8g %.8g %.8g %.8g %u %u\n", s->memory_mb,
                     s->ms.mean, bound(s->ms.mean_ci.lower, s->ms.mean),
                     bound(s->ms.mean_ci.upper, s->ms.mean), CALLS * s->usd, s->number,
                     fan_plot_colour(study, s->memory_mb));
    }
    fan_plot_block(figure, "choice");
    if (view->tune->choice_mb != 0) {
        const struct point p = point_at(view, view->tune->choice_mb);
        fan_sink_put(&figure->data, "%u %.8g %.8g\n", view->tune->choice_mb, p.ms, p.usd);
    }
}

static void put_improvements(const struct view *view, struct fan_figure *figure)
{
    const struct fan_sizing_settings *settings = view->tune->settings;
    fan_plot_block(figure, "improvement");
    for (size_t i = 0; i < settings->size_count; i++)
        fan_sink_put(&figure->data, "%u %.8g\n", settings->memory_mb[i],
                     100.0 *
                         fan_sizing_model_at(view->tune->model, settings->memory_mb[i])
                             .improvement);
}

/* The best so far in the objective's unit; in balance, against the last one. */
static double best_value(const struct fan_tune_answer *tune,
                         const struct fan_tune_sample *sample)
{
    const struct fan_tune_sample *last = &tune->sample[tune->n - 1];
    switch (tune->settings->objective) {
    case FAN_SIZING_COST: return CALLS * sample->best_usd;
    case FAN_SIZING_TIME: return sample->best_ms;
    case FAN_SIZING_BALANCED: break;
    }
    return 0.5 * sample->best_usd / last->best_usd +
           0.5 * sample->best_ms / last->best_ms;
}

static size_t put_best(const struct view *view, struct fan_figure *figure)
{
    size_t n = 0;
    fan_plot_block(figure, "best");
    for (size_t i = 0; i < view->tune->n; i++) {
        const struct fan_tune_sample *s = &view->tune->sample[i];
        const double value = best_value(view->tune, s);
        if (s->best_mb == 0 || !isfinite(value)) continue;
        fan_sink_put(&figure->data, "%u %.8g \"%u MB\" %u\n", s->number, value,
                     s->best_mb, fan_plot_colour(view->summary->study, s->best_mb));
        n++;
    }
    return n;
}

/* --- panels --- */

static void put_heading(struct fan_figure *figure, const char *text)
{
    fan_sink_put(&figure->script,
                 "set label 11 '%s' at graph 0, graph 1.045 left font 'DejaVu "
                 "Sans:Bold,13'\n",
                 text);
}

static void begin_panel(const struct view *view, struct fan_figure *figure,
                        enum panel panel, const char *heading, const char *y)
{
    fan_sink_put(&figure->script, "unset logscale\nunset ytics\nset ytics nomirror\n"
                                  "set autoscale y\nunset arrow\n");
    fan_plot_margins(figure, fan_plot_panel((size_t)panel, 4));
    put_heading(figure, heading);
    fan_sink_put(&figure->script, "set ylabel '%s' offset 1\n", y);
    if (panel == BEST) return;
    fan_plot_log_axis(&figure->script, 'x', view->low_mb, view->high_mb, true);
    fan_sink_put(&figure->script, "set xlabel 'memory size (MB)'\n");
}

/* Title and caption belong to the first panel only. */
static void end_panel(struct fan_figure *figure)
{
    fan_sink_put(&figure->script, "  NaN notitle\nunset label\nunset key\n");
}

static void put_limit(const struct view *view, struct fan_figure *figure, double limit)
{
    if (!(limit > 0.0)) return;
    fan_sink_put(
        &figure->script,
        "set arrow 1 from %.8g,%.8g to %.8g,%.8g nohead dt 2 lw 1.6 lc rgb '" LIMIT_COLOUR
        "' front\n"
        "set label 12 'limit' at %.8g,%.8g left offset 0.8,0.6 font ',11' "
        "textcolor rgb '" LIMIT_COLOUR "'\n",
        view->low_mb, limit, view->high_mb, limit, view->low_mb, limit);
}

/* The model's band and line, then the samples over it; columns of the two blocks. */
static void put_model(struct fan_figure *figure, int mean, int low, int high,
                      const char *sample, int value, int choice, bool titled)
{
    fan_sink_put(
        &figure->script,
        "plot data index 'curve;' using 1:%d:%d with filledcurves lc rgb '" BAND_COLOUR
        "' %s, \\\n"
        "  data index 'curve;' using 1:%d with lines lw 2 lc rgb '" MODEL_COLOUR
        "' %s, \\\n",
        low, high, titled ? "title '+-2 s'" : "notitle", mean,
        titled ? "title 'model'" : "notitle");
    fan_sink_put(
        &figure->script,
        "  data index 'choice;' using 1:%d with points pt 7 ps 2.2 lc rgb "
        "'" CHOICE_COLOUR "' %s, \\\n"
        "  %s%s, \\\n"
        "  data index 'samples;' using 1:%d:6 with labels left offset 0.7,0.8 font "
        "',12' textcolor rgb '#111111' notitle, \\\n",
        choice, titled ? "title 'choice'" : "notitle", sample,
        titled ? "title 'sample, 95 % CI'" : "notitle", value);
}

static void put_time(const struct view *view, struct fan_figure *figure)
{
    begin_panel(
        view, figure, TIME, "Time of a warm call: samples in order, and the model",
        view->summary->metric == FAN_METRIC_DURATION ? "duration (ms, from REPORT)"
                                                     : "latency (ms, at the client)");
    double low = HUGE_VAL, high = 0.0;
    const struct fan_sizing_settings *settings = view->tune->settings;
    for (size_t i = 0; i < settings->size_count; i++) {
        const struct point p = point_at(view, settings->memory_mb[i]);
        low = fmin(low, p.low_ms);
        high = fmax(high, p.high_ms);
    }
    if (settings->time_limit_ms > 0.0) {
        low = fmin(low, settings->time_limit_ms);
        high = fmax(high, settings->time_limit_ms);
    }
    fan_plot_log_axis(&figure->script, 'y', low / 1.15, high * 1.25, false);
    put_limit(view, figure, settings->time_limit_ms);
    fan_sink_put(
        &figure->script,
        "set key at screen 0.965,0.985 right top horizontal maxrows 1 reverse Left "
        "samplen 2.2 font ',12.5'\n");
    put_model(
        figure, 2, 3, 4,
        "data index 'samples;' using 1:2:3:4:7 with yerrorbars pt 7 ps 0.9 lw 1.6 lc "
        "rgb variable ",
        2, 2, true);
    end_panel(figure);
}

static void put_cost(const struct view *view, struct fan_figure *figure)
{
    begin_panel(view, figure, COST, "Cost that follows", "$ per million warm calls");
    fan_sink_put(&figure->script, "set yrange [0:*]\n");
    put_limit(view, figure, CALLS * view->tune->settings->cost_limit_usd);
    put_model(
        figure, 5, 6, 7,
        "data index 'samples;' using 1:5:7 with points pt 7 ps 0.9 lc rgb variable ", 5,
        3, false);
    end_panel(figure);
}

static void put_improvement(const struct view *view, struct fan_figure *figure)
{
    const double stop = 100.0 * view->tune->settings->stop;
    begin_panel(view, figure, IMPROVEMENT, "Gain expected of one more sample",
                "expected improvement (%)");
    fan_sink_put(&figure->script,
                 "set yrange [0:%.8g<*]\n"
                 "set arrow 1 from %.8g,%.8g to %.8g,%.8g nohead dt 2 lw 1.4 lc rgb "
                 "'#777777' front\n"
                 "set label 12 'worth a sample' at %.8g,%.8g left offset 0.8,0.6 font "
                 "',11' textcolor rgb '#777777'\n"
                 "plot data index 'improvement;' using 1:2 with impulses lw 3 lc rgb "
                 "'" MODEL_COLOUR "' notitle, \\\n",
                 stop * 1.3, view->low_mb, stop, view->high_mb, stop, view->low_mb, stop);
    end_panel(figure);
}

static void put_course(const struct view *view, struct fan_figure *figure)
{
    static const char *const units[] = { "$ per million warm calls", "ms",
                                         "cost and time, last = 1" };
    const struct fan_tune_answer *tune = view->tune;
    begin_panel(view, figure, BEST, "Best so far, by the model of the time",
                units[tune->settings->objective]);
    fan_sink_put(
        &figure->script,
        "unset xtics\nset xtics nomirror 1\nset xrange [0.5:%.8g]\n"
        "set yrange [*:*]\nset xlabel 'sample'\nset offsets 0,0,graph 0.35,graph "
        "0.25\n"
        "plot data index 'best;' using 1:2 with steps lw 1.6 lc rgb '#888888' "
        "notitle, \\\n"
        "  data index 'best;' using 1:2:4 with points pt 7 ps 0.9 lc rgb variable "
        "notitle, \\\n"
        "  data index 'best;' using 1:2:3 with labels left offset 0.7,0.9 font "
        "',11.5' textcolor rgb '#111111' notitle, \\\n",
        (double)tune->sample[tune->n - 1].number + 0.9); /* room for its label */
    end_panel(figure);
}

/* --- text --- */

static void describe(const struct view *view, struct fan_figure *figure)
{
    const struct fan_tune_answer *tune = view->tune;
    size_t calls = 0, failed = 0;
    for (size_t i = 0; i < tune->n; i++) {
        calls += tune->sample[i].ms.n;
        failed += tune->sample[i].told.n == 0;
    }
    snprintf(figure->title, sizeof figure->title, "How the memory size was found");
    fan_plot_say(
        figure,
        "Dots: mean of each sample with its 95 %% interval, numbered in order; n = "
        "%s warm calls at %zu of %zu sizes. Blue: time law and Gaussian process "
        "with two standard deviations of the curve; cost follows from time.",
        fan_show_count(calls).s, tune->size_count, tune->settings->size_count);
    fan_plot_say(figure, " Halo: the choice for %s.", fan_tune_objective(tune));
    if (failed > 0)
        fan_plot_say(figure, " Not shown: %zu samples whose calls failed.", failed);
}

void fan_figure_sizing(const struct fan_summary *summary, struct fan_figure *figure)
{
    if (!summary->tune) return;
    struct view view = { summary, summary->tune, 0.0, 0.0 };
    if (!view.tune->model) {
        fan_plot_say(figure, "Nothing to draw: no sample has a successful warm call.");
        return;
    }
    const struct fan_sizing_settings *settings = view.tune->settings;
    view.low_mb = settings->memory_mb[0] / 1.15;
    view.high_mb = settings->memory_mb[settings->size_count - 1] * 1.25;
    describe(&view, figure);
    fan_plot_begin(figure);
    put_curve(&view, figure);
    put_samples(&view, figure);
    put_improvements(&view, figure);
    const size_t best = put_best(&view, figure);
    put_time(&view, figure);
    put_cost(&view, figure);
    put_improvement(&view, figure);
    if (best > 0) put_course(&view, figure);
    fan_sink_put(&figure->script, "unset multiplot\n");
}
