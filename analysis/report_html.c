/* report_html.c - report.md and the like through cmark-gfm into one page that needs no
 * other file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/converter.h"
#include "analysis/report_parts.h"

#define HTML_BYTES_MAX   (64u << 20)
#define PATH_BYTES_MAX   4096
#define CMARK_TIMEOUT_MS 60000
#define PDF_TIMEOUT_MS   180000
#define IMAGE            "<p><img src=\""
#define APPENDIX         "<h2>Appendix"
#define TITLE_HEADINGS   1 /* on the title page: the summary of findings */

static const char style[] =
    "body{max-width:64rem;margin:2rem auto;padding:0 "
    "1.2rem;color:#1b1b1b;background:#fff;"
    "font:16px/1.55 'DejaVu Sans',system-ui,sans-serif}\n"
    "h1{font-size:1.9rem;line-height:1.2;margin:0 0 .6rem}\n"
    "h2{font-size:1.25rem;margin:2.4rem 0 .6rem;padding-bottom:.25rem;"
    "border-bottom:2px solid #0072b2;break-after:avoid}\n"
    "h3{font-size:1.02rem;margin:1.6rem 0 .4rem;break-after:avoid}\n"
    "p,li{max-width:52rem}\nli{margin:.2rem 0}\n"
    "blockquote{margin:1rem 0;padding:.6rem 1rem;background:#fff6e0;"
    "border-left:4px solid #e69f00}\nblockquote p{margin:0}\n"
    "table{border-collapse:collapse;margin:.6rem 0 1.2rem;font-size:.8rem;"
    "font-variant-numeric:tabular-nums}\n"
    "th,td{padding:.22rem .6rem;border-bottom:1px solid #ddd;white-space:nowrap}\n"
    "th{text-align:left;border-bottom:2px solid #888;background:#f5f5f5}\n"
    "td[align=right],th[align=right]{text-align:right}\n"
    "tr:hover td{background:#f0f7fb}\ntd:last-child{white-space:normal}\n"
    "div.wide{overflow-x:auto}\n"
    "code,pre{font-family:'DejaVu Sans "
    "Mono',monospace;font-size:.85em;background:#f5f5f5}\n"
    "pre{padding:.7rem 1rem;overflow-x:auto;white-space:pre-wrap}\n"
    /* the page has the caption as text: it is cut off the picture's lower edge */
    "figure{margin:1.2rem 0 .6rem;break-inside:avoid;break-after:avoid;overflow:hidden;"
    "border:1px solid #e4e4e4}\n"
    "figure svg{display:block;width:100%;height:auto;margin-bottom:-4.2%}\n"
    "section.title h1{margin-top:2rem;font-size:2.4rem}\n"
    "@media print{body{font-size:9.5pt;margin:0;max-width:none}table{font-size:6.6pt}"
    "th,td{padding:.12rem .26rem}tr{break-inside:avoid}p,li{max-width:none}"
    "section.title{break-after:page;font-size:8.8pt}section.title "
    "h1{margin-top:6mm;font-size:22pt}section.title h2{margin-top:6mm}"
    "section.title h3{font-size:9.2pt;margin:.8em 0 .2em}section.title "
    "li{margin:.05rem 0}section.title ul{margin:.2em 0}"
    "p{margin:.7em 0 .4em}section.wide{page:wide}}\n"
    "@page{size:A4;margin:17mm 16mm 18mm;"
    "@bottom-right{content:counter(page);font-size:8pt}}\n"
    "@page wide{size:A4 landscape;margin:16mm 14mm}\n";

static void put_escaped(struct fan_sink *sink, const char *text)
{
    for (; *text; text++) {
        switch (*text) {
        case '<': fan_sink_put(sink, "&lt;"); break;
        case '>': fan_sink_put(sink, "&gt;"); break;
        case '&': fan_sink_put(sink, "&amp;"); break;
        case '"': fan_sink_put(sink, "&quot;"); break;
        default: fan_sink_bytes(sink, text, 1);
        }
    }
}

/* True when `text` begins at p, before end. */
static bool begins(const char *p, const char *end, const char *text)
{
    const size_t n = strlen(text);
    return (size_t)(end - p) >= n && memcmp(p, text, n) == 0;
}

/*
 * Copy an SVG's element without its XML prologue. Names inside a picture are unique only
 * there: each gets the picture's number before it, where it is given and where it is
 * used.
 */
static void put_svg(struct fan_sink *sink, const char *svg, size_t n, unsigned number)
{
    static const char *const before_name[] = { " id=\"",   " id='", "href='#",
                                               "href=\"#", "url(#", "url('#" };
    const char *p = strstr(svg, "<svg"), *end = svg + n, *kept = p;
    if (!p) return;
    while (p < end) {
        size_t k = 0;
        const size_t count = sizeof before_name / sizeof before_name[0];
        while (k < count && !begins(p, end, before_name[k]))
            k++;
        if (k == count) {
            p++;
            continue;
        }
        p += strlen(before_name[k]);
        fan_sink_bytes(sink, kept, (size_t)(p - kept));
        fan_sink_put(sink, "f%u-", number);
        kept = p;
    }
    fan_sink_bytes(sink, kept, (size_t)(end - kept));
}

