/* figure_trust.c - can the run be trusted? Start skew, laws of queueing, memory of the
 * series, and how late the client itself sent. A panel each, where there is something. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/answers.h"
#include "analysis/plot.h"
#include "analysis/show.h"
#include "analysis/cell_visits.h"

#define VISITS_MIN 3 /* fewer make no histogram */
#define LAGS       20
#define BINS_MAX   24
#define POINTS_MAX 400 /* settings of the panel on the laws */
#define LAW_SHARE  2.0 /* per cent that the laws may be missed by without a warning */

struct view {
    const struct fan_summary *summary;
    double *skew_us, *late_us; /* ascending */
    size_t skews, lates;
    double acf[LAGS + 1];
    size_t acf_n; /* values; 0: too few */
    size_t laws;  /* settings whose laws are known */
    size_t panels;
};

static void take_skews(struct view *view)
{
    struct fan_cell_visit *visits;
    const size_t count = fan_cell_visits_of(view->summary->study, &visits);
    view->skew_us = fan_alloc_zero(count + 1, sizeof *view->skew_us);
    for (size_t i = 0; i < count; i++)
        if (visits[i].ranks > 1)
            view->skew_us[view->skews++] =
                (double)(visits[i].start_ns - visits[i].first_ns) / 1e3;
    fan_stats_sort(view->skew_us, view->skews);
    free(visits);
}

static void take_delays(struct view *view)
{
    const struct fan_study *study = view->summary->study;
    view->late_us = fan_alloc_zero(study->record_count + 1, sizeof *view->late_us);
    for (size_t i = 0; i < study->record_count; i++) {
        const struct fan_record *record = &study->records[i];
        if (record->cell >= study->cell_count || record->intended_ns <= 0) continue;
        view->late_us[view->lates++] =
            (double)(record->sent_ns - record->intended_ns) / 1e3;
    }
    fan_stats_sort(view->late_us, view->lates);
}

static void take_memory(struct view *view)
{
    size_t n;
    struct fan_moment *moment = fan_answers_course(view->summary, &n);
    if (n > 2 * LAGS) {
        double *value = fan_alloc(n * sizeof *value);
        for (size_t i = 0; i < n; i++)
            value[i] = moment[i].value;
        for (size_t lag = 1; lag <= LAGS; lag++)
            view->acf[lag] = fan_trend_autocorrelation(value, n, lag);
        if (isfinite(view->acf[1])) view->acf_n = n;
        free(value);
    }
    free(moment);
}

/* Bars over bins that are equally wide on a log axis; values below it are in the first.
 */
static uint64_t put_histogram(struct fan_figure *figure, const char *name,
                              const double *sorted, size_t n, double low, double high)
{
    const size_t bins = n < 40 ? 12 : BINS_MAX;
    uint64_t count[BINS_MAX] = { 0 }, most = 0;
    for (size_t i = 0; i < n; i++) {
        const double place =
            sorted[i] > low ? log(sorted[i] / low) / log(high / low) : 0.0;
        const size_t bin = (size_t)(place * (double)bins);
        count[bin < bins ? bin : bins - 1]++;
    }
    fan_plot_block(figure, name);
    for (size_t b = 0; b < bins; b++) {
        const double from = low * pow(high / low, (double)b / (double)bins);
        const double to = low * pow(high / low, (double)(b + 1) / (double)bins);
        if (count[b] == 0) continue;
        if (count[b] > most) most = count[b];
        fan_sink_put(&figure->data, "%.6g %.6g %.6g %.6g 0 %llu\n", sqrt(from * to),
                     (double)count[b] / 2.0, from, to, (unsigned long long)count[b]);
    }
    return most;
}

static void put_heading(struct fan_figure *figure, const char *text)
{
    fan_sink_put(&figure->script, "set label 11 ");
    fan_plot_quote(&figure->script, text);
    fan_sink_put(
        &figure->script,
        " at graph 0.5, graph 1 center offset 0,0.75 font 'DejaVu Sans:Bold,13'\n");
}

