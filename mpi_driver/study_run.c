/* study_run.c - see study_run.h. */
#include "mpi_driver/study_run.h"

#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analysis/report.h"
#include "analysis/report_study.h"
#include "common/log.h"
#include "mpi_driver/archive.h"
#include "mpi_driver/budget.h"
#include "mpi_driver/folder.h"
#include "mpi_driver/interrupt.h"
#include "mpi_driver/plan_command.h"
#include "mpi_driver/prices.h"
#include "mpi_driver/study_file.h"

#define NAME_MAX_BYTES 96 /* of a part's folder */

struct study {
    const struct fan_run_options *options; /* NULL for a report or a plan */
    struct fan_comm *comm;
    struct fan_study_file *file;
    char path[PATH_MAX];          /* of the file */
    char dir[PATH_MAX];           /* of the results */
    char (*name)[NAME_MAX_BYTES]; /* each part's folder below it */
    char (*title)[192];
    bool tune[FAN_STUDY_PARTS_MAX]; /* the part is a job to tune */
};

static void print_error(const struct study *s, const struct fan_err *err)
{
    if (s->comm->rank == 0) fprintf(stderr, "mpi_driver: %s\n", err->text);
}

/* ---- reading ---- */

bool fan_study_is_file(const char *path, struct fan_comm *comm)
{
    bool is = false;
    if (comm->rank == 0) {
        struct fan_buf text = FAN_BUF_INIT(FAN_JOB_BYTES_MAX);
        is = !fan_buf_read_file(&text, path, NULL) && fan_study_is(text.data, text.size);
        fan_buf_clear(&text);
    }
    comm->ops->bcast(comm, &is, sizeof is, 0);
    return is;
}

bool fan_study_is_folder(const char *dir)
{
    struct fan_comm *self = fan_comm_open_self();
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%.4000s/job.yaml", dir);
    const bool is = fan_study_is_file(path, self);
    self->ops->close(self);
    return is;
}

static enum fan_status load(struct study *s, const char *path,
                            const struct fan_option_list *set, struct fan_err *err)
{
    struct fan_buf text = FAN_BUF_INIT(FAN_JOB_BYTES_MAX);
    enum fan_status st = FAN_OK;
    snprintf(s->path, sizeof s->path, "%s", path);
    if (s->comm->rank == 0) st = fan_buf_read_file(&text, path, err);
    st = fan_comm_agree(s->comm, st, err);
    if (!st) {
        fan_comm_bcast_buf(s->comm, &text);
        /* the same bytes are good or bad on all ranks */
        st = fan_study_parse(&s->file, path, text.data ? text.data : "", text.size,
                             set ? set->item : NULL, set ? set->count : 0, err);
    }
    fan_buf_clear(&text);
    if (st) return st;
    s->name = fan_alloc_zero(s->file->part_count, sizeof *s->name);
    s->title = fan_alloc_zero(s->file->part_count, sizeof *s->title);
    return FAN_OK;
}

static void clear(struct study *s)
{
    fan_study_file_free(s->file);
    free(s->name);
    free(s->title);
}

/* A part's job is named relative to the study's file. */
static void job_path(const struct study *s, size_t i, char path[PATH_MAX])
{
    const char *job = s->file->part[i].job, *slash = strrchr(s->path, '/');
    if (job[0] == '/' || !slash)
        snprintf(path, PATH_MAX, "%s", job);
    else
        snprintf(path, PATH_MAX, "%.*s/%.1024s", (int)(slash - s->path), s->path, job);
}

static struct fan_option_list sets_of(const struct fan_study_part *part)
{
    struct fan_option_list list;
    memset(&list, 0, sizeof list);
    for (size_t i = 0; i < part->set.count && list.count < FAN_OPTION_LIST_MAX; i++)
        list.item[list.count++] = part->set.text[i];
    return list;
}

