/* summary.c - one pass over the records for the counts, one over the strata. */
#include "analysis/summary.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_errno.h>

#include "analysis/answers.h"
#include "analysis/summary_data.h"
#include "analysis/tune_answer.h"
#include "analysis/version_names.h"

/* The entry of a kind of failure; the last entry collects what finds no room. */
static struct fan_failure *failure_of(struct fan_tallies *tallies,
                                      const struct fan_record *record, const char *type)
{
    for (size_t i = 0; i < tallies->failure_count; i++) {
        struct fan_failure *known = &tallies->failure[i];
        if (known->outcome == record->outcome && strcmp(known->type, type) == 0)
            return known;
    }
    if (tallies->failure_count == FAN_FAILURE_KINDS_MAX) {
        struct fan_failure *last = &tallies->failure[FAN_FAILURE_KINDS_MAX - 1];
        memcpy(last->type, "other", sizeof "other");
        return last;
    }
    struct fan_failure *fresh = &tallies->failure[tallies->failure_count++];
    memset(fresh, 0, sizeof *fresh);
    fresh->outcome = record->outcome;
    snprintf(fresh->type, sizeof fresh->type, "%s", type);
    snprintf(fresh->text, sizeof fresh->text, "%s", record->error_text);
    return fresh;
}

static void count_failure(struct fan_tallies *tallies, const struct fan_record *record,
                          double usd)
{
    const char *type = record->error_type;
    if (!*type) type = fan_outcome_name(record->outcome);
    struct fan_failure *failure = failure_of(tallies, record, type);
    failure->attempts++;
    failure->usd += usd;
    tallies->usd_failed += usd;
}

static void count_attempt(struct fan_tallies *tallies, const struct fan_record *record,
                          const struct fan_cost *cost)
{
    tallies->attempts++;
    tallies->host_limited += record->host_limited;
    fan_cost_add(&tallies->cost, cost);
    if (record->outcome == FAN_OUTCOME_THROTTLE) {
        tallies->throttled++;
        if ((unsigned)record->reason < FAN_REASON_COUNT)
            tallies->throttled_by[record->reason]++;
        return;
    }
    if (record->outcome != FAN_OUTCOME_OK) {
        count_failure(tallies, record, cost->total);
        return;
    }
    tallies->succeeded++;
    tallies->cold += record->cold;
    tallies->unreported += !record->reported;
}

/* A call as its attempts tell it. */
struct call_seen {
    uint64_t call;
    uint32_t cell;
    bool ok;
};

static int compare_calls(const void *left, const void *right)
{
    const struct call_seen *a = left;
    const struct call_seen *b = right;
    if (a->call != b->call) return a->call < b->call ? -1 : 1;
    return (int)b->ok - (int)a->ok; /* a success first: it decides the call */
}

static void count_calls(struct fan_summary *summary)
{
    const struct fan_study *study = summary->study;
    struct call_seen *seen = fan_alloc_zero(study->record_count + 1, sizeof *seen);
    size_t n = 0;

    for (size_t i = 0; i < study->record_count; i++) {
        const struct fan_record *record = &study->records[i];
        if (record->cell >= study->cell_count) continue;
        seen[n].call = record->call;
        seen[n].cell = record->cell;
        seen[n++].ok = record->outcome == FAN_OUTCOME_OK;
    }
    qsort(seen, n, sizeof *seen, compare_calls);
    for (size_t i = 0; i < n; i++) {
        if (i > 0 && seen[i].call == seen[i - 1].call) continue;
        struct fan_tallies *own = &summary->cells[seen[i].cell].tallies;
        struct fan_tallies *both[2] = { own, &summary->total };
        for (int k = 0; k < 2; k++) {
            both[k]->calls++;
            if (seen[i].ok)
                both[k]->done++;
            else
                both[k]->failed++;
        }
    }
    free(seen);
}

struct fan_price fan_summary_cell_price(const struct fan_summary *summary, size_t cell)
{
    struct fan_price price = summary->price;
    price.gateway_request += summary->study->cells[cell].gateway_usd;
    price.authorizer_request += summary->study->cells[cell].authorizer_usd;
    return price;
}

