/* figure_cost.c - cost by memory: bars split into what is paid for, with the interval of
 * the mean, and the level below which a step to more memory pays. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "analysis/answers.h"
#include "analysis/plot_cost.h"
#include "analysis/show.h"

#define BARS_MAX   16
#define BARS_TOLD  8 /* with more bars in a panel no room for their values */
#define HALF_WIDTH 0.36
#define PARTS      4

/* From the bottom of a bar to its top. */
static const char *const part_names[PARTS] = { "requests", "compute", "INIT",
                                               "API Gateway" };
static const unsigned part_greys[PARTS] = { 0x3a3a3a, 0x808080, 0xcccccc, 0xb59b6a };

struct view {
    const struct fan_summary *summary;
    struct fan_groups groups; /* a panel each */
    size_t bars, bars_all;    /* over all panels */
    uint64_t calls;
    double per; /* calls that the dollars are for: 1,000 or a million */
    bool has[PARTS];
    bool several; /* some panel has two bars or more */
};

static void parts_of(const struct fan_cost *cost, double part[PARTS])
{
    part[0] = cost->requests;
    part[1] = cost->compute;
    part[2] = cost->init;
    part[3] = cost->gateway + cost->authorizer;
}

static void measure(struct view *view)
{
    size_t cell[BARS_MAX], all;
    double most = 0.0, part[PARTS];
    for (size_t g = 0; g < view->groups.n; g++) {
        const size_t n = fan_plot_group_cells(view->summary, &view->groups.group[g], cell,
                                              BARS_MAX, &all);
        view->bars += n;
        view->bars_all += all;
        view->several |= n > 1;
        for (size_t i = 0; i < n; i++) {
            const struct fan_cell_summary *own = &view->summary->cells[cell[i]];
            view->calls += own->tallies.calls;
            most = fmax(most, own->usd_per_call);
            parts_of(&own->tallies.cost, part);
            for (int p = 0; p < PARTS; p++)
                view->has[p] |= part[p] > 0.0;
        }
    }
    view->per = fan_plot_calls_unit(most);
}

/* The size's colour, darkened or paled by what is paid for. */
static unsigned shade_of(unsigned colour, int part)
{
    unsigned mixed = 0;
    if (part == 3) return part_greys[3];
    for (int shift = 0; shift <= 16; shift += 8) {
        const double own = (colour >> shift) & 0xff;
        const double towards = part == 0 ? 0.0 : 255.0;
        const double share = part == 0 ? 0.55 : part == 2 ? 0.6 : 0.0;
        mixed |= (unsigned)lround(own + (towards - own) * share) << shift;
    }
    return mixed;
}

/* One bar: a rectangle for each part, as x, y, x and y range, colour. */
static void put_bar(struct view *view, struct fan_figure *figure, size_t c, double x)
{
    const struct fan_cell_summary *cell = &view->summary->cells[c];
    const unsigned colour = fan_plot_colour(view->summary->study, cell->cell->memory_mb);
    const double scale = view->per / (double)cell->tallies.calls;
    double part[PARTS], low = 0.0;
    parts_of(&cell->tallies.cost, part);
    for (int p = 0; p < PARTS; p++) {
        const double high = low + part[p] * scale;
        if (high > low)
            fan_sink_put(&figure->data, "%g %.8g %g %g %.8g %.8g %u\n", x,
                         (low + high) / 2.0, x - HALF_WIDTH, x + HALF_WIDTH, low, high,
                         shade_of(colour, p));
        low = high;
    }
}

/* Mean with interval, and what it costs in words. Returns the panel's highest value. */
static double put_means(struct view *view, struct fan_figure *figure, const size_t *cell,
                        size_t n)
{
    double most = 0.0;
    for (size_t i = 0; i < n; i++) {
        const struct fan_cell_summary *own = &view->summary->cells[cell[i]];
        const struct fan_interval ci = view->summary->answers->cells[cell[i]].call_usd_ci;
        const double mean = view->per * own->usd_per_call;
        const bool known = isfinite(ci.lower) && isfinite(ci.upper);
        const double lower = known ? view->per * ci.lower : mean;
        const double upper = known ? view->per * ci.upper : mean;
        fan_sink_put(&figure->data, "%zu %.8g %.8g %.8g \"%s\"\n", i + 1, mean, lower,
                     upper, fan_show_usd(mean).s);
        most = fmax(most, upper);
    }
    return most;
}

static void put_axes(struct view *view, struct fan_figure *figure, const size_t *cell,
                     size_t n, double most, bool left)
{
    struct fan_sink *script = &figure->script;
    const double span = n < 4 ? 4.0 : (double)n, middle = ((double)n + 1.0) / 2.0;
    fan_sink_put(script, "set xrange [%g:%g]\nset yrange [0:%.8g]\nset xtics nomirror (",
                 middle - span / 2.0 - 0.1, middle + span / 2.0 + 0.1,
                 most > 0.0 ? most * 1.16 : 1.0);
    const size_t step = view->groups.n > 1 && n > 10 ? 2 : 1;
    for (size_t i = 0; i < n; i++) {
        const struct fan_study_cell *own = view->summary->cells[cell[i]].cell;
        char name[64] = "";
        if (i % step == 0) snprintf(name, sizeof name, "%u", own->memory_mb);
        if (view->summary->factors.function && n <= 6 / (view->groups.n > 1 ? 2 : 1))
            snprintf(name, sizeof name, "%u MB, %.*s", own->memory_mb, n == 1 ? 44 : 24,
                     own->function);
        fan_sink_put(script, i ? ", " : "");
        fan_plot_quote(script, name);
        fan_sink_put(script, " %zu", i + 1);
    }
    fan_sink_put(script, ") scale 0\nset xlabel 'memory size (MB)'\nset ylabel '");
    if (left)
        fan_sink_put(script, "dollars per %s calls",
                     view->per > 1000.0 ? "million" : "1,000");
    fan_sink_put(script, "'\nset format y '%%g'\n");
}

