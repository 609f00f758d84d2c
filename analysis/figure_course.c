/* figure_course.c - does it change in time? Every call in order of sending. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/answers.h"
#include "analysis/plot.h"
#include "analysis/show.h"

#define POINTS_MAX 1500 /* warm and cold together */
#define MARKS_MAX  300  /* of throttles, and of failures */
#define ROLLING    31   /* calls whose median stands for the one in their middle */
#define ROLLED_MAX 500
#define CALLS_MIN  10

/* The kinds of attempts that are told apart. */
enum kind { KIND_WARM, KIND_COLD, KIND_THROTTLE, KIND_FAIL, KIND_COUNT };

static const struct {
    const char *name, *title, *style;
} kinds[KIND_COUNT] = {
    { "warm", "warm", "pt 7 lc rgb '#800072B2'" },
    { "cold", "cold start", "pt 7 lc rgb '#30E69F00'" },
    { "throttles", "throttled (429)", "pt 2 ps 0.55 lw 1.4 lc rgb '#D62728'" },
    { "failures", "failed", "pt 2 ps 0.55 lw 1.4 lc rgb '#000000'" },
};

struct point {
    int64_t sent_ns;
    double value;
};

struct view {
    const struct fan_summary *summary;
    const struct fan_time_answer *time;
    struct point *point[KIND_COUNT]; /* in order of sending */
    size_t n[KIND_COUNT];
    struct fan_moment *moment; /* those that the trend was sought in */
    size_t moments;
    double scale; /* of a setting's median: its milliseconds where there is but one */
    bool absolute;
    double low, high;
    double unit_ns;
    const char *unit;
    size_t levels_told; /* changes of level that are drawn */
};

static int compare_points(const void *left, const void *right)
{
    const struct point *a = left;
    const struct point *b = right;
    return (a->sent_ns > b->sent_ns) - (a->sent_ns < b->sent_ns);
}

static enum kind kind_of(const struct fan_record *record)
{
    if (record->outcome == FAN_OUTCOME_THROTTLE) return KIND_THROTTLE;
    if (record->outcome != FAN_OUTCOME_OK) return KIND_FAIL;
    return record->cold ? KIND_COLD : KIND_WARM;
}

static void take_points(struct view *view)
{
    const struct fan_study *study = view->summary->study;
    for (int k = 0; k < KIND_COUNT; k++)
        view->point[k] = fan_alloc_zero(study->record_count + 1, sizeof **view->point);
    for (size_t i = 0; i < study->record_count; i++) {
        const struct fan_record *record = &study->records[i];
        const enum kind kind = kind_of(record);
        struct point point = { record->sent_ns, 0.0 };
        if (record->cell >= study->cell_count) continue;
        if (kind == KIND_WARM || kind == KIND_COLD) {
            const double median = fan_summary_main(view->summary, record->cell)->median;
            point.value =
                view->scale * fan_metric_of(record, view->summary->metric) / median;
            if (!isfinite(point.value)) continue;
        }
        view->point[kind][view->n[kind]++] = point;
    }
    for (int k = 0; k < KIND_COUNT; k++)
        qsort(view->point[k], view->n[k], sizeof **view->point, compare_points);
    for (int k = KIND_WARM; k <= KIND_COLD; k++) {
        for (size_t i = 0; i < view->n[k]; i++) {
            view->low = fmin(view->low, view->point[k][i].value);
            view->high = fmax(view->high, view->point[k][i].value);
        }
    }
}

static double time_of(const struct view *view, int64_t ns)
{
    return (double)(ns - view->summary->first_ns) / view->unit_ns;
}

