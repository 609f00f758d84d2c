/* sizing_model.c - the curve behind sizing.h: a time law, and a Gaussian process for what
 * it misses. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "analysis/gaussian_process.h"
#include "analysis/power_tuning.h"
#include "analysis/sizing.h"
#include "common/buf.h"

#define BASE_MB    128.0
#define WITHIN_MIN 0.9 /* probability of keeping the limits that a choice needs */
#define SE_ASSUMED 0.1 /* of a single call, which says nothing of its spread */

struct fan_sizing_model {
    const struct fan_sizing_settings *settings;
    struct fan_sizing_law law;
    struct fan_gp *gp;
    double ms_most, usd_most; /* of all candidates: what `balanced` divides by */
    uint32_t *measured;       /* sizes with a time */
    size_t measured_count;
    uint32_t choice;
    bool choice_within;
    double choice_value;
};

struct fan_sizing_law fan_sizing_law_fit(const double *memory_mb, const double *ms,
                                         size_t n)
{
    double uu = 0.0, uv = 0.0, vv = 0.0, u = 0.0, v = 0.0; /* sums of the products */
    assert(n >= 1);
    for (size_t i = 0; i < n; i++) { /* 1 = a u + b v, in units of the measured time */
        const double by_memory = 1.0 / (memory_mb[i] * ms[i]), constant = 1.0 / ms[i];
        uu += by_memory * by_memory;
        uv += by_memory * constant;
        vv += constant * constant;
        u += by_memory;
        v += constant;
    }
    struct fan_sizing_law law = { 0.0, 0.0 };
    const double det = uu * vv - uv * uv;
    if (det > 1e-12 * uu * vv) {
        law.a = (u * vv - v * uv) / det;
        law.b = (v * uu - u * uv) / det;
    }
    if (law.b < 0.0) law.b = 0.0; /* the process makes up for what the line now misses */
    if (!(law.a > 0.0)) law = (struct fan_sizing_law){ 0.0, v / vv };
    return law;
}

static double axis(uint32_t memory_mb)
{
    return log2(memory_mb / BASE_MB);
}

static double law_ln_ms(const struct fan_sizing_law *law, uint32_t memory_mb)
{
    return log(law->a / memory_mb + law->b);
}

static double usd_of(const struct fan_sizing_settings *s, uint32_t memory_mb, double ms)
{
    return s->request_usd + ms / 1000.0 * memory_mb / 1024.0 * s->gb_second_usd;
}

/* --- objectives: the logarithm of what is to be small, so that gains are shares --- */

static double value_of(const struct fan_sizing_model *m, uint32_t memory_mb, double ms)
{
    const double usd = usd_of(m->settings, memory_mb, ms);
    switch (m->settings->objective) {
    case FAN_SIZING_COST: return log(usd);
    case FAN_SIZING_TIME: return log(ms);
    case FAN_SIZING_BALANCED: break;
    }
    return log(FAN_TUNING_WEIGHT * usd / m->usd_most +
               (1.0 - FAN_TUNING_WEIGHT) * ms / m->ms_most);
}

/* How the value's spread follows from that of ln time: d value / d ln ms. */
static double slope_of(const struct fan_sizing_model *m, uint32_t memory_mb, double ms)
{
    const double usd = usd_of(m->settings, memory_mb, ms);
    const double compute = usd - m->settings->request_usd;
    switch (m->settings->objective) {
    case FAN_SIZING_COST: return compute / usd;
    case FAN_SIZING_TIME: return 1.0;
    case FAN_SIZING_BALANCED: break;
    }
    const double by_usd = FAN_TUNING_WEIGHT / m->usd_most;
    const double by_ms = (1.0 - FAN_TUNING_WEIGHT) / m->ms_most;
    return (by_usd * compute + by_ms * ms) / (by_usd * usd + by_ms * ms);
}

/* ln of the longest time that keeps both limits; -inf when none does */
static double limit_ln_ms(const struct fan_sizing_settings *s, uint32_t memory_mb)
{
    double limit = s->time_limit_ms > 0.0 ? log(s->time_limit_ms) : HUGE_VAL;
    if (s->cost_limit_usd > 0.0) {
        const double compute = fmax(s->cost_limit_usd - s->request_usd, 0.0);
        limit =
            fmin(limit, log(compute * 1000.0 * 1024.0 / (memory_mb * s->gb_second_usd)));
    }
    return limit;
}

struct fan_sizing_view fan_sizing_model_at(const struct fan_sizing_model *m,
                                           uint32_t memory_mb)
{
    struct fan_sizing_view view;
    double mean, variance;
    fan_gp_predict(m->gp, axis(memory_mb), &mean, &variance);
    view.ln_ms = law_ln_ms(&m->law, memory_mb) + mean;
    view.ln_sd = sqrt(variance);
    view.ms = exp(view.ln_ms);
    view.usd = usd_of(m->settings, memory_mb, view.ms);
    const double room = limit_ln_ms(m->settings, memory_mb) - view.ln_ms;
    view.within = isinf(room)        ? (room > 0.0 ? 1.0 : 0.0)
                  : view.ln_sd > 0.0 ? gsl_cdf_ugaussian_P(room / view.ln_sd)
                                     : (room >= 0.0 ? 1.0 : 0.0);
    view.improvement =
        m->choice_within
            ? view.within * fan_expected_improvement(
                                m->choice_value, value_of(m, memory_mb, view.ms),
                                view.ln_sd * slope_of(m, memory_mb, view.ms), 0.0)
            : 0.0;
    return view;
}

