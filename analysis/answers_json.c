/* answers_json.c - see answers_json.h. */
#include "analysis/limit_search.h"
#include "analysis/answers_json.h"

#include <math.h>

#include <jansson.h>

#include "analysis/answers.h"

static json_t *number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *count(uint64_t value)
{
    return json_integer((json_int_t)value);
}

static void set(json_t *object, const char *key, json_t *value)
{
    json_object_set_new(object, key, value);
}

static json_t *interval(struct fan_interval bounds)
{
    json_t *pair = json_array();
    json_array_append_new(pair, number(bounds.lower));
    json_array_append_new(pair, number(bounds.upper));
    return pair;
}

static json_t *cell_list(const struct fan_row *row)
{
    json_t *array = json_array();
    for (size_t i = 0; i < row->n; i++)
        json_array_append_new(array, count(row->cell[i]));
    return array;
}

static json_t *cost_pair(const struct fan_cost_pair *pair, size_t cell)
{
    json_t *object = json_object();
    set(object, "cell", count(cell));
    set(object, "ratio", number(pair->same.ratio));
    set(object, "ci", interval(pair->same.ci));
    set(object, "tost_ci", interval(pair->same.tost));
    set(object, "p", number(pair->p));
    set(object, "equivalent", json_boolean(pair->same.equivalent));
    return object;
}

static json_t *memory_step(const struct fan_memory_answer *a, size_t i)
{
    json_t *object = json_object();
    set(object, "from_cell", count(a->row.cell[i]));
    set(object, "to_cell", count(a->row.cell[i + 1]));
    set(object, "time_ratio", number(a->step[i].time_ratio));
    set(object, "time_ratio_ci", interval(a->step[i].ci));
    set(object, "break_even", number(a->step[i].break_even));
    return object;
}

static json_t *memory(const struct fan_memory_answer *a)
{
    json_t *object = json_object(), *costs = json_array(), *choice = json_object();
    json_t *steps = json_array();
    set(object, "cells", cell_list(&a->row));
    set(object, "exponent", number(a->scaling.slope));
    set(object, "exponent_ci", interval(a->scaling.slope_ci));
    set(object, "r2", number(a->scaling.r2));
    set(object, "sizes_fitted", count(a->scaled));
    set(object, "cost_h", number(a->cost_test.h));
    set(object, "cost_p", number(a->cost_test.p));
    for (size_t i = 1; i < a->row.n; i++)
        json_array_append_new(costs, cost_pair(&a->pair[i], a->row.cell[i]));
    set(object, "cost_against_first", costs);
    for (size_t i = 0; i + 1 < a->row.n; i++)
        json_array_append_new(steps, memory_step(a, i));
    set(object, "steps", steps);
    if (a->tuned) {
        set(choice, "cost", count(a->cheapest));
        set(choice, "speed", count(a->fastest));
        set(choice, "balanced", count(a->balanced));
    }
    set(object, "power_tuning_cells", choice);
    return object;
}

static json_t *work(const struct fan_work_answer *a)
{
    json_t *object = json_object();
    set(object, "cells", cell_list(&a->row));
    set(object, "ms_per_work", number(a->line.slope));
    set(object, "ms_per_work_ci", interval(a->line.slope_ci));
    set(object, "fixed_ms", number(a->line.intercept));
    set(object, "fixed_ms_ci", interval(a->line.intercept_ci));
    set(object, "lack_of_fit_f", number(a->lack.f));
    set(object, "lack_of_fit_p", number(a->lack.p));
    set(object, "largest_miss", number(a->lack.deviation));
    return object;
}

static json_t *work_cost(const struct fan_work_cost *a)
{
    json_t *object = json_object();
    set(object, "cells", cell_list(&a->row));
    set(object, "unit_usd", number(a->unit_usd));
    set(object, "unit_usd_ci", interval(a->unit_ci));
    set(object, "fixed_usd", number(a->fixed_usd));
    set(object, "fixed_usd_ci", interval(a->fixed_ci));
    return object;
}