/* At most `most` of a kind, evenly over the run; the largest and the least are kept. */
static void put_points(const struct view *view, struct fan_figure *figure, enum kind kind,
                       size_t most)
{
    const struct point *point = view->point[kind];
    const size_t n = view->n[kind];
    size_t *index = fan_alloc_zero(most + 1, sizeof *index), extreme[2] = { 0, 0 };
    fan_plot_block(figure, kinds[kind].name);
    const size_t count =
        fan_plot_sample(n, most, view->summary->study->seed + (uint64_t)kind, index);
    for (size_t i = 0; i < count; i++)
        fan_sink_put(&figure->data, "%.6g %.6g\n", time_of(view, point[index[i]].sent_ns),
                     point[index[i]].value);
    for (size_t i = 1; i < n; i++) {
        if (point[i].value < point[extreme[0]].value) extreme[0] = i;
        if (point[i].value > point[extreme[1]].value) extreme[1] = i;
    }
    for (int e = 0; e < 2 && n > count; e++)
        fan_sink_put(&figure->data, "%.6g %.6g\n",
                     time_of(view, point[extreme[e]].sent_ns), point[extreme[e]].value);
    free(index);
}

/* Put a value into its place in an ascending window, or take one out. */
static size_t window_place(const double *window, size_t n, double value)
{
    size_t at = 0;
    while (at < n && window[at] < value)
        at++;
    return at;
}

/* Medians of ROLLING neighbours; of long runs every so many. */
static void put_rolling(const struct view *view, struct fan_figure *figure)
{
    const struct fan_moment *moment = view->moment;
    const size_t n = view->moments;
    const size_t step = n / ROLLED_MAX + 1;
    double window[ROLLING];
    size_t filled = 0;

    fan_plot_block(figure, "rolling");
    for (size_t i = 0; i < n; i++) {
        if (filled == ROLLING) {
            const size_t at = window_place(window, filled, moment[i - ROLLING].value);
            memmove(window + at, window + at + 1, (--filled - at) * sizeof *window);
        }
        const size_t at = window_place(window, filled, moment[i].value);
        memmove(window + at + 1, window + at, (filled++ - at) * sizeof *window);
        window[at] = moment[i].value;
        if (filled < ROLLING) continue;
        const size_t middle = i - ROLLING / 2;
        if (middle % step == 0 || i + 1 == n)
            fan_sink_put(&figure->data, "%.6g %.6g\n",
                         time_of(view, moment[middle].sent_ns),
                         view->scale * window[ROLLING / 2]);
    }
}

/* Sen's line is straight over the windows; these need not be over time. */
static void put_trend(const struct view *view, struct fan_figure *figure)
{
    const struct fan_time_answer *time = view->time;
    const size_t steps = time->windows < 60 ? time->windows : 60;
    fan_plot_block(figure, "trend");
    for (size_t i = 0; i <= steps; i++) {
        const size_t w = i * (time->windows - 1) / steps;
        const size_t at = w + 1 == time->windows ? view->moments - 1
                                                 : w * view->moments / time->windows;
        fan_sink_put(&figure->data, "%.6g %.6g\n",
                     time_of(view, view->moment[at].sent_ns),
                     view->scale * (time->trend_level + time->trend.slope * (double)w));
    }
}

static bool has_trend(const struct view *view)
{
    return view->time->windows > 1 && view->time->trend.p < FAN_ANSWER_ALPHA;
}

/* A vertical line where the level changed, with the change beside it. */
static void put_changes(const struct view *view, struct fan_figure *figure)
{
    const struct fan_time_answer *time = view->time;
    if (view->moments == 0) return;
    const double zero = time_of(view, view->moment[0].sent_ns);
    for (size_t i = 0; i < view->levels_told; i++) {
        const double at = zero + time->cut_s[i] * 1e9 / view->unit_ns;
        fan_sink_put(&figure->script,
                     "set arrow %zu from %.6g, graph 0 to %.6g, graph 1 nohead dt 2 lw "
                     "1.6 lc rgb '#CC79A7' front\n"
                     "set label %zu '%+.1f %%' at %.6g, graph 0.985 right rotate by 90 "
                     "offset 0.7,0 font ',12' textcolor rgb '#A0487B' front\n",
                     20 + i, at, at, 20 + i, 100.0 * (time->cut_ratio[i] - 1.0), at);
    }
}

