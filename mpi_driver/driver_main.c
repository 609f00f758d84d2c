/* driver_main.c - the program mpi_driver: its commands and their options. */
#include "common/buf.h"
#include "common/log.h"
#include "common/options.h"
#include "mpi_driver/archive.h"
#include "mpi_driver/comm.h"
#include "mpi_driver/compare_runs.h"
#include "mpi_driver/endpoint_process.h"
#include "mpi_driver/folder.h"
#include "mpi_driver/history.h"
#include "mpi_driver/interrupt.h"
#include "mpi_driver/plan_command.h"
#include "mpi_driver/results.h"
#include "mpi_driver/run.h"
#include "mpi_driver/study_run.h"
#include "record/export.h"

#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The fields of all commands' options. */
struct fields {
    struct fan_option_list set;
    const char *out, *resume, *profile;
    bool quiet, wait;
    int format; /* enum fan_export_format; of compare: 1 is JSON */
    int metric; /* enum fan_compare_metric */
    double equivalence, threshold;
    bool force;
};

#define AT(field) offsetof(struct fields, field)

/* clang-format off */
static const struct fan_option run_options[] = {
    { "set",    FAN_OPTION_LIST, AT(set),    NULL, 0, 0, "key=value", "replace a value of the job; may be repeated" },
    { "out",    FAN_OPTION_TEXT, AT(out),    NULL, 0, 0, "DIR",       "result folder, new or empty (default: out/NAME-TIME)" },
    { "resume", FAN_OPTION_TEXT, AT(resume), NULL, 0, 0, "DIR",       "go on with the run in DIR; what it completed is not called again" },
    { "profile", FAN_OPTION_TEXT, AT(profile), NULL, 0, 0, "NAME",    "AWS profile for keys, region and endpoint (default: AWS_PROFILE)" },
    { "quiet",  FAN_OPTION_FLAG, AT(quiet),  NULL, 0, 0, NULL,        "no progress, no warnings" },
    { NULL, FAN_OPTION_FLAG, 0, NULL, 0, 0, NULL, NULL },
};
static const struct fan_option plan_options[] = {
    { "set",    FAN_OPTION_LIST, AT(set),    NULL, 0, 0, "key=value", "replace a value of the job; may be repeated" },
    { "profile", FAN_OPTION_TEXT, AT(profile), NULL, 0, 0, "NAME",    "AWS profile that names the region (default: AWS_PROFILE)" },
    { NULL, FAN_OPTION_FLAG, 0, NULL, 0, 0, NULL, NULL },
};
static const struct fan_option report_options[] = {
    { "wait",   FAN_OPTION_FLAG, AT(wait),   NULL, 0, 0, NULL,        "first wait until no rank writes into DIR any more" },
    { NULL, FAN_OPTION_FLAG, 0, NULL, 0, 0, NULL, NULL },
};
static const struct fan_option export_options[] = {
    { "format", FAN_OPTION_CHOICE, AT(format), "csv", 0, 0, "csv|jsonl", "format of the records" },
    { NULL, FAN_OPTION_FLAG, 0, NULL, 0, 0, NULL, NULL },
};
static const struct fan_option compare_options[] = {
    { "metric",      FAN_OPTION_CHOICE, AT(metric),      "duration", 0, 0, FAN_COMPARE_METRIC_CHOICES, "what is tested" },
    { "equivalence", FAN_OPTION_NUMBER, AT(equivalence), NULL, 0.001, 1, "SHARE", "demand that all settings are shown the same within this, as 5%" },
    { "threshold",   FAN_OPTION_NUMBER, AT(threshold),   NULL, 0, 1, "SHARE",    "a smaller change of the ratio is no regression, as 3% (default: any is)" },
    { "format",      FAN_OPTION_CHOICE, AT(format),      "table", 0, 0, "table|json", "what goes to stdout" },
    { "out",         FAN_OPTION_TEXT,   AT(out),         NULL, 0, 0, "DIR",       "folder of compare.html (default: B/compare-with-A)" },
    { "force",       FAN_OPTION_FLAG,   AT(force),       NULL, 0, 0, NULL,        "compare runs of different workloads" },
    { NULL, FAN_OPTION_FLAG, 0, NULL, 0, 0, NULL, NULL },
};
/* clang-format on */

static int fail(const struct fan_err *err)
{
    fprintf(stderr, "mpi_driver: %s\n", err->text);
    return (int)fan_exit_of(err->code);
}

/* --- run and tune: the only commands that need the other ranks --- */

/* A study has several jobs; a folder of one is gone on with as one. */
static bool is_study(const struct fan_run_options *options, struct fan_comm *comm)
{
    char path[PATH_MAX];
    if (options->job_path)
        snprintf(path, sizeof path, "%s", options->job_path);
    else
        snprintf(path, sizeof path, "%s/job.yaml", options->resume);
    return fan_study_is_file(path, comm);
}