static json_t *month_list(const struct fan_summary *summary, size_t c)
{
    json_t *array = json_array();
    for (size_t i = 0; i < FAN_ANSWER_MONTHS; i++) {
        const double calls = fan_answer_month_calls[i];
        json_t *object = json_object();
        set(object, "calls", count((uint64_t)calls));
        set(object, "usd", number(fan_answers_month_usd(summary, c, calls, false)));
        set(object, "free_tier_usd",
            number(fan_answers_month_usd(summary, c, calls, true)));
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *scaling(bool fitted, const struct fan_scaling *s)
{
    if (!fitted) return json_null();
    json_t *object = json_object();
    set(object, "gamma", number(s->gamma));
    set(object, "sigma", number(s->sigma));
    set(object, "kappa", number(s->kappa));
    set(object, "gamma_se", number(s->gamma_se));
    set(object, "sigma_se", number(s->sigma_se));
    set(object, "kappa_se", number(s->kappa_se));
    set(object, "peak_n", number(s->peak_n));
    set(object, "peak_n_ci", interval(s->peak_ci));
    set(object, "ceiling_per_s", number(s->limit));
    return object;
}

static json_t *load(const struct fan_load_answer *a)
{
    json_t *object = json_object(), *per_s = json_array();
    for (size_t i = 0; i < a->row.n; i++)
        json_array_append_new(per_s, number(a->per_s[i]));
    set(object, "cells", cell_list(&a->row));
    set(object, "calls_per_s", per_s);
    set(object, "usl", scaling(a->fitted_usl, &a->usl));
    set(object, "amdahl", scaling(a->fitted_amdahl, &a->amdahl));
    return object;
}

static json_t *load_pair(const struct fan_load_pair *pair)
{
    json_t *object = json_object();
    set(object, "cell", count(pair->high));
    set(object, "against_cell", count(pair->low));
    set(object, "shift_ms", number(pair->test.shift));
    set(object, "shift_ms_ci", interval(pair->test.shift_ci));
    set(object, "cliffs_delta", number(pair->test.delta));
    set(object, "p", number(pair->p));
    return object;
}

static json_t *limit(const struct fan_limit *found)
{
    json_t *object = json_object();
    set(object, "kind", json_string(fan_limit_name(found->kind)));
    set(object, "most_accepted_in_flight", number(found->concurrency));
    set(object, "per_s", number(found->rate));
    set(object, "burst", number(found->burst));
    return object;
}

static json_t *cell(const struct fan_summary *summary, size_t c)
{
    const struct fan_cell_answer *a = &summary->answers->cells[c];
    json_t *object = json_object(), *needed = json_array();
    for (size_t i = 0; i < FAN_ANSWER_PRECISIONS; i++)
        json_array_append_new(needed, a->needed[i] ? count(a->needed[i]) : json_null());
    set(object, "cost_per_main_call_usd", number(a->usd_mean));
    set(object, "cost_per_main_call_usd_ci", interval(a->usd_ci));
    set(object, "cost_per_call_usd_ci", interval(a->call_usd_ci));
    set(object, "month", month_list(summary, c));
    set(object, "on_pareto_front", json_boolean(a->on_front));
    set(object, "mad_ms", number(a->scales.mad));
    set(object, "sn_ms", number(a->scales.sn));
    set(object, "qn_ms", number(a->scales.qn));
    set(object, "skewness", number(a->skewness));
    set(object, "kurtosis", number(a->kurtosis));
    set(object, "shapiro_wilk_w", number(a->normality.w));
    set(object, "shapiro_wilk_p", number(a->normality.p));
    set(object, "outliers_tukey", count(a->outliers.tukey));
    set(object, "outliers_mad", count(a->outliers.mad));
    set(object, "mean_without_outliers_ms", number(a->mean_inside));
    set(object, "bimodality_coefficient", number(a->modes.coefficient));
    set(object, "two_heaps", json_boolean(a->modes.two));
    set(object, "repetitions_for_5_2_1_percent", needed);
    set(object, "throttled_share_ci", interval(a->throttled_share));
    if (a->limit.kind != FAN_LIMIT_NONE) set(object, "limit", limit(&a->limit));
    return object;
}

static json_t *course(const struct fan_time_answer *time)
{
    if (time->windows < 2) return json_null();
    json_t *object = json_object(), *cuts = json_array();
    const double steps = (double)(time->windows - 1);
    const size_t told =
        time->cut_count < FAN_ANSWER_CUTS_MAX ? time->cut_count : FAN_ANSWER_CUTS_MAX;
    const struct fan_interval drift = { steps * time->trend.slope_ci.lower,
                                        steps * time->trend.slope_ci.upper };
    for (size_t i = 0; i < told; i++) {
        json_t *cut = json_object();
        set(cut, "at_s", number(time->cut_s[i]));
        set(cut, "ratio", number(time->cut_ratio[i]));
        json_array_append_new(cuts, cut);
    }
    set(object, "n", count(time->n));
    set(object, "windows", count(time->windows));
    set(object, "autocorrelation", number(time->r1));
    set(object, "ljung_box_p", number(time->ljung.p));
    set(object, "effective_n", number(time->effective_n));
    set(object, "drift", number(steps * time->trend.slope));
    set(object, "drift_ci", interval(drift));
    set(object, "mann_kendall_tau", number(time->trend.tau));
    set(object, "mann_kendall_p", number(time->trend.p));
    set(object, "pettitt_at_s", number(time->pettitt_s));
    set(object, "pettitt_p", number(time->pettitt.p));
    set(object, "level_changes", count(time->cut_count));
    set(object, "first_level_changes", cuts);
    return object;
}

static json_t *speedup(const struct fan_speedup *s)
{
    json_t *object = json_object();
    set(object, "cell", count(s->high));
    set(object, "base_cell", count(s->low));
    set(object, "calls", count(s->calls));
    set(object, "base_s", number(s->low_s));
    set(object, "s", number(s->high_s));
    set(object, "factor", number(s->factor));
    set(object, "ci", interval(s->ci));
    set(object, "blocks", count(s->blocks));
    return object;
}

static json_t *transport_pair(const struct fan_transport_pair *pair)
{
    json_t *object = json_object();
    set(object, "cell", count(pair->cell));
    set(object, "against_cell", count(pair->base));
    set(object, "ratio", number(pair->ratio));
    set(object, "ratio_ci", interval(pair->ratio_ci));
    set(object, "shift_ms", number(pair->test.shift));
    set(object, "shift_ms_ci", interval(pair->test.shift_ci));
    set(object, "cliffs_delta", number(pair->test.delta));
    set(object, "p", number(pair->p));
    return object;
}

static json_t *throttle_level(const struct fan_throttle_level *level)
{
    json_t *object = json_object();
    set(object, "offered_from", count(level->low));
    set(object, "offered_to", count(level->high));
    set(object, "attempts", count(level->attempts));
    set(object, "throttled", count(level->throttled));
    set(object, "share_ci", interval(level->ci));
    return object;
}

static json_t *throttled_function(const struct fan_throttle_answer *a)
{
    json_t *object = json_object(), *levels = json_array();
    for (size_t i = 0; i < a->levels; i++)
        json_array_append_new(levels, throttle_level(&a->level[i]));
    set(object, "first_cell", count(a->cell));
    set(object, "attempts", count(a->attempts));
    set(object, "throttled", count(a->throttled));
    set(object, "share_ci", interval(a->ci));
    set(object, "limit", limit(&a->limit));
    set(object, "onset_level", count(a->onset));
    set(object, "levels", levels);
    return object;
}

static json_t *throttling(const struct fan_throttle_answers *a)
{
    json_t *object = json_object(), *functions = json_array();
    for (size_t i = 0; i < a->count; i++)
        json_array_append_new(functions, throttled_function(&a->function[i]));
    set(object, "functions", functions);
    set(object, "attempts_in_vain", count(a->retry.in_vain));
    set(object, "queue_s", number(a->retry.queue_s));
    set(object, "in_vain_s", number(a->retry.failed_s));
    set(object, "backoff_s", number(a->retry.backoff_s));
    set(object, "final_s", number(a->retry.final_s));
    set(object, "in_vain_usd", number(a->retry.usd));
    return object;
}

json_t *fan_answers_json(const struct fan_summary *summary)
{
    const struct fan_answers *a = summary->answers;
    json_t *object = json_object(), *list[8];
    static const char *const names[] = {
        "memory", "work",      "parallelism",          "parallelism_pairs",
        "cells",  "work_cost", "parallelism_speedups", "transport_pairs"
    };
    for (size_t i = 0; i < 8; i++)
        set(object, names[i], list[i] = json_array());
    for (size_t i = 0; i < a->memory_count; i++)
        json_array_append_new(list[0], memory(&a->memory[i]));
    for (size_t i = 0; i < a->work_count; i++)
        json_array_append_new(list[1], work(&a->work[i]));
    for (size_t i = 0; i < a->load_count; i++)
        json_array_append_new(list[2], load(&a->load[i]));
    for (size_t i = 0; i < a->pair_count; i++)
        json_array_append_new(list[3], load_pair(&a->pair[i]));
    for (size_t c = 0; c < summary->study->cell_count; c++)
        json_array_append_new(list[4], cell(summary, c));
    for (size_t i = 0; i < a->work_cost_count; i++)
        json_array_append_new(list[5], work_cost(&a->work_cost[i]));
    for (size_t i = 0; i < a->speedup_count; i++)
        json_array_append_new(list[6], speedup(&a->speedup[i]));
    for (size_t i = 0; i < a->transport_count; i++)
        json_array_append_new(list[7], transport_pair(&a->transport[i]));
    set(object, "parallelism_signed_rank_p", number(a->load_paired.p));
    set(object, "course", course(&a->time));
    set(object, "versions", fan_versions_json(summary));
    set(object, "throttling", throttling(&a->throttle));
    return object;
}
