/* strata.c - two passes over the records: count, then fill; each sample is sorted once.
 */
#include "analysis/strata.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "analysis/statistics.h"
#include "common/buf.h"

const char *fan_stratum_name(enum fan_stratum stratum)
{
    static const char *const names[FAN_STRATUM_COUNT] = { "cold", "warm", "error" };
    return stratum < FAN_STRATUM_COUNT ? names[stratum] : "none";
}

const char *fan_metric_name(enum fan_metric metric)
{
    static const char *const names[FAN_METRIC_COUNT] = { "duration", "billed", "latency",
                                                         "init" };
    return metric < FAN_METRIC_COUNT ? names[metric] : "none";
}

enum fan_stratum fan_stratum_of(const struct fan_record *record)
{
    if (record->outcome == FAN_OUTCOME_FUNCTION) return FAN_STRATUM_ERROR;
    if (record->outcome != FAN_OUTCOME_OK) return FAN_STRATUM_COUNT;
    return record->cold ? FAN_STRATUM_COLD : FAN_STRATUM_WARM;
}

static double reported(const struct fan_record *record, double value)
{
    return record->reported && isfinite(value) && value >= 0.0 ? value : FAN_UNKNOWN;
}

double fan_metric_of(const struct fan_record *record, enum fan_metric metric)
{
    switch (metric) {
    case FAN_METRIC_DURATION: return reported(record, record->duration_ms);
    case FAN_METRIC_BILLED: return reported(record, (double)record->billed_ms);
    case FAN_METRIC_LATENCY:
        return record->end_ns > 0 ? (double)record->end_ns / 1e6 : FAN_UNKNOWN;
    case FAN_METRIC_INIT:
        return record->init_ms > 0.0 ? reported(record, record->init_ms) : FAN_UNKNOWN;
    case FAN_METRIC_COUNT: break;
    }
    return FAN_UNKNOWN;
}

static struct fan_stratum_data *data_of(struct fan_strata *strata,
                                        const struct fan_record *record)
{
    const enum fan_stratum stratum = fan_stratum_of(record);
    if (stratum == FAN_STRATUM_COUNT || record->cell >= strata->cell_count) return NULL;
    return &strata->data[record->cell * (size_t)FAN_STRATUM_COUNT + stratum];
}

/* Count what each sample will hold; returns the sum over all samples. */
static size_t count_samples(struct fan_strata *strata, const struct fan_study *study)
{
    size_t total = 0;
    for (size_t i = 0; i < study->record_count; i++) {
        const struct fan_record *record = &study->records[i];
        struct fan_stratum_data *data = data_of(strata, record);
        if (!data) continue;
        data->n++;
        data->host_limited += record->host_limited;
        for (int m = 0; m < FAN_METRIC_COUNT; m++) {
            if (isnan(fan_metric_of(record, (enum fan_metric)m))) continue;
            data->series[m].n++;
            total++;
        }
    }
    return total;
}

static void fill_samples(struct fan_strata *strata, const struct fan_study *study)
{
    for (size_t i = 0; i < study->record_count; i++) {
        const struct fan_record *record = &study->records[i];
        struct fan_stratum_data *data = data_of(strata, record);
        if (!data) continue;
        for (int m = 0; m < FAN_METRIC_COUNT; m++) {
            const double value = fan_metric_of(record, (enum fan_metric)m);
            if (!isnan(value)) data->series[m].value[data->series[m].n++] = value;
        }
    }
}

void fan_strata_init(struct fan_strata *strata, const struct fan_study *study)
{
    const size_t slots = study->cell_count * FAN_STRATUM_COUNT;
    strata->cell_count = study->cell_count;
    strata->data = fan_alloc_zero(slots ? slots : 1, sizeof *strata->data);
    const size_t total = count_samples(strata, study);
    strata->values = fan_alloc_zero(total ? total : 1, sizeof *strata->values);

    double *next = strata->values;
    for (size_t i = 0; i < slots; i++) {
        for (int m = 0; m < FAN_METRIC_COUNT; m++) {
            struct fan_series *series = &strata->data[i].series[m];
            series->value = next;
            next += series->n;
            series->n = 0;
        }
    }
    fill_samples(strata, study);
    for (size_t i = 0; i < slots; i++)
        for (int m = 0; m < FAN_METRIC_COUNT; m++)
            fan_stats_sort(strata->data[i].series[m].value, strata->data[i].series[m].n);
}

void fan_strata_clear(struct fan_strata *strata)
{
    if (!strata) return;
    free(strata->data);
    free(strata->values);
    strata->data = NULL;
    strata->values = NULL;
    strata->cell_count = 0;
}

const struct fan_stratum_data *fan_strata_of(const struct fan_strata *strata, size_t cell,
                                             enum fan_stratum stratum)
{
    assert(cell < strata->cell_count && stratum < FAN_STRATUM_COUNT);
    return &strata->data[cell * (size_t)FAN_STRATUM_COUNT + stratum];
}