/* A histogram of times, with median and p99 as lines. */
static void plot_times(struct view *view, struct fan_figure *figure, size_t panel,
                       const char *name, const char *heading, const char *x,
                       const char *y, const double *sorted, size_t n)
{
    struct fan_sink *script = &figure->script;
    const double least = fmax(sorted[0], 0.1);
    const double most = fmax(sorted[n - 1], least * 3.0);
    const double mark[2] = { fan_stats_quantile(sorted, n, 0.5),
                             fan_stats_quantile(sorted, n, 0.99) };
    const uint64_t high = put_histogram(figure, name, sorted, n, least, most);

    fan_plot_margins(figure, fan_plot_panel(panel, view->panels));
    fan_plot_log_axis(script, 'x', least / 1.1, most * 1.1, false);
    put_heading(figure, heading);
    for (int i = 0; i < 2; i++) {
        if (i == 1 && (n < 100 || !(mark[1] > 1.15 * mark[0]))) continue;
        if (!(mark[i] >= least)) continue;
        const bool left = mark[i] * mark[i] > least * most; /* has room to its left */
        fan_sink_put(script,
                     "set arrow %d from %.6g, graph 0 to %.6g, graph 1 nohead dt 2 lw "
                     "1.4 lc rgb '#D55E00' front\n"
                     "set label %d '%s' at %.6g, graph %.2f %s offset %s,0 font ',12.5' "
                     "textcolor rgb '#B04A00' front\n",
                     20 + i, mark[i], mark[i], 20 + i, i == 0 ? "median" : "p99", mark[i],
                     i == 0 ? 0.95 : 0.86, left ? "right" : "left",
                     left ? "-0.5" : "0.5");
    }
    fan_sink_put(
        script,
        "unset logscale y\nset yrange [0:%.6g]\nset ytics nomirror %g\nset format "
        "y "
        "'%%.0s%%c'\nset "
        "xlabel '%s'\nset ylabel '%s'\nunset key\n"
        "plot data index '%s;' using 1:2:3:4:5:6 with boxxyerror fs solid 0.75 "
        "noborder lc rgb '#0072B2'\nunset label\nunset arrow\nset format y '%%g'\n",
        1.28 * (double)high, fmax(1.0, fan_plot_step(1.28 * (double)high, 5)), x, y,
        name);
}

/* Both laws of every setting, as per cent missed. */
static void plot_laws(struct view *view, struct fan_figure *figure, size_t panel)
{
    const struct fan_study *study = view->summary->study;
    const size_t step = study->cell_count / POINTS_MAX + 1;
    struct fan_sink *script = &figure->script;
    double low = -LAW_SHARE, high = LAW_SHARE;

    fan_plot_block(figure, "laws");
    for (size_t c = 0; c < study->cell_count; c += step) {
        const struct fan_laws *laws = &view->summary->cells[c].laws;
        const double little = 100.0 * laws->little_error;
        const double loop = 100.0 * (laws->closed_loop - 1.0);
        if (!isfinite(little) || !isfinite(loop)) continue;
        fan_sink_put(&figure->data, "%zu %.5g %.5g\n", c + 1, little, loop);
        low = fmin(low, fmin(little, loop));
        high = fmax(high, fmax(little, loop));
    }
    fan_plot_margins(figure, fan_plot_panel(panel, view->panels));
    put_heading(figure, "Do the recorded times add up?");
    fan_sink_put(
        script,
        "unset logscale\nset xrange [0.4:%.1f]\nset xtics nomirror 0,%g\n"
        "set yrange [%.5g:%.5g]\nset ytics nomirror autofreq\n"
        "set xlabel 'setting (row of the table)'\nset ylabel 'missed (%%)'\n"
        "set object 1 rectangle from graph 0, first %g to graph 1, first %g "
        "behind fc rgb '#eeeeee' fs solid noborder\n"
        "set key inside right bottom horizontal reverse Left samplen 1 font "
        "',11.5'\n"
        "plot 0 with lines lw 1.2 lc rgb '#555555' notitle, \\\n"
        "  data index 'laws;' using 1:2 with points pt 7 ps 0.55 lc rgb '#0072B2' "
        "title 'Little', \\\n"
        "  data index 'laws;' using 1:3 with points pt 2 ps 0.6 lw 1.4 lc rgb "
        "'#D55E00' title 'closed loop'\nunset object 1\nunset label\n",
        (double)study->cell_count + 0.6,
        fmax(1.0, fan_plot_step((double)study->cell_count, 8)), low - 0.35 * (high - low),
        high + 0.1 * (high - low), -LAW_SHARE, LAW_SHARE);
}

