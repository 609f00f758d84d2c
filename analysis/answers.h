/*
 * answers.h - what the tests say about a study, factor by factor. Inside this room only:
 * the report and summary.json are written from these fields.
 */
#ifndef FAN_ANALYSIS_ANSWERS_H
#define FAN_ANALYSIS_ANSWERS_H

#include "analysis/answers_throttle.h"
#include "analysis/answers_versions.h"
#include "analysis/change_point.h"
#include "analysis/equivalence.h"
#include "analysis/modality.h"
#include "analysis/normality.h"
#include "analysis/plot.h"
#include "analysis/power_tuning.h"
#include "analysis/rank_tests.h"
#include "analysis/regression.h"
#include "analysis/robust.h"
#include "analysis/scalability.h"
#include "analysis/summary_data.h"
#include "analysis/throttle_limit.h"
#include "analysis/trend.h"

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_ANSWER_ALPHA 0.05 /* a smaller p-value, after Holm, counts as shown */
#define FAN_ANSWER_VCPU_MB                                                               \
    1769 /* one whole CPU: more memory is no more CPU for one thread */
#define FAN_ANSWER_PRECISIONS 3
#define FAN_ANSWER_CUTS_MAX   8

/* +-5 %, 2 %, 1 % of the mean: the precisions that repetitions are given for. */
extern const double fan_answer_precision[FAN_ANSWER_PRECISIONS];

/* One cell, its main metric in its main stratum. */
struct fan_cell_answer {
    double *usd; /* cost of each attempt of the main stratum, ascending */
    size_t usd_n;
    double usd_mean;
    double *usd_means;          /* bootstrap replicates of the mean; NULL without calls */
    struct fan_interval usd_ci; /* BCa */
    struct fan_interval call_usd_ci; /* BCa: mean cost of a call with all its attempts */
    struct fan_scales scales;
    struct fan_outliers outliers;
    double mean_inside; /* mean without those that Tukey's fences mark */
    double skewness, kurtosis;
    struct fan_normality normality;
    uint64_t needed[FAN_ANSWER_PRECISIONS]; /* repetitions; 0: not known */
    struct fan_modes modes;
    struct fan_limit limit;
    double erlang_b;                     /* of random arrivals at a concurrency limit */
    struct fan_interval throttled_share; /* Clopper and Pearson */
    struct fan_tuning_size tuning;       /* as power tuning averages; 0 ms: unknown */
    bool on_front;                       /* Pareto, among equal work and parallelism */
};

/* Cells that differ in one factor alone, ascending in it; all have values. */
struct fan_row {
    size_t *cell;
    size_t n;
};

/* A memory size's cost against the row's smallest one. */
struct fan_cost_pair {
    struct fan_equivalence same;
    double p; /* Mann and Whitney's, after Holm within the row */
};

/* A step to the next larger size of a row: it makes a call cheaper only where the time
 * falls by more than the memory grows. */
struct fan_memory_step {
    double time_ratio;      /* mean billed time, the larger size's by the smaller's */
    struct fan_interval ci; /* bootstrap */
    double break_even; /* smaller by larger size: cheaper below, 0.5 for a doubling */
};

/* How time and cost depend on memory. */
struct fan_memory_answer {
    struct fan_row row;
    struct fan_memory_step *step; /* from cell i to cell i + 1 of the row */
    struct fan_line scaling;      /* ln median on ln memory, up to FAN_ANSWER_VCPU_MB */
    size_t scaled;                /* sizes of the row that it covers, from the first */
    struct fan_k_samples cost_test;
    struct fan_cost_pair *pair;         /* one per cell of the row; the first is empty */
    size_t cheapest, fastest, balanced; /* cells, by power tuning's strategies */
    bool tuned;
};

/* How time depends on work. */
struct fan_work_answer {
    struct fan_row row;
    struct fan_line line; /* of all values on the work */
    struct fan_lack_of_fit lack;
    bool fits; /* no lack of fit shown */
};

/* How cost depends on work: the line through the mean costs of main calls. */
struct fan_work_cost {
    struct fan_row row;
    double unit_usd, fixed_usd; /* of one more unit of work; of a call without any */
    struct fan_interval unit_ci, fixed_ci; /* bootstrap */
};

/* A level of parallelism against the least one of its row. */
struct fan_load_pair {
    size_t low, high;            /* cells */
    struct fan_two_samples test; /* high against low */
    double p;                    /* after Holm over all pairs of the study */
};

/* A cell against one that differs in the transport alone. */
struct fan_transport_pair {
    size_t base, cell;
    struct fan_two_samples test; /* cell against base: positive shifts are slower */
    double p;                    /* after Holm over all pairs of the study */
    double ratio;                /* of medians */
    struct fan_interval ratio_ci;
};

