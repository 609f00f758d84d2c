/* sizing.c - see sizing.h: what to measure next. The model: sizing_model.c. */
#include "analysis/sizing.h"

#include <math.h>
#include <string.h>

#include "analysis/statistics.h"

#define VISITS_MAX   3     /* of a size: more repetitions where noise hides the best */
#define LIMIT_HOPE   0.01  /* a size less likely to keep the limits is not tried for it */
#define CONFIRM_GAIN 0.002 /* least gain that the model's best must promise */

static const struct {
    const char *word, *text;
} reasons[] = {
    { "spread", "one of the first sizes, spread evenly" },
    { "improvement", "the greatest expected improvement" },
    { "limit", "the likeliest to keep the limits, which nothing measured does" },
    { "confirm", "the model's best, not measured before" },
    { "settled", "no size promises an improvement worth a sample" },
    { "spent", "all samples allowed were taken" },
    { "exhausted", "every size was measured" },
};

const char *fan_sizing_reason_word(enum fan_sizing_reason reason)
{
    return reasons[reason].word;
}

const char *fan_sizing_reason_text(enum fan_sizing_reason reason)
{
    return reasons[reason].text;
}

static size_t start_count(const struct fan_sizing_settings *s)
{
    return s->size_count < FAN_SIZING_STARTS ? s->size_count : FAN_SIZING_STARTS;
}

uint32_t fan_sizing_start(const struct fan_sizing_settings *s, size_t i)
{
    const size_t last = s->size_count - 1, starts = start_count(s);
    if (i >= starts) return 0;
    /* to the nearest index */
    return s
        ->memory_mb[starts < 2 ? 0 : (2 * i * last + starts - 1) / (2 * (starts - 1))];
}

/* How often a size was measured; a failed one counts as often as needs be. */
static size_t visits_of(uint32_t memory_mb, const struct fan_sizing_sample *samples,
                        size_t n)
{
    size_t visits = 0;
    for (size_t i = 0; i < n; i++)
        if (samples[i].memory_mb == memory_mb)
            visits += samples[i].n > 0 ? 1 : VISITS_MAX;
    return visits;
}

/* The candidates' greatest promise. */
struct promise {
    uint32_t improving, hopeful; /* MB; 0: no candidate is left */
    double improvement, within;
};

static struct promise find_promise(const struct fan_sizing_settings *s,
                                   const struct fan_sizing_model *model,
                                   const struct fan_sizing_sample *samples, size_t n)
{
    struct promise p = { 0, 0, -1.0, -1.0 };
    for (size_t i = 0; i < s->size_count; i++) {
        const uint32_t memory_mb = s->memory_mb[i];
        const size_t visits = visits_of(memory_mb, samples, n);
        if (visits >= VISITS_MAX) continue;
        const struct fan_sizing_view view = fan_sizing_model_at(model, memory_mb);
        if (view.improvement > p.improvement) {
            p.improvement = view.improvement;
            p.improving = memory_mb;
        }
        if (visits == 0 && view.within > p.within) {
            p.within = view.within;
            p.hopeful = memory_mb;
        }
    }
    return p;
}

/* What the model asks for, if anything. */
static bool want_more(struct fan_sizing_step *step, const struct fan_sizing_settings *s,
                      const struct fan_sizing_model *model,
                      const struct fan_sizing_sample *samples, size_t n)
{
    const struct promise p = find_promise(s, model, samples, n);
    const uint32_t best = fan_sizing_model_best(model);
    if (!step->within_limits) {
        step->reason = p.hopeful ? FAN_SIZING_LIMIT : FAN_SIZING_EXHAUSTED;
        if (p.hopeful && p.within < LIMIT_HOPE) step->reason = FAN_SIZING_SETTLED;
        step->memory_mb = p.hopeful;
        return step->reason == FAN_SIZING_LIMIT;
    }
    step->improvement = fmax(p.improvement, 0.0);
    step->reason = p.improving ? FAN_SIZING_SETTLED : FAN_SIZING_EXHAUSTED;
    if (p.improving && p.improvement >= s->stop) {
        step->reason = FAN_SIZING_IMPROVE;
        step->memory_mb = p.improving;
        return true;
    }
    if (best && visits_of(best, samples, n) == 0 &&
        fan_sizing_model_at(model, best).improvement >= CONFIRM_GAIN) {
        step->reason = FAN_SIZING_CONFIRM;
        step->memory_mb = best;
        return true;
    }
    return false;
}

struct fan_sizing_step fan_sizing_next(const struct fan_sizing_settings *settings,
                                       const struct fan_sizing_sample *samples, size_t n)
{
    struct fan_sizing_step step;
    memset(&step, 0, sizeof step);
    step.improvement = FAN_UNKNOWN;
    if (n < start_count(settings) && n < settings->samples_max) {
        step.reason = FAN_SIZING_START;
        step.memory_mb = fan_sizing_start(settings, n);
        return step;
    }
    struct fan_sizing_model *model = NULL;
    if (fan_sizing_model_new(&model, settings, samples, n, NULL)) {
        step.stop = true;
        step.reason = FAN_SIZING_EXHAUSTED; /* nothing can be learnt from the samples */
        return step;
    }
    const uint32_t choice = fan_sizing_model_choice(model, &step.within_limits);
    step.stop = !want_more(&step, settings, model, samples, n);
    if (n >= settings->samples_max && !step.stop) {
        step.stop = true;
        step.reason = FAN_SIZING_SPENT;
    }
    if (step.stop) step.memory_mb = choice;
    fan_sizing_model_free(model);
    return step;
}
