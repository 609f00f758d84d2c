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

/* One combination of work and parallelism: cells that differ in memory alone. */
struct fan_group {
    uint32_t work, parallelism;
    const char *transport; /* the study's; "" where all cells have the same */
};

/* Groups that have values of the main metric. */
struct fan_groups {
    struct fan_group group[FAN_PLOT_LEVELS_MAX];
    size_t n, all; /* chosen; combinations that exist */
};

/* All groups, or at most `most`: then levels of both factors, ends included. */
struct fan_groups fan_plot_groups(const struct fan_summary *summary, size_t most);
bool fan_plot_in_group(const struct fan_study_cell *cell, const struct fan_group *group);

/* "work 2x, 8 in flight" above the next panel, where these vary (label 11). */
void fan_plot_heading(struct fan_figure *figure, const struct fan_summary *summary,
                      const struct fan_group *group);

/* Plot elements that give the key a line per memory size. */
void fan_plot_memory_key(struct fan_figure *figure, const struct fan_summary *summary,
                         const struct fan_levels *memory);

/* Colour of a memory size as 0xRRGGBB, the same in all figures of a study. */
unsigned fan_plot_colour(const struct fan_study *study, uint32_t memory_mb);

/* Append to the caption; what does not fit is cut. */
void fan_plot_say(struct fan_figure *figure, const char *fmt, ...) FAN_PRINTF(2, 3);

/* Begin the script: terminal, output, fonts, title and caption. */
void fan_plot_begin(struct fan_figure *figure);

/* End the script. */
void fan_plot_end(struct fan_figure *figure);

/* Place the i-th of n panels (1, 2, or up to 4 in two rows) below the title. */
struct fan_panel fan_plot_panel(size_t i, size_t n);
void fan_plot_margins(struct fan_figure *figure, struct fan_panel panel);

/* Start a named block of the data file; its columns follow, line by line. */
void fan_plot_block(struct fan_figure *figure, const char *name);

/* A transport's name for a double-quoted text, each of its parts in a line of its own:
 * there is no room for "gateway+key+authorizer" below a box. */
void fan_plot_fold(struct fan_sink *sink, const char *transport);

/* A quoted gnuplot string of outside text: nothing in it is ever interpreted. */
void fan_plot_quote(struct fan_sink *sink, const char *text);

/* Logarithmic axis 'x' or 'y' over [low, high], low > 0, with 3 to 9 labelled ticks at
 * round values: powers of two, or 1-2-5. Widens the range to a factor of at least 1.2. */
void fan_plot_log_axis(struct fan_sink *script, char axis, double low, double high,
                       bool powers_of_two);

/* Values that span more than this are drawn on a logarithmic axis. */
#define FAN_PLOT_LOG_SPAN 10.0

/* Axis for values in [low, high] with some room: logarithmic when they are > 0 and span
 * more than FAN_PLOT_LOG_SPAN (then true), else linear, not from 0. */
bool fan_plot_value_axis(struct fan_sink *script, char axis, double low, double high);

/* A round distance of ticks (1, 2, 5 times a power of ten) that gives at most `most`
 * steps over a span. */
double fan_plot_step(double span, int most);

/* "duration (ms, from REPORT)", "latency (ms, at the client)": the main metric's axis. */
const char *fan_plot_metric_label(const struct fan_summary *summary, bool log);

/* Indices of at most `most` values of an ascending sample of n, seeded, ends included;
 * indices: room for min(n, most). Returns how many. */
size_t fan_plot_sample(size_t n, size_t most, uint64_t seed, size_t *indices);

/* The figures (one file each). They fill script, data, title, caption and drawn. */
void fan_figure_memory(const struct fan_summary *summary, struct fan_figure *figure);
void fan_figure_sizing(const struct fan_summary *summary, struct fan_figure *figure);
void fan_figure_ecdf(const struct fan_summary *summary, struct fan_figure *figure);
void fan_figure_spread(const struct fan_summary *summary, struct fan_figure *figure);
void fan_figure_tail(const struct fan_summary *summary, struct fan_figure *figure);
void fan_figure_course(const struct fan_summary *summary, struct fan_figure *figure);
void fan_figure_timeline(const struct fan_summary *summary, struct fan_figure *figure);
void fan_figure_cost(const struct fan_summary *summary, struct fan_figure *figure);
void fan_figure_value(const struct fan_summary *summary, struct fan_figure *figure);
void fan_figure_work(const struct fan_summary *summary, struct fan_figure *figure);
void fan_figure_scaling(const struct fan_summary *summary, struct fan_figure *figure);
void fan_figure_concurrent(const struct fan_summary *summary, struct fan_figure *figure);
void fan_figure_versions(const struct fan_summary *summary, struct fan_figure *figure);
void fan_figure_throttling(const struct fan_summary *summary, struct fan_figure *figure);
void fan_figure_trust(const struct fan_summary *summary, struct fan_figure *figure);

#ifdef __cplusplus
}
#endif
#endif
