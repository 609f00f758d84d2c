/* report_findings.c - the results in plain sentences, each with its numbers. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "analysis/plot.h"
#include "analysis/report_parts.h"
#include "analysis/show.h"

#define LEVELS_TOLD 2 /* of work and of parallelism: the least and the most */

void fan_report_setting(const struct fan_summary *summary, struct fan_sink *sink,
                        size_t c)
{
    const struct fan_study_cell *cell = summary->cells[c].cell;
    fan_sink_put(sink, "%u MB", cell->memory_mb);
    if (!summary->factors.function) return;
    fan_sink_put(sink, " (");
    fan_sink_markdown(sink, cell->function);
    fan_sink_put(sink, ")");
}

void fan_report_group(const struct fan_summary *summary, struct fan_sink *sink,
                      uint32_t work, uint32_t parallelism, const char *first)
{
    const struct fan_factors_seen seen = summary->factors;
    if (seen.work) fan_sink_put(sink, "At work %ux", work);
    if (seen.parallelism)
        fan_sink_put(sink, "%s %u in flight", seen.work ? " with" : "With", parallelism);
    if (seen.work || seen.parallelism)
        fan_sink_put(sink, ": %s", first);
    else if (*first)
        fan_sink_put(sink, "%c%s", first[0] - ('a' - 'A'), first + 1);
}

/* What one group of cells, equal but for memory, has to say. */
struct group {
    size_t smallest, fastest, cheapest; /* cell indices; cell_count when there is none */
    size_t measured;
};

static struct group look_at(const struct fan_summary *summary, uint32_t work,
                            uint32_t parallelism)
{
    const size_t none = summary->study->cell_count;
    struct group group = { none, none, none, 0 };
    for (size_t c = 0; c < none; c++) {
        const struct fan_cell_summary *cell = &summary->cells[c];
        if (cell->cell->work != work || cell->cell->parallelism != parallelism) continue;
        const double own = fan_summary_main(summary, c)->median;
        if (!(own > 0.0)) continue;
        group.measured++;
        if (group.smallest == none ||
            cell->cell->memory_mb < summary->cells[group.smallest].cell->memory_mb)
            group.smallest = c;
        if (group.fastest == none ||
            own < fan_summary_main(summary, group.fastest)->median)
            group.fastest = c;
        if (cell->usd_per_success > 0.0 &&
            (group.cheapest == none ||
             cell->usd_per_success < summary->cells[group.cheapest].usd_per_success))
            group.cheapest = c;
    }
    return group;
}

static void put_median(const struct fan_summary *summary, struct fan_sink *sink, size_t c)
{
    const struct fan_description *d = fan_summary_main(summary, c);
    fan_sink_put(sink, "%s ms", fan_show_number(d->median).s);
    if (isfinite(d->median_ci.lower) && isfinite(d->median_ci.upper))
        fan_sink_put(sink, " %s", fan_show_interval(d->median_ci).s);
}

static void put_speed(const struct fan_summary *summary, struct fan_sink *sink,
                      const struct group *group)
{
    const struct fan_cell_summary *fast = &summary->cells[group->fastest];
    const uint32_t base_mb = summary->cells[group->smallest].cell->memory_mb;

    fan_report_setting(summary, sink, group->fastest);
    fan_sink_put(sink, " is the fastest, ");
    put_median(summary, sink, group->fastest);
    fan_sink_put(sink, " against ");
    put_median(summary, sink, group->smallest);
    fan_sink_put(sink, " at ");
    fan_report_setting(summary, sink, group->smallest);
    if (fast->base == group->smallest) {
        fan_sink_put(sink, ": %s as fast", fan_show_factor(fast->speedup).s);
        if (isfinite(fast->speedup_ci.lower))
            fan_sink_put(sink, " %s", fan_show_interval(fast->speedup_ci).s);
        fan_sink_put(sink, " with %s the memory",
                     fan_show_factor((double)fast->cell->memory_mb / base_mb).s);
    }
    fan_sink_put(sink, ".");
}

static void put_cheapest(const struct fan_summary *summary, struct fan_sink *sink,
                         const struct group *group)
{
    if (group->cheapest == summary->study->cell_count) return;
    fan_sink_put(sink, " The cheapest is ");
    fan_report_setting(summary, sink, group->cheapest);
    fan_sink_put(
        sink, ", %s per 1,000 successful calls",
        fan_show_usd(1000.0 * summary->cells[group->cheapest].usd_per_success).s);
    if (group->cheapest != group->fastest)
        fan_sink_put(
            sink, " (the fastest: %s)",
            fan_show_usd(1000.0 * summary->cells[group->fastest].usd_per_success).s);
    fan_sink_put(sink, ".");
}

static void put_groups(const struct fan_summary *summary, struct fan_sink *sink)
{
    const struct fan_levels work =
        fan_plot_levels(summary->study, FAN_FACTOR_WORK, LEVELS_TOLD);
    const struct fan_levels parallelism =
        fan_plot_levels(summary->study, FAN_FACTOR_PARALLELISM, LEVELS_TOLD);

    for (size_t p = 0; p < parallelism.n; p++) {
        for (size_t w = 0; w < work.n; w++) {
            const struct group group =
                look_at(summary, work.level[w], parallelism.level[p]);
            if (group.measured == 0) continue;
            fan_sink_put(sink, "- ");
            fan_report_group(summary, sink, work.level[w], parallelism.level[p],
                             group.measured > 1 ? "" : "the");
            if (group.measured > 1) {
                put_speed(summary, sink, &group);
                put_cheapest(summary, sink, &group);
            } else {
                fan_sink_put(sink, " median %s is ", fan_summary_main_text(summary));
                put_median(summary, sink, group.fastest);
                fan_sink_put(sink, " at ");
                fan_report_setting(summary, sink, group.fastest);
                fan_sink_put(sink, ".");
            }
            fan_sink_put(sink, "\n");
        }
    }
    if (work.all > work.n || parallelism.all > parallelism.n)
        fan_sink_put(sink, "- The tables below have all %zu settings.\n",
                     summary->study->cell_count);
}