/* The time that the same calls take: a level of parallelism against the least one of its
 * row. */
struct fan_speedup {
    size_t low, high;     /* cells */
    uint64_t calls;       /* done in the high one: both times are for as many */
    double low_s, high_s; /* wall time */
    double factor;        /* low_s / high_s, as the mean of logarithms over the blocks */
    struct fan_interval ci; /* Student's, of these; unknown with one block */
    size_t blocks;
};

/* How throughput depends on the calls in flight. */
struct fan_load_answer {
    struct fan_row row;
    double *per_s; /* successes per second */
    bool fitted_usl, fitted_amdahl;
    struct fan_scaling usl, amdahl;
};

/* Whether the run drifted: values in order of sending, each divided by its cell's median,
 * then medians of windows. */
struct fan_time_answer {
    size_t n, windows;
    double r1;                  /* autocorrelation of neighbours, of all values' ranks */
    struct fan_ljung_box ljung; /* of the first 10 */
    double effective_n;
    struct fan_trend trend; /* of the windows */
    struct fan_pettitt pettitt;
    double pettitt_s;   /* seconds after the first call */
    double trend_level; /* of Sen's line at the first window, by the cells' medians */
    bool cuts_sought;   /* PELT had windows of several calls to look at */
    size_t cut_count;   /* changes of level (PELT) */
    double cut_s[FAN_ANSWER_CUTS_MAX];
    double cut_ratio[FAN_ANSWER_CUTS_MAX]; /* level after by level before */
};

struct fan_answers {
    struct fan_cell_answer *cells;
    struct fan_memory_answer *memory; /* rows of two sizes or more */
    size_t memory_count;
    struct fan_work_answer *work; /* rows of three levels or more */
    size_t work_count;
    struct fan_work_cost *work_cost; /* rows of two levels or more */
    size_t work_cost_count;
    struct fan_load_answer *load; /* rows of two levels or more */
    size_t load_count;
    struct fan_load_pair *pair;
    size_t pair_count;
    struct fan_paired load_paired; /* medians, most against least in flight, over rows */
    struct fan_speedup *speedup;
    size_t speedup_count;
    struct fan_transport_pair *transport;
    size_t transport_count;
    struct fan_time_answer time;
    struct fan_version_answer *version; /* pairs of versions of a function */
    size_t version_count;
    struct fan_throttle_answers throttle;
};

/* Compute from a summary that is complete but for its answers. Owns: fan_answers_free. */
struct fan_answers *fan_answers_new(const struct fan_summary *summary);
void fan_answers_free(struct fan_answers *answers);

/**
 * All rows of a factor with at least `least` cells that have values. Owns: the caller
 * frees the array, and each row's cells. Returns how many.
 */
size_t fan_answers_rows(const struct fan_summary *summary, enum fan_factor factor,
                        size_t least, struct fan_row **rows);

/* Successful calls a month that prices are extrapolated to. */
#define FAN_ANSWER_MONTHS 4
extern const double fan_answer_month_calls[FAN_ANSWER_MONTHS];

/* What so many successful calls of a cell cost in one month, when requests and billed
 * time per success (failures and cold starts included) are as in the run; by tiers.
 * Unknown without successes, and where the price table ends. */
double fan_answers_month_usd(const struct fan_summary *summary, size_t cell, double calls,
                             bool free_tier);

/* What this run would cost if the month's free tier were unused. */
double fan_answers_free_tier_usd(const struct fan_summary *summary);
/* A value of the main metric in its main stratum, in order of sending. */
struct fan_moment {
    int64_t sent_ns;
    double value; /* by its cell's median */
};

/* All of them. Owns: the caller frees. */
struct fan_moment *fan_answers_course(const struct fan_summary *summary, size_t *n);

/* The parts, each in a file of its own. */
void fan_answers_cells(struct fan_answers *answers, const struct fan_summary *summary);
void fan_answers_costs(struct fan_answers *answers, const struct fan_summary *summary);
void fan_answers_cost_laws(struct fan_answers *answers,
                           const struct fan_summary *summary);
void fan_answers_memory(struct fan_answers *answers, const struct fan_summary *summary);
void fan_answers_work(struct fan_answers *answers, const struct fan_summary *summary);
void fan_answers_load(struct fan_answers *answers, const struct fan_summary *summary);
void fan_answers_speedup(struct fan_answers *answers, const struct fan_summary *summary);
void fan_answers_versions(struct fan_answers *answers, const struct fan_summary *summary);
void fan_answers_transport(struct fan_answers *answers,
                           const struct fan_summary *summary);
void fan_answers_time(struct fan_answers *answers, const struct fan_summary *summary);

#ifdef __cplusplus
}
#endif
#endif
