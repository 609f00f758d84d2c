/*
 * summary_data.h - what a summary holds. Inside this room only: the table, summary.json,
 * the report and the figures are written from these fields.
 */
#ifndef FAN_ANALYSIS_SUMMARY_DATA_H
#define FAN_ANALYSIS_SUMMARY_DATA_H

#include "analysis/statistics.h"
#include "analysis/strata.h"
#include "analysis/summary.h"

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_FAILURE_KINDS_MAX 12 /* further kinds of a cell are counted as the last */
#define FAN_WARNINGS_MAX      8
#define FAN_SUMMARY_CHECKS    3 /* checks made here, after the study's own */

/* Attempts that neither succeeded nor were throttled, by what went wrong. */
struct fan_failure {
    char type[64]; /* error type, or the outcome where there is none */
    char text[192];
    enum fan_outcome outcome;
    uint64_t attempts;
    double usd; /* they are billed all the same, when the function ran */
};

/* A cell's counts, or the whole run's. */
struct fan_tallies {
    uint64_t calls, done, failed; /* calls that have attempts; with and without success */
    uint64_t attempts, succeeded, throttled, unreported, host_limited, cold;
    uint64_t throttled_by[FAN_REASON_COUNT];
    struct fan_failure failure[FAN_FAILURE_KINDS_MAX];
    size_t failure_count;
    struct fan_cost cost;
    double usd_2017;   /* the same attempts at the prices and rounding of 2017 */
    double usd_failed; /* part of cost.total that attempts without success took */
};

struct fan_stratum_summary {
    uint64_t n, host_limited;
    struct fan_description of[FAN_METRIC_COUNT]; /* milliseconds */
};

/* Whether the recorded times add up (summary_laws.c). */
struct fan_laws {
    double little_error; /* mean number in flight by arrivals x latency, less 1 */
    double closed_loop;  /* share of the places' time that attempts and waits explain */
};

struct fan_cell_summary {
    const struct fan_study_cell *cell;
    struct fan_tallies tallies;
    struct fan_stratum_summary stratum[FAN_STRATUM_COUNT];
    double usd_per_call, usd_per_success; /* FAN_UNKNOWN without any */
    double busy_s;  /* time from the first sent to the last end, summed over visits */
    size_t base;    /* cell of the smallest memory with equal work and parallelism */
    double speedup; /* base's median / own median of the main metric */
    struct fan_interval speedup_ci;
    struct fan_laws laws; /* of the cell's visits */
};

/* How far apart the ranks left the start barriers. */
struct fan_skew {
    size_t phases;            /* with marks of at least two ranks */
    double max_us, median_us; /* 0 when phases is 0 */
    size_t wide;              /* phases with more than 1 % of the cell's median call */
};

struct fan_tune_answer; /* what a tune found: tune_answer.h */
struct fan_answers;     /* what the tests say: answers.h */

/* Whether the cells differ in memory, work, parallelism, transport; in the function's
 * name where the memory size does not tell the functions apart; and in the version of a
 * function. */
struct fan_factors_seen {
    bool memory, work, parallelism, transport, function, version;
};

struct fan_summary {
    const struct fan_study *study;
    struct fan_price price;
    struct fan_strata strata;
    struct fan_cell_summary *cells; /* as many as the study's */
    struct fan_factors_seen factors;
    struct fan_tallies total;
    struct fan_skew skew;
    struct fan_laws laws;
    struct fan_tune_answer *tune; /* NULL: the run is none */
    struct fan_answers *answers;
    enum fan_stratum stratum; /* the main one: most successes fell into it */
    enum fan_metric metric;   /* the main one: duration, or latency without REPORTs */
    struct fan_study_check *checks; /* the study's, then those made here */
    size_t check_count;
    struct fan_study_check warnings[FAN_WARNINGS_MAX]; /* what weakens the results */
    size_t warning_count;
    uint64_t foreign; /* records of cells that the study does not have: left out */
    int64_t first_ns, last_ns; /* run clock: first sent, last end; 0 without records */
};

/* What an attempt of a cell of the study cost, and the prices of a cell: a gateway on its
 * way is paid for besides. */
struct fan_cost fan_summary_price(const struct fan_summary *summary,
                                  const struct fan_record *record);
struct fan_price fan_summary_cell_price(const struct fan_summary *summary, size_t cell);

/* The main metric of a cell in its main stratum. */
const struct fan_description *fan_summary_main(const struct fan_summary *summary,
                                               size_t cell);
const struct fan_series *fan_summary_series(const struct fan_summary *summary,
                                            size_t cell);

/* "duration of warm calls", "latency of cold calls": the main metric in words. */
const char *fan_summary_main_text(const struct fan_summary *summary);

/* Fill skew, checks and warnings (summary_checks.c). */
void fan_summary_judge(struct fan_summary *summary);

/* Fill the laws (summary_laws.c). */
void fan_summary_obey(struct fan_summary *summary);

#ifdef __cplusplus
}
#endif
#endif