static int run_job(const struct fields *fields, const struct fan_arguments *arguments,
                   bool tune)
{
    static char who[32];
    struct fan_run_options options;
    struct fan_err err = { FAN_OK, "" };
    struct fan_comm *comm = NULL;
    memset(&options, 0, sizeof options);
    options.job_path = arguments->count > 0 ? arguments->positional[0] : NULL;
    options.set = fields->set;
    options.out = fields->out;
    options.resume = fields->resume;
    options.profile = fields->profile;
    options.quiet = fields->quiet;
    options.tune = tune;
    int rank = fan_comm_launched_rank();
    if (!options.job_path && !options.resume)
        fan_fail(&err, FAN_EUSAGE, "%s: expected JOB.yaml, or --resume DIR",
                 tune ? "tune" : "run");
    else if (options.out && options.resume)
        fan_fail(
            &err, FAN_EUSAGE,
            "%s: --out and --resume exclude each other: a resumed run goes on in its "
            "own folder",
            tune ? "tune" : "run");
    if (err.code) return rank == 0 ? fail(&err) : FAN_EXIT_GOOD;
    fan_interrupt_install(); /* before MPI starts, which takes a while */
    if (fan_comm_open(&comm, NULL, NULL, &err)) return fail(&err);
    snprintf(who, sizeof who, "%d/%d", comm->rank, comm->size);
    fan_log_setup(options.quiet ? FAN_LOG_ERROR : FAN_LOG_WARN, who);
    enum fan_exit status = !tune && is_study(&options, comm)
                               ? fan_study_run(&options, comm)
                               : fan_run(&options, comm);
    rank = comm->rank;
    fflush(stdout);
    comm->ops->close(comm);
    /* One rank's status is enough for the launcher, and it complains about each. */
    return rank == 0 ? (int)status : FAN_EXIT_GOOD;
}

static int run_command(const struct fields *fields, const struct fan_arguments *arguments)
{
    return run_job(fields, arguments, false);
}

static int tune_command(const struct fields *fields,
                        const struct fan_arguments *arguments)
{
    return run_job(fields, arguments, true);
}

/* --- the others: rank 0 alone --- */

static int plan_command(const struct fields *fields,
                        const struct fan_arguments *arguments)
{
    struct fan_err err = { FAN_OK, "" };
    struct fan_comm *comm = fan_comm_open_self();
    const char *path = arguments->positional[0];
    const bool study = fan_study_is_file(path, comm);
    comm->ops->close(comm);
    const struct fan_job_overlay overlay = { &fields->set, fields->profile };
    if (study) return (int)fan_study_plan(path, &overlay, stdout);
    return fan_plan_command(path, &overlay, stdout, &err) ? fail(&err) : FAN_EXIT_GOOD;
}

static int report_command(const struct fields *fields,
                          const struct fan_arguments *arguments)
{
    struct fan_archive archive;
    struct fan_err err = { FAN_OK, "" };
    struct fan_comm *comm = fan_comm_open_self();
    const char *dir = arguments->positional[0];
    bool good = false;
    if (fan_study_is_folder(dir)) {
        comm->ops->close(comm);
        return (int)fan_study_report_folder(dir, stdout);
    }
    memset(&archive, 0, sizeof archive);
    enum fan_status st = fields->wait ? fan_history_wait(dir, &err) : FAN_OK;
    const int lock = fan_folder_lock(dir);
    if (!st) st = fan_archive_open(&archive, dir, comm, &err);
    if (!st) {
        const struct fan_results results = fan_archive_results(&archive);
        st = fan_results_write(&results, stdout, &good, &err);
    }
    fan_archive_close(&archive);
    fan_folder_unlock(lock);
    comm->ops->close(comm);
    if (st) return fail(&err);
    return good ? FAN_EXIT_GOOD : FAN_EXIT_FAILURES;
}

/* For CI: 1 only ever means that the comparison itself did not pass. */
static int compare_command(const struct fields *fields,
                           const struct fan_arguments *arguments)
{
    struct fan_err err = { FAN_OK, "" };
    enum fan_compare_outcome outcome = FAN_COMPARE_UNTESTED;
    const struct fan_compare_options options = { arguments->positional[0],
                                                 arguments->positional[1],
                                                 fields->out,
                                                 (enum fan_compare_metric)fields->metric,
                                                 fields->equivalence,
                                                 fields->threshold,
                                                 fields->force,
                                                 fields->format == 1 };
    if (fan_compare_runs(&options, stdout, &outcome, &err)) {
        fail(&err);
        return FAN_EXIT_USAGE;
    }
    if (outcome == FAN_COMPARE_PASSED) return FAN_EXIT_GOOD;
    return outcome == FAN_COMPARE_UNTESTED ? FAN_EXIT_USAGE : FAN_EXIT_FAILURES;
}

static int export_command(const struct fields *fields,
                          const struct fan_arguments *arguments)
{
    struct fan_history history;
    struct fan_err err = { FAN_OK, "" };
    const char *dir = arguments->positional[0];
    enum fan_status st = fan_history_read(&history, dir, &err);
    if (st) return fail(&err);
    if (history.damage[0])
        fan_log(FAN_LOG_WARN, "export", "'%s': %s", dir, history.damage);
    st = fan_export_records(stdout, (enum fan_export_format)fields->format,
                            history.records, history.record_count, &err);
    fan_history_clear(&history);
    if (!st && fflush(stdout)) st = fan_fail(&err, FAN_EIO, "write to standard output");
    return st ? fail(&err) : FAN_EXIT_GOOD;
}