/* Check a part's job and name its folder; *job: the caller's, or NULL to look only. */
static enum fan_status load_part(struct study *s, size_t i, struct fan_job **out,
                                 struct fan_err *err)
{
    const struct fan_study_part *part = &s->file->part[i];
    const struct fan_option_list sets = sets_of(part);
    struct fan_job *job = NULL;
    char path[PATH_MAX];
    job_path(s, i, path);
    const struct fan_job_overlay overlay = { &sets,
                                             s->options ? s->options->profile : NULL };
    enum fan_status st = fan_job_load(&job, path, &overlay, s->comm, err);
    if (!st) st = fan_prices_open(job, NULL, s->comm, err);
    if (!st) {
        snprintf(s->name[i], sizeof s->name[i], "%02zu-%.64s", i + 1, job->name);
        for (char *p = s->name[i]; *p; p++) /* names of figures' paths are plain */
            if (*p == '.')
                *p = '-';
            else if (*p >= 'A' && *p <= 'Z')
                *p = (char)(*p - 'A' + 'a');
        s->tune[i] = job->tune.on;
        snprintf(s->title[i], sizeof s->title[i], "%s",
                 part->title ? part->title : job->name);
    }
    if (out && !st)
        *out = job;
    else
        fan_job_free(job);
    return st;
}

static void part_dir(const struct study *s, size_t i, char dir[PATH_MAX])
{
    snprintf(dir, PATH_MAX, "%.3900s/%s", s->dir, s->name[i]);
}

/* ---- the folder ---- */

/* Rank 0: a folder for each part, with its job. */
static enum fan_status make_parts(struct study *s, struct fan_job *const *jobs,
                                  struct fan_err *err)
{
    struct fan_buf text = FAN_BUF_INIT(FAN_JOB_BYTES_MAX);
    const char *names[FAN_STUDY_PARTS_MAX];
    char path[PATH_MAX];
    enum fan_status st = FAN_OK;
    for (size_t i = 0; !st && i < s->file->part_count; i++) {
        names[i] = s->name[i];
        part_dir(s, i, path);
        st = fan_folder_make(path, err);
        if (!st) st = fan_folder_write_job(path, jobs[i], err);
        if (!st) st = fan_prices_keep(jobs[i], path, err);
    }
    if (!st) st = fan_study_write(s->file, names, &text, err);
    snprintf(path, sizeof path, "%.4000s/job.yaml", s->dir);
    if (!st) st = fan_buf_write_file(&text, path, err);
    fan_buf_clear(&text);
    return st;
}

/* All jobs are checked before the first call of any leaves. */
static enum fan_status begin(struct study *s, struct fan_err *err)
{
    struct fan_job *jobs[FAN_STUDY_PARTS_MAX] = { NULL };
    const struct fan_run_options *o = s->options;
    enum fan_status st = FAN_OK;
    for (size_t i = 0; !st && i < s->file->part_count; i++)
        st = load_part(s, i, &jobs[i], err);
    if (!st && s->comm->rank == 0) {
        if (o->resume)
            snprintf(s->dir, sizeof s->dir, "%s", o->resume);
        else
            st = fan_folder_choose(s->dir, o->out, s->file->name, err);
        if (!st && !o->resume) st = make_parts(s, jobs, err);
    }
    for (size_t i = 0; i < s->file->part_count; i++)
        fan_job_free(jobs[i]);
    st = fan_comm_agree(s->comm, st, err);
    if (!st) s->comm->ops->bcast(s->comm, s->dir, sizeof s->dir, 0);
    return st;
}

/* ---- the parts ---- */

struct left {
    uint64_t invocations; /* 0: no limit, unless over */
    double usd;
    bool over;
};

/* Rank 0: what a part has spent; nothing when it has not begun. */
static void add_spent(const struct study *s, size_t i, uint64_t *invocations,
                      uint64_t *pico)
{
    struct fan_archive archive;
    struct fan_comm *self = fan_comm_open_self();
    char dir[PATH_MAX];
    uint64_t n = 0, p = 0;
    part_dir(s, i, dir);
    memset(&archive, 0, sizeof archive);
    if (fan_history_exists(dir) && !fan_archive_open(&archive, dir, self, NULL)) {
        const struct fan_results results = fan_archive_results(&archive);
        fan_results_spent(&results, &n, &p);
    }
    fan_archive_close(&archive);
    self->ops->close(self);
    *invocations += n;
    *pico += p;
}

