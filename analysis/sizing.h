/*
 * sizing.h - find the best memory size with few samples, by Bayesian optimisation.  Pure:
 * the loop is a question, asked after every sample, and its answer depends on nothing but
 * the samples.
 *
 * ln(time) over x = log2(memory / 128 MB) is modelled as ln(a / memory + b) plus a
 * Gaussian process. Cost follows from time, so every objective is read off the one model.
 * Method and deviations from its source: docs/statistics.md.
 */
#ifndef FAN_ANALYSIS_SIZING_H
#define FAN_ANALYSIS_SIZING_H

#include "common/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_SIZING_SAMPLES_MAX 64
#define FAN_SIZING_SIZES_MAX   512
#define FAN_SIZING_STARTS      4 /* sizes spread evenly, before the model has a say */

enum fan_sizing_objective {
    FAN_SIZING_COST,
    FAN_SIZING_TIME,
    FAN_SIZING_BALANCED /* as power tuning weighs them */
};

/* Why a size is next, or why there is no next one. */
enum fan_sizing_reason {
    FAN_SIZING_START,    /* one of the first, evenly spread */
    FAN_SIZING_IMPROVE,  /* the greatest expected improvement */
    FAN_SIZING_LIMIT,    /* nothing measured keeps the limits: the likeliest to do so */
    FAN_SIZING_CONFIRM,  /* the model's best, not measured yet */
    FAN_SIZING_SETTLED,  /* stop: no size promises enough */
    FAN_SIZING_SPENT,    /* stop: as many samples as allowed */
    FAN_SIZING_EXHAUSTED /* stop: every size was measured as often as allowed */
};

struct fan_sizing_settings {
    enum fan_sizing_objective objective;
    const uint32_t *memory_mb; /* candidates, ascending, distinct; the caller's */
    size_t size_count;         /* 1..FAN_SIZING_SIZES_MAX */
    double time_limit_ms, cost_limit_usd; /* of a call; 0: none */
    uint32_t samples_max;
    double stop; /* least expected improvement that is worth a sample, as a share */
    double request_usd; /* prices */
    double gb_second_usd;
};

/* One measurement of a size: warm calls that succeeded. n 0: all failed, or none was
 * made; the size is then out of the running. */
struct fan_sizing_sample {
    uint32_t memory_mb, n;
    double mean_ln_ms, se_ln_ms; /* of the n logarithms; se unknown (NAN) for n = 1 */
};

struct fan_sizing_step {
    bool stop;
    enum fan_sizing_reason reason;
    uint32_t memory_mb; /* to measure next; after a stop: the choice, 0 without one */
    bool within_limits; /* after a stop: the choice keeps the limits, by the model */
    double improvement; /* the greatest one expected of any size, as a share; NAN while
                           there is no model or nothing keeps the limits */
};

/* The i-th of the sizes to begin with, spread evenly over the candidates; 0 when there
 * are no more than i of them. */
uint32_t fan_sizing_start(const struct fan_sizing_settings *settings, size_t i);

/* The size to measure after these samples, in the order they were taken, or the choice.
 */
struct fan_sizing_step fan_sizing_next(const struct fan_sizing_settings *settings,
                                       const struct fan_sizing_sample *samples, size_t n);

/* "spread", "improvement", ...: a reason in one word; and in a sentence's end. */
const char *fan_sizing_reason_word(enum fan_sizing_reason reason);
const char *fan_sizing_reason_text(enum fan_sizing_reason reason);

/* The time law a / memory + b, milliseconds; a and b >= 0, one of them > 0. */
struct fan_sizing_law {
    double a, b;
};

/**
 * Least squares of the relative errors (weights 1 / ms^2). A b below 0 becomes 0; where
 * time does not fall with memory, it is taken as constant. n >= 1 (asserted), all values
 * > 0.
 */
struct fan_sizing_law fan_sizing_law_fit(const double *memory_mb, const double *ms,
                                         size_t n);

/* What the model knows after some samples. */
struct fan_sizing_model;

/**
 * Fit. The settings must outlive the model, the samples need not. Owns: *model until
 * fan_sizing_model_free. Errors: FAN_ENOTFOUND (no sample has a time), FAN_ELIMIT.
 */
enum fan_status fan_sizing_model_new(struct fan_sizing_model **model,
                                     const struct fan_sizing_settings *settings,
                                     const struct fan_sizing_sample *samples, size_t n,
                                     struct fan_err *err) FAN_MUST_CHECK;
void fan_sizing_model_free(struct fan_sizing_model *model);

/* The model's opinion of a size. */
struct fan_sizing_view {
    double ms, usd;      /* of a call: the curve's median */
    double ln_ms, ln_sd; /* of the curve, without the noise of calls */
    double within;       /* probability that it keeps the limits; 1 without limits */
    double improvement;  /* expected on the best one measured, as a share */
};
struct fan_sizing_view fan_sizing_model_at(const struct fan_sizing_model *model,
                                           uint32_t memory_mb);

/* The best candidate by the curve, measured or not, that keeps the limits with a
 * probability of 90 %; 0: none does. */
uint32_t fan_sizing_model_best(const struct fan_sizing_model *model);

/* The best one measured; *within: it keeps the limits. Without any that does: the
 * likeliest to. */
uint32_t fan_sizing_model_choice(const struct fan_sizing_model *model, bool *within);

#ifdef __cplusplus
}
#endif
#endif
