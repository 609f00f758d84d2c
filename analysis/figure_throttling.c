/* figure_throttling.c - where did throttling start? The throttled share against the calls
 * offered at once, and what was accepted and refused over time. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/answers.h"
#include "analysis/plot.h"
#include "analysis/show.h"
#include "analysis/time_order.h"

#define FUNCTIONS_MAX 4
#define BINS_MAX      200 /* of the run's time */

struct view {
    const struct fan_summary *summary;
    const struct fan_throttle_answer *function[FUNCTIONS_MAX];
    size_t functions;
    double high_n;
    double unit_ns, bin_ns;
    const char *unit;
    size_t bins;
};

/* Functions of evenly chosen memory sizes. */
static void choose(struct view *view)
{
    const struct fan_throttle_answers *answers = &view->summary->answers->throttle;
    const size_t most = answers->count < FUNCTIONS_MAX ? answers->count : FUNCTIONS_MAX;
    for (size_t i = 0; i < most; i++) {
        const size_t at = most < 2 ? 0 : i * (answers->count - 1) / (most - 1);
        const struct fan_throttle_answer *function = &answers->function[at];
        view->function[view->functions++] = function;
        view->high_n =
            fmax(view->high_n, (double)function->level[function->levels - 1].high);
    }
}

static unsigned colour_of(const struct view *view, size_t i)
{
    const struct fan_study *study = view->summary->study;
    return fan_plot_colour(study, study->cells[view->function[i]->cell].memory_mb);
}

/* Offered, share and interval in per cent, attempts. Functions stand beside each other.
 */
static void put_shares(const struct view *view, struct fan_figure *figure)
{
    for (size_t i = 0; i < view->functions; i++) {
        const struct fan_throttle_answer *function = view->function[i];
        const double aside = view->functions < 2
                                 ? 0.0
                                 : 0.004 * view->high_n *
                                       ((double)i - 0.5 * (double)(view->functions - 1));
        char name[32];
        snprintf(name, sizeof name, "share_%zu", i);
        fan_plot_block(figure, name);
        for (size_t k = 0; k < function->levels; k++) {
            const struct fan_throttle_level *level = &function->level[k];
            fan_sink_put(&figure->data, "%.6g %.6g %.6g %.6g %llu\n",
                         ((double)level->low + (double)level->high) / 2.0 + aside,
                         100.0 * (double)level->throttled / (double)level->attempts,
                         100.0 * level->ci.lower, 100.0 * level->ci.upper,
                         (unsigned long long)level->attempts);
        }
    }
}

/* Per bin of the run: the most accepted attempts in flight, accepted and throttled ones
 * sent in it. */
struct bin {
    int most;
    uint64_t accepted, throttled;
};

/* The bin of a time; times that a damaged journal puts elsewhere go to the ends. */
static size_t bin_of(const struct view *view, int64_t ns)
{
    const double at = (double)(ns - view->summary->first_ns) / view->bin_ns;
    return at > 0.0 ? (size_t)fmin(at, (double)view->bins) : 0;
}

/* The most accepted attempts in flight in each bin; changes are in order. */
static void fill_most(const struct view *view, const struct fan_change *change, size_t n,
                      struct bin *bin)
{
    int running = 0;
    size_t before = 0;
    for (size_t i = 0; i < n; i++) {
        const size_t at = bin_of(view, change[i].at_ns);
        for (; before < at; before++)
            if (running > bin[before + 1].most) bin[before + 1].most = running;
        running += change[i].by;
        if (running > bin[at].most) bin[at].most = running;
    }
}

static struct bin *fill_bins(const struct view *view)
{
    const struct fan_study *study = view->summary->study;
    struct bin *bin = fan_alloc_zero(view->bins + 1, sizeof *bin);
    struct fan_change *change =
        fan_alloc_zero(2 * study->record_count + 1, sizeof *change);
    size_t n = 0;
    for (size_t i = 0; i < study->record_count; i++) {
        const struct fan_record *record = &study->records[i];
        if (record->cell >= study->cell_count) continue;
        struct bin *own = &bin[bin_of(view, record->sent_ns)];
        if (record->outcome == FAN_OUTCOME_THROTTLE) {
            own->throttled++;
            continue;
        }
        own->accepted++;
        change[n].at_ns = record->sent_ns;
        change[n++].by = 1;
        change[n].at_ns = record->sent_ns + record->end_ns;
        change[n++].by = -1;
    }
    fan_changes_sort(change, n);
    fill_most(view, change, n, bin);
    free(change);
    return bin;
}