/* The least value among sizes that keep the limits; 0 when none does. */
static uint32_t least(const struct fan_sizing_model *m, const uint32_t *size, size_t n)
{
    uint32_t best = 0;
    double best_value = HUGE_VAL;
    for (size_t i = 0; i < n; i++) {
        const struct fan_sizing_view view = fan_sizing_model_at(m, size[i]);
        const double value = value_of(m, size[i], view.ms);
        if (view.within < WITHIN_MIN || !(value < best_value)) continue;
        best = size[i];
        best_value = value;
    }
    return best;
}

static uint32_t likeliest(const struct fan_sizing_model *m)
{
    uint32_t best = m->measured[0];
    double within = -1.0, over = HUGE_VAL;
    for (size_t i = 0; i < m->measured_count; i++) {
        const uint32_t memory_mb = m->measured[i];
        const struct fan_sizing_view view = fan_sizing_model_at(m, memory_mb);
        const double excess = view.ln_ms - limit_ln_ms(m->settings, memory_mb);
        if (view.within < within || (view.within <= within && excess >= over)) continue;
        best = memory_mb;
        within = view.within;
        over = excess;
    }
    return best;
}

static void choose(struct fan_sizing_model *m)
{
    for (size_t i = 0; i < m->settings->size_count; i++) {
        const uint32_t memory_mb = m->settings->memory_mb[i];
        const struct fan_sizing_view view = fan_sizing_model_at(m, memory_mb);
        m->ms_most = fmax(m->ms_most, view.ms);
        m->usd_most = fmax(m->usd_most, view.usd);
    }
    m->choice = least(m, m->measured, m->measured_count);
    m->choice_within = m->choice != 0;
    if (!m->choice_within) m->choice = likeliest(m);
    const double ms = fan_sizing_model_at(m, m->choice).ms;
    m->choice_value = value_of(m, m->choice, ms);
}

/* --- fitting --- */

/* The samples with a time, as the process wants them. */
struct observed {
    double x[FAN_SIZING_SAMPLES_MAX], y[FAN_SIZING_SAMPLES_MAX];
    double noise[FAN_SIZING_SAMPLES_MAX];
    double memory_mb[FAN_SIZING_SAMPLES_MAX], ms[FAN_SIZING_SAMPLES_MAX];
    size_t n;
};

static void observe(struct observed *o, struct fan_sizing_model *m,
                    const struct fan_sizing_sample *samples, size_t n)
{
    o->n = 0;
    for (size_t i = 0; i < n && o->n < FAN_SIZING_SAMPLES_MAX; i++) {
        if (samples[i].n == 0 || !isfinite(samples[i].mean_ln_ms)) continue;
        const double se = samples[i].se_ln_ms >= 0.0 ? samples[i].se_ln_ms : SE_ASSUMED;
        o->x[o->n] = axis(samples[i].memory_mb);
        o->y[o->n] = samples[i].mean_ln_ms;
        o->noise[o->n] = se * se;
        o->memory_mb[o->n] = samples[i].memory_mb;
        o->ms[o->n] = exp(samples[i].mean_ln_ms);
        m->measured[o->n++] = samples[i].memory_mb;
    }
    m->measured_count = o->n;
}

enum fan_status fan_sizing_model_new(struct fan_sizing_model **model,
                                     const struct fan_sizing_settings *settings,
                                     const struct fan_sizing_sample *samples, size_t n,
                                     struct fan_err *err)
{
    struct observed o;
    struct fan_sizing_model *m = fan_alloc_zero(1, sizeof *m);
    m->settings = settings;
    m->measured = fan_alloc_zero(FAN_SIZING_SAMPLES_MAX, sizeof *m->measured);
    observe(&o, m, samples, n);
    enum fan_status st = FAN_OK;
    if (o.n == 0) st = fan_fail(err, FAN_ENOTFOUND, "no sample has a time");
    if (!st) {
        m->law = fan_sizing_law_fit(o.memory_mb, o.ms, o.n);
        for (size_t i = 0; i < o.n; i++)
            o.y[i] -= law_ln_ms(&m->law, (uint32_t)o.memory_mb[i]);
        struct fan_gp_points points = { o.x, o.y, o.noise, o.n };
        st = fan_gp_new_likeliest(&m->gp, &points, err);
    }
    if (st) {
        fan_sizing_model_free(m);
        return st;
    }
    choose(m);
    *model = m;
    return FAN_OK;
}

void fan_sizing_model_free(struct fan_sizing_model *model)
{
    if (!model) return;
    fan_gp_free(model->gp);
    free(model->measured);
    free(model);
}

uint32_t fan_sizing_model_best(const struct fan_sizing_model *model)
{
    return least(model, model->settings->memory_mb, model->settings->size_count);
}

uint32_t fan_sizing_model_choice(const struct fan_sizing_model *model, bool *within)
{
    *within = model->choice_within;
    return model->choice;
}
