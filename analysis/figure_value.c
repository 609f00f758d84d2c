/* figure_value.c - what is best value? Cost against time: a point for each memory size,
 * the Pareto front, and what each strategy would choose. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/answers.h"
#include "analysis/plot_cost.h"
#include "analysis/show.h"

#define POINTS_MAX  64
#define CANVAS_WIDE 1200.0
#define CANVAS_HIGH 800.0
#define LETTER      7.6 /* pixels that a letter of a label takes */
#define LETTER_BOLD 8.1
#define TEXT_MAX    96

/* A memory size: its interval of time (ms) and of cost, and what is said of it. */
struct point {
    size_t cell;
    double ms, usd;
    struct fan_interval ms_ci, usd_ci;
    bool beaten; /* surely: another is better in both */
    bool chosen; /* by some strategy */
    char text[TEXT_MAX];
};

struct view {
    const struct fan_summary *summary;
    struct fan_groups groups; /* a panel each */
    struct point *point[FAN_COST_PANELS_MAX];
    size_t points[FAN_COST_PANELS_MAX], shown, all;
    uint64_t calls;
    double per; /* calls that the dollars are for */
    bool beaten, chosen;
};

/* The row of sizes that a cell belongs to; NULL for a size that is alone. */
static const struct fan_memory_answer *row_of(const struct fan_summary *summary, size_t c)
{
    const struct fan_answers *answers = summary->answers;
    for (size_t i = 0; i < answers->memory_count; i++)
        for (size_t k = 0; k < answers->memory[i].row.n; k++)
            if (answers->memory[i].row.cell[k] == c) return &answers->memory[i];
    return NULL;
}

static struct fan_interval known_or(struct fan_interval ci, double point)
{
    if (!(isfinite(ci.lower) && isfinite(ci.upper))) ci.lower = ci.upper = point;
    return ci;
}

/* "1024 MB: speed, balanced", with the function's name where sizes do not tell. */
static void name_point(struct point *point, const struct fan_summary *summary)
{
    const struct fan_study_cell *cell = summary->cells[point->cell].cell;
    const struct fan_memory_answer *row = row_of(summary, point->cell);
    int n = snprintf(point->text, sizeof point->text, "%u MB", cell->memory_mb);
    if (summary->factors.function)
        n += snprintf(point->text + n, sizeof point->text - (size_t)n, " %.40s",
                      cell->function);
    if (!row || !row->tuned) return;
    const bool is[3] = { row->cheapest == point->cell, row->fastest == point->cell,
                         row->balanced == point->cell };
    static const char *const names[3] = { "cost", "speed", "balanced" };
    for (int i = 0; i < 3; i++) {
        if (!is[i]) continue;
        n += snprintf(point->text + n, sizeof point->text - (size_t)n, "%s%s",
                      point->chosen ? ", " : ": ", names[i]);
        point->chosen = true;
    }
}

static void take_points(struct view *view, size_t g)
{
    const struct fan_summary *summary = view->summary;
    size_t cell[POINTS_MAX], all;
    const size_t n =
        fan_plot_group_cells(summary, &view->groups.group[g], cell, POINTS_MAX, &all);
    view->point[g] = fan_alloc_zero(n + 1, sizeof *view->point[g]);
    view->all += all;
    for (size_t i = 0; i < n; i++) {
        struct point *point = &view->point[g][view->points[g]];
        const struct fan_description *d = fan_summary_main(summary, cell[i]);
        const struct fan_cell_answer *answer = &summary->answers->cells[cell[i]];
        if (!(d->median > 0.0) || !(answer->usd_mean > 0.0)) continue;
        point->cell = cell[i];
        point->ms = d->median;
        point->usd = answer->usd_mean;
        point->ms_ci = known_or(d->median_ci, d->median);
        point->usd_ci = known_or(answer->usd_ci, answer->usd_mean);
        point->beaten = row_of(summary, cell[i]) && !answer->on_front;
        name_point(point, summary);
        view->calls += answer->usd_n;
        view->beaten |= point->beaten;
        view->chosen |= point->chosen;
        view->points[g]++;
        view->shown++;
    }
}

/* The ranges of a panel, with room for labels. */
struct ranges {
    double low_ms, high_ms, low_usd, high_usd;
};

/* At least a factor of `least`, and air for marks and labels on both sides. */
static void spread(double *low, double *high, double least, double air)
{
    const double factor = fmax(1.0, sqrt(least * *low / *high));
    *low /= factor;
    *high *= factor;
    const double room = pow(*high / *low, air);
    *low /= room;
    *high *= room;
}

