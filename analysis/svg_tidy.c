/* svg_tidy.c - line by line: gnuplot writes one element, or one point, on a line. What is
 * alike is put together, since thousands of points and bars make a file large. */
#include "analysis/svg_tidy.h"

#include <stdbool.h>
#include <string.h>

#include "analysis/sink.h"

#define POINT   "\t<use xlink:href='#"
#define POLYGON "\t\t<polygon fill = '"

/* The symbols that our figures use, by gnuplot's names for them: one less than pt. Discs
 * are the many. */
#define DISC "gpPt6'"
static const struct {
    const char *name, *shape, *paint;
} symbols[] = {
    { "gpPt1'", "<path d='M-1,-1 L1,1 M1,-1 L-1,1' stroke-width='0.35'", "stroke" },
    { "gpPt4'", "<path d='M-.9,-.9 h1.8 v1.8 h-1.8 z' stroke='none'", "fill" },
    { "gpPt8'", "<path d='M0,-1.33 L-1.33,.8 L1.33,.8 z' stroke='none'", "fill" },
    { "gpPt10'", "<path d='M0,1.33 L-1.33,-.8 L1.33,-.8 z' stroke='none'", "fill" },
};

/* Elements that are alike but for their place are written as one. */
enum run { RUN_NONE, RUN_POLYGONS, RUN_DISCS };

struct tidy {
    struct fan_sink sink;
    const char *title;
    bool skipping, titled, skipped;
    const char *group; /* an opened group without content so far */
    size_t group_bytes;
    enum run run;
    const char *alike; /* what the run's elements have in common, in the input */
    size_t alike_bytes;
};

static bool starts(const char *line, size_t n, const char *text)
{
    return n >= strlen(text) && memcmp(line, text, strlen(text)) == 0;
}

/* Where a text is, or the end. */
static const char *find(const char *line, const char *end, const char *text)
{
    for (; line < end; line++)
        if (starts(line, (size_t)(end - line), text)) return line;
    return end;
}

static bool has(const char *line, size_t n, const char *text)
{
    return find(line, line + n, text) < line + n;
}

static void end_run(struct tidy *tidy)
{
    if (tidy->run == RUN_POLYGONS) fan_sink_put(&tidy->sink, "'/>\n");
    if (tidy->run == RUN_DISCS) fan_sink_put(&tidy->sink, "</g>\n");
    tidy->run = RUN_NONE;
}

/* Whether an element continues the run; if not, it begins the next one. */
static bool goes_on(struct tidy *tidy, enum run run, const char *alike, const char *end)
{
    const size_t n = (size_t)(end - alike);
    if (tidy->run == run && tidy->alike_bytes == n && memcmp(tidy->alike, alike, n) == 0)
        return true;
    end_run(tidy);
    tidy->run = run;
    tidy->alike = alike;
    tidy->alike_bytes = n;
    return false;
}

/*
 * A point's attributes, painted. The opacity becomes the paint's: that of a whole element
 * is lost by WeasyPrint when it is scaled.
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

/* "translate(X,Y) scale(R)' color=..." as a disc; what follows the scale is common to a
 * run of them. */
static bool put_disc(struct tidy *tidy, const char *place, const char *end)
{
    const char *comma = find(place, end, ","), *close = find(place, end, ")");
    const char *scale = find(place, end, " scale(");
    const char *radius = scale + strlen(" scale(");
    const char *stop = radius < end ? find(radius, end, ")'") : end;
    const char *tail = find(place, end, "/>");
    if (comma >= close || scale >= end || stop >= tail || tail >= end) return false;
    if (!goes_on(tidy, RUN_DISCS, radius, tail)) {
        fan_sink_put(&tidy->sink, "\t<g stroke='none'");
        put_painted(tidy, stop + 2, tail, "fill");
        fan_sink_put(&tidy->sink, ">\n");
    }
    fan_sink_put(&tidy->sink, "<circle cx='%.*s' cy='%.*s' r='%.*s'/>\n",
                 (int)(comma - place), place, (int)(close - comma - 1), comma + 1,
                 (int)(stop - radius), radius);
    return true;
}

static bool put_point(struct tidy *tidy, const char *line, size_t n)
{
    static const char place[] = " transform='translate(";
    const char *name = line + strlen(POINT), *end = line + n;
    if (!starts(line, n, POINT)) return false;
    const char *rest = name + strlen(DISC);
    if (starts(name, (size_t)(end - name), DISC) &&
        starts(rest, (size_t)(end - rest), place))
        return put_disc(tidy, rest + strlen(place), end);
    for (size_t i = 0; i < sizeof symbols / sizeof symbols[0]; i++) {
        if (!starts(name, (size_t)(end - name), symbols[i].name)) continue;
        end_run(tidy);
        fan_sink_put(&tidy->sink, "\t%s", symbols[i].shape);
        put_painted(tidy, name + strlen(symbols[i].name), end, symbols[i].paint);
        return true;
    }
    return false;
}

/* A corner of a polygon, in the input. */
struct corner {
    const char *x, *y;
    int x_bytes, y_bytes;
};