/* Start of each bin, accepted in flight, accepted and all attempts per second; gives the
 * largest of the last and of what was in flight. */
static void put_time(const struct view *view, struct fan_figure *figure, double *rate,
                     double *load)
{
    struct bin *bin = fill_bins(view);
    const double seconds = view->bin_ns / 1e9;
    fan_plot_block(figure, "time");
    *rate = *load = 1.0; /* axes are never empty */
    for (size_t i = 0; i <= view->bins; i++) {
        const double all = (double)(bin[i].accepted + bin[i].throttled) / seconds;
        fan_sink_put(&figure->data, "%.6g %d %.6g %.6g\n",
                     (double)i * view->bin_ns / view->unit_ns, bin[i].most,
                     (double)bin[i].accepted / seconds, all);
        *rate = fmax(*rate, all);
        *load = fmax(*load, (double)bin[i].most);
    }
    free(bin);
}

/* A dashed line where a limit on concurrency was found. */
static void put_limits(const struct view *view, struct fan_figure *figure, bool vertical)
{
    double told[FUNCTIONS_MAX];
    size_t n = 0;
    for (size_t i = 0; i < view->functions; i++) {
        const struct fan_limit *limit = &view->function[i]->limit;
        bool known = false;
        if (limit->kind != FAN_LIMIT_CONCURRENCY) continue;
        for (size_t k = 0; k < n; k++)
            known |= told[k] == limit->concurrency;
        if (known) continue; /* functions that share a limit share its line */
        told[n++] = limit->concurrency;
        if (vertical)
            fan_sink_put(&figure->script,
                         "set arrow %zu from %.6g, graph 0 to %.6g, graph 1 nohead dt 2 "
                         "lw 1.6 lc rgb '#111111' back\n"
                         "set label %zu 'limit %.6g' at %.6g, graph %.3f left offset "
                         "0.6,0 font ',12' front\n",
                         20 + n, limit->concurrency + 0.5, limit->concurrency + 0.5,
                         20 + n, limit->concurrency, limit->concurrency + 0.5,
                         0.62 - 0.09 * (double)(n - 1));
        else
            fan_sink_put(&figure->script,
                         "set arrow %zu from graph 0, first %.6g to graph 1, first %.6g "
                         "nohead dt 2 lw 1.6 lc rgb '#111111' front\n",
                         20 + n, limit->concurrency, limit->concurrency);
    }
}

static void plot_shares(const struct view *view, struct fan_figure *figure)
{
    const struct fan_panel panel = { 0.08, 0.965, 0.56, 0.895 };
    const struct fan_study *study = view->summary->study;
    struct fan_sink *script = &figure->script;

    fan_plot_margins(figure, panel);
    put_limits(view, figure, true);
    fan_sink_put(script,
                 "set xrange [0:%.6g]\nset xtics nomirror %g\nset yrange [-2:102]\nset "
                 "ytics nomirror 25\n"
                 "set xlabel 'attempts offered at once (in flight when one left, itself "
                 "counted)'\nset ylabel 'throttled (%% of attempts)'\n"
                 "set key at screen 0.965,0.955 right top horizontal maxrows 1 reverse "
                 "Left samplen 1.4 font ',12.5'\nplot \\\n",
                 view->high_n * 1.04 + 0.5, fmax(1.0, fan_plot_step(view->high_n, 10)));
    for (size_t i = 0; i < view->functions; i++)
        fan_sink_put(
            script,
            "  data index 'share_%zu;' using 1:2:3:4 with yerrorbars pt 7 ps 0.7 "
            "lw 1.5 lc rgb '#%06x' title '%u MB', \\\n",
            i, colour_of(view, i), study->cells[view->function[i]->cell].memory_mb);
    fan_sink_put(script, "  NaN notitle\nunset label\nunset arrow\n");
}

