/* plot.c - see plot.h. */
#include "analysis/plot.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/random.h"

#define CAPTION_LINE 196 /* characters that fit below a figure */

uint32_t fan_plot_level(const struct fan_study_cell *cell, enum fan_factor factor)
{
    switch (factor) {
    case FAN_FACTOR_MEMORY: return cell->memory_mb;
    case FAN_FACTOR_WORK: return cell->work;
    case FAN_FACTOR_PARALLELISM: return cell->parallelism;
    }
    return 0;
}

static int compare_levels(const void *left, const void *right)
{
    const uint32_t a = *(const uint32_t *)left;
    const uint32_t b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

/* All levels, ascending, each once. Owns: the caller frees. */
static uint32_t *all_levels(const struct fan_study *study, enum fan_factor factor,
                            size_t *n)
{
    uint32_t *level = fan_alloc_zero(study->cell_count + 1, sizeof *level);
    for (size_t c = 0; c < study->cell_count; c++)
        level[c] = fan_plot_level(&study->cells[c], factor);
    qsort(level, study->cell_count, sizeof *level, compare_levels);
    *n = 0;
    for (size_t c = 0; c < study->cell_count; c++)
        if (*n == 0 || level[c] != level[*n - 1]) level[(*n)++] = level[c];
    return level;
}

struct fan_levels fan_plot_levels(const struct fan_study *study, enum fan_factor factor,
                                  size_t most)
{
    struct fan_levels chosen = { { 0 }, 0, 0 };
    uint32_t *level = all_levels(study, factor, &chosen.all);

    if (most > FAN_PLOT_LEVELS_MAX) most = FAN_PLOT_LEVELS_MAX;
    chosen.n = chosen.all < most ? chosen.all : most;
    for (size_t i = 0; i < chosen.n; i++) {
        const size_t at = chosen.n < 2 ? 0 : i * (chosen.all - 1) / (chosen.n - 1);
        chosen.level[i] = level[at];
    }
    free(level);
    return chosen;
}

bool fan_plot_has(const struct fan_levels *levels, uint32_t level)
{
    for (size_t i = 0; i < levels->n; i++)
        if (levels->level[i] == level) return true;
    return false;
}

/* One channel between two colours. */
static unsigned mix(unsigned a, unsigned b, int shift, double share)
{
    const double from = (a >> shift) & 0xff, to = (b >> shift) & 0xff;
    return (unsigned)lround(from + (to - from) * share) << shift;
}

unsigned fan_plot_colour(const struct fan_study *study, uint32_t memory_mb)
{
    /* Okabe and Ito's colours, told apart with any colour vision; yellow is too faint. */
    static const unsigned few[] = { 0xD55E00, 0x0072B2, 0x009E73, 0xCC79A7,
                                    0xE69F00, 0x56B4E9, 0x000000 };
    /* Many sizes: a ramp that also orders them (viridis). */
    static const unsigned ramp[] = { 0x440154, 0x3B528B, 0x21918C, 0x5EC962, 0xD8C11F };
    const size_t few_count = sizeof few / sizeof few[0];
    const size_t ramp_count = sizeof ramp / sizeof ramp[0];
    size_t n, at = 0;

    uint32_t *level = all_levels(study, FAN_FACTOR_MEMORY, &n);
    while (at + 1 < n && level[at] != memory_mb)
        at++;
    free(level);
    if (n <= few_count) return few[at];
    const double place = (double)at * (double)(ramp_count - 1) / (double)(n - 1);
    const size_t low = place < (double)(ramp_count - 1) ? (size_t)place : ramp_count - 2;
    const double share = place - (double)low;
    return mix(ramp[low], ramp[low + 1], 16, share) |
           mix(ramp[low], ramp[low + 1], 8, share) |
           mix(ramp[low], ramp[low + 1], 0, share);
}

void fan_plot_say(struct fan_figure *figure, const char *fmt, ...)
{
    const size_t used = strlen(figure->caption);
    va_list args;
    va_start(args, fmt);
    vsnprintf(figure->caption + used, sizeof figure->caption - used, fmt, args);
    va_end(args);
}

void fan_plot_fold(struct fan_sink *sink, const char *transport)
{
    for (const char *p = transport; *p; p++)
        fan_sink_put(sink, "%s%c", *p == '+' ? "\\n" : "", *p);
}

void fan_plot_quote(struct fan_sink *sink, const char *text)
{
    /* Nothing is substituted inside single quotes; the quote itself is doubled. */
    fan_sink_bytes(sink, "'", 1);
    for (; *text; text++) {
        const unsigned char byte = (unsigned char)*text;
        if (byte < ' ' || byte == 0x7f)
            fan_sink_bytes(sink, " ", 1);
        else if (byte == '\'')
            fan_sink_bytes(sink, "''", 2);
        else
            fan_sink_bytes(sink, text, 1);
    }
    fan_sink_bytes(sink, "'", 1);
}

/* The caption below the figure, broken into at most three lines. */
static void put_caption(struct fan_figure *figure)
{
    const char *rest = figure->caption;
    for (int line = 0; line < 3 && *rest; line++) {
        char text[CAPTION_LINE + 1];
        size_t n = strlen(rest);
        if (n > CAPTION_LINE) {
            n = CAPTION_LINE;
            while (n > 1 && rest[n] != ' ')
                n--;
        }
        memcpy(text, rest, n);
        text[n] = '\0';
        fan_sink_put(&figure->script, "set label %d ", line + 2);
        fan_plot_quote(&figure->script, text);
        fan_sink_put(&figure->script,
                     " at screen 0.015,%.4f left font ',11.5' textcolor rgb '#555555'\n",
                     0.052 - 0.0195 * line);
        rest += n;
        while (*rest == ' ')
            rest++;
    }
}

void fan_plot_begin(struct fan_figure *figure)
{
    struct fan_sink *script = &figure->script;
    fan_sink_put(script,
                 "# Draw again, in this folder: gnuplot -d %s.gp\n"
                 "set encoding utf8\n"
                 "set terminal svg size 1200,800 fixed noenhanced font 'DejaVu Sans,15' "
                 "background rgb '#ffffff'\n"
                 "set output '%s.svg'\n"
                 "data = '%s.dat'\n",
                 figure->name, figure->name, figure->name);
    fan_sink_put(script, "set border 3 lc rgb '#555555'\n"
                         "set tics nomirror out scale 0.6 textcolor rgb '#333333'\n"
                         "set grid back lt 1 lw 0.8 lc rgb '#e4e4e4' dt solid\n"
                         "set label 1 ");
    fan_plot_quote(script, figure->title);
    fan_sink_put(script, " at screen 0.015,0.965 left font 'DejaVu Sans:Bold,19'\n");
    put_caption(figure);
    fan_sink_put(script, "set multiplot\n");
    figure->drawn = true;
}

struct fan_panel fan_plot_panel(size_t i, size_t n)
{
    const size_t columns = n < 2 ? 1 : 2, rows = n <= 2 ? 1 : 2;
    const double left = 0.08, right = 0.965, bottom = 0.162, top = 0.905;
    const double gap_x = 0.075, gap_y = 0.135;
    const double wide = (right - left - gap_x * (double)(columns - 1)) / (double)columns;
    const double high = (top - bottom - gap_y * (double)(rows - 1)) / (double)rows;
    const size_t column = i % columns, row = i / columns;

    struct fan_panel panel;
    panel.left = left + (double)column * (wide + gap_x);
    panel.right = panel.left + wide;
    panel.top = top - (double)row * (high + gap_y);
    panel.bottom = panel.top - high;
    return panel;
}

void fan_plot_margins(struct fan_figure *figure, struct fan_panel panel)
{
    fan_sink_put(&figure->script,
                 "set lmargin at screen %.4f\nset rmargin at screen %.4f\n"
                 "set bmargin at screen %.4f\nset tmargin at screen %.4f\n",
                 panel.left, panel.right, panel.bottom, panel.top);
}

void fan_plot_block(struct fan_figure *figure, const char *name)
{
    /* Two empty lines end a block; the comment names the next one for `index`, which
     * takes the first name that begins alike: hence the ; that ends a name. */
    fan_sink_put(&figure->data, "\n\n# %s;\n", name);
}

/* Write one tick; returns 1 so that callers can count. */
static int put_tick(struct fan_sink *script, char axis, int before, double value)
{
    fan_sink_put(script, before ? ", " : "set %ctics nomirror (", axis);
    fan_sink_put(script, "'%.10g' %.10g", value, value);
    return 1;
}

/* Round ticks of a range that spans less than a few powers: linear steps. */
static void put_linear_ticks(struct fan_sink *script, char axis, double low, double high)
{
    double step = pow(10.0, floor(log10(high - low)));
    while ((high - low) / step > 6.0)
        step *= (high - low) / step > 12.0 ? 5.0 : 2.0;
    while ((high - low) / step < 3.0)
        step /= 2.0;
    int n = 0;
    for (double tick = ceil(low / step) * step; tick <= high * (1.0 + 1e-9); tick += step)
        n += put_tick(script, axis, n, tick);
    if (n > 0) fan_sink_put(script, ")\n");
}

static void put_power_ticks(struct fan_sink *script, char axis, double low, double high)
{
    const int first = (int)ceil(log2(low) - 1e-9), last = (int)floor(log2(high) + 1e-9);
    const int step = (last - first) / 9 + 1;
    int n = 0;
    for (int power = first; power <= last; power += step)
        n += put_tick(script, axis, n, exp2(power));
    if (n > 0) fan_sink_put(script, ")\n");
}

static void put_decade_ticks(struct fan_sink *script, char axis, double low, double high)
{
    static const double few[] = { 1.0, 2.0, 5.0 };
    const int first = (int)floor(log10(low)), last = (int)ceil(log10(high));
    const size_t per_decade = last - first > 4 ? 1 : 3;
    int n = 0;
    for (int decade = first; decade <= last; decade++)
        for (size_t i = 0; i < per_decade; i++) {
            const double tick = few[i] * pow(10.0, decade);
            if (tick >= low * (1.0 - 1e-9) && tick <= high * (1.0 + 1e-9))
                n += put_tick(script, axis, n, tick);
        }
    if (n > 0) fan_sink_put(script, ")\n");
}

void fan_plot_log_axis(struct fan_sink *script, char axis, double low, double high,
                       bool powers_of_two)
{
    if (high < low * 1.2) {
        const double middle = sqrt(low * high);
        low = middle / sqrt(1.2);
        high = middle * sqrt(1.2);
    }
    fan_sink_put(script, "unset %ctics\nset logscale %c\nset %crange [%.10g:%.10g]\n",
                 axis, axis, axis, low, high);
    if (high < low * (powers_of_two ? 4.0 : 6.0))
        put_linear_ticks(script, axis, low, high);
    else if (powers_of_two)
        put_power_ticks(script, axis, low, high);
    else
        put_decade_ticks(script, axis, low, high);
}

size_t fan_plot_sample(size_t n, size_t most, uint64_t seed, size_t *indices)
{
    if (n <= most) {
        for (size_t i = 0; i < n; i++)
            indices[i] = i;
        return n;
    }
    /* One from each of `most` equal parts, so that the tails keep their weight. */
    struct fan_random random;
    fan_random_init(&random, seed, n);
    for (size_t i = 0; i < most; i++) {
        const size_t from = i * n / most, to = (i + 1) * n / most;
        indices[i] = from + (size_t)fan_random_below(&random, to - from);
    }
    indices[0] = 0;
    indices[most - 1] = n - 1;
    return most;
}
