/* figure_timeline.c - who ran when? A bar per attempt by rank and place; load below. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/plot.h"
#include "analysis/show.h"
#include "analysis/time_order.h"

#define ROWS_MAX 48
#define ATTEMPTS_MAX                                                                     \
    2000                  /* bars of the upper panel; longer runs show their beginning   \
                           */
#define STEPS_EXACT  3000 /* changes of load that are drawn one by one */
#define STEPS_BINNED 1000
#define LABELS_MAX   26

enum bar { BAR_WAIT, BAR_INIT, BAR_RUN, BAR_THROTTLE, BAR_FAIL, BAR_COUNT };

static const struct {
    const char *name, *title, *style;
} bars[BAR_COUNT] = {
    { "wait", "network and overhead", "fs solid noborder lc rgb '#c8c8c8'" },
    { "init", "INIT (cold start)", "fs solid noborder lc rgb '#E69F00'" },
    { "run", "handler runs", "fs solid noborder lc rgb '#0072B2'" },
    { "throttle", "throttled", "fs pattern 4 border lc rgb '#D55E00'" },
    { "fail", "failed", "fs solid noborder lc rgb '#444444'" },
};

/* A place of a rank: one row of the picture. */
struct row {
    uint32_t rank, slot;
};

struct view {
    const struct fan_summary *summary;
    struct row *row; /* those shown, from top to bottom */
    size_t rows, rows_all, attempts, attempts_shown;
    int64_t zero_ns, window_ns; /* the upper panel shows [zero, zero + window] */
    double unit_ns;             /* of the time axis: a second or a millisecond */
    const char *unit;
    uint64_t throttled, failed;
    uint32_t load_max; /* largest of what was in flight and asked for */
};

static int compare_rows(const void *left, const void *right)
{
    const struct row *a = left;
    const struct row *b = right;
    if (a->rank != b->rank) return a->rank < b->rank ? -1 : 1;
    return (a->slot > b->slot) - (a->slot < b->slot);
}

static void choose_rows(struct view *view)
{
    const struct fan_study *study = view->summary->study;
    view->row = fan_alloc_zero(study->record_count + 1, sizeof *view->row);
    for (size_t i = 0; i < study->record_count; i++) {
        view->row[i].rank = study->records[i].rank;
        view->row[i].slot = study->records[i].slot;
    }
    qsort(view->row, study->record_count, sizeof *view->row, compare_rows);
    size_t n = 0;
    for (size_t i = 0; i < study->record_count; i++)
        if (n == 0 || compare_rows(&view->row[i], &view->row[n - 1]) != 0)
            view->row[n++] = view->row[i];

    view->rows_all = n;
    view->rows = n < ROWS_MAX ? n : ROWS_MAX;
    for (size_t i = 0; i < view->rows; i++)
        view->row[i] = view->row[view->rows < 2 ? 0 : i * (n - 1) / (view->rows - 1)];
}

/* The row of a record, or rows when it is not shown. */
static size_t row_of(const struct view *view, const struct fan_record *record)
{
    const struct row key = { record->rank, record->slot };
    const struct row *found =
        bsearch(&key, view->row, view->rows, sizeof key, compare_rows);
    return found ? (size_t)(found - view->row) : view->rows;
}

/* The whole run, or as much of its beginning as has room for ATTEMPTS_MAX bars. */
static void choose_window(struct view *view)
{
    const struct fan_study *study = view->summary->study;
    int64_t *sent_ns = fan_alloc_zero(study->record_count + 1, sizeof *sent_ns);

    for (size_t i = 0; i < study->record_count; i++)
        if (row_of(view, &study->records[i]) < view->rows)
            sent_ns[view->attempts++] = study->records[i].sent_ns;
    fan_times_sort(sent_ns, view->attempts);
    view->zero_ns = view->summary->first_ns;
    view->window_ns = view->summary->last_ns - view->zero_ns;
    view->attempts_shown = view->attempts;
    if (view->attempts > ATTEMPTS_MAX) {
        view->attempts_shown = ATTEMPTS_MAX;
        view->window_ns = sent_ns[ATTEMPTS_MAX] - view->zero_ns;
    }
    if (view->window_ns < 1000) view->window_ns = 1000;
    free(sent_ns);

    const bool long_run = view->summary->last_ns - view->zero_ns >= INT64_C(2000000000);
    view->unit_ns = long_run ? 1e9 : 1e6;
    view->unit = long_run ? "s" : "ms";
}

