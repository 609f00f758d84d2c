/* report.c - see report.h: the order in which the files of a report are made. */
#include "analysis/report.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "analysis/report_parts.h"
#include "common/log.h"

#define FILE_BYTES_MAX (64u << 20)
#define PATH_BYTES_MAX 4096

enum fan_status fan_report_write_file(const struct fan_buf *text, const char *dir,
                                      const char *name, struct fan_err *err)
{
    char path[PATH_BYTES_MAX];
    const int n = snprintf(path, sizeof path, "%s/%s", dir, name);
    if (n < 0 || (size_t)n >= sizeof path)
        return fan_fail(err, FAN_EIO, "cannot write '%s': path too long", name);
    return fan_buf_write_file(text, path, err);
}

static enum fan_status write_json(const struct fan_summary *summary, const char *dir,
                                  struct fan_err *err)
{
    struct fan_buf text = FAN_BUF_INIT(FILE_BYTES_MAX);
    enum fan_status st = fan_summary_json(summary, &text, err);
    if (!st) st = fan_report_write_file(&text, dir, "summary.json", err);
    fan_buf_clear(&text);
    return st;
}

static enum fan_status write_markdown(const struct fan_summary *summary,
                                      const struct fan_figures *figures, const char *dir,
                                      struct fan_err *err)
{
    struct fan_buf text = FAN_BUF_INIT(FILE_BYTES_MAX);
    enum fan_status st = fan_report_markdown(summary, figures, &text, err);
    if (!st) st = fan_report_write_file(&text, dir, "report.md", err);
    fan_buf_clear(&text);
    return st;
}

/* What another program makes of the report may be missing; an old one must not stay. */
static bool convert(enum fan_status (*make)(const char *dir, const char *title,
                                            struct fan_err *err),
                    const char *dir, const char *title, const char *name)
{
    struct fan_err err = { FAN_OK, "" };
    char path[PATH_BYTES_MAX];
    const int n = snprintf(path, sizeof path, "%s/%s", dir, name);
    if (n > 0 && (size_t)n < sizeof path) unlink(path);
    if (!make(dir, title, &err)) return true;
    fan_log(FAN_LOG_WARN, "report", "no %s: %s", name, err.text);
    return false;
}

static enum fan_status make_html(const char *dir, const char *title, struct fan_err *err)
{
    return fan_report_html(dir, "report", title, err);
}

static enum fan_status make_pdf(const char *dir, const char *title, struct fan_err *err)
{
    (void)title; /* the page has it */
    return fan_report_pdf(dir, err);
}

void fan_report_convert(const char *dir, const char *title, bool pdf)
{
    if (convert(make_html, dir, title, "report.html") && pdf)
        convert(make_pdf, dir, title, "report.pdf");
}

/* Everything but what other programs make of report.md. */
static enum fan_status write_texts(const struct fan_summary *summary, const char *dir,
                                   struct fan_figures *figures, struct fan_err *err)
{
    /* The numbers first: whatever happens to the pictures, they are there. */
    enum fan_status st = write_json(summary, dir, err);
    if (!st) st = fan_figures_write(summary, dir, figures, err);
    if (!st) st = write_markdown(summary, figures, dir, err);
    return st;
}

enum fan_status fan_report_write(const struct fan_summary *summary,
                                 const struct fan_study *study, const char *dir,
                                 struct fan_err *err)
{
    struct fan_figures figures;
    enum fan_status st = write_texts(summary, dir, &figures, err);
    if (!st) fan_report_convert(dir, study->job, true);
    return st;
}

enum fan_status fan_report_write_part(const struct fan_summary *summary,
                                      const struct fan_study *study, const char *dir,
                                      struct fan_figures *figures, struct fan_err *err)
{
    enum fan_status st = write_texts(summary, dir, figures, err);
    if (!st) fan_report_convert(dir, study->job, false);
    return st;
}

enum fan_status fan_report_write_numbers(const struct fan_summary *summary,
                                         const char *dir, struct fan_err *err)
{
    return write_json(summary, dir, err);
}
