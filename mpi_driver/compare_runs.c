/* compare_runs.c - see compare_runs.h. */
#include "mpi_driver/compare_runs.h"

#include "common/log.h"
#include "mpi_driver/archive.h"
#include "mpi_driver/comm.h"
#include "mpi_driver/folder.h"
#include "mpi_driver/results.h"
#include "mpi_driver/study_run.h"

#include <limits.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#define TERMINAL_COLUMNS 110
#define NOTES_MAX        16
#define JSON_BYTES_MAX   (64u << 20)

/* One of the two runs, read and summarised. */
struct run {
    const char *dir;
    struct fan_archive archive;
    struct fan_results results;
    struct fan_results_study made;
    struct fan_price price; /* what it is compared at */
    struct fan_summary *summary;
};

static enum fan_status open_run(struct run *run, const char *dir, struct fan_comm *comm,
                                struct fan_err *err)
{
    run->dir = dir;
    if (fan_study_is_folder(dir))
        return fan_fail(
            err, FAN_EUSAGE,
            "cannot compare '%.200s': it holds a study of several jobs; compare "
            "the folders of its parts, which lie in it",
            dir);
    enum fan_status st = fan_archive_open(&run->archive, dir, comm, err);
    if (st) {
        fan_err_prefix(err, "cannot compare '%.200s': ", dir);
        return st;
    }
    run->results = fan_archive_results(&run->archive);
    fan_results_study_init(&run->made, &run->results);
    run->price = *run->results.price;
    return FAN_OK;
}

static void close_run(struct run *run)
{
    fan_summary_free(run->summary);
    fan_results_study_clear(&run->made);
    fan_archive_close(&run->archive);
}

/* --- what only the job files and folders tell --- */

struct notes {
    struct fan_study_check item[NOTES_MAX];
    size_t count;
};

static void note(struct notes *notes, const char *name, const char *fmt, ...)
    FAN_PRINTF(3, 4);
static void note(struct notes *notes, const char *name, const char *fmt, ...)
{
    if (notes->count == NOTES_MAX) return;
    struct fan_study_check *own = &notes->item[notes->count++];
    va_list args;
    snprintf(own->name, sizeof own->name, "%s", name);
    va_start(args, fmt);
    vsnprintf(own->detail, sizeof own->detail, fmt, args);
    va_end(args);
}

static bool same_list(const struct fan_price *a, const struct fan_price *b)
{
    return strcmp(a->region, b->region) == 0 && strcmp(a->arch, b->arch) == 0;
}

/* Take another's prices, but not the way that requests go. */
static void reprice(struct fan_price *price, const struct fan_price *other)
{
    const double gateway_request = price->gateway_request;
    const double authorizer_request = price->authorizer_request;
    *price = *other;
    price->authorizer_request = authorizer_request;
    price->gateway_request = gateway_request;
}

/*
 * Both runs at prices of one date, so that a change of prices is not taken for one of the
 * function: the newer of their own where the lists are the same, else this program's.
 */
static void choose_prices(struct run *a, struct run *b, struct notes *notes)
{
    const struct fan_price own_a = a->price, own_b = b->price;
    const int order = strcmp(own_a.date, own_b.date);
    if (order == 0) return;
    if (same_list(&own_a, &own_b)) {
        reprice(order < 0 ? &a->price : &b->price, order < 0 ? &own_b : &own_a);
    } else {
        reprice(&a->price, fan_price_find(own_a.region, own_a.arch));
        reprice(&b->price, fan_price_find(own_b.region, own_b.arch));
    }
    note(
        notes, "prices have changed",
        "A was priced at those of %s, B at those of %s; both are compared at those of %s",
        own_a.date, own_b.date, b->price.date);
}

/* Settings of the local endpoint that change times or failures. */
static void note_local(struct notes *notes, const struct fan_job *a,
                       const struct fan_job *b)
{
    static const char *const cpu[] = { "tick", "quota", "off" };
    const struct fan_job_local *x = &a->local, *y = &b->local;
    if (a->endpoint != FAN_ENDPOINT_LOCAL || b->endpoint != FAN_ENDPOINT_LOCAL) return;
    if (x->cpu != y->cpu && x->cpu >= 0 && x->cpu < 3 && y->cpu >= 0 && y->cpu < 3)
        note(notes, "other CPU model", "A: local.cpu %s; B: %s", cpu[x->cpu],
             cpu[y->cpu]);
    if (x->concurrency != y->concurrency || x->ramp != y->ramp ||
        x->rate_factor != y->rate_factor)
        note(notes, "other limits",
             "A: concurrency %u, ramp %u, rate factor %u; B: %u, %u, %u", x->concurrency,
             x->ramp, x->rate_factor, y->concurrency, y->ramp, y->rate_factor);
    if (x->fault_throttle != y->fault_throttle || x->fault_error != y->fault_error ||
        x->fault_drop != y->fault_drop || x->fault_cut != y->fault_cut ||
        x->fault_slow != y->fault_slow || x->fault_kill != y->fault_kill ||
        x->fault_slow_ms != y->fault_slow_ms)
        note(notes, "other faults", "the runs were given other faults on demand");
}

