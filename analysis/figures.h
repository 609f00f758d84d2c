/* figures.h - the figures of a report: gnuplot scripts, their data, and SVG. */
#ifndef FAN_ANALYSIS_FIGURES_H
#define FAN_ANALYSIS_FIGURES_H

#include "analysis/summary.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_FIGURES_MAX 24

struct fan_figure_made {
    const char *name; /* the files are figures/NAME.svg, .gp and .dat */
    char title[120];
    char caption[700]; /* without a drawing: why there is none */
    bool drawn;        /* NAME.svg exists */
};

struct fan_figures {
    struct fan_figure_made item[FAN_FIGURES_MAX];
    size_t n;
};

/**
 * Write dir/figures/NAME.gp and .dat for every figure that has something to show, and
 * let gnuplot draw NAME.svg. Without gnuplot, or when it fails, the figure counts as not
 * drawn and a warning is logged. Errors: FAN_EIO (a file cannot be written).
 */
enum fan_status fan_figures_write(const struct fan_summary *summary, const char *dir,
                                  struct fan_figures *made,
                                  struct fan_err *err) FAN_MUST_CHECK;

/* Fills a figure's script, data, title, caption and whether it is drawn (plot.h). */
struct fan_figure;
typedef void fan_figure_draw(const void *subject, struct fan_figure *figure);

/**
 * The same for one figure of something else: dir/figures/NAME.gp, .dat and .svg. The name
 * is of small letters and underscores, and is kept, not copied. Errors: FAN_EIO.
 */
enum fan_status fan_figure_make(const char *dir, const char *name, fan_figure_draw *draw,
                                const void *subject, struct fan_figure_made *made,
                                struct fan_err *err) FAN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
