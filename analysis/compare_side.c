/* compare_side.c - what one run brings to a comparison: samples, dollars and calls. */
#include <stdlib.h>

#include "analysis/compare_data.h"

static struct fan_series *usd_of(const struct fan_compare_side *side,
                                 const struct fan_record *record)
{
    const enum fan_stratum stratum = fan_stratum_of(record);
    if (stratum == FAN_STRATUM_COUNT) return NULL;
    if (record->cell >= side->summary->study->cell_count) return NULL;
    return &side->usd[record->cell * (size_t)FAN_STRATUM_COUNT + stratum];
}

/* Dollars of every attempt that is in a stratum: count, place, fill, sort. */
static void price_attempts(struct fan_compare_side *side)
{
    const struct fan_study *study = side->summary->study;
    const size_t slots = study->cell_count * FAN_STRATUM_COUNT;
    size_t total = 0;
    side->usd = fan_alloc_zero(slots + 1, sizeof *side->usd);
    for (size_t i = 0; i < study->record_count; i++) {
        struct fan_series *series = usd_of(side, &study->records[i]);
        if (series) series->n++;
        total += series != NULL;
    }
    side->usd_values = fan_alloc_zero(total + 1, sizeof *side->usd_values);
    double *next = side->usd_values;
    for (size_t s = 0; s < slots; s++) {
        side->usd[s].value = next;
        next += side->usd[s].n;
        side->usd[s].n = 0;
    }
    for (size_t i = 0; i < study->record_count; i++) {
        const struct fan_record *record = &study->records[i];
        struct fan_series *series = usd_of(side, record);
        if (!series) continue;
        series->value[series->n++] = fan_summary_price(side->summary, record).total;
    }
    for (size_t s = 0; s < slots; s++)
        fan_stats_sort(side->usd[s].value, side->usd[s].n);
}

/* An attempt, as far as its call's fate goes. */
struct seen {
    uint64_t call;
    uint32_t cell;
    enum fan_outcome outcome;
};

static int compare_seen(const void *left, const void *right)
{
    const struct seen *a = left;
    const struct seen *b = right;
    if (a->cell != b->cell) return a->cell < b->cell ? -1 : 1;
    return (a->call > b->call) - (a->call < b->call);
}

/*
 * By call, not by attempt: the attempts of one call share its fate, and a test must not
 * take them for independent.
 */
static void count_calls(struct fan_compare_side *side)
{
    const struct fan_study *study = side->summary->study;
    struct seen *seen = fan_alloc_zero(study->record_count + 1, sizeof *seen);
    size_t n = 0;
    side->calls = fan_alloc_zero(study->cell_count + 1, sizeof *side->calls);
    for (size_t i = 0; i < study->record_count; i++) {
        const struct fan_record *record = &study->records[i];
        if (record->cell >= study->cell_count) continue;
        seen[n].call = record->call;
        seen[n].cell = record->cell;
        seen[n++].outcome = record->outcome;
    }
    qsort(seen, n, sizeof *seen, compare_seen);
    for (size_t first = 0, next; first < n; first = next) {
        bool done = false, throttled = false, failed = false;
        for (next = first; next < n && !compare_seen(&seen[first], &seen[next]); next++) {
            done |= seen[next].outcome == FAN_OUTCOME_OK;
            throttled |= seen[next].outcome == FAN_OUTCOME_THROTTLE;
            failed |= seen[next].outcome != FAN_OUTCOME_OK &&
                      seen[next].outcome != FAN_OUTCOME_THROTTLE;
        }
        struct fan_compare_calls *calls = &side->calls[seen[first].cell];
        calls->calls++;
        calls->throttled += throttled;
        calls->failed += failed && !done;
    }
    free(seen);
}

void fan_compare_side_init(struct fan_compare_side *side,
                           const struct fan_summary *summary)
{
    side->summary = summary;
    price_attempts(side);
    count_calls(side);
}

void fan_compare_side_clear(struct fan_compare_side *side)
{
    free(side->usd);
    free(side->usd_values);
    free(side->calls);
    side->usd = NULL;
    side->usd_values = NULL;
    side->calls = NULL;
}

const struct fan_series *fan_compare_side_usd(const struct fan_compare_side *side,
                                              size_t cell, enum fan_stratum stratum)
{
    return &side->usd[cell * (size_t)FAN_STRATUM_COUNT + stratum];
}

const struct fan_series *fan_compare_side_series(const struct fan_compare_side *side,
                                                 enum fan_compare_metric metric,
                                                 size_t cell, enum fan_stratum stratum)
{
    const struct fan_stratum_data *data =
        fan_strata_of(&side->summary->strata, cell, stratum);
    switch (metric) {
    case FAN_COMPARE_DURATION: return &data->series[FAN_METRIC_DURATION];
    case FAN_COMPARE_BILLED: return &data->series[FAN_METRIC_BILLED];
    case FAN_COMPARE_LATENCY: return &data->series[FAN_METRIC_LATENCY];
    case FAN_COMPARE_COST:
    case FAN_COMPARE_METRICS: break;
    }
    return fan_compare_side_usd(side, cell, stratum);
}