/* What the study's budget leaves for part i: all but what the others have spent. */
static struct left budget_left(const struct study *s, size_t i)
{
    const uint64_t limit = s->file->budget.invocations;
    const double usd = s->file->budget.usd;
    struct left left = { 0, 0, false };
    if (s->comm->rank == 0 && (limit || usd > 0)) {
        uint64_t invocations = 0, pico = 0;
        for (size_t k = 0; k < s->file->part_count; k++)
            if (k != i) add_spent(s, k, &invocations, &pico);
        const uint64_t most = usd > 0 ? fan_budget_pico(usd) : UINT64_MAX;
        left.over = (limit && invocations >= limit) || pico >= most;
        if (limit && !left.over) left.invocations = limit - invocations;
        if (usd > 0 && !left.over) left.usd = (double)(most - pico) * 1e-12;
    }
    s->comm->ops->bcast(s->comm, &left, sizeof left, 0);
    return left;
}

static enum fan_exit run_part(struct study *s, size_t i)
{
    struct fan_run_options options;
    char dir[PATH_MAX];
    const struct left left = budget_left(s, i);
    if (left.over) return FAN_EXIT_BUDGET;
    memset(&options, 0, sizeof options);
    part_dir(s, i, dir);
    options.part = dir;
    options.tune = s->tune[i];
    options.quiet = s->options->quiet;
    options.profile = s->options->profile;
    options.invocations_left = left.invocations;
    options.usd_left = left.usd;
    if (s->comm->rank == 0) {
        printf("%s== part %zu of %zu: %s\n", i > 0 ? "\n" : "", i + 1,
               s->file->part_count, s->title[i]);
        fflush(stdout);
    }
    return fan_run(&options, s->comm);
}

/* The worst of the parts' statuses; what ends the study ends it at once. */
static enum fan_exit run_parts(struct study *s)
{
    enum fan_exit worst = FAN_EXIT_GOOD;
    for (size_t i = 0; i < s->file->part_count; i++) {
        const enum fan_exit status = run_part(s, i);
        if (status == FAN_EXIT_INTERRUPTED || status == FAN_EXIT_USAGE) return status;
        if (status == FAN_EXIT_BUDGET ||
            (status == FAN_EXIT_FAILURES && worst == FAN_EXIT_GOOD))
            worst = status;
    }
    return worst;
}

/* ---- the report ---- */

/* Add a part from its folder. Errors: of writing into it. */
static enum fan_status report_part(const struct study *s, size_t i,
                                   struct fan_study_report *report, struct fan_err *err)
{
    const struct fan_study_part *part = &s->file->part[i];
    struct fan_report_part add = { .folder = s->name[i],
                                   .title = s->title[i],
                                   .answers = (const char *const *)part->answers.text,
                                   .answer_count = part->answers.count };
    struct fan_comm *self = fan_comm_open_self();
    struct fan_archive archive;
    struct fan_figures figures;
    struct fan_err absent = { FAN_OK, "" };
    char dir[PATH_MAX];
    enum fan_status st = FAN_OK;
    part_dir(s, i, dir);
    const int lock = fan_folder_lock(dir);
    memset(&archive, 0, sizeof archive);
    if (!fan_history_exists(dir)) {
        fan_study_report_add(report, &add);
    } else if (fan_archive_open(&archive, dir, self, &absent)) {
        fan_log(FAN_LOG_WARN, "report", "part %zu: %s", i + 1, absent.text);
        fan_study_report_add(report, &add);
    } else {
        struct fan_results_study made;
        const struct fan_results results = fan_archive_results(&archive);
        fan_results_study_init(&made, &results);
        struct fan_summary *summary = fan_summary_new(&made.study, results.price);
        st = fan_results_csv(&results, err);
        if (!st) st = fan_report_write_part(summary, &made.study, dir, &figures, err);
        add.summary = summary;
        add.figures = &figures;
        if (!st) fan_study_report_add(report, &add);
        fan_summary_free(summary);
        fan_results_study_clear(&made);
    }
    fan_archive_close(&archive);
    fan_folder_unlock(lock);
    self->ops->close(self);
    return st;
}

