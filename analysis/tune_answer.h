/*
 * tune_answer.h - what a search for a memory size found, sample by sample. Inside this
 * room only: the table, summary.json, the report and the figure are written from these
 * fields.
 */
#ifndef FAN_ANALYSIS_TUNE_ANSWER_H
#define FAN_ANALYSIS_TUNE_ANSWER_H

#include "analysis/sizing.h"
#include "analysis/summary_data.h"

#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

struct fan_tune_sample {
    uint32_t number; /* from 1, as taken */
    uint32_t memory_mb;
    struct fan_sizing_sample told; /* what the search learnt of it */
    struct fan_description ms;     /* of the warm calls */
    double usd;                    /* mean cost of a warm call */
    struct fan_sizing_step step;   /* why it was taken */
    double expected_ms;            /* the model's, before; unknown for the first ones */
    struct fan_interval expected;  /* of two standard deviations */
    uint32_t best_mb;              /* the choice once it was known; 0: none */
    double best_ms, best_usd;      /* of that, by the model of the time */
};

struct fan_tune_answer {
    const struct fan_sizing_settings *settings;
    struct fan_tune_sample *sample;
    size_t n;
    size_t size_count;              /* different sizes measured */
    struct fan_sizing_model *model; /* of all samples; NULL: none has a time */
    bool ended; /* by its own rule, and not by the budget, a signal or an error */
    enum fan_sizing_reason reason; /* when ended: why */
    double improvement;            /* the greatest one still expected */
    uint32_t choice_mb;            /* the best one measured; 0: none */
    bool within_limits;
    uint32_t model_mb; /* the best of all candidates by the model; 0: none */
    double spent_usd;  /* by all attempts */
    double all_usd; /* what a sample of every candidate would have cost, by the model */
};

/* Owns: fan_tune_answer_free. The summary's study is a tune (asserted). */
struct fan_tune_answer *fan_tune_answer_new(const struct fan_summary *summary);
void fan_tune_answer_free(struct fan_tune_answer *answer);

/* "cost", "time", "balanced". */
const char *fan_tune_objective(const struct fan_tune_answer *answer);

/* The table of the terminal (tune_print.c), and its rows for the report too. */
struct fan_table *fan_tune_table(const struct fan_summary *summary);
void fan_tune_print(const struct fan_summary *summary, FILE *out, int columns);

/* Why it ended, as a sentence's end. */
const char *fan_tune_ending(const struct fan_summary *summary);

/* Sizes that power tuning's strategies choose of those measured; false: unknown. */
struct fan_tune_strategies {
    uint32_t cost_mb, speed_mb, balanced_mb;
};
bool fan_tune_power(const struct fan_summary *summary,
                    struct fan_tune_strategies *strategies);

/* What the choice saves against another size, as shares of it, by the model; negative:
 * it costs or takes more. */
struct fan_tune_saving {
    uint32_t base_mb;
    bool listed; /* it is the job's own size */
    double usd, ms;
};

/* Savings against the smallest candidate and against the job's own size, as far as these
 * differ from the choice and each other. Returns how many. */
#define FAN_TUNE_SAVINGS 2
size_t fan_tune_savings(const struct fan_summary *summary,
                        struct fan_tune_saving saving[FAN_TUNE_SAVINGS]);

#ifdef __cplusplus
}
#endif
#endif
