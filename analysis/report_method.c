/* report_method.c - how the run was measured, factor by factor, and how to repeat it. */
#include <inttypes.h>
#include <stdio.h>

#include "analysis/report_parts.h"
#include "analysis/show.h"
#include "analysis/summary_data.h"
#include "analysis/plot.h"

/* A row of the table of factors; nothing where the value is unknown. */
static void row(struct fan_sink *sink, const char *name, const char *value)
{
    if (!*value) return;
    fan_sink_put(sink, "| %s | ", name);
    fan_sink_markdown(sink, value);
    fan_sink_put(sink, " |\n");
}

static void put_levels(const struct fan_summary *summary, struct fan_sink *sink,
                       const char *name, enum fan_factor factor, const char *unit)
{
    const struct fan_levels levels =
        fan_plot_levels(summary->study, factor, FAN_PLOT_LEVELS_MAX);
    if (levels.n == 0) return;
    fan_sink_put(sink, "| %s | ", name);
    for (size_t i = 0; i < levels.n; i++)
        fan_sink_put(sink, "%s%u", i > 0 ? ", " : "", levels.level[i]);
    if (levels.all > levels.n) fan_sink_put(sink, " (%zu levels in all)", levels.all);
    fan_sink_put(sink, "%s%s |\n", unit, levels.n > 1 ? ", varied" : ", held");
}

void fan_report_design(const struct fan_summary *summary, struct fan_sink *sink)
{
    const struct fan_study *study = summary->study;
    row(sink, "work", study->workload);
    if (study->is_sieve) {
        fan_sink_put(sink, "| partitions | %s, of about equal cost |\n",
                     fan_show_count(study->sieve.partitions).s);
    } else if (study->tune) {
        fan_sink_put(sink,
                     "| design | search among %zu memory sizes: at most %u samples of %u "
                     "warm calls, a barrier around each |\n",
                     study->tune->settings.size_count, study->tune->settings.samples_max,
                     study->tune->repetitions);
    } else {
        put_levels(summary, sink, "memory", FAN_FACTOR_MEMORY, " MB");
        put_levels(summary, sink, "work per call", FAN_FACTOR_WORK, "x");
        put_levels(summary, sink, "calls in flight, over all ranks",
                   FAN_FACTOR_PARALLELISM, "");
        fan_sink_put(sink, "| design | ");
        fan_report_repetitions(study, sink);
        fan_sink_put(sink, ", a barrier around each visit |\n");
    }
    fan_sink_put(sink, "| calls | %s planned, %s done, %s failed; %s attempts |\n",
                 fan_show_count(study->calls_planned).s,
                 fan_show_count(summary->total.done).s,
                 fan_show_count(summary->total.failed).s,
                 fan_show_count(summary->total.attempts).s);
    row(sink, "on a throttle", study->throttle_mode);
    fan_sink_put(sink, "| seed | %" PRIu64 " |\n", study->seed);
    fan_sink_put(sink, "| time | %s |\n", fan_show_seconds(study->elapsed_s).s);
    if (study->budget_invocations > 0)
        fan_sink_put(sink, "| budget | %s invocations |\n",
                     fan_show_count(study->budget_invocations).s);
    if (study->budget_usd > 0.0)
        fan_sink_put(sink, "| budget | %s |\n", fan_show_usd(study->budget_usd).s);
}

void fan_report_place(const struct fan_summary *summary, struct fan_sink *sink)
{
    const struct fan_study *study = summary->study;
    const struct fan_study_environment *e = &study->environment;
    row(sink, "endpoint", study->endpoint);
    row(sink, "region", study->region);
    row(sink, "transport", study->transport);
    fan_sink_put(sink, "| prices | %s, %s, %s |\n", summary->price.region,
                 summary->price.arch, summary->price.date);
    fan_sink_put(sink, "| client | %u %s on ", study->ranks,
                 study->ranks == 1 ? "rank" : "ranks");
    fan_sink_markdown(sink, study->host[0] ? study->host : "an unknown host");
    if (e->hosts > 1) fan_sink_put(sink, " and %u other hosts", e->hosts - 1);
    fan_sink_put(sink, " |\n");
    row(sink, "client's CPU", e->cpu);
    if (e->cores > 0) fan_sink_put(sink, "| client's cores | %u |\n", e->cores);
    row(sink, "client's system", e->system);
    row(sink, "MPI", e->mpi);
    row(sink, "program", study->program);
    row(sink, "built from", e->commit);
    row(sink, "started", study->started);
}

static const char clocks[] =
    "Times of a call are differences of its rank's monotonic clock; durations and billed "
    "times are the platform's own, from the REPORT line. Ranks on one host share that "
    "clock; between hosts offsets are estimated and never used within a call. A visit of "
    "a setting begins at an instant that all ranks agree on after a barrier; the skew of "
    "that start is reported.\n\n";

static const char statistics[] =
    "Quantiles are of type 7. Intervals are at 95 % confidence: for a mean those of "
    "usual and slow calls apart (it allows for slow calls not yet seen), "
    "order statistics for median, p95 and p99 (no assumption about the distribution), "
    "bootstrap for a speed-up and a mean cost, Clopper and Pearson for a share. p-values "
    "are adjusted by Holm where several comparisons were made; below 0.05 counts as "
    "shown. A p99 marked with ~ comes from fewer than 299 calls, too few to bound it "
    "from "
    "above. Cold, warm and failed calls are never mixed; outliers are marked, never "
    "dropped.\n\n";

void fan_report_methods(bool local, struct fan_sink *sink)
{
    fan_sink_put(sink, "%s%s", clocks, statistics);
    if (local)
        fan_sink_put(
            sink, "**What the local endpoint models**: memory caps, the CPU share of a "
                  "memory size (quota and ticks of the scheduler), INIT at full speed, "
                  "billing, concurrency and rate limits follow AWS's published "
                  "behaviour. It does not model AWS's network, its placement, its "
                  "noisy neighbours or the time to fetch a package: cold starts and "
                  "latencies are shorter than there, and times depend on this host's "
                  "CPU.\n\n");
}

void fan_report_repeat(const struct fan_summary *summary, struct fan_sink *sink)
{
    const struct fan_study *study = summary->study;
    fan_sink_put(sink, "## How to repeat\n\n");
    if (study->command && *study->command) {
        fan_sink_put(sink, "```\n");
        /* A fence in the command would end the block: no command line has three. */
        for (const char *c = study->command; *c; c++)
            fan_sink_bytes(sink, (unsigned char)*c < ' ' || *c == '`' ? " " : c, 1);
        fan_sink_put(sink, "\n```\n\n");
    }
    fan_sink_put(
        sink, "The same seed gives the same order of calls. Raw data: `records.csv` and "
              "`journal-*.msgpack`; numbers of this report: `summary.json`; the job with "
              "all defaults: `job.yaml`. `mpi_driver compare` tests two runs against "
              "each other.\n");
}