/* The figure that an <img> of the converted report names; false when it is not ours. */
static bool put_image(struct fan_sink *sink, const char *dir, const char *image,
                      unsigned number)
{
    static const char ours[] = "abcdefghijklmnopqrstuvwxyz0123456789_-/";
    const char *name = image + strlen(IMAGE);
    const size_t n = strspn(name, ours); /* no dot, so it stays below dir */
    if (n == 0 || n > 256 || name[0] == '/' || strncmp(name + n, ".svg\"", 5) != 0)
        return false;

    char path[PATH_BYTES_MAX];
    const int length = snprintf(path, sizeof path, "%s/%.*s.svg", dir, (int)n, name);
    if (length < 0 || (size_t)length >= sizeof path) return false;
    struct fan_buf svg = FAN_BUF_INIT(HTML_BYTES_MAX);
    const bool read = fan_buf_read_file(&svg, path, NULL) == FAN_OK && svg.size > 0;
    if (read) {
        fan_sink_put(sink, "<figure>");
        put_svg(sink, svg.data, svg.size, number);
        fan_sink_put(sink, "</figure>");
    }
    fan_buf_clear(&svg);
    return read;
}

/* What stands before a heading: the end of the title page, or the beginning of the
 * appendices, whose wide tables lie on their side when printed. */
static const char *before_heading(unsigned heading, const char *p, const char *end,
                                  bool *wide)
{
    if (begins(p, end, APPENDIX) && !*wide) {
        *wide = true;
        return heading <= TITLE_HEADINGS ? "</section><section class=\"wide\">"
                                         : "<section class=\"wide\">";
    }
    return heading == TITLE_HEADINGS + 1 ? "</section>" : "";
}

/* The converted report with pictures inlined and tables made to scroll sideways. */
static void put_body(struct fan_sink *sink, const char *dir, const struct fan_buf *body)
{
    const char *p = body->data, *end = p + body->size, *kept = p;
    unsigned number = 0, headings = 0;
    bool wide = false;
    fan_sink_put(sink, "<section class=\"title\">");
    while (p < end) {
        if (begins(p, end, "<h2>")) {
            fan_sink_bytes(sink, kept, (size_t)(p - kept));
            fan_sink_put(sink, "%s", before_heading(++headings, p, end, &wide));
            kept = p++;
        } else if (begins(p, end, IMAGE)) {
            fan_sink_bytes(sink, kept, (size_t)(p - kept));
            const bool ours = put_image(sink, dir, p, ++number);
            const char *close = ours ? strstr(p, "</p>") : NULL;
            kept = p;
            p = close ? close + strlen("</p>") : p + 1;
            if (close) kept = p;
        } else if (begins(p, end, "<table>")) {
            fan_sink_bytes(sink, kept, (size_t)(p - kept));
            fan_sink_put(sink, "<div class=\"wide\">");
            kept = p++;
        } else if (begins(p, end, "</table>")) {
            p += strlen("</table>");
            fan_sink_bytes(sink, kept, (size_t)(p - kept));
            fan_sink_put(sink, "</div>");
            kept = p;
        } else {
            p++;
        }
    }
    fan_sink_bytes(sink, kept, (size_t)(end - kept));
    if (headings <= TITLE_HEADINGS || wide) fan_sink_put(sink, "</section>");
}

enum fan_status fan_report_html(const char *dir, const char *base, const char *title,
                                struct fan_err *err)
{
    char markdown[64];
    snprintf(markdown, sizeof markdown, "%s.md", base);
    const char *const argv[] = { "cmark-gfm",       "--extension", "table",
                                 "--validate-utf8", markdown,      NULL };
    struct fan_buf body = FAN_BUF_INIT(HTML_BYTES_MAX);
    struct fan_buf page = FAN_BUF_INIT(HTML_BYTES_MAX);
    char path[PATH_BYTES_MAX];
    struct fan_sink sink = { &page, err, FAN_OK };

    enum fan_status st = fan_converter_run(argv, dir, CMARK_TIMEOUT_MS, &body, err);
    if (st) goto out;
    fan_sink_put(&sink,
                 "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
                 "<meta charset=\"utf-8\">\n"
                 "<meta name=\"viewport\" content=\"width=device-width\">\n<title>");
    put_escaped(&sink, title);
    fan_sink_put(&sink, "</title>\n<style>\n");
    fan_sink_bytes(&sink, style, sizeof style - 1);
    fan_sink_put(&sink, "</style>\n</head>\n<body>\n");
    if (body.size > 0) put_body(&sink, dir, &body);
    fan_sink_put(&sink, "</body>\n</html>\n");
    st = sink.status;
    if (st) goto out;
    snprintf(path, sizeof path, "%s/%s.html", dir, base);
    st = fan_buf_write_file(&page, path, err);
out:
    fan_buf_clear(&page);
    fan_buf_clear(&body);
    return st;
}

enum fan_status fan_report_pdf(const char *dir, struct fan_err *err)
{
    static const char *const argv[] = { "weasyprint", "--quiet", "report.html",
                                        "report.pdf", NULL };
    struct fan_buf output = FAN_BUF_INIT(1u << 20);
    const enum fan_status st = fan_converter_run(argv, dir, PDF_TIMEOUT_MS, &output, err);
    fan_buf_clear(&output);
    return st;
}