static void plot_time(const struct view *view, struct fan_figure *figure, double length,
                      double rate, double load)
{
    const struct fan_panel above = { 0.08, 0.965, 0.34, 0.46 };
    const struct fan_panel below = { 0.08, 0.965, 0.16, 0.285 };
    struct fan_sink *script = &figure->script;

    fan_plot_margins(figure, above);
    fan_sink_put(
        script,
        "set xrange [0:%.8g]\nset yrange [0:%.6g]\nset ytics nomirror %.6g\n"
        "set format x ''\nset xtics nomirror autofreq\nset xlabel ''\nset ylabel "
        "'per second'\nset key at screen 0.965,0.498 right top horizontal "
        "maxrows 1 reverse Left samplen 1.4 font ',12'\n"
        "plot data index 'time;' using 1:4 with fillsteps fs solid noborder lc "
        "rgb '#D62728' title 'throttled', \\\n"
        "  data index 'time;' using 1:3 with fillsteps fs solid noborder lc rgb "
        "'#9BC4E2' title 'accepted'\n",
        length, 1.1 * rate, fan_plot_step(1.1 * rate, 4));
    fan_plot_margins(figure, below);
    put_limits(view, figure, false);
    fan_sink_put(
        script,
        "set yrange [0:%.6g]\nset ytics nomirror %.6g\nset format x '%%g'\nset xlabel "
        "'time since the first call (%s)'\nset "
        "ylabel 'in flight'\nset key at screen 0.965,0.316 right top horizontal "
        "maxrows 1 reverse Left samplen 1.4 font ',12'\n"
        "plot data index 'time;' using 1:2 with fillsteps fs solid 0.35 noborder "
        "lc rgb '#0072B2' notitle, \\\n"
        "  data index 'time;' using 1:2 with steps lw 1.3 lc rgb '#0072B2' title "
        "'accepted in flight', \\\n  NaN with lines dt 2 lw 1.6 lc rgb "
        "'#111111' %s\n",
        1.15 * load, fmax(1.0, fan_plot_step(1.15 * load, 4)), view->unit,
        view->function[0]->limit.kind == FAN_LIMIT_CONCURRENCY ? "title 'estimated limit'"
                                                               : "notitle");
}

static void say_limit(const struct view *view, struct fan_figure *figure, size_t i)
{
    const struct fan_throttle_answer *function = view->function[i];
    const struct fan_limit *limit = &function->limit;
    fan_plot_say(figure,
                 " %u MB: ", view->summary->study->cells[function->cell].memory_mb);
    switch (limit->kind) {
    case FAN_LIMIT_CONCURRENCY:
        fan_plot_say(figure, "limit of %.0f at once.", limit->concurrency);
        break;
    case FAN_LIMIT_RATE:
        fan_plot_say(figure, "limit of %s per second after a burst of %s.",
                     fan_show_number(limit->rate).s, fan_show_number(limit->burst).s);
        break;
    case FAN_LIMIT_UNKNOWN: fan_plot_say(figure, "limit unattributed."); break;
    case FAN_LIMIT_NONE: break;
    }
}

static void describe(const struct view *view, struct fan_figure *figure)
{
    const struct fan_summary *summary = view->summary;
    const struct fan_throttle_answers *answers = &summary->answers->throttle;
    const struct fan_throttle_level *level = view->function[0]->level;
    bool joined = false;
    for (size_t k = 0; k < view->function[0]->levels; k++)
        joined |= level[k].high > level[k].low;
    snprintf(figure->title, sizeof figure->title, "Where did throttling start?");
    fan_plot_say(figure,
                 "Above: share of attempts answered 429, 95 %% intervals (Clopper and "
                 "Pearson)%s; n = %s attempts, %s throttled. Below: attempts sent per "
                 "second, and accepted ones in flight (the most in each %s).",
                 joined ? ", neighbouring numbers taken together" : "",
                 fan_show_count(summary->total.attempts).s,
                 fan_show_count(summary->total.throttled).s,
                 fan_show_seconds(view->bin_ns / 1e9).s);
    for (size_t i = 0; i < view->functions; i++)
        say_limit(view, figure, i);
    if (view->functions < answers->count)
        fan_plot_say(figure, " Shown: %zu of %zu throttled functions.", view->functions,
                     answers->count);
}

void fan_figure_throttling(const struct fan_summary *summary, struct fan_figure *figure)
{
    struct view view;
    memset(&view, 0, sizeof view);
    view.summary = summary;
    choose(&view);
    if (view.functions == 0) return; /* nothing was throttled */
    double span_ns = (double)(summary->last_ns - summary->first_ns);
    if (!(span_ns >= 1000.0)) span_ns = 1000.0;
    view.unit_ns = span_ns >= 2e9 ? 1e9 : 1e6;
    view.unit = span_ns >= 2e9 ? "s" : "ms";
    view.bins = BINS_MAX;
    view.bin_ns = span_ns / (double)view.bins;
    describe(&view, figure);
    fan_plot_begin(figure);
    put_shares(&view, figure);
    double rate, load;
    put_time(&view, figure, &rate, &load);
    plot_shares(&view, figure);
    plot_time(&view, figure, span_ns / view.unit_ns, rate, load);
    fan_plot_end(figure);
}