/* Throttles and failures have no duration: they are marked above the calls. */
static void plot_marks(const struct view *view, struct fan_figure *figure, double length)
{
    const struct fan_panel panel = { 0.085, 0.975, 0.835, 0.895 };
    struct fan_sink *script = &figure->script;
    const bool both = view->n[KIND_THROTTLE] > 0 && view->n[KIND_FAIL] > 0;
    fan_plot_margins(figure, panel);
    fan_sink_put(script,
                 "unset grid\nset border 0\nset xrange [%.8g:%.8g]\nset yrange [%s]\n"
                 "unset xtics\nset ytics scale 0 (",
                 -0.01 * length, 1.01 * length, both ? "-0.6:1.6" : "-1:1");
    if (view->n[KIND_THROTTLE] > 0) fan_sink_put(script, "'429' %d", both ? 1 : 0);
    if (view->n[KIND_FAIL] > 0) fan_sink_put(script, "%s'failed' 0", both ? ", " : "");
    fan_sink_put(script, ")\nunset key\nplot \\\n");
    for (int k = KIND_THROTTLE; k <= KIND_FAIL; k++)
        if (view->n[k] > 0)
            fan_sink_put(script, "  data index '%s;' using 1:(%d) with points %s, \\\n",
                         kinds[k].name, both && k == KIND_THROTTLE ? 1 : 0,
                         kinds[k].style);
    fan_sink_put(script, "  NaN notitle\nunset label\nset border 3\n"
                         "set grid back lt 1 lw 0.8 lc rgb '#e4e4e4' dt solid\n"
                         "set xtics nomirror\nset ytics scale 0.6\n");
}

static void plot_calls(const struct view *view, struct fan_figure *figure, double length,
                       bool marks)
{
    const struct fan_panel panel = { 0.085, 0.975, 0.165, marks ? 0.825 : 0.9 };
    struct fan_sink *script = &figure->script;
    fan_plot_margins(figure, panel);
    fan_sink_put(script,
                 "set xrange [%.8g:%.8g]\nset xlabel 'time since the first call (%s)'\n",
                 -0.01 * length, 1.01 * length, view->unit);
    const bool log = fan_plot_value_axis(script, 'y', view->low, view->high);
    put_changes(view, figure);
    fan_sink_put(script,
                 "set ylabel '%s%s'\nset key at screen 0.975,0.945 right top horizontal "
                 "maxrows 1 reverse Left samplen 1.6 font ',12.5'\nplot \\\n",
                 view->absolute ? fan_plot_metric_label(view->summary, false)
                 : view->summary->metric == FAN_METRIC_DURATION
                     ? "duration / median of its setting"
                     : "latency / median of its setting",
                 log ? ", log scale" : "");
    const size_t calls = view->n[KIND_WARM] + view->n[KIND_COLD];
    const double size = calls <= 60 ? 0.75 : calls <= 400 ? 0.5 : 0.36;
    for (int k = KIND_WARM; k <= KIND_COLD; k++)
        if (view->n[k] > 0)
            fan_sink_put(script,
                         "  data index '%s;' using 1:2 with points %s ps %.2f title "
                         "'%s', \\\n",
                         kinds[k].name, kinds[k].style,
                         k == KIND_COLD ? 1.5 * size : size, kinds[k].title);
    if (view->moments >= ROLLING)
        fan_sink_put(script,
                     "  data index 'rolling;' using 1:2 with lines lw 2 lc rgb "
                     "'#111111' title 'median of %d calls', \\\n",
                     ROLLING);
    if (has_trend(view))
        fan_sink_put(script, "  data index 'trend;' using 1:2 with lines lw 2.4 dt 3 lc "
                             "rgb '#D55E00' title 'drift (Sen)', \\\n");
    if (view->levels_told > 0)
        fan_sink_put(script, "  NaN with lines dt 2 lw 1.6 lc rgb '#CC79A7' title 'level "
                             "changes', \\\n");
    fan_sink_put(script, "  NaN notitle\n");
}

