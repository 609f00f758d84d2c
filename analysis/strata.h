/* strata.h - the records of a study as sorted samples per cell, stratum and metric. */
#ifndef FAN_ANALYSIS_STRATA_H
#define FAN_ANALYSIS_STRATA_H

#include "analysis/study.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Attempts that are never mixed. Throttles, service and network failures are in none. */
enum fan_stratum {
    FAN_STRATUM_COLD,  /* succeeded in a new environment */
    FAN_STRATUM_WARM,  /* succeeded in a used one */
    FAN_STRATUM_ERROR, /* the function failed: it ran and is billed */
    FAN_STRATUM_COUNT
};

/* What is measured, in milliseconds. All but the latency come from the REPORT line. */
enum fan_metric {
    FAN_METRIC_DURATION, /* the handler's run */
    FAN_METRIC_BILLED,   /* what is paid: INIT and run, rounded up */
    FAN_METRIC_LATENCY,  /* the client's: sent to end of the answer */
    FAN_METRIC_INIT,     /* INIT phase, of cold starts only */
    FAN_METRIC_COUNT
};

/* "cold", "warm", "error" and "duration", "billed", "latency", "init". */
const char *fan_stratum_name(enum fan_stratum stratum);
const char *fan_metric_name(enum fan_metric metric);

/* The stratum of a record, or FAN_STRATUM_COUNT when it is in none. */
enum fan_stratum fan_stratum_of(const struct fan_record *record);

/* The value of a metric in milliseconds, or FAN_UNKNOWN when the record does not tell. */
double fan_metric_of(const struct fan_record *record, enum fan_metric metric);

/* An ascending sample, owned by the strata. */
struct fan_series {
    double *value;
    size_t n;
};

struct fan_stratum_data {
    uint64_t n;            /* records in the stratum */
    uint64_t host_limited; /* of them, marked as slowed by a busy host */
    struct fan_series series[FAN_METRIC_COUNT];
};

struct fan_strata {
    struct fan_stratum_data *data; /* cells x FAN_STRATUM_COUNT */
    double *values;                /* what all series point into */
    size_t cell_count;
};

/**
 * Sort the study's records into samples. Records of cells that the study does not have
 * are left out. Owns: fan_strata_clear.
 */
void fan_strata_init(struct fan_strata *strata, const struct fan_study *study);
void fan_strata_clear(struct fan_strata *strata);

/* One stratum of a cell. cell < cell_count (asserted). */
const struct fan_stratum_data *fan_strata_of(const struct fan_strata *strata, size_t cell,
                                             enum fan_stratum stratum);

#ifdef __cplusplus
}
#endif
#endif
