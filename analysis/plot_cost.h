/* plot_cost.h - what the figures of cost share: a panel's cells, units, room for texts.
 */
#ifndef FAN_ANALYSIS_PLOT_COST_H
#define FAN_ANALYSIS_PLOT_COST_H

#include "analysis/plot.h"

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_COST_PANELS_MAX 4

/* At most `most` cells of a group that have attempts, by memory, ends always included.
 * Returns how many; *all: of how many. */
size_t fan_plot_group_cells(const struct fan_summary *summary,
                            const struct fan_group *group, size_t *cell, size_t most,
                            size_t *all);

/* How many calls an axis of dollars speaks of, where a call costs at most so much: 1,000,
 * or a million so that numbers keep a readable size. */
double fan_plot_calls_unit(double most_usd);

/* A short text beside a point of a panel; lengths are pixels, y grows upwards. */
struct fan_plot_text {
    double x, y;       /* the point */
    double round;      /* radius of its mark */
    double wide;       /* of the text */
    bool must;         /* show it even if it covers something */
    bool shown;        /* out */
    double at_x, at_y; /* out: the text's middle */
};

/* Find places beside the points for the texts, in their order, that cover neither points
 * nor each other; a text without one is not shown, unless it must be. wide, high: the
 * panel's size. */
void fan_plot_place(struct fan_plot_text *text, size_t n, double wide, double high);

#ifdef __cplusplus
}
#endif
#endif