/* The key explains the parts in grey: the hue is the memory size's. */
static void put_key(struct view *view, struct fan_figure *figure)
{
    for (int p = 0; p < PARTS; p++)
        if (view->has[p])
            fan_sink_put(&figure->script,
                         "  NaN with boxes fs solid 1 noborder fc rgb '#%06x' title "
                         "'%s', \\\n",
                         part_greys[p], part_names[p]);
    if (view->several)
        fan_sink_put(&figure->script, "  NaN with lines lw 2 dt (4,3) lc rgb '#111111' "
                                      "title 'break-even', \\\n");
}

static void put_panel(struct view *view, struct fan_figure *figure, size_t g)
{
    struct fan_sink *script = &figure->script;
    size_t cell[BARS_MAX], all;
    char name[40];
    const size_t n =
        fan_plot_group_cells(view->summary, &view->groups.group[g], cell, BARS_MAX, &all);

    snprintf(name, sizeof name, "bars_%zu", g);
    fan_plot_block(figure, name);
    for (size_t i = 0; i < n; i++)
        put_bar(view, figure, cell[i], (double)i + 1.0);
    snprintf(name, sizeof name, "means_%zu", g);
    fan_plot_block(figure, name);
    const double most = put_means(view, figure, cell, n);
    snprintf(name, sizeof name, "break_even_%zu", g);
    fan_plot_block(figure, name);
    for (size_t i = 1; i < n; i++)
        fan_sink_put(&figure->data, "%g %.8g %g 0\n", (double)i + 1.0 - 0.47,
                     view->per * view->summary->cells[cell[i - 1]].usd_per_call, 0.94);

    fan_plot_margins(figure, fan_plot_panel(g, view->groups.n));
    put_axes(view, figure, cell, n, most, view->groups.n < 2 || g % 2 == 0);
    fan_plot_heading(figure, view->summary, &view->groups.group[g]);
    fan_sink_put(script,
                 "set key at screen 0.965,0.985 right top horizontal maxrows 1 reverse "
                 "Left samplen 1.6 font ',12.5'\nplot \\\n");
    if (g == 0) put_key(view, figure);
    fan_sink_put(script,
                 "  data index 'bars_%zu;' using 1:2:3:4:5:6:7 with boxxyerror fs solid "
                 "1 noborder lc rgb variable notitle, \\\n",
                 g);
    if (n > 1)
        fan_sink_put(
            script,
            "  data index 'break_even_%zu;' using 1:2:3:4 with vectors nohead lw "
            "2 dt (4,3) lc rgb '#111111' notitle, \\\n",
            g);
    fan_sink_put(
        script,
        "  data index 'means_%zu;' using 1:3:(0):($4-$3) with vectors heads size "
        "screen 0.005,90 lw 1.6 lc rgb '#111111' notitle, \\\n",
        g);
    if (n <= BARS_TOLD)
        fan_sink_put(script,
                     "  data index 'means_%zu;' using 1:4:5 with labels center offset "
                     "0,0.8 font ',12' textcolor rgb '#111111' notitle, \\\n",
                     g);
    fan_sink_put(script, "  NaN notitle\nunset label\n");
}

static void describe(const struct view *view, struct fan_figure *figure)
{
    const struct fan_summary *summary = view->summary;
    snprintf(figure->title, sizeof figure->title, "Cost of a call by memory size");
    fan_plot_say(figure,
                 "Mean cost of a call with all its attempts, cold starts and failures "
                 "included, with its 95 %% bootstrap interval; n = %s calls in %zu %s; "
                 "prices of %s, %s, %s.",
                 fan_show_count(view->calls).s, view->bars,
                 view->bars == 1 ? "setting" : "settings", summary->price.region,
                 summary->price.arch, summary->price.date);
    if (view->several)
        fan_plot_say(figure, " Dashed: what the next smaller size costs; a bar below it "
                             "is a step that pays.");
    if (view->groups.n > 1) fan_plot_say(figure, " Each panel has its own scale.");
    if (view->groups.all > view->groups.n || view->bars_all > view->bars)
        fan_plot_say(figure,
                     " Shown: %zu of %zu combinations of work and parallelism, %zu of "
                     "their %zu settings.",
                     view->groups.n, view->groups.all, view->bars, view->bars_all);
}

void fan_figure_cost(const struct fan_summary *summary, struct fan_figure *figure)
{
    struct view view;
    memset(&view, 0, sizeof view);
    view.summary = summary;
    view.groups = fan_plot_groups(summary, FAN_COST_PANELS_MAX);
    if (view.groups.n > 0) measure(&view);
    if (!(summary->total.cost.total > 0.0) || view.bars == 0) {
        fan_plot_say(figure,
                     "No picture of the cost: no call succeeded, or nothing was billed.");
        return;
    }
    describe(&view, figure);
    fan_plot_begin(figure);
    for (size_t g = 0; g < view.groups.n; g++)
        put_panel(&view, figure, g);
    fan_plot_end(figure);
}