static struct ranges ranges_of(const struct view *view, size_t g)
{
    struct ranges r = { (double)INFINITY, 0.0, (double)INFINITY, 0.0 };
    for (size_t i = 0; i < view->points[g]; i++) {
        const struct point *p = &view->point[g][i];
        r.low_ms = fmin(r.low_ms, fmax(p->ms_ci.lower, p->ms / 10.0));
        r.high_ms = fmax(r.high_ms, p->ms_ci.upper);
        r.low_usd = fmin(r.low_usd, view->per * fmax(p->usd_ci.lower, p->usd / 10.0));
        r.high_usd = fmax(r.high_usd, view->per * p->usd_ci.upper);
    }
    spread(&r.low_ms, &r.high_ms, 2.0, 0.12);
    spread(&r.low_usd, &r.high_usd, 1.4, 0.16);
    return r;
}

static int by_time(const void *left, const void *right)
{
    const struct point *a = left;
    const struct point *b = right;
    if (a->ms != b->ms) return a->ms < b->ms ? -1 : 1;
    return (a->usd > b->usd) - (a->usd < b->usd);
}

/* Corners of the staircase below which no point lies; points are in order of time. */
static void put_front(struct view *view, struct fan_figure *figure, size_t g,
                      const struct ranges *r)
{
    double best = r->high_usd;
    for (size_t i = 0; i < view->points[g]; i++) {
        const struct point *p = &view->point[g][i];
        if (!(view->per * p->usd < best)) continue;
        fan_sink_put(&figure->data, "%.8g %.8g\n", p->ms, best);
        best = view->per * p->usd;
        fan_sink_put(&figure->data, "%.8g %.8g\n", p->ms, best);
    }
    fan_sink_put(&figure->data, "%.8g %.8g\n", r->high_ms, best);
}

static void put_points(struct view *view, struct fan_figure *figure, size_t g)
{
    for (size_t i = 0; i < view->points[g]; i++) {
        const struct point *p = &view->point[g][i];
        const struct fan_study_cell *cell = view->summary->cells[p->cell].cell;
        fan_sink_put(&figure->data, "%.8g %.8g %.8g %.8g %.8g %.8g %u %d %d %u\n", p->ms,
                     view->per * p->usd, p->ms_ci.lower, p->ms_ci.upper,
                     view->per * p->usd_ci.lower, view->per * p->usd_ci.upper,
                     fan_plot_colour(view->summary->study, cell->memory_mb), p->beaten,
                     p->chosen, cell->memory_mb);
    }
}

/* Chosen ones first, then the rest of the front, then as many as find room. */
static int rank_of(const struct point *p)
{
    return p->chosen ? 0 : p->beaten ? 2 : 1;
}

static void put_labels(struct view *view, struct fan_figure *figure, size_t g,
                       const struct ranges *r)
{
    const struct fan_panel panel = fan_plot_panel(g, view->groups.n);
    const double wide = (panel.right - panel.left) * CANVAS_WIDE;
    const double high = (panel.top - panel.bottom) * CANVAS_HIGH;
    const double octaves_x = log(r->high_ms / r->low_ms);
    const double octaves_y = log(r->high_usd / r->low_usd);
    const size_t n = view->points[g];
    struct fan_plot_text *text = fan_alloc_zero(n + 1, sizeof *text);
    const struct point **said = fan_alloc_zero(n + 1, sizeof *said);
    size_t put = 0;
    for (int rank = 0; rank < 3; rank++)
        for (size_t i = 0; i < n; i++)
            if (rank_of(&view->point[g][i]) == rank) said[put++] = &view->point[g][i];
    for (size_t i = 0; i < n; i++) {
        text[i].x = wide * log(said[i]->ms / r->low_ms) / octaves_x;
        text[i].y = high * log(view->per * said[i]->usd / r->low_usd) / octaves_y;
        text[i].wide =
            (said[i]->chosen ? LETTER_BOLD : LETTER) * (double)strlen(said[i]->text);
        text[i].round = said[i]->chosen ? 11.0 : 6.0;
        text[i].must = said[i]->chosen;
    }
    fan_plot_place(text, n, wide, high);
    for (size_t i = 0; i < n; i++) {
        if (!text[i].shown) continue;
        fan_sink_put(&figure->script, "set label ");
        fan_plot_quote(&figure->script, said[i]->text);
        fan_sink_put(&figure->script,
                     " at graph %.4f, graph %.4f center font '%s,12' textcolor rgb "
                     "'#222222' front\n",
                     text[i].at_x / wide, text[i].at_y / high,
                     said[i]->chosen ? "DejaVu Sans:Bold" : "DejaVu Sans");
    }
    free(said);
    free(text);
}

static void put_axes(struct view *view, struct fan_figure *figure, const struct ranges *r,
                     bool left)
{
    struct fan_sink *script = &figure->script;
    fan_plot_log_axis(script, 'x', r->low_ms, r->high_ms, false);
    fan_plot_log_axis(script, 'y', r->low_usd, r->high_usd, false);
    fan_sink_put(script, "set xlabel 'median %s, log scale'\nset ylabel '",
                 view->summary->metric == FAN_METRIC_DURATION
                     ? "duration (ms, from REPORT)"
                     : "latency (ms, at the client)");
    if (left)
        fan_sink_put(script, "dollars per %s calls, log scale",
                     view->per > 1000.0 ? "million" : "1,000");
    fan_sink_put(script, "'\n");
}