struct fan_cost fan_summary_price(const struct fan_summary *summary,
                                  const struct fan_record *record)
{
    const struct fan_price price = fan_summary_cell_price(summary, record->cell);
    return fan_price_attempt(&price, record,
                             summary->study->cells[record->cell].memory_mb);
}

static void count_attempts(struct fan_summary *summary)
{
    const struct fan_study *study = summary->study;
    for (size_t i = 0; i < study->record_count; i++) {
        const struct fan_record *record = &study->records[i];
        if (record->cell >= study->cell_count) {
            summary->foreign++;
            continue;
        }
        struct fan_cell_summary *cell = &summary->cells[record->cell];
        const struct fan_cost cost = fan_summary_price(summary, record);
        count_attempt(&cell->tallies, record, &cost);
        count_attempt(&summary->total, record, &cost);
        const double usd_2017 =
            fan_price_attempt(fan_price_of_2017(), record, cell->cell->memory_mb).total;
        cell->tallies.usd_2017 += usd_2017;
        summary->total.usd_2017 += usd_2017;

        const int64_t end_ns = record->sent_ns + record->end_ns;
        if (summary->total.attempts == 1 || record->sent_ns < summary->first_ns)
            summary->first_ns = record->sent_ns;
        if (summary->total.attempts == 1 || end_ns > summary->last_ns)
            summary->last_ns = end_ns;
    }
}

static void describe_cells(struct fan_summary *summary)
{
    for (size_t c = 0; c < summary->study->cell_count; c++) {
        struct fan_cell_summary *cell = &summary->cells[c];
        const struct fan_tallies *tallies = &cell->tallies;
        for (int s = 0; s < FAN_STRATUM_COUNT; s++) {
            const struct fan_stratum_data *data =
                fan_strata_of(&summary->strata, c, (enum fan_stratum)s);
            cell->stratum[s].n = data->n;
            cell->stratum[s].host_limited = data->host_limited;
            for (int m = 0; m < FAN_METRIC_COUNT; m++)
                cell->stratum[s].of[m] =
                    fan_stats_describe(data->series[m].value, data->series[m].n);
        }
        const double usd = tallies->cost.total;
        cell->usd_per_call = tallies->calls ? usd / (double)tallies->calls : FAN_UNKNOWN;
        cell->usd_per_success = tallies->done ? usd / (double)tallies->done : FAN_UNKNOWN;
    }
}

/* Which stratum and metric the comparisons speak of: where most of the successes are. */
static void choose_main(struct fan_summary *summary)
{
    uint64_t n[FAN_STRATUM_COUNT] = { 0 };
    size_t durations[FAN_STRATUM_COUNT] = { 0 };
    for (size_t c = 0; c < summary->study->cell_count; c++) {
        for (int s = 0; s < FAN_STRATUM_COUNT; s++) {
            n[s] += summary->cells[c].stratum[s].n;
            durations[s] += summary->cells[c].stratum[s].of[FAN_METRIC_DURATION].n;
        }
    }
    summary->stratum =
        n[FAN_STRATUM_COLD] > n[FAN_STRATUM_WARM] ? FAN_STRATUM_COLD : FAN_STRATUM_WARM;
    /* what all transports can tell: only one of them brings REPORT lines */
    summary->metric = durations[summary->stratum] > 0 && !summary->factors.transport
                          ? FAN_METRIC_DURATION
                          : FAN_METRIC_LATENCY;
}

/* The cell with the smallest memory among those that differ in nothing else. */
static size_t base_of(const struct fan_summary *summary, size_t own)
{
    const struct fan_study *study = summary->study;
    size_t base = own;
    for (size_t c = 0; c < study->cell_count; c++) {
        const struct fan_study_cell *cell = &study->cells[c];
        if (cell->work != study->cells[own].work) continue;
        if (cell->parallelism != study->cells[own].parallelism) continue;
        if (summary->factors.version &&
            strcmp(cell->qualifier, study->cells[own].qualifier) != 0)
            continue;
        if (strcmp(cell->transport, study->cells[own].transport) != 0) continue;
        if (cell->memory_mb < study->cells[base].memory_mb) base = c;
    }
    return base;
}