/* Rank 0 alone. */
static enum fan_status write_report(const struct study *s, FILE *out, struct fan_err *err)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%.4000s/job.yaml", s->dir);
    struct fan_study_report *report =
        fan_study_report_new(s->file->title ? s->file->title : s->file->name, path);
    enum fan_status st = FAN_OK;
    const int lock = fan_folder_lock(s->dir);
    for (size_t i = 0; !st && i < s->file->part_count; i++)
        st = report_part(s, i, report, err);
    if (!st) st = fan_study_report_write(report, s->dir, err);
    fan_folder_unlock(lock);
    fan_study_report_free(report);
    if (st) return st;
    snprintf(path, sizeof path, "%.4000s/report.pdf", s->dir);
    if (access(path, R_OK)) snprintf(path, sizeof path, "%.4000s/report.html", s->dir);
    if (access(path, R_OK)) snprintf(path, sizeof path, "%.4000s/report.md", s->dir);
    fprintf(out, "\nreport: %s\n", path);
    return FAN_OK;
}

static void tell_how_to_go_on(const char *dir, bool budget)
{
    char word[FAN_FOLDER_WORD_MAX];
    fan_folder_word(word, dir);
    fprintf(stderr, "%s; to go on: mpi_driver run --resume %s%s\n",
            budget ? "the budget stopped the study" : "interrupted", word,
            budget ? " --set budget.usd=N" : "");
}

enum fan_exit fan_study_run(const struct fan_run_options *options, struct fan_comm *comm)
{
    struct study s;
    struct fan_err err = { FAN_OK, "" };
    char path[PATH_MAX];
    memset(&s, 0, sizeof s);
    s.options = options;
    s.comm = comm;
    if (options->resume)
        snprintf(path, sizeof path, "%.4000s/job.yaml", options->resume);
    else
        snprintf(path, sizeof path, "%s", options->job_path);
    enum fan_status st = load(&s, path, &options->set, &err);
    if (!st) st = begin(&s, &err);
    enum fan_exit status = fan_exit_of(st);
    if (st) {
        print_error(&s, &err);
    } else {
        status = run_parts(&s);
        if (comm->rank == 0) st = write_report(&s, stdout, &err);
        if (st) print_error(&s, &err);
        if (comm->rank == 0 && !options->quiet && status >= FAN_EXIT_BUDGET)
            tell_how_to_go_on(s.dir, status == FAN_EXIT_BUDGET);
        if (fan_comm_agree(comm, st, &err)) status = fan_exit_of(st ? st : FAN_EIO);
    }
    clear(&s);
    return status;
}

enum fan_exit fan_study_report_folder(const char *dir, FILE *out)
{
    struct study s;
    struct fan_err err = { FAN_OK, "" };
    char path[PATH_MAX];
    memset(&s, 0, sizeof s);
    s.comm = fan_comm_open_self();
    snprintf(s.dir, sizeof s.dir, "%s", dir);
    snprintf(path, sizeof path, "%.4000s/job.yaml", dir);
    enum fan_status st = load(&s, path, NULL, &err);
    for (size_t i = 0; !st && i < s.file->part_count; i++)
        st = load_part(&s, i, NULL, &err);
    if (!st) st = write_report(&s, out, &err);
    if (st) print_error(&s, &err);
    clear(&s);
    s.comm->ops->close(s.comm);
    return fan_exit_of(st);
}

enum fan_exit fan_study_plan(const char *path, const struct fan_job_overlay *overlay,
                             FILE *out)
{
    struct study s;
    struct fan_err err = { FAN_OK, "" };
    memset(&s, 0, sizeof s);
    s.comm = fan_comm_open_self();
    enum fan_status st = load(&s, path, overlay->set, &err);
    for (size_t i = 0; !st && i < s.file->part_count; i++) {
        const struct fan_option_list sets = sets_of(&s.file->part[i]);
        const struct fan_job_overlay part = { &sets, overlay->profile };
        char job[PATH_MAX];
        job_path(&s, i, job);
        fprintf(out, "%s== part %zu of %zu: %s\n", i > 0 ? "\n" : "", i + 1,
                s.file->part_count, s.file->part[i].title ? s.file->part[i].title : job);
        st = fan_plan_command(job, &part, out, &err);
    }
    if (st) print_error(&s, &err);
    clear(&s);
    s.comm->ops->close(s.comm);
    return fan_exit_of(st);
}