static double time_of(const struct view *view, int64_t ns)
{
    return (double)(ns - view->zero_ns) / view->unit_ns;
}

/* One rectangle: middle, then the four sides, as `boxxyerror` reads them. */
static void put_bar(const struct view *view, struct fan_figure *figure, size_t row,
                    int64_t from_ns, int64_t to_ns)
{
    /* Thinner than a tenth of a pixel is invisible, and there may be thousands. */
    if (to_ns - from_ns < view->window_ns / 10000) return;
    const double from = time_of(view, from_ns), to = time_of(view, to_ns);
    const double y = (double)row;
    fan_sink_put(&figure->data, "%.7g %.7g %.7g %.7g %.7g %.7g\n", (from + to) / 2.0, y,
                 from, to, y - 0.4, y + 0.4);
}

/* The part of an attempt that a kind of bar shows; false when it has none. */
static bool span_of(const struct fan_record *record, enum bar bar, int64_t *from_ns,
                    int64_t *to_ns)
{
    const int64_t end_ns = record->sent_ns + record->end_ns;
    const int64_t init_ns = record->reported ? (int64_t)(record->init_ms * 1e6) : 0;
    const int64_t run_ns = record->reported ? (int64_t)(record->duration_ms * 1e6) : 0;
    int64_t run_end_ns = end_ns; /* the first byte leaves when the handler has ended */
    if (record->first_byte_ns > 0) run_end_ns = record->sent_ns + record->first_byte_ns;
    int64_t run_start_ns = run_end_ns - run_ns;
    if (run_start_ns < record->sent_ns) run_start_ns = record->sent_ns;
    int64_t init_start_ns = run_start_ns - init_ns;
    if (init_start_ns < record->sent_ns) init_start_ns = record->sent_ns;

    const bool throttled = record->outcome == FAN_OUTCOME_THROTTLE;
    const bool ok = record->outcome == FAN_OUTCOME_OK;
    *from_ns = record->sent_ns;
    *to_ns = end_ns;
    switch (bar) {
    case BAR_WAIT: return !throttled;
    case BAR_INIT:
        *from_ns = init_start_ns;
        *to_ns = run_start_ns;
        return ok && init_ns > 0;
    case BAR_RUN:
        *from_ns = run_start_ns;
        *to_ns = run_end_ns;
        return ok && run_ns > 0;
    case BAR_THROTTLE: return throttled;
    case BAR_FAIL: return !ok && !throttled;
    case BAR_COUNT: break;
    }
    return false;
}

static bool in_window(const struct view *view, const struct fan_record *record)
{
    return record->sent_ns - view->zero_ns < view->window_ns ||
           view->attempts_shown == view->attempts;
}

static void put_bars(struct view *view, struct fan_figure *figure)
{
    const struct fan_study *study = view->summary->study;
    for (int bar = 0; bar < BAR_COUNT; bar++) {
        fan_plot_block(figure, bars[bar].name);
        for (size_t i = 0; i < study->record_count; i++) {
            const struct fan_record *record = &study->records[i];
            const size_t row = row_of(view, record);
            int64_t from_ns, to_ns;
            if (row == view->rows || !in_window(view, record)) continue;
            if (!span_of(record, (enum bar)bar, &from_ns, &to_ns)) continue;
            put_bar(view, figure, row, from_ns, to_ns);
        }
    }
}

/* Throttles and failures once more as marks: their bars are often too thin to see. */
static void put_marks(struct view *view, struct fan_figure *figure, const char *name,
                      bool throttles)
{
    const struct fan_study *study = view->summary->study;
    fan_plot_block(figure, name);
    for (size_t i = 0; i < study->record_count; i++) {
        const struct fan_record *record = &study->records[i];
        const size_t row = row_of(view, record);
        if (row == view->rows || !in_window(view, record)) continue;
        if (record->outcome == FAN_OUTCOME_OK) continue;
        if ((record->outcome == FAN_OUTCOME_THROTTLE) != throttles) continue;
        fan_sink_put(&figure->data, "%.7g %zu\n", time_of(view, record->sent_ns), row);
        *(throttles ? &view->throttled : &view->failed) += 1;
    }
}