static void compare_cells(struct fan_summary *summary)
{
    const struct fan_study *study = summary->study;
    for (size_t c = 0; c < study->cell_count; c++) {
        struct fan_cell_summary *cell = &summary->cells[c];
        cell->base = base_of(summary, c);
        cell->speedup = FAN_UNKNOWN;
        cell->speedup_ci.lower = cell->speedup_ci.upper = FAN_UNKNOWN;
        const double own = fan_summary_main(summary, c)->median;
        const double base = fan_summary_main(summary, cell->base)->median;
        if (!(own > 0.0) || !(base > 0.0)) continue;
        cell->speedup = base / own;
        if (cell->base == c) continue;
        const struct fan_series *above = fan_summary_series(summary, cell->base);
        const struct fan_series *below = fan_summary_series(summary, c);
        cell->speedup_ci =
            fan_stats_median_ratio_interval(above->value, above->n, below->value,
                                            below->n, FAN_STATS_LEVEL, study->seed + c);
    }
}

static struct fan_factors_seen see_factors(const struct fan_study *study)
{
    struct fan_factors_seen seen = { false, false, false, false, false, false };
    for (size_t i = 1; i < study->cell_count; i++) {
        const struct fan_study_cell *a = &study->cells[0];
        const struct fan_study_cell *b = &study->cells[i];
        seen.memory |= a->memory_mb != b->memory_mb;
        seen.work |= a->work != b->work;
        seen.parallelism |= a->parallelism != b->parallelism;
        seen.transport |= strcmp(a->transport, b->transport) != 0;
    }
    /* Names matter only where the memory size does not tell the functions apart. */
    for (size_t i = 0; i < study->cell_count && !seen.function; i++)
        for (size_t j = i + 1; j < study->cell_count && !seen.function; j++)
            seen.function = study->cells[i].memory_mb == study->cells[j].memory_mb &&
                            strcmp(study->cells[i].function, study->cells[j].function);
    seen.version = fan_versions_seen(study);
    seen.function |= seen.version;
    return seen;
}

struct fan_summary *fan_summary_new(const struct fan_study *study,
                                    const struct fan_price *price)
{
    /* Where a function of GSL has no answer, it gives NaN, which is "not known" here. */
    gsl_error_handler_t *const handler = gsl_set_error_handler_off();
    struct fan_summary *summary = fan_alloc_zero(1, sizeof *summary);
    summary->study = study;
    summary->price = *price;
    summary->cells = fan_alloc_zero(study->cell_count + 1, sizeof *summary->cells);
    for (size_t c = 0; c < study->cell_count; c++)
        summary->cells[c].cell = &study->cells[c];

    summary->factors = see_factors(study);
    fan_strata_init(&summary->strata, study);
    count_attempts(summary);
    count_calls(summary);
    describe_cells(summary);
    choose_main(summary);
    compare_cells(summary);
    if (study->tune) summary->tune = fan_tune_answer_new(summary);
    fan_summary_judge(summary);
    summary->answers = fan_answers_new(summary);
    gsl_set_error_handler(handler);
    return summary;
}

void fan_summary_free(struct fan_summary *summary)
{
    if (!summary) return;
    fan_answers_free(summary->answers);
    fan_tune_answer_free(summary->tune);
    fan_strata_clear(&summary->strata);
    free(summary->cells);
    free(summary->checks);
    free(summary);
}

bool fan_summary_ok(const struct fan_summary *summary)
{
    for (size_t i = 0; i < summary->check_count; i++)
        if (!summary->checks[i].ok) return false;
    /* A search counts refused calls; each has one attempt. */
    const struct fan_tallies *total = &summary->total;
    return total->failed == (summary->study->is_search ? total->throttled : 0);
}

const struct fan_series *fan_summary_series(const struct fan_summary *summary,
                                            size_t cell)
{
    return &fan_strata_of(&summary->strata, cell, summary->stratum)
                ->series[summary->metric];
}

const struct fan_description *fan_summary_main(const struct fan_summary *summary,
                                               size_t cell)
{
    return &summary->cells[cell].stratum[summary->stratum].of[summary->metric];
}

const char *fan_summary_main_text(const struct fan_summary *summary)
{
    const bool cold = summary->stratum == FAN_STRATUM_COLD;
    if (summary->metric == FAN_METRIC_DURATION)
        return cold ? "duration of cold calls" : "duration of warm calls";
    return cold ? "latency of cold calls" : "latency of warm calls";
}