static void plot_memory(struct view *view, struct fan_figure *figure, size_t panel)
{
    struct fan_sink *script = &figure->script;
    const double band = 1.959964 / sqrt((double)view->acf_n);
    double low = -1.6 * band, high = 1.6 * band;
    fan_plot_block(figure, "memory");
    for (int lag = 1; lag <= LAGS; lag++) {
        fan_sink_put(&figure->data, "%d %.5g\n", lag, view->acf[lag]);
        low = fmin(low, 1.1 * view->acf[lag]);
        high = fmax(high, 1.1 * view->acf[lag]);
    }
    fan_plot_margins(figure, fan_plot_panel(panel, view->panels));
    put_heading(figure, "Do calls resemble their neighbours?");
    fan_sink_put(
        script,
        "unset logscale\nset xrange [0.2:%d.8]\nset xtics nomirror 5\nset yrange "
        "[%.4g:%.4g]\nset ytics nomirror autofreq\nset xlabel 'lag (calls)'\nset "
        "ylabel 'autocorrelation'\nunset key\nset boxwidth 0.6\n"
        "set object 1 rectangle from graph 0, first %.5g to graph 1, first %.5g "
        "behind fc rgb '#e4eef6' fs solid noborder\n"
        "plot 0 with lines lw 1.2 lc rgb '#555555', \\\n"
        "  data index 'memory;' using 1:2 with boxes fs solid 0.7 noborder lc rgb "
        "'#0072B2'\nunset object 1\nunset label\n",
        LAGS, low, high, -band, band);
}

static void count_panels(struct view *view)
{
    const struct fan_study *study = view->summary->study;
    for (size_t c = 0; c < study->cell_count; c++)
        if (isfinite(view->summary->cells[c].laws.little_error) &&
            isfinite(view->summary->cells[c].laws.closed_loop))
            view->laws++;
    const bool has[] = { view->skews >= VISITS_MIN, view->laws > 0, view->acf_n > 0,
                         view->lates > 0 };
    for (size_t i = 0; i < sizeof has / sizeof has[0]; i++)
        view->panels += has[i];
}

static void describe(const struct view *view, struct fan_figure *figure)
{
    snprintf(figure->title, sizeof figure->title, "Can the run be trusted?");
    if (view->skews >= VISITS_MIN)
        fan_plot_say(
            figure,
            "Start skew: last less first start of the ranks after a barrier, n = "
            "%s visits. ",
            fan_show_count(view->skews).s);
    if (view->laws > 0)
        fan_plot_say(figure,
                     "Laws: time in flight that Little's law expects, and time of "
                     "the places that attempts and waits explain; grey: within 2 "
                     "%%. ");
    if (view->acf_n > 0)
        fan_plot_say(figure,
                     "Autocorrelation of n = %s calls, each by its setting's median; "
                     "blue: where 95 %% of them lie if calls are independent. ",
                     fan_show_count(view->acf_n).s);
    if (view->lates > 0)
        fan_plot_say(figure,
                     "Delay: sent after it was due, n = %s attempts; below 0.1 us "
                     "in the first bar.",
                     fan_show_count(view->lates).s);
}

void fan_figure_trust(const struct fan_summary *summary, struct fan_figure *figure)
{
    struct view view;
    memset(&view, 0, sizeof view);
    view.summary = summary;
    take_skews(&view);
    take_delays(&view);
    take_memory(&view);
    count_panels(&view);
    if (view.panels > 0) {
        size_t panel = 0;
        describe(&view, figure);
        fan_plot_begin(figure);
        if (view.skews >= VISITS_MIN)
            plot_times(&view, figure, panel++, "skew", "Did the ranks start together?",
                       "start skew (us, log scale)", "visits", view.skew_us, view.skews);
        if (view.laws > 0) plot_laws(&view, figure, panel++);
        if (view.acf_n > 0) plot_memory(&view, figure, panel++);
        if (view.lates > 0)
            plot_times(&view, figure, panel++, "delay", "Was the client in time?",
                       "sent after it was due (us, log scale)", "attempts", view.late_us,
                       view.lates);
        fan_plot_end(figure);
    }
    free(view.late_us);
    free(view.skew_us);
}
