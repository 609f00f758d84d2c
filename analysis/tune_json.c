/* tune_json.c - a tune as JSON; docs/summary.md describes every key. */
#include <math.h>

#include <jansson.h>

#include "analysis/answers_json.h"
#include "analysis/json_values.h"
#include "analysis/tune_answer.h"

/* A limit that there is none of, and a size that was not found. */
static json_t *positive(double value)
{
    return value > 0.0 ? json_real(value) : json_null();
}

static json_t *size(uint32_t memory_mb)
{
    return memory_mb ? json_integer(memory_mb) : json_null();
}

static json_t *sample_object(const struct fan_tune_sample *sample)
{
    json_t *object = json_object();
    fan_json_set(object, "number", json_integer(sample->number));
    fan_json_set(object, "memory_mb", size(sample->memory_mb));
    fan_json_set(object, "why", json_string(fan_sizing_reason_word(sample->step.reason)));
    fan_json_set(object, "expected_improvement",
                 fan_json_number(sample->step.improvement));
    fan_json_set(object, "expected_ms", fan_json_number(sample->expected_ms));
    fan_json_set(object, "expected_2s", fan_json_interval(sample->expected));
    fan_json_set(object, "n", json_integer((json_int_t)sample->ms.n));
    fan_json_set(object, "mean_ms", fan_json_number(sample->ms.mean));
    fan_json_set(object, "mean_ci", fan_json_interval(sample->ms.mean_ci));
    fan_json_set(object, "mean_ln_ms", fan_json_number(sample->told.mean_ln_ms));
    fan_json_set(object, "se_ln_ms", fan_json_number(sample->told.se_ln_ms));
    fan_json_set(object, "cost_usd", fan_json_number(sample->usd));
    fan_json_set(object, "best_memory_mb", size(sample->best_mb));
    fan_json_set(object, "best_ms", fan_json_number(sample->best_ms));
    fan_json_set(object, "best_cost_usd", fan_json_number(sample->best_usd));
    return object;
}

/* The model's opinion of a size, null without one. */
static json_t *view_object(const struct fan_tune_answer *tune, uint32_t memory_mb)
{
    if (!tune->model || memory_mb == 0) return json_null();
    const struct fan_sizing_view view = fan_sizing_model_at(tune->model, memory_mb);
    const struct fan_interval band = { exp(view.ln_ms - 2.0 * view.ln_sd),
                                       exp(view.ln_ms + 2.0 * view.ln_sd) };
    json_t *object = json_object();
    fan_json_set(object, "memory_mb", size(memory_mb));
    fan_json_set(object, "ms", fan_json_number(view.ms));
    fan_json_set(object, "ms_2s", fan_json_interval(band));
    fan_json_set(object, "cost_usd", fan_json_number(view.usd));
    return object;
}

static json_t *strategies_object(const struct fan_summary *summary)
{
    struct fan_tune_strategies chosen;
    if (!fan_tune_power(summary, &chosen)) return json_null();
    json_t *object = json_object();
    fan_json_set(object, "cost_memory_mb", size(chosen.cost_mb));
    fan_json_set(object, "speed_memory_mb", size(chosen.speed_mb));
    fan_json_set(object, "balanced_memory_mb", size(chosen.balanced_mb));
    return object;
}

static json_t *savings(const struct fan_summary *summary)
{
    struct fan_tune_saving saving[FAN_TUNE_SAVINGS];
    const size_t n = fan_tune_savings(summary, saving);
    json_t *array = json_array();
    for (size_t i = 0; i < n; i++) {
        json_t *object = json_object();
        fan_json_set(object, "against_memory_mb", size(saving[i].base_mb));
        fan_json_set(object, "cost", fan_json_number(saving[i].usd));
        fan_json_set(object, "time", fan_json_number(saving[i].ms));
        json_array_append_new(array, object);
    }
    return array;
}

json_t *fan_tune_json(const struct fan_summary *summary)
{
    const struct fan_tune_answer *tune = summary->tune;
    const struct fan_sizing_settings *settings = tune->settings;
    json_t *object = json_object(), *samples = json_array();
    for (size_t i = 0; i < tune->n; i++)
        json_array_append_new(samples, sample_object(&tune->sample[i]));
    fan_json_set(object, "objective", json_string(fan_tune_objective(tune)));
    fan_json_set(object, "time_limit_ms", positive(settings->time_limit_ms));
    fan_json_set(object, "cost_limit_usd", positive(settings->cost_limit_usd));
    fan_json_set(object, "candidates", json_integer((json_int_t)settings->size_count));
    fan_json_set(object, "samples", samples);
    fan_json_set(object, "sizes_measured", json_integer((json_int_t)tune->size_count));
    fan_json_set(
        object, "ended",
        json_string(tune->ended ? fan_sizing_reason_word(tune->reason) : "early"));
    fan_json_set(object, "expected_improvement", fan_json_number(tune->improvement));
    fan_json_set(object, "choice_memory_mb", size(tune->choice_mb));
    fan_json_set(object, "within_limits", json_boolean(tune->within_limits));
    fan_json_set(object, "choice", view_object(tune, tune->choice_mb));
    fan_json_set(object, "model_best", view_object(tune, tune->model_mb));
    fan_json_set(object, "power_tuning", strategies_object(summary));
    fan_json_set(object, "savings", savings(summary));
    fan_json_set(object, "spent_usd", fan_json_number(tune->spent_usd));
    fan_json_set(object, "all_candidates_usd", fan_json_number(tune->all_usd));
    return object;
}
