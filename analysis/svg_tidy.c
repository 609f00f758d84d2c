/* svg_tidy.c - line by line: gnuplot writes one element, or one point, on a line. */
#include "analysis/svg_tidy.h"

#include <stdbool.h>
#include <string.h>

#include "analysis/sink.h"

#define POINT "\t<use xlink:href='#"

/* The two symbols that our figures use, by gnuplot's names for them. */
static const struct {
    const char *name, *shape, *paint;
} symbols[] = {
    { "gpPt6'", "<circle r='1' stroke='none'", "fill" },
    { "gpPt1'", "<path d='M-1,-1 L1,1 M1,-1 L-1,1' stroke-width='0.35'", "stroke" },
};

struct tidy {
    struct fan_sink sink;
    const char *title;
    bool skipping, titled, skipped;
    const char *group; /* an opened group without content so far */
    size_t group_bytes;
    const char *fill; /* of an open path of bars, as the line says it */
    size_t fill_bytes;
};

static bool has(const char *line, size_t n, const char *text)
{
    const size_t m = strlen(text);
    for (size_t i = 0; i + m <= n; i++)
        if (memcmp(line + i, text, m) == 0) return true;
    return false;
}

static bool starts(const char *line, size_t n, const char *text)
{
    return n >= strlen(text) && memcmp(line, text, strlen(text)) == 0;
}

/*
 * A point: the shape, then what the line says from `transform` on, painted. The opacity
 * becomes the paint's: that of a whole element is lost by WeasyPrint when it is scaled.
 */
static void put_painted(struct tidy *tidy, const char *rest, const char *end,
                        const char *paint)
{
    static const char *const names[] = { " color=", " opacity=" };
    const char *kept = rest;
    for (const char *p = rest; p < end; p++) {
        for (size_t i = 0; i < 2; i++) {
            if (!starts(p, (size_t)(end - p), names[i])) continue;
            fan_sink_bytes(&tidy->sink, kept, (size_t)(p - kept));
            fan_sink_put(&tidy->sink, " %s%s=", paint, i == 0 ? "" : "-opacity");
            kept = p + strlen(names[i]);
        }
    }
    fan_sink_bytes(&tidy->sink, kept, (size_t)(end - kept));
}

static bool put_point(struct tidy *tidy, const char *line, size_t n)
{
    if (!starts(line, n, POINT)) return false;
    const char *name = line + strlen(POINT), *end = line + n;
    for (size_t s = 0; s < sizeof symbols / sizeof symbols[0]; s++) {
        if (!starts(name, (size_t)(end - name), symbols[s].name)) continue;
        fan_sink_put(&tidy->sink, "\t%s", symbols[s].shape);
        put_painted(tidy, name + strlen(symbols[s].name), end, symbols[s].paint);
        return true;
    }
    return false;
}

static void end_bars(struct tidy *tidy)
{
    if (tidy->fill) fan_sink_put(&tidy->sink, "'/>\n");
    tidy->fill = NULL;
}

/*
 * Bars of one colour in a row become one path: a picture of thousands of elements takes
 * converters minutes, one path of thousands of bars no time. Transparent ones stay apart,
 * since they add up where they overlap.
 */
static bool put_bar(struct tidy *tidy, const char *line, size_t n)
{
    static const char before[] = "<polygon fill = ", middle[] = " points = '";
    const char *end = line + n, *fill = line;
    while (fill < end && (*fill == '\t' || *fill == ' '))
        fill++;
    if (!starts(fill, (size_t)(end - fill), before)) return false;
    fill += sizeof before - 1;
    const char *points = fill;
    while (points < end && !starts(points, (size_t)(end - points), middle))
        points++;
    if (points == end || has(fill, (size_t)(points - fill), "opacity")) return false;
    const size_t fill_bytes = (size_t)(points - fill);
    points += sizeof middle - 1;
    const char *stop = memchr(points, '\'', (size_t)(end - points));
    if (!stop) return false;
    if (tidy->fill &&
        (fill_bytes != tidy->fill_bytes || memcmp(fill, tidy->fill, fill_bytes) != 0))
        end_bars(tidy);
    if (!tidy->fill) {
        fan_sink_put(&tidy->sink, "\t<path fill=");
        fan_sink_bytes(&tidy->sink, fill, fill_bytes);
        fan_sink_put(&tidy->sink, " d='");
        tidy->fill = fill;
        tidy->fill_bytes = fill_bytes;
    }
    fan_sink_put(&tidy->sink, "M");
    fan_sink_bytes(&tidy->sink, points, (size_t)(stop - points));
    fan_sink_put(&tidy->sink, "Z");
    return true;
}

/* Any other line, with its fonts made portable. */
static void put_line(struct tidy *tidy, const char *line, size_t n)
{
    static const char bold[] = "\"DejaVu Sans:Bold\"", plain[] = "\"DejaVu Sans\"";
    const char *end = line + n, *kept = line;
    for (const char *p = line; p < end; p++) {
        const bool is_bold = starts(p, (size_t)(end - p), bold);
        if (!is_bold && !starts(p, (size_t)(end - p), plain)) continue;
        fan_sink_bytes(&tidy->sink, kept, (size_t)(p - kept));
        fan_sink_put(&tidy->sink, "\"DejaVu Sans,sans-serif\"%s",
                     is_bold ? " font-weight=\"bold\"" : "");
        p += (is_bold ? sizeof bold : sizeof plain) - 2;
        kept = p + 1;
    }
    fan_sink_bytes(&tidy->sink, kept, (size_t)(end - kept));
}

static void take_line(struct tidy *tidy, const char *line, size_t n)
{
    if (!tidy->skipped && starts(line, n, "<defs>")) tidy->skipping = true;
    if (tidy->skipping) { /* gnuplot's symbols: all replaced */
        tidy->skipping = !starts(line, n, "</defs>");
        tidy->skipped = !tidy->skipping;
        return;
    }
    if (tidy->group && starts(line, n, "</g>")) {
        tidy->group = NULL;
        return;
    }
    if (tidy->group) put_line(tidy, tidy->group, tidy->group_bytes);
    tidy->group = NULL;
    if (put_bar(tidy, line, n)) return;
    end_bars(tidy);
    if (starts(line, n, "<g fill=")) {
        tidy->group = line;
        tidy->group_bytes = n;
    } else if (!tidy->titled && starts(line, n, "<title>")) {
        fan_sink_put(&tidy->sink, "<title>%s</title>\n", tidy->title);
        tidy->titled = true;
    } else if (!has(line, n, "<desc>Produced by GNUPLOT") && !put_point(tidy, line, n)) {
        put_line(tidy, line, n);
    }
}

enum fan_status fan_svg_tidy(const char *svg, size_t n, const char *title,
                             struct fan_buf *out, struct fan_err *err)
{
    struct tidy tidy = {
        { out, err, FAN_OK }, title, false, false, false, NULL, 0, NULL, 0
    };
    const char *line = svg, *end = svg + n;
    while (line < end) {
        const char *stop = memchr(line, '\n', (size_t)(end - line));
        const char *next = stop ? stop + 1 : end;
        take_line(&tidy, line, (size_t)(next - line));
        line = next;
    }
    if (tidy.group) put_line(&tidy, tidy.group, tidy.group_bytes);
    end_bars(&tidy);
    return tidy.sink.status;
}