/* Marks are layered discs: ring and hole of a chosen point, the disc, its hole if beaten.
 */
static void put_marks(struct fan_figure *figure, size_t g)
{
    static const struct {
        const char *which;
        double size;
        const char *colour; /* NULL: the memory size's own */
    } layers[] = { { "($9 == 1 ? $2 : NaN)", 2.5, "#111111" },
                   { "($9 == 1 ? $2 : NaN)", 2.1, "#ffffff" },
                   { "2", 1.3, NULL },
                   { "($8 == 1 ? $2 : NaN)", 0.75, "#ffffff" } };
    struct fan_sink *script = &figure->script;
    for (size_t i = 0; i < sizeof layers / sizeof layers[0]; i++) {
        const char *own = layers[i].colour;
        fan_sink_put(script,
                     "  data index 'points_%zu;' using 1:%s%s with points pt 7 ps "
                     "%g lc rgb %s%s%s notitle, \\\n",
                     g, layers[i].which, own ? "" : ":7", layers[i].size, own ? "'" : "",
                     own ? own : "variable", own ? "'" : "");
    }
}

static void put_panel(struct view *view, struct fan_figure *figure, size_t g)
{
    struct fan_sink *script = &figure->script;
    char name[32];
    if (view->points[g] == 0) return;
    const struct ranges ranges = ranges_of(view, g);
    qsort(view->point[g], view->points[g], sizeof *view->point[g], by_time);
    snprintf(name, sizeof name, "front_%zu", g);
    fan_plot_block(figure, name);
    put_front(view, figure, g, &ranges);
    snprintf(name, sizeof name, "points_%zu", g);
    fan_plot_block(figure, name);
    put_points(view, figure, g);

    fan_plot_margins(figure, fan_plot_panel(g, view->groups.n));
    put_axes(view, figure, &ranges, view->groups.n < 2 || g % 2 == 0);
    fan_plot_heading(figure, view->summary, &view->groups.group[g]);
    put_labels(view, figure, g, &ranges);
    fan_sink_put(
        script,
        "set key at screen 0.965,0.985 right top horizontal maxrows 1 reverse "
        "Left samplen 1.6 font ',12.5'\nplot \\\n"
        "  data index 'front_%zu;' using 1:2 with lines lw 1.6 lc rgb '#777777' "
        "%s, \\\n"
        "  data index 'points_%zu;' using 1:2:3:4:5:6:7 with xyerrorbars pt 0 lw "
        "1.6 lc rgb variable notitle, \\\n",
        g, g == 0 ? "title 'Pareto front of the points'" : "notitle", g);
    put_marks(figure, g);
    fan_sink_put(script, "  NaN notitle\nunset label\n");
}

static void describe(const struct view *view, struct fan_figure *figure)
{
    const struct fan_summary *summary = view->summary;
    snprintf(figure->title, sizeof figure->title, "What is best value?");
    fan_plot_say(figure,
                 "Mean cost of a %s call against its median %s, both with 95 %% "
                 "intervals (bootstrap, order statistics); n = %s calls in %zu %s; "
                 "prices of %s, %s, %s.",
                 fan_stratum_name(summary->stratum), fan_metric_name(summary->metric),
                 fan_show_count(view->calls).s, view->shown,
                 view->shown == 1 ? "setting" : "settings", summary->price.region,
                 summary->price.arch, summary->price.date);
    if (view->beaten) fan_plot_say(figure, " Hollow: another is surely better in both.");
    if (view->chosen)
        fan_plot_say(figure, " Ringed: chosen by a strategy of power tuning (named).");
    if (view->groups.all > view->groups.n || view->all > view->shown)
        fan_plot_say(figure,
                     " Shown: %zu of %zu combinations of work and parallelism, %zu of "
                     "their %zu settings.",
                     view->groups.n, view->groups.all, view->shown, view->all);
}

void fan_figure_value(const struct fan_summary *summary, struct fan_figure *figure)
{
    struct view view;
    double most = 0.0;
    memset(&view, 0, sizeof view);
    view.summary = summary;
    view.groups = fan_plot_groups(summary, FAN_COST_PANELS_MAX);
    for (size_t g = 0; g < view.groups.n; g++) {
        take_points(&view, g);
        for (size_t i = 0; i < view.points[g]; i++)
            most = fmax(most, view.point[g][i].usd);
    }
    view.per = fan_plot_calls_unit(most);
    if (view.shown == 0) {
        fan_plot_say(figure,
                     "No picture of cost against time: no successful call has a "
                     "%s and a cost.",
                     fan_metric_name(summary->metric));
    } else {
        describe(&view, figure);
        fan_plot_begin(figure);
        for (size_t g = 0; g < view.groups.n; g++)
            put_panel(&view, figure, g);
        fan_plot_end(figure);
    }
    for (size_t g = 0; g < view.groups.n; g++)
        free(view.point[g]);
}