static void note_ending(struct notes *notes, const struct run *run, const char *name)
{
    const struct fan_history *history = &run->archive.history;
    if (history->ending == FAN_ENDING_NONE)
        note(notes, "unfinished run", "%s was killed, or still runs", name);
    if (history->lost > 0)
        note(notes, "lost attempts", "%llu attempts of %s left without a record",
             (unsigned long long)history->lost, name);
}

static void note_folders(struct notes *notes, const struct run *a, const struct run *b)
{
    note_local(notes, a->archive.job, b->archive.job);
    note_ending(notes, a, "A");
    note_ending(notes, b, "B");
}

/* --- where the pages go --- */

/* The last part of a path that has no slashes behind it. */
static const char *base_name(const char *dir)
{
    const char *slash = strrchr(dir, '/');
    const char *name = slash ? slash + 1 : dir;
    const bool plain = *name && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
    return plain ? name : "run";
}

static enum fan_status write_pages(const struct fan_comparison *comparison,
                                   const struct fan_compare_options *options, FILE *where,
                                   struct fan_err *err)
{
    char dir[PATH_MAX], page[PATH_MAX];
    if (options->out)
        snprintf(dir, sizeof dir, "%.4000s", options->out);
    else
        snprintf(dir, sizeof dir, "%.3700s/compare-with-%.250s", options->after,
                 base_name(options->before));
    enum fan_status st = fan_folder_make(dir, err);
    if (!st) st = fan_comparison_write(comparison, dir, err);
    if (st) return st;
    snprintf(page, sizeof page, "%.4000s/compare.html", dir);
    if (access(page, R_OK)) snprintf(page, sizeof page, "%.4000s/compare.md", dir);
    fprintf(where, "\ncomparison: %s\n", page);
    return FAN_OK;
}

static enum fan_status show(const struct fan_comparison *comparison,
                            const struct fan_compare_options *options, FILE *output,
                            struct fan_err *err)
{
    enum fan_status st = FAN_OK;
    if (options->json) {
        struct fan_buf json = FAN_BUF_INIT(JSON_BYTES_MAX);
        st = fan_comparison_json(comparison, &json, err);
        if (!st) fwrite(json.data, 1, json.size, output);
        fan_buf_clear(&json);
    } else {
        fan_comparison_print(comparison, output, TERMINAL_COLUMNS);
    }
    if (!st && (ferror(output) || fflush(output)))
        st = fan_fail(err, FAN_EIO, "cannot write the comparison to standard output");
    if (st) return st;
    /* JSON must stay alone on its stream. */
    struct fan_err pages = { FAN_OK, "" };
    st = write_pages(comparison, options, options->json ? stderr : output, &pages);
    if (!st) return FAN_OK;
    if (options->out) return fan_fail(err, st, "%s", pages.text);
    fan_log(FAN_LOG_WARN, "compare", "no page: %s (--out DIR puts it elsewhere)",
            pages.text);
    return FAN_OK;
}

/* A folder as it is called: without slashes behind it. */
static void trim_slashes(char name[PATH_MAX], const char *dir)
{
    snprintf(name, PATH_MAX, "%.4000s", dir);
    for (size_t n = strlen(name); n > 1 && name[n - 1] == '/'; n--)
        name[n - 1] = '\0';
}

enum fan_status fan_compare_runs(const struct fan_compare_options *asked, FILE *output,
                                 enum fan_compare_outcome *outcome, struct fan_err *err)
{
    char before[PATH_MAX], after[PATH_MAX];
    struct fan_compare_options trimmed = *asked;
    const struct fan_compare_options *options = &trimmed;
    trim_slashes(before, asked->before);
    trim_slashes(after, asked->after);
    trimmed.before = before;
    trimmed.after = after;
    struct run a, b;
    struct notes notes;
    struct fan_comparison *comparison = NULL;
    struct fan_compare_settings settings = { options->metric,    options->margin,
                                             options->threshold, options->force,
                                             options->before,    options->after,
                                             notes.item,         0 };
    memset(&a, 0, sizeof a);
    memset(&b, 0, sizeof b);
    memset(&notes, 0, sizeof notes);
    struct fan_comm *comm = fan_comm_open_self();
    enum fan_status st = open_run(&a, options->before, comm, err);
    if (!st) st = open_run(&b, options->after, comm, err);
    if (st) goto out;
    choose_prices(&a, &b, &notes);
    note_folders(&notes, &a, &b);
    a.summary = fan_summary_new(&a.made.study, &a.price);
    b.summary = fan_summary_new(&b.made.study, &b.price);
    settings.note_count = notes.count;
    st = fan_comparison_new(&comparison, a.summary, b.summary, &settings, err);
    if (st) goto out;
    *outcome = fan_comparison_outcome(comparison);
    st = show(comparison, options, output, err);
out:
    fan_comparison_free(comparison);
    close_run(&a);
    close_run(&b);
    comm->ops->close(comm);
    return st;
}