static void say_left_out(const struct view *view, struct fan_figure *figure)
{
    const size_t warm = view->n[KIND_WARM], cold = view->n[KIND_COLD];
    if (warm + cold > POINTS_MAX)
        fan_plot_say(figure, " Dots: at most %d, least and largest included.",
                     POINTS_MAX + 2);
    if (view->n[KIND_THROTTLE] > MARKS_MAX || view->n[KIND_FAIL] > MARKS_MAX)
        fan_plot_say(figure,
                     " Crosses: at most %d of each kind; there were %s throttles "
                     "and %s failures.",
                     MARKS_MAX, fan_show_count(view->n[KIND_THROTTLE]).s,
                     fan_show_count(view->n[KIND_FAIL]).s);
    if (view->time->cut_count > view->levels_told)
        fan_plot_say(figure, " Changes of level: the first %zu of %zu.",
                     view->levels_told, view->time->cut_count);
}

static void describe(const struct view *view, struct fan_figure *figure)
{
    const struct fan_time_answer *time = view->time;
    snprintf(figure->title, sizeof figure->title, "Does the %s change in time?",
             fan_metric_name(view->summary->metric));
    fan_plot_say(
        figure, "Every call in order of sending, n = %s%s.",
        fan_show_count(view->n[KIND_WARM] + view->n[KIND_COLD]).s,
        view->absolute ? "" : ", divided by the median of its setting's main stratum");
    if (time->windows > 1)
        fan_plot_say(figure,
                     " %s (Mann and Kendall, p %s; Sen's slope over the run %+.2f %% "
                     "[%+.2f, %+.2f], 95 %% CI).%s",
                     has_trend(view) ? "A drift" : "No drift shown",
                     fan_show_p(time->trend.p).s,
                     100.0 * time->trend.slope * (double)(time->windows - 1),
                     100.0 * time->trend.slope_ci.lower * (double)(time->windows - 1),
                     100.0 * time->trend.slope_ci.upper * (double)(time->windows - 1),
                     !time->cuts_sought    ? ""
                     : time->cut_count > 0 ? " Dashed: changes of level (PELT)."
                                           : " No change of level shown (PELT).");
}

void fan_figure_course(const struct fan_summary *summary, struct fan_figure *figure)
{
    struct view view;
    memset(&view, 0, sizeof view);
    view.summary = summary;
    view.time = &summary->answers->time;
    view.low = HUGE_VAL;
    view.high = -HUGE_VAL;
    view.absolute = summary->study->cell_count == 1;
    view.scale = view.absolute ? fan_summary_main(summary, 0)->median : 1.0;
    const double span_ns = (double)(summary->last_ns - summary->first_ns);
    view.unit_ns = span_ns >= 2e9 ? 1e9 : 1e6;
    view.unit = span_ns >= 2e9 ? "s" : "ms";
    take_points(&view);
    if (view.n[KIND_WARM] + view.n[KIND_COLD] >= CALLS_MIN) {
        const bool marks = view.n[KIND_THROTTLE] + view.n[KIND_FAIL] > 0;
        const size_t cold =
            view.n[KIND_COLD] < POINTS_MAX / 3 ? view.n[KIND_COLD] : POINTS_MAX / 3;
        view.moment = fan_answers_course(summary, &view.moments);
        view.levels_told = view.time->cut_count < FAN_ANSWER_CUTS_MAX
                               ? view.time->cut_count
                               : FAN_ANSWER_CUTS_MAX;
        describe(&view, figure);
        say_left_out(&view, figure);
        fan_plot_begin(figure);
        put_points(&view, figure, KIND_WARM, POINTS_MAX - cold);
        put_points(&view, figure, KIND_COLD, cold);
        put_points(&view, figure, KIND_THROTTLE, MARKS_MAX);
        put_points(&view, figure, KIND_FAIL, MARKS_MAX);
        if (view.moments >= ROLLING) put_rolling(&view, figure);
        if (has_trend(&view)) put_trend(&view, figure);
        if (marks) plot_marks(&view, figure, span_ns / view.unit_ns);
        plot_calls(&view, figure, span_ns / view.unit_ns, marks);
        fan_plot_end(figure);
        free(view.moment);
    }
    for (int k = 0; k < KIND_COUNT; k++)
        free(view.point[k]);
}
