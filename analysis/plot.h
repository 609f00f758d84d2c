/* plot.h - what the figures share: a script with its data, axes, colours, samples. */
#ifndef FAN_ANALYSIS_PLOT_H
#define FAN_ANALYSIS_PLOT_H

#include "analysis/sink.h"
#include "analysis/summary_data.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Levels of a factor, or cells, that a figure shows: evenly chosen when there are many.
 */
#define FAN_PLOT_LEVELS_MAX 16
struct fan_levels {
    uint32_t level[FAN_PLOT_LEVELS_MAX]; /* ascending */
    size_t n;                            /* chosen */
    size_t all;                          /* that exist */
};

/* A figure while it is written. */
struct fan_figure {
    const char *name;       /* "duration_memory": base of the file names */
    char title[120];        /* its message */
    char caption[700];      /* what is drawn, n, confidence, what is left out */
    struct fan_sink script; /* gnuplot commands */
    struct fan_sink data;   /* what they plot: named blocks of columns */
    bool drawn;             /* false: there is nothing to show; the caption says why */
};

/* A rectangle of the canvas, in screen coordinates 0..1. */
struct fan_panel {
    double left, right, bottom, top;
};

/* Which factor of a cell. */
enum fan_factor { FAN_FACTOR_MEMORY, FAN_FACTOR_WORK, FAN_FACTOR_PARALLELISM };
uint32_t fan_plot_level(const struct fan_study_cell *cell, enum fan_factor factor);

/* The levels that the study's cells have, at most `most` of them, ends always included.
 */
struct fan_levels fan_plot_levels(const struct fan_study *study, enum fan_factor factor,
                                  size_t most);
bool fan_plot_has(const struct fan_levels *levels, uint32_t level);

/* Colour of a memory size as 0xRRGGBB, the same in all figures of a study. */
unsigned fan_plot_colour(const struct fan_study *study, uint32_t memory_mb);

/* Append to the caption; what does not fit is cut. */
void fan_plot_say(struct fan_figure *figure, const char *fmt, ...) FAN_PRINTF(2, 3);

/* Begin the script: terminal, output, fonts, title and caption. */
void fan_plot_begin(struct fan_figure *figure);

/* Place the i-th of n panels (1, 2, or up to 4 in two rows) below the title. */
struct fan_panel fan_plot_panel(size_t i, size_t n);
void fan_plot_margins(struct fan_figure *figure, struct fan_panel panel);

/* Start a named block of the data file; its columns follow, line by line. */
void fan_plot_block(struct fan_figure *figure, const char *name);

/* A quoted gnuplot string of outside text: nothing in it is ever interpreted. */
void fan_plot_quote(struct fan_sink *sink, const char *text);

/* Logarithmic axis 'x' or 'y' over [low, high], low > 0, with 3 to 9 labelled ticks at
 * round values: powers of two, or 1-2-5. Widens the range to a factor of at least 1.2. */
void fan_plot_log_axis(struct fan_sink *script, char axis, double low, double high,
                       bool powers_of_two);

/* Indices of at most `most` values of an ascending sample of n, seeded, ends included;
 * indices: room for min(n, most). Returns how many. */
size_t fan_plot_sample(size_t n, size_t most, uint64_t seed, size_t *indices);

/* The figures (one file each). They fill script, data, title, caption and drawn. */
void fan_figure_memory(const struct fan_summary *summary, struct fan_figure *figure);
void fan_figure_ecdf(const struct fan_summary *summary, struct fan_figure *figure);
void fan_figure_timeline(const struct fan_summary *summary, struct fan_figure *figure);

#ifdef __cplusplus
}
#endif
#endif