/* Attempts in flight over the whole run; binned to the largest per bin when long. */
static bool put_load(struct view *view, struct fan_figure *figure)
{
    const struct fan_study *study = view->summary->study;
    const size_t n = 2 * study->record_count;
    struct fan_change *change = fan_alloc_zero(n + 1, sizeof *change);
    for (size_t i = 0; i < study->record_count; i++) {
        change[2 * i].at_ns = study->records[i].sent_ns;
        change[2 * i].by = 1;
        change[2 * i + 1].at_ns = study->records[i].sent_ns + study->records[i].end_ns;
        change[2 * i + 1].by = -1;
    }
    fan_changes_sort(change, n);

    const bool binned = n > STEPS_EXACT;
    const int64_t length_ns = view->summary->last_ns - view->zero_ns;
    const int64_t bin_ns = binned ? length_ns / STEPS_BINNED + 1 : 1;
    int64_t bin = 0;
    int load = 0, most = 0;
    fan_plot_block(figure, "load");
    fan_sink_put(&figure->data, "0 0\n");
    for (size_t i = 0; i < n; i++) {
        const int64_t own = (change[i].at_ns - view->zero_ns) / bin_ns;
        if (own != bin) {
            fan_sink_put(&figure->data, "%.7g %d\n",
                         (double)(bin * bin_ns) / view->unit_ns, binned ? most : load);
            bin = own;
            most = load;
        }
        load += change[i].by;
        if (load > most) most = load;
        if (load > 0 && (uint32_t)load > view->load_max) view->load_max = (uint32_t)load;
    }
    fan_sink_put(&figure->data, "%.7g 0\n", time_of(view, view->summary->last_ns));
    free(change);
    return binned;
}

/* The parallelism that was asked for, over each visit of a cell. */
static void put_places(struct view *view, struct fan_figure *figure)
{
    const struct fan_study *study = view->summary->study;
    fan_plot_block(figure, "asked");
    for (size_t i = 0; i < study->phase_count; i++) {
        const struct fan_phase_mark *mark = &study->phases[i];
        if (mark->cell >= study->cell_count || study->phase_rank[i] != 0) continue;
        const uint32_t asked = study->cells[mark->cell].parallelism;
        if (asked > view->load_max) view->load_max = asked;
        fan_sink_put(&figure->data, "%.7g %u\n%.7g %u\n\n", time_of(view, mark->start_ns),
                     asked, time_of(view, mark->end_ns), asked);
    }
}

static void put_row_labels(const struct view *view, struct fan_figure *figure)
{
    const size_t step = view->rows / LABELS_MAX + 1;
    fan_sink_put(&figure->script, "set ytics nomirror (");
    for (size_t i = 0; i < view->rows; i += step)
        fan_sink_put(&figure->script, "%s'%u.%u' %zu", i ? ", " : "", view->row[i].rank,
                     view->row[i].slot, i);
    fan_sink_put(&figure->script, ")\nset yrange [%.1f:-0.8]\n",
                 (double)view->rows - 0.2);
}

static void plot_bars(const struct view *view, struct fan_figure *figure)
{
    struct fan_sink *script = &figure->script;
    const struct fan_panel panel = { 0.075, 0.975, 0.395, 0.885 };

    fan_plot_margins(figure, panel);
    put_row_labels(view, figure);
    fan_sink_put(script,
                 "unset grid\nset xrange [0:%.8g]\nset xlabel 'time since the first call "
                 "(%s)'\nset ylabel 'rank.place'\nset key at screen 0.975,0.925 right "
                 "horizontal reverse Left samplen 1.2 font ',12'\nplot \\\n",
                 (double)view->window_ns / view->unit_ns, view->unit);
    for (int bar = 0; bar < BAR_COUNT; bar++) {
        if (bar == BAR_THROTTLE && view->throttled == 0) continue;
        if (bar == BAR_FAIL && view->failed == 0) continue;
        fan_sink_put(
            script,
            "  data index '%s;' using 1:2:3:4:5:6 with boxxyerror %s title '%s', "
            "\\\n",
            bars[bar].name, bars[bar].style, bars[bar].title);
    }
    if (view->throttled > 0)
        fan_sink_put(script,
                     "  data index 'throttle_marks;' using 1:2 with points pt 2 ps "
                     "0.5 lw 1.4 lc rgb '#D55E00' notitle, \\\n");
    if (view->failed > 0)
        fan_sink_put(script,
                     "  data index 'fail_marks;' using 1:2 with points pt 2 ps 0.6 "
                     "lw 1.6 lc rgb '#000000' notitle, \\\n");
    fan_sink_put(script, "  NaN notitle\nunset label\n");
}

