/* summary_checks.c - start skew, checks that decide the exit status, and warnings. */
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "analysis/cell_visits.h"
#include "analysis/summary_data.h"
#include "analysis/tune_answer.h"
#include "common/number.h"

#define SKEW_SHARE_MAX 0.01 /* of the median call: above it, a start is called wide */
#define HOST_SHARE_MAX 0.01 /* of the calls: above it, a warning is printed */
#define LAW_ERROR_MAX  0.02 /* of what a law of queueing expects */

static void measure_visits(struct fan_summary *summary)
{
    struct fan_skew *skew = &summary->skew;
    struct fan_cell_visit *visits;
    const size_t count = fan_cell_visits_of(summary->study, &visits);
    double *spread_us = fan_alloc_zero(count + 1, sizeof *spread_us);

    for (size_t i = 0; i < count; i++) {
        const struct fan_cell_visit *visit = &visits[i];
        const bool known = visit->cell < summary->study->cell_count;
        if (known) summary->cells[visit->cell].busy_s += fan_cell_visit_seconds(visit);
        if (visit->ranks < 2) continue;
        const double spread = (double)(visit->start_ns - visit->first_ns) / 1000.0;
        spread_us[skew->phases++] = spread;
        if (!known) continue;
        const double call_ms = fan_summary_main(summary, visit->cell)->median;
        if (call_ms > 0.0 && spread > SKEW_SHARE_MAX * call_ms * 1000.0) skew->wide++;
    }
    if (skew->phases > 0) {
        fan_stats_sort(spread_us, skew->phases);
        skew->max_us = spread_us[skew->phases - 1];
        skew->median_us = fan_stats_quantile(spread_us, skew->phases, 0.5);
    }
    free(spread_us);
    free(visits);
}

/* Fill a check or a warning: a name, a verdict and a sentence. */
static void note(struct fan_study_check *check, const char *name, bool ok,
                 const char *detail, ...) FAN_PRINTF(4, 5);
static void note(struct fan_study_check *check, const char *name, bool ok,
                 const char *detail, ...)
{
    va_list args;
    memset(check, 0, sizeof *check);
    strncpy(check->name, name, sizeof check->name - 1);
    check->ok = ok;
    va_start(args, detail);
    vsnprintf(check->detail, sizeof check->detail, detail, args);
    va_end(args);
}

static struct fan_study_check *next_warning(struct fan_summary *summary)
{
    /* One place per warning below; the last would be overwritten, never overrun. */
    if (summary->warning_count < FAN_WARNINGS_MAX) summary->warning_count++;
    return &summary->warnings[summary->warning_count - 1];
}

static void check_calls(struct fan_summary *summary, struct fan_study_check *check)
{
    const struct fan_study *study = summary->study;
    const uint64_t seen = summary->total.calls, planned = study->calls_planned;
    const bool stopped = study->interrupted || study->budget_stopped;
    char a[FAN_NUMBER_GROUPED_MAX], b[FAN_NUMBER_GROUPED_MAX];

    note(check, "every planned call has a record",
         seen == planned || (stopped && seen < planned), "%s of %s%s",
         fan_number_grouped(seen, a), fan_number_grouped(planned, b),
         stopped ? study->interrupted ? " (interrupted)" : " (stopped by the budget)"
                 : "");
}

static void check_reports(struct fan_summary *summary, struct fan_study_check *check)
{
    const uint64_t missing = summary->total.unreported;
    char text[FAN_NUMBER_GROUPED_MAX];

    if (strcmp(summary->study->transport, "invoke") != 0) {
        note(check, "every success has a REPORT line", true,
             "not applicable: transport %s brings none", summary->study->transport);
        return;
    }
    note(check, "every success has a REPORT line", missing == 0, "%s without",
         fan_number_grouped(missing, text));
}

/*
 * Attempts of one place must not overlap: a closed loop sends the next one when the last
 * has ended. Records are sorted by rank and sequence, so each place's follow in order.
 */
static uint64_t count_overlaps(const struct fan_study *study)
{
    enum { PLACES = 4096 };
    int64_t *end_ns = fan_alloc_zero(PLACES, sizeof *end_ns);
    uint64_t *visit = fan_alloc_zero(PLACES, sizeof *visit);
    uint64_t overlaps = 0;

    for (size_t i = 0; i < study->record_count; i++) {
        const struct fan_record *record = &study->records[i];
        if (record->slot >= PLACES) continue;
        /* A place starts anew in each rank, cell and block. */
        const uint64_t here = 1 + (((uint64_t)record->rank << 42) ^
                                   ((uint64_t)record->cell << 21) ^ record->block);
        if (visit[record->slot] == here && record->sent_ns >= 0 &&
            record->sent_ns < end_ns[record->slot])
            overlaps++;
        visit[record->slot] = here;
        end_ns[record->slot] = record->sent_ns + record->end_ns;
    }
    free(visit);
    free(end_ns);
    return overlaps;
}