static void put_cold(const struct fan_summary *summary, struct fan_sink *sink)
{
    const struct fan_tallies *total = &summary->total;
    double low = FAN_UNKNOWN, high = FAN_UNKNOWN;

    if (total->cold == 0) return;
    for (size_t c = 0; c < summary->study->cell_count; c++) {
        const struct fan_description *init =
            &summary->cells[c].stratum[FAN_STRATUM_COLD].of[FAN_METRIC_INIT];
        if (init->n == 0) continue;
        low = fmin(low, init->min); /* fmin and fmax skip what is unknown */
        high = fmax(high, init->max);
    }
    fan_sink_put(sink, "- %s of %s successful attempts %s", fan_show_count(total->cold).s,
                 fan_show_count(total->succeeded).s,
                 total->cold == 1 ? "was a cold start" : "were cold starts");
    if (isfinite(low)) fan_sink_put(sink, "; INIT took %s", fan_show_number(low).s);
    if (low < high) fan_sink_put(sink, " to %s", fan_show_number(high).s);
    if (isfinite(low))
        fan_sink_put(sink, " ms and cost %s", fan_show_usd(total->cost.init).s);
    fan_sink_put(sink, ".\n");
}

static void put_throttles(const struct fan_summary *summary, struct fan_sink *sink)
{
    const struct fan_tallies *total = &summary->total;
    if (total->attempts == 0) return;
    if (total->throttled == 0) {
        fan_sink_put(sink, "- No attempt was throttled.\n");
        return;
    }
    const struct fan_interval ci =
        fan_stats_proportion_interval(total->throttled, total->attempts, FAN_STATS_LEVEL);
    fan_sink_put(sink, "- %s of %s attempts were throttled: %s (%s to %s):",
                 fan_show_count(total->throttled).s, fan_show_count(total->attempts).s,
                 fan_show_share((double)total->throttled / (double)total->attempts).s,
                 fan_show_share(ci.lower).s, fan_show_share(ci.upper).s);
    const char *comma = "";
    for (int r = 0; r < FAN_REASON_COUNT; r++) {
        if (total->throttled_by[r] == 0) continue;
        const char *name = fan_reason_name((enum fan_reason)r);
        fan_sink_put(sink, "%s %s %s", comma, fan_show_count(total->throttled_by[r]).s,
                     *name ? name : "without a reason");
        comma = ",";
    }
    fan_sink_put(sink, ". AWS does not bill them.\n");
}

static void put_failures(const struct fan_summary *summary, struct fan_sink *sink)
{
    const struct fan_tallies *total = &summary->total;
    if (total->attempts == 0) return;
    if (total->failed == 0 && total->failure_count == 0) {
        fan_sink_put(sink, "- No call failed.\n");
        return;
    }
    for (size_t i = 0; i < total->failure_count; i++) {
        const struct fan_failure *failure = &total->failure[i];
        fan_sink_put(sink, "- %s %s failed with **", fan_show_count(failure->attempts).s,
                     failure->attempts == 1 ? "attempt" : "attempts");
        fan_sink_markdown(sink, failure->type);
        fan_sink_put(sink, "** and cost %s all the same", fan_show_usd(failure->usd).s);
        if (failure->text[0]) {
            fan_sink_put(sink, " (the first: ");
            fan_sink_markdown(sink, failure->text);
            fan_sink_put(sink, ")");
        }
        fan_sink_put(sink, ".\n");
    }
    fan_sink_put(sink, "- %s of %s calls ended without success.\n",
                 fan_show_count(total->failed).s, fan_show_count(total->calls).s);
}

static void put_quality(const struct fan_summary *summary, struct fan_sink *sink)
{
    const struct fan_tallies *total = &summary->total;
    if (summary->skew.phases > 0)
        fan_sink_put(sink,
                     "- The ranks started %s apart in the median phase, %s at most "
                     "(%zu phases).\n",
                     fan_show_seconds(summary->skew.median_us / 1e6).s,
                     fan_show_seconds(summary->skew.max_us / 1e6).s,
                     summary->skew.phases);
    if (summary->study->local && total->host_limited > 0)
        fan_sink_put(
            sink,
            "- The host was too busy to keep the modelled pace in %s of "
            "the attempts (marked host limited).\n",
            fan_show_share((double)total->host_limited / (double)total->attempts).s);
}

void fan_report_findings(const struct fan_summary *summary, struct fan_sink *sink)
{
    const struct fan_study *study = summary->study;
    const struct fan_tallies *total = &summary->total;

    if (total->attempts == 0) {
        fan_sink_put(sink, "Nothing: no attempt was made.\n\n");
        return;
    }
    if (study->is_sieve)
        fan_sink_put(
            sink, "- %s primes in [%s, %s).\n", fan_show_count(study->sieve.count).s,
            fan_show_count(study->sieve.lo).s, fan_show_count(study->sieve.hi).s);
    fan_sink_put(sink, "- %s of %s calls succeeded in %s for %s.\n",
                 fan_show_count(total->done).s, fan_show_count(study->calls_planned).s,
                 fan_show_seconds(study->elapsed_s).s, fan_show_usd(total->cost.total).s);
    put_groups(summary, sink);
    fan_report_answers(summary, sink);
    put_cold(summary, sink);
    put_throttles(summary, sink);
    put_failures(summary, sink);
    put_quality(summary, sink);
    fan_sink_put(sink, "\n");
}