/* The next "X,Y" of a list; false at its end. */
static bool next_corner(const char **p, const char *end, struct corner *corner)
{
    while (*p < end && **p == ' ')
        (*p)++;
    corner->x = *p;
    const char *stop = find(*p, end, " "), *comma = find(*p, stop, ",");
    if (comma >= stop) return false;
    corner->x_bytes = (int)(comma - *p);
    corner->y = comma + 1;
    corner->y_bytes = (int)(stop - comma - 1);
    *p = stop;
    return true;
}

static bool same(const char *a, int a_bytes, const char *b, int b_bytes)
{
    return a_bytes == b_bytes && memcmp(a, b, (size_t)a_bytes) == 0;
}

/* Four corners along the axes, as gnuplot begins them: first x, then y changes. */
static bool is_rectangle(const struct corner *c, size_t n)
{
    return n == 4 && same(c[0].y, c[0].y_bytes, c[1].y, c[1].y_bytes) &&
           same(c[1].x, c[1].x_bytes, c[2].x, c[2].x_bytes) &&
           same(c[2].y, c[2].y_bytes, c[3].y, c[3].y_bytes) &&
           same(c[3].x, c[3].x_bytes, c[0].x, c[0].x_bytes);
}

/* Polygons of one paint as one path; rectangles in its shorter words. */
static bool put_polygon(struct tidy *tidy, const char *line, size_t n)
{
    const char *end = line + n;
    struct corner corner[5];
    size_t corners = 0;
    if (!starts(line, n, POLYGON "rgb(")) return false;
    const char *points = find(line, end, "points = '");
    const char *list = points + strlen("points = '");
    const char *stop = list < end ? find(list, end, "'/>") : end;
    if (stop >= end) return false;
    if (!goes_on(tidy, RUN_POLYGONS, line, points)) {
        fan_sink_put(&tidy->sink, "\t<path ");
        fan_sink_bytes(&tidy->sink, line + strlen("\t\t<polygon "),
                       (size_t)(points - line) - strlen("\t\t<polygon "));
        fan_sink_put(&tidy->sink, "d='");
    }
    for (const char *p = list; corners < 5 && next_corner(&p, stop, &corner[corners]);)
        corners++;
    if (is_rectangle(corner, corners)) {
        fan_sink_put(&tidy->sink, "M%.*s,%.*sH%.*sV%.*sH%.*sz", corner[0].x_bytes,
                     corner[0].x, corner[0].y_bytes, corner[0].y, corner[1].x_bytes,
                     corner[1].x, corner[2].y_bytes, corner[2].y, corner[0].x_bytes,
                     corner[0].x);
        return true;
    }
    fan_sink_put(&tidy->sink, "M");
    fan_sink_bytes(&tidy->sink, list, (size_t)(stop - list));
    fan_sink_put(&tidy->sink, "z");
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

/* True while gnuplot's own symbols go by: all are replaced. */
static bool skip_symbols(struct tidy *tidy, const char *line, size_t n)
{
    if (!tidy->skipped && starts(line, n, "<defs>")) tidy->skipping = true;
    if (!tidy->skipping) return false;
    tidy->skipping = !starts(line, n, "</defs>");
    tidy->skipped = !tidy->skipping;
    return true;
}

static void take_line(struct tidy *tidy, const char *line, size_t n)
{
    if (skip_symbols(tidy, line, n)) return;
    if (tidy->group && starts(line, n, "</g>")) {
        tidy->group = NULL;
        return;
    }
    if (tidy->group) {
        end_run(tidy);
        put_line(tidy, tidy->group, tidy->group_bytes);
    }
    tidy->group = NULL;
    if (starts(line, n, "<g fill=")) {
        tidy->group = line;
        tidy->group_bytes = n;
        return;
    }
    if (put_point(tidy, line, n) || put_polygon(tidy, line, n)) return;
    end_run(tidy);
    if (!tidy->titled && starts(line, n, "<title>")) {
        fan_sink_put(&tidy->sink, "<title>%s</title>\n", tidy->title);
        tidy->titled = true;
    } else if (!has(line, n, "<desc>Produced by GNUPLOT")) {
        put_line(tidy, line, n);
    }
}

/* A point may follow a path on its line: it is taken as a line of its own. */
static void take_split(struct tidy *tidy, const char *line, const char *next)
{
    const char *point = find(line, next, POINT);
    if (point > line && point < next) {
        take_line(tidy, line, (size_t)(point - line));
        fan_sink_bytes(&tidy->sink, "\n", 1);
        line = point;
    }
    take_line(tidy, line, (size_t)(next - line));
}

enum fan_status fan_svg_tidy(const char *svg, size_t n, const char *title,
                             struct fan_buf *out, struct fan_err *err)
{
    struct tidy tidy = {
        { out, err, FAN_OK }, title, false, false, false, NULL, 0, RUN_NONE, NULL, 0
    };
    const char *line = svg, *end = svg + n;
    while (line < end) {
        const char *stop = memchr(line, '\n', (size_t)(end - line));
        const char *next = stop ? stop + 1 : end;
        take_split(&tidy, line, next);
        line = next;
    }
    if (tidy.group) put_line(&tidy, tidy.group, tidy.group_bytes);
    end_run(&tidy);
    return tidy.sink.status;
}
