/* tune_json.c - a tune as JSON; docs/summary.md describes every key. */
#include <math.h>

#include <jansson.h>

#include "analysis/answers_json.h"
#include "analysis/tune_answer.h"

static json_t *number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

/* A limit that there is none of, and a size that was not found. */
static json_t *positive(double value)
{
    return value > 0.0 ? json_real(value) : json_null();
}

static json_t *size(uint32_t memory_mb)
{
    return memory_mb ? json_integer(memory_mb) : json_null();
}

static json_t *interval(struct fan_interval bounds)
{
    json_t *pair = json_array();
    json_array_append_new(pair, number(bounds.lower));
    json_array_append_new(pair, number(bounds.upper));
    return pair;
}

static void set(json_t *object, const char *key, json_t *value)
{
    json_object_set_new(object, key, value);
}

static json_t *sample_object(const struct fan_tune_sample *sample)
{
    json_t *object = json_object();
    set(object, "number", json_integer(sample->number));
    set(object, "memory_mb", size(sample->memory_mb));
    set(object, "why", json_string(fan_sizing_reason_word(sample->step.reason)));
    set(object, "expected_improvement", number(sample->step.improvement));
    set(object, "expected_ms", number(sample->expected_ms));
    set(object, "expected_2s", interval(sample->expected));
    set(object, "n", json_integer((json_int_t)sample->ms.n));
    set(object, "mean_ms", number(sample->ms.mean));
    set(object, "mean_ci", interval(sample->ms.mean_ci));
    set(object, "mean_ln_ms", number(sample->told.mean_ln_ms));
    set(object, "se_ln_ms", number(sample->told.se_ln_ms));
    set(object, "cost_usd", number(sample->usd));
    set(object, "best_memory_mb", size(sample->best_mb));
    set(object, "best_ms", number(sample->best_ms));
    set(object, "best_cost_usd", number(sample->best_usd));
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
    set(object, "memory_mb", size(memory_mb));
    set(object, "ms", number(view.ms));
    set(object, "ms_2s", interval(band));
    set(object, "cost_usd", number(view.usd));
    return object;
}

static json_t *strategies_object(const struct fan_summary *summary)
{
    struct fan_tune_strategies chosen;
    if (!fan_tune_power(summary, &chosen)) return json_null();
    json_t *object = json_object();
    set(object, "cost_memory_mb", size(chosen.cost_mb));
    set(object, "speed_memory_mb", size(chosen.speed_mb));
    set(object, "balanced_memory_mb", size(chosen.balanced_mb));
    return object;
}

static json_t *savings(const struct fan_summary *summary)
{
    const struct fan_tune_answer *tune = summary->tune;
    uint32_t base[FAN_TUNE_BASES];
    const size_t n = fan_tune_bases(summary, base);
    json_t *array = json_array();
    for (size_t i = 0; i < n; i++) {
        const struct fan_sizing_view own =
            fan_sizing_model_at(tune->model, tune->choice_mb);
        const struct fan_sizing_view other = fan_sizing_model_at(tune->model, base[i]);
        json_t *object = json_object();
        set(object, "against_memory_mb", size(base[i]));
        set(object, "cost", number(1.0 - own.usd / other.usd));
        set(object, "time", number(1.0 - own.ms / other.ms));
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
    set(object, "objective", json_string(fan_tune_objective(tune)));
    set(object, "time_limit_ms", positive(settings->time_limit_ms));
    set(object, "cost_limit_usd", positive(settings->cost_limit_usd));
    set(object, "candidates", json_integer((json_int_t)settings->size_count));
    set(object, "samples", samples);
    set(object, "sizes_measured", json_integer((json_int_t)tune->size_count));
    set(object, "ended",
        json_string(tune->ended ? fan_sizing_reason_word(tune->reason) : "early"));
    set(object, "expected_improvement", number(tune->improvement));
    set(object, "choice_memory_mb", size(tune->choice_mb));
    set(object, "within_limits", json_boolean(tune->within_limits));
    set(object, "choice", view_object(tune, tune->choice_mb));
    set(object, "model_best", view_object(tune, tune->model_mb));
    set(object, "power_tuning", strategies_object(summary));
    set(object, "savings", savings(summary));
    set(object, "spent_usd", number(tune->spent_usd));
    set(object, "all_candidates_usd", number(tune->all_usd));
    return object;
}
