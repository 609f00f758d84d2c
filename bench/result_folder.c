/* result_folder.c - write the result folder of a made-up run of any size, to measure
 * `mpi_driver report` on it (docs/calibration.md). Seeded. */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "bench/made_study.h"
#include "common/options.h"
#include "mpi_driver/folder.h"
#include "mpi_driver/history.h"
#include "mpi_driver/job.h"
#include "record/journal.h"

#define RANKS 4
#define CELLS 8

struct settings {
    uint64_t calls, seed;
    double failures, limit;
};

/* clang-format off: tables */
#define AT(field) offsetof(struct settings, field)
static const struct fan_option options[] = {
    { "calls", FAN_OPTION_U64, AT(calls), "100000", CELLS, 10000000, "N",
      "over 4 sizes x 2 levels of calls in flight" },
    { "seed", FAN_OPTION_U64, AT(seed), "1", 0, 0, "N",
      "equal seeds give equal folders" },
    { "failures", FAN_OPTION_NUMBER, AT(failures), "0", 0, 1, "SHARE",
      "of the calls whose function fails" },
    { "limit", FAN_OPTION_NUMBER, AT(limit), "0", 0, 1000, "N",
      "calls that may run at once; 0: all" },
    { NULL, FAN_OPTION_FLAG, 0, NULL, 0, 0, NULL, NULL }
};
static const struct fan_command command = {
    "result_folder DIR [options]",
    "Write job.yaml and journals as a run would have left them, for mpi_driver report.",
    options, 1, 1
};
/* clang-format on */

static struct fan_made_plan plan_of(const struct settings *settings)
{
    struct fan_made_plan plan = fan_made_defaults();
    plan.parallelism = (struct fan_made_levels){ { 4, 32 }, 2 };
    plan.work_ms = 60.0;
    plan.ranks = RANKS;
    plan.repetitions = (uint32_t)(settings->calls / CELLS);
    plan.failure_share = settings->failures;
    plan.limit = settings->limit > 0.0 ? FAN_MADE_CONCURRENCY : FAN_MADE_UNLIMITED;
    plan.limit_at = settings->limit;
    plan.retry = true;
    plan.seed = settings->seed;
    if (plan.repetitions < plan.blocks) plan.blocks = plan.repetitions;
    return plan;
}

/* The job that such a run had; its cells come in the order of the made study's. */
static enum fan_status write_job(const char *dir, const struct fan_made_plan *plan,
                                 uint64_t *mark, struct fan_err *err)
{
    char text[1200];
    const int n =
        snprintf(text, sizeof text,
                 "name: made-%u\nendpoint: local\nfunctions:\n"
                 "  - {name: eratosthenes-128, memory_mb: 128}\n"
                 "  - {name: eratosthenes-256, memory_mb: 256}\n"
                 "  - {name: eratosthenes-512, memory_mb: 512}\n"
                 "  - {name: eratosthenes-1024, memory_mb: 1024}\n"
                 "experiment:\n  workload: {handler: eratosthenes, max: 1000000}\n"
                 "  parallelism: [4, 32]\n  repetitions: %u\n  blocks: %u\n"
                 "throttle: retry\nbudget: {invocations: %u, usd: 100000}\n",
                 plan->repetitions * CELLS, plan->repetitions, plan->blocks,
                 plan->repetitions * CELLS * 2);
    struct fan_job *job = NULL;
    enum fan_status st = fan_job_parse(&job, "made", text, (size_t)n, NULL, 0, err);
    if (!st) st = fan_folder_make(dir, err);
    if (!st) st = fan_folder_write_job(dir, job, err);
    if (!st) st = fan_folder_job_mark(job, mark, err);
    fan_job_free(job);
    return st;
}

static enum fan_status write_journal(const char *dir, uint32_t rank, uint64_t mark,
                                     const struct fan_made_study *made,
                                     struct fan_err *err)
{
    const struct fan_study *study = &made->study;
    struct fan_journal_header header;
    struct fan_journal *journal = NULL;
    char path[PATH_MAX];
    memset(&header, 0, sizeof header);
    header.version = 1;
    header.rank = rank;
    header.ranks = RANKS;
    header.started_wall_ns = INT64_C(1767225600000000000);
    header.job_crc = mark;
    snprintf(header.host, sizeof header.host, "made");
    snprintf(header.program, sizeof header.program, "%s", FAN_VERSION);
    fan_history_journal_path(path, dir, rank);
    enum fan_status st = fan_journal_open(&journal, path, &header, err);
    for (size_t i = 0; !st && i < study->record_count; i++)
        if (study->records[i].rank == rank)
            st = fan_journal_attempt(journal, &study->records[i], err);
    for (size_t i = 0; !st && i < study->phase_count; i++)
        if (study->phase_rank[i] == rank)
            st = fan_journal_phase(journal, &study->phases[i], err);
    fan_journal_close(journal);
    return st;
}

int main(int argc, char **argv)
{
    struct settings settings;
    struct fan_arguments arguments;
    struct fan_err err = { FAN_OK, "" };
    if (fan_options_parse(&command, argc, argv, 1, &settings, &arguments, &err)) {
        fprintf(stderr, "result_folder: %s\n", err.text);
        return 2;
    }
    if (arguments.help) {
        fan_options_help(&command, stdout);
        return 0;
    }
    const char *dir = arguments.positional[0];
    const struct fan_made_plan plan = plan_of(&settings);
    struct fan_made_study made;
    uint64_t mark = 0;
    fan_made_init(&made, &plan);
    enum fan_status st = write_job(dir, &plan, &mark, &err);
    for (uint32_t rank = 0; !st && rank < RANKS; rank++)
        st = write_journal(dir, rank, mark, &made, &err);
    printf("%s: %zu records\n", dir, made.study.record_count);
    fan_made_clear(&made);
    if (st) fprintf(stderr, "result_folder: %s\n", err.text);
    return st ? 1 : 0;
}