static void warn_quality(struct fan_summary *summary)
{
    const struct fan_tallies *total = &summary->total;
    const struct fan_skew *skew = &summary->skew;
    char a[FAN_NUMBER_GROUPED_MAX], b[FAN_NUMBER_GROUPED_MAX];

    if (total->attempts > 0 &&
        (double)total->host_limited > HOST_SHARE_MAX * (double)total->attempts)
        note(next_warning(summary), "host limited", false,
             "%s of %s attempts (%.1f %%) had too little CPU on this host: their "
             "durations and dollars are too high",
             fan_number_grouped(total->host_limited, a),
             fan_number_grouped(total->attempts, b),
             100.0 * (double)total->host_limited / (double)total->attempts);
    if (skew->wide > 0)
        note(next_warning(summary), "start skew", false,
             "in %zu of %zu phases the ranks started more than 1 %% of the cell's median "
             "call apart (largest skew %.0f us)",
             skew->wide, skew->phases, skew->max_us);
    const uint64_t overlaps = count_overlaps(summary->study);
    if (overlaps > 0)
        note(next_warning(summary), "overlapping attempts", false,
             "%s attempts were sent before the last one of their place had ended",
             fan_number_grouped(overlaps, a));
}

static void warn_laws(struct fan_summary *summary)
{
    const struct fan_laws *laws = &summary->laws;
    if (fabs(laws->little_error) > LAW_ERROR_MAX)
        note(next_warning(summary), "Little's law", false,
             "the calls in flight are %.1f %% off arrivals times latency: some attempts "
             "lie outside their visit, or a clock is wrong",
             100.0 * laws->little_error);
    if (laws->closed_loop < 1.0 - LAW_ERROR_MAX)
        note(next_warning(summary), "idle places", false,
             "for %.1f %% of the time the places had neither an attempt nor an intended "
             "wait: the client set the pace there",
             100.0 * (1.0 - laws->closed_loop));
}

static void warn_records(struct fan_summary *summary)
{
    const struct fan_study *study = summary->study;
    char a[FAN_NUMBER_GROUPED_MAX];

    if (study->journal_bad_frames > 0)
        note(next_warning(summary), "damaged journal", false,
             "%s damaged frames were skipped on reading; what is intact was used",
             fan_number_grouped(study->journal_bad_frames, a));
    if (summary->foreign > 0)
        note(next_warning(summary), "foreign records", false,
             "%s records name a cell that the job does not have; they were left out",
             fan_number_grouped(summary->foreign, a));
    if (strcmp(summary->price.region, study->region) != 0 && study->region[0])
        note(next_warning(summary), "prices of another region", false,
             "no price list for %s is known: those of %s are used", study->region,
             summary->price.region);
}

/* A tune that found a size, but none that keeps the limits, has failed. */
static void check_limits(const struct fan_summary *summary, struct fan_study_check *check)
{
    const struct fan_tune_answer *tune = summary->tune;
    const char *limits =
        tune->settings->time_limit_ms > 0.0 || tune->settings->cost_limit_usd > 0.0
            ? " that keeps the limits"
            : "";
    if (tune->choice_mb == 0)
        note(check, "a size was found", false, "no size has enough successful calls");
    else if (!tune->within_limits)
        note(check, "a size was found", false, "none%s: %u MB comes nearest", limits,
             tune->choice_mb);
    else
        note(check, "a size was found", true, "%u MB, of %zu measured%s", tune->choice_mb,
             tune->size_count, limits);
}

void fan_summary_judge(struct fan_summary *summary)
{
    const struct fan_study *study = summary->study;
    summary->checks =
        fan_alloc_zero(study->check_count + FAN_SUMMARY_CHECKS, sizeof *summary->checks);
    if (study->check_count > 0)
        memcpy(summary->checks, study->checks,
               study->check_count * sizeof *summary->checks);
    summary->check_count = study->check_count;

    measure_visits(summary);
    fan_summary_obey(summary);
    check_calls(summary, &summary->checks[summary->check_count++]);
    check_reports(summary, &summary->checks[summary->check_count++]);
    if (summary->tune) check_limits(summary, &summary->checks[summary->check_count++]);
    warn_quality(summary);
    warn_laws(summary);
    warn_records(summary);
}
