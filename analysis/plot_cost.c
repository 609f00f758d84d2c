/* plot_cost.c - see plot_cost.h. */
#include "analysis/plot_cost.h"

#include <math.h>
#include <stdlib.h>

#define TEXT_HIGH 15.0 /* pixels that a line takes, with a little air */
#define SIDES     6

size_t fan_plot_group_cells(const struct fan_summary *summary,
                            const struct fan_group *group, size_t *cell, size_t most,
                            size_t *all)
{
    const struct fan_study *study = summary->study;
    size_t *found = fan_alloc_zero(study->cell_count + 1, sizeof *found), n = 0;
    for (size_t c = 0; c < study->cell_count; c++) {
        if (!fan_plot_in_group(&study->cells[c], group)) continue;
        if (summary->cells[c].tallies.attempts == 0) continue;
        size_t at = n++;
        for (; at > 0; at--) {
            if (study->cells[found[at - 1]].memory_mb <= study->cells[c].memory_mb) break;
            found[at] = found[at - 1];
        }
        found[at] = c;
    }
    const size_t chosen = n < most ? n : most;
    for (size_t i = 0; i < chosen; i++)
        cell[i] = found[chosen < 2 ? 0 : i * (n - 1) / (chosen - 1)];
    free(found);
    *all = n;
    return chosen;
}

double fan_plot_calls_unit(double most_usd)
{
    return 1000.0 * most_usd < 0.1 ? 1e6 : 1000.0;
}

/* How many points and texts a text with its middle at (x, y) would cover; a place that
 * is not wholly inside the panel counts as covering everything. */
static size_t covered(const struct fan_plot_text *text, size_t own, size_t n, double x,
                      double y, double wide, double high)
{
    const double half = text[own].wide / 2.0, up = TEXT_HIGH / 2.0;
    size_t count = 0;
    if (x - half < 0.0 || x + half > wide || y - up < 0.0 || y + up > high) return n * n;
    for (size_t i = 0; i < n; i++) {
        count += fabs(text[i].x - x) < half + text[i].round &&
                 fabs(text[i].y - y) < up + text[i].round;
        if (i < own && text[i].shown)
            count += fabs(text[i].at_x - x) < half + text[i].wide / 2.0 &&
                     fabs(text[i].at_y - y) < 2.0 * up;
    }
    return count;
}

void fan_plot_place(struct fan_plot_text *text, size_t n, double wide, double high)
{
    /* Never straight to a side: there the front's line leaves a point. */
    static const double side_x[SIDES] = { 1, 1, 0, 0, -1, -1 };
    static const double side_y[SIDES] = { 1, -1, 1, -1, 1, -1 };
    for (size_t i = 0; i < n; i++) {
        size_t least = n * n + 1;
        for (int ring = 0; ring < (text[i].must ? 3 : 1); ring++) {
            for (int s = 0; s < SIDES && least > 0; s++) {
                const double gap = text[i].round + 2.0 + 9.0 * ring;
                const double x = text[i].x + side_x[s] * (gap + text[i].wide / 2.0);
                const double y = text[i].y + side_y[s] * (gap + 6.0);
                const size_t covers = covered(text, i, n, x, y, wide, high);
                if (covers >= least) continue;
                least = covers;
                text[i].at_x = x;
                text[i].at_y = y;
            }
        }
        text[i].shown = least == 0 || (text[i].must && least < n * n);
    }
}