/* A round step that gives at most four ticks above 0. */
static unsigned load_step(uint32_t most)
{
    static const unsigned round[] = { 1, 2, 5 };
    for (unsigned decade = 1; decade < 1000000; decade *= 10)
        for (size_t i = 0; i < 3; i++)
            if (most / (round[i] * decade) <= 4) return round[i] * decade;
    return 1000000;
}

static void plot_load(const struct view *view, struct fan_figure *figure)
{
    struct fan_sink *script = &figure->script;
    const struct fan_panel panel = { 0.075, 0.975, 0.155, 0.305 };
    const double whole = time_of(view, view->summary->last_ns);
    const double shown = (double)view->window_ns / view->unit_ns;

    fan_plot_margins(figure, panel);
    if (view->attempts_shown < view->attempts)
        fan_sink_put(script,
                     "set object 1 rectangle from 0, graph 0 to %.8g, graph 1 behind fc "
                     "rgb '#eeeeee' fs solid noborder\n"
                     "set label 12 'shown above' at %.8g, graph 0.88 left offset 0.5,0 "
                     "font ',11' textcolor rgb '#777777'\n",
                     shown, shown);
    fan_sink_put(
        script,
        "set grid ytics\nset xrange [0:%.8g]\nset yrange [0:*]\nset offsets 0, 0, "
        "graph 0.12, 0\nset ytics nomirror %u\nset xlabel 'time since the first call "
        "(%s), whole run'\nset ylabel 'in flight'\nset key at screen 0.975,0.33 "
        "right horizontal reverse Left samplen 1.6 font ',12'\n",
        whole > 0.0 ? whole : 1.0, load_step(view->load_max), view->unit);
    fan_sink_put(
        script, "plot data index 'load;' using 1:2 with fillsteps fs solid 0.25 noborder "
                "lc rgb '#0072B2' notitle, \\\n"
                "  data index 'load;' using 1:2 with steps lw 1.2 lc rgb '#0072B2' title "
                "'in flight', \\\n");
    if (view->summary->study->phase_count > 0)
        fan_sink_put(script,
                     "  data index 'asked;' using 1:2 with lines dt 2 lw 1.4 lc rgb "
                     "'#555555' title 'asked for', \\\n");
    fan_sink_put(script, "  NaN notitle\nunset multiplot\n");
}

static void describe(const struct view *view, struct fan_figure *figure, bool binned)
{
    const struct fan_skew *skew = &view->summary->skew;

    fan_plot_say(
        figure,
        "One bar per attempt, one row per rank and place of it, n = %s attempts. "
        "Time 0 is the first call after the start barrier. Below: attempts in "
        "flight over all ranks%s.",
        fan_show_count(view->summary->total.attempts).s,
        binned ? " (the most in each thousandth of the run)" : "");
    if (view->attempts_shown < view->attempts)
        fan_plot_say(figure, " Above: the first %s of the run (%s of %s attempts).",
                     fan_show_seconds((double)view->window_ns / 1e9).s,
                     fan_show_count(view->attempts_shown).s,
                     fan_show_count(view->attempts).s);
    if (view->rows < view->rows_all)
        fan_plot_say(figure, " Rows: %zu of %zu places, evenly chosen.", view->rows,
                     view->rows_all);
    if (skew->phases > 0)
        fan_plot_say(figure, " Start skew of the ranks: median %s, max %s.",
                     fan_show_seconds(skew->median_us / 1e6).s,
                     fan_show_seconds(skew->max_us / 1e6).s);
}

void fan_figure_timeline(const struct fan_summary *summary, struct fan_figure *figure)
{
    struct view view;
    memset(&view, 0, sizeof view);
    view.summary = summary;
    snprintf(figure->title, sizeof figure->title, "When each call ran");
    if (summary->total.attempts == 0) {
        fan_plot_say(figure, "Nothing to draw: no attempt was made.");
        return;
    }
    choose_rows(&view);
    choose_window(&view);
    put_bars(&view, figure);
    put_marks(&view, figure, "throttle_marks", true);
    put_marks(&view, figure, "fail_marks", false);
    put_places(&view, figure);
    describe(&view, figure, put_load(&view, figure));
    fan_plot_begin(figure);
    plot_bars(&view, figure);
    plot_load(&view, figure);
    free(view.row);
}
