/* figures.c - see figures.h. */
#include "analysis/figures.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analysis/converter.h"
#include "analysis/plot.h"
#include "analysis/svg_tidy.h"
#include "common/log.h"

#define GNUPLOT_TIMEOUT_MS 60000
#define FILE_BYTES_MAX     (64u << 20)
#define PATH_BYTES_MAX     4096

static const struct {
    const char *name;
    void (*draw)(const struct fan_summary *summary, struct fan_figure *figure);
} figures[] = {
    { "sizing", fan_figure_sizing },
    { "duration_memory", fan_figure_memory },
    { "cost_memory", fan_figure_cost },
    { "value", fan_figure_value },
    { "distribution", fan_figure_ecdf },
    { "spread", fan_figure_spread },
    { "tail", fan_figure_tail },
    { "course", fan_figure_course },
    { "timeline", fan_figure_timeline },
    { "work", fan_figure_work },
    { "scaling", fan_figure_scaling },
    { "concurrent", fan_figure_concurrent },
    { "versions", fan_figure_versions },
    { "throttling", fan_figure_throttling },
    { "trust", fan_figure_trust },
};

static enum fan_status write_part(const struct fan_buf *text, const char *folder,
                                  const char *name, const char *ending,
                                  struct fan_err *err)
{
    char path[PATH_BYTES_MAX];
    const int n = snprintf(path, sizeof path, "%s/%s.%s", folder, name, ending);
    if (n < 0 || (size_t)n >= sizeof path)
        return fan_fail(err, FAN_EIO, "cannot write '%.200s': path too long", folder);
    return fan_buf_write_file(text, path, err);
}

/* A picture of an earlier report must not pass for one of this. */
static void remove_old(const char *folder, const char *name)
{
    static const char *const endings[] = { "svg", "gp", "dat" };
    char path[PATH_BYTES_MAX];
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        const int n = snprintf(path, sizeof path, "%s/%s.%s", folder, name, endings[i]);
        if (n > 0 && (size_t)n < sizeof path) unlink(path);
    }
}

static bool run_gnuplot(const char *folder, const char *name)
{
    struct fan_buf output = FAN_BUF_INIT(1u << 20);
    struct fan_err err = { FAN_OK, "" };
    char file[64];
    snprintf(file, sizeof file, "%s.gp", name);
    const char *const argv[] = { "gnuplot", "-d", file, NULL };

    if (fan_converter_run(argv, folder, GNUPLOT_TIMEOUT_MS, &output, &err))
        fan_log(FAN_LOG_WARN, "report", "no figure '%s': %s", name, err.text);
    fan_buf_clear(&output);
    return err.code == FAN_OK;
}

/* Let gnuplot draw, then make its picture plain. False (and a warning) without one. */
static bool draw_picture(const char *folder, const char *name, const char *title)
{
    struct fan_buf drawn = FAN_BUF_INIT(FILE_BYTES_MAX);
    struct fan_buf tidied = FAN_BUF_INIT(FILE_BYTES_MAX);
    struct fan_err err = { FAN_OK, "" };
    char path[PATH_BYTES_MAX];

    if (!run_gnuplot(folder, name)) return false;
    const int n = snprintf(path, sizeof path, "%s/%s.svg", folder, name);
    if (n < 0 || (size_t)n >= sizeof path) return false; /* its data was written there */
    enum fan_status st = fan_buf_read_file(&drawn, path, &err);
    if (!st && drawn.size == 0) st = fan_fail(&err, FAN_EIO, "'%s' is empty", path);
    if (!st) st = fan_svg_tidy(drawn.data, drawn.size, title, &tidied, &err);
    if (!st) st = fan_buf_write_file(&tidied, path, &err);
    if (st) fan_log(FAN_LOG_WARN, "report", "no figure '%s': %s", name, err.text);
    fan_buf_clear(&drawn);
    fan_buf_clear(&tidied);
    return st == FAN_OK;
}

static enum fan_status make(const char *name, fan_figure_draw *draw, const void *subject,
                            const char *folder, struct fan_figure_made *made,
                            struct fan_err *err)
{
    struct fan_buf script = FAN_BUF_INIT(FILE_BYTES_MAX);
    struct fan_buf data = FAN_BUF_INIT(FILE_BYTES_MAX);
    struct fan_figure figure;
    memset(&figure, 0, sizeof figure);
    figure.name = name;
    figure.script.out = &script;
    figure.data.out = &data;
    figure.script.err = figure.data.err = err;

    remove_old(folder, figure.name);
    draw(subject, &figure);
    enum fan_status st = figure.script.status;
    if (!st) st = figure.data.status;
    if (!st && figure.drawn) st = write_part(&script, folder, figure.name, "gp", err);
    if (!st && figure.drawn) st = write_part(&data, folder, figure.name, "dat", err);
    if (!st) {
        made->name = figure.name;
        memcpy(made->title, figure.title, sizeof made->title);
        memcpy(made->caption, figure.caption, sizeof made->caption);
        made->drawn = figure.drawn && draw_picture(folder, figure.name, figure.title);
    }
    fan_buf_clear(&script);
    fan_buf_clear(&data);
    return st;
}

static enum fan_status make_folder(char folder[PATH_BYTES_MAX], const char *dir,
                                   struct fan_err *err)
{
    const int n = snprintf(folder, PATH_BYTES_MAX, "%s/figures", dir);
    if (n < 0 || n >= PATH_BYTES_MAX - 64)
        return fan_fail(err, FAN_EIO, "cannot write figures: path too long");
    if (mkdir(folder, 0777) != 0 && errno != EEXIST)
        return fan_fail(err, FAN_EIO, "cannot make '%s': %s", folder, strerror(errno));
    return FAN_OK;
}

enum fan_status fan_figure_make(const char *dir, const char *name, fan_figure_draw *draw,
                                const void *subject, struct fan_figure_made *made,
                                struct fan_err *err)
{
    char folder[PATH_BYTES_MAX];
    memset(made, 0, sizeof *made);
    const enum fan_status st = make_folder(folder, dir, err);
    return st ? st : make(name, draw, subject, folder, made, err);
}

/* A figure of the table, and what it is drawn of. */
struct of_summary {
    size_t i;
    const struct fan_summary *summary;
};

static void draw_of_summary(const void *subject, struct fan_figure *figure)
{
    const struct of_summary *own = subject;
    figures[own->i].draw(own->summary, figure);
}

enum fan_status fan_figures_write(const struct fan_summary *summary, const char *dir,
                                  struct fan_figures *made, struct fan_err *err)
{
    char folder[PATH_BYTES_MAX];
    const enum fan_status opened = make_folder(folder, dir, err);
    if (opened) return opened;

    memset(made, 0, sizeof *made);
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++) {
        struct fan_figure_made *item = &made->item[made->n];
        const struct of_summary own = { i, summary };
        const enum fan_status st =
            make(figures[i].name, draw_of_summary, &own, folder, item, err);
        if (st) return st;
        /* A figure without a caption has no question here: nobody is told of it. */
        if (item->caption[0]) made->n++;
    }
    return FAN_OK;
}