/* The program that makes tokens in place of this one, with all further arguments: it
 * alone needs libraries that take a millisecond to load. */
static int make_token(char **argv)
{
    char path[PATH_MAX];
    struct fan_err err = { FAN_OK, "" };
    if (!fan_installed_path(path, sizeof path, FAN_TOKEN_MAKER, &err)) {
        execv(path, argv + 1);
        fan_fail(&err, FAN_EIO, "start '%s': %s", path, strerror(errno));
    }
    return fail(&err);
}

/* --- the table of commands --- */

struct verb {
    const char *name;
    bool everywhere; /* all ranks take part */
    int (*act)(const struct fields *fields, const struct fan_arguments *arguments);
    struct fan_command command;
};

/* clang-format off */
static const struct verb verbs[] = {
    { "run", true, run_command,
      { "mpi_driver run JOB.yaml [options]",
        "Run a job: fan its calls out over all ranks and report. Start it with mpirun for\n"
        "several ranks. Results go to stdout and to the result folder.\n"
        "Exit status: 0 all good, 1 failures, 2 bad usage or job, 3 budget, 130 interrupted.",
        run_options, 0, 1 } },
    { "tune", true, tune_command,
      { "mpi_driver tune JOB.yaml [options]",
        "Find the best memory size with few samples: the job's section `tune` says best in\n"
        "what, and which sizes there are. Everything else is as with `run`.\n"
        "Exit status: 0 all good, 1 failures or no size keeps the limits, 2 bad usage or job,\n"
        "3 budget, 130 interrupted.",
        run_options, 0, 1 } },
    { "plan", false, plan_command,
      { "mpi_driver plan JOB.yaml [options]",
        "Show what a job would do, its worst-case and expected cost and time. Sends nothing.",
        plan_options, 1, 1 } },
    { "report", false, report_command,
      { "mpi_driver report DIR [options]",
        "Rebuild summary, report and figures of a run from the journals in its folder.",
        report_options, 1, 1 } },
    { "compare", false, compare_command,
      { "mpi_driver compare A B [options]",
        "Compare two result folders, A before and B after, setting by setting, with tests.\n"
        "Both are priced with the same lists. Exit status: 0 no significant regression (with\n"
        "--equivalence: all settings shown the same), 1 otherwise, 2 bad usage, an unreadable\n"
        "folder, or too few calls to test anything.",
        compare_options, 2, 2 } },
    { "export", false, export_command,
      { "mpi_driver export DIR [options]",
        "Write all records of a run to stdout.",
        export_options, 1, 1 } },
};
/* clang-format on */

#define VERB_COUNT (sizeof verbs / sizeof verbs[0])

static void print_help(FILE *out)
{
    fprintf(out, "usage: mpi_driver COMMAND [arguments]\n\n"
                 "Fan a job out over AWS Lambda, or over the local endpoint, and measure "
                 "it.\n\ncommands:\n");
    for (size_t i = 0; i < VERB_COUNT; i++)
        fprintf(out, "  %s\n", verbs[i].command.usage + strlen("mpi_driver "));
    fprintf(out, "  token --key FILE|--secret-env NAME|--new-key DIR [options]\n"
                 "\n  --help, after a command too, and --version\n");
}

static int act(const struct verb *verb, int argc, char **argv, bool speaks)
{
    struct fields fields;
    struct fan_arguments arguments;
    struct fan_err err = { FAN_OK, "" };
    memset(&fields, 0, sizeof fields);
    if (fan_options_parse(&verb->command, argc, argv, 2, &fields, &arguments, &err))
        return speaks ? fail(&err) : FAN_EXIT_GOOD;
    if (arguments.help) {
        if (speaks) fan_options_help(&verb->command, stdout);
        return FAN_EXIT_GOOD;
    }
    if (!speaks && !verb->everywhere) return FAN_EXIT_GOOD;
    return verb->act(&fields, &arguments);
}

int main(int argc, char **argv)
{
    bool speaks = fan_comm_launched_rank() == 0;
    const char *name = argc > 1 ? argv[1] : "";
    for (size_t i = 0; i < VERB_COUNT; i++)
        if (strcmp(verbs[i].name, name) == 0) return act(&verbs[i], argc, argv, speaks);
    if (!speaks) return FAN_EXIT_GOOD;
    if (strcmp(name, "token") == 0) return make_token(argv);
    if (strcmp(name, "--version") == 0) {
        printf("mpi_driver %s\n", FAN_VERSION);
        return FAN_EXIT_GOOD;
    }
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) {
        print_help(stdout);
        return FAN_EXIT_GOOD;
    }
    if (*name) fprintf(stderr, "mpi_driver: unknown command '%s'\n\n", name);
    print_help(stderr);
    return FAN_EXIT_USAGE;
}
