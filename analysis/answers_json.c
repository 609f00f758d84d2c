/* answers_json.c - see answers_json.h. */
#include "analysis/limit_search.h"
#include "analysis/answers_json.h"

#include <math.h>

#include <jansson.h>

#include "analysis/answers.h"
#include "analysis/json_values.h"

static json_t *cell_list(const struct fan_row *row)
{
    json_t *array = json_array();
    for (size_t i = 0; i < row->n; i++)
        json_array_append_new(array, fan_json_count(row->cell[i]));
    return array;
}

static json_t *cost_pair(const struct fan_cost_pair *pair, size_t cell)
{
    json_t *object = json_object();
    fan_json_set(object, "cell", fan_json_count(cell));
    fan_json_set(object, "ratio", fan_json_number(pair->same.ratio));
    fan_json_set(object, "ci", fan_json_interval(pair->same.ci));
    fan_json_set(object, "tost_ci", fan_json_interval(pair->same.tost));
    fan_json_set(object, "p", fan_json_number(pair->p));
    fan_json_set(object, "equivalent", json_boolean(pair->same.equivalent));
    return object;
}

static json_t *memory_step(const struct fan_memory_answer *a, size_t i)
{
    json_t *object = json_object();
    fan_json_set(object, "from_cell", fan_json_count(a->row.cell[i]));
    fan_json_set(object, "to_cell", fan_json_count(a->row.cell[i + 1]));
    fan_json_set(object, "time_ratio", fan_json_number(a->step[i].time_ratio));
    fan_json_set(object, "time_ratio_ci", fan_json_interval(a->step[i].ci));
    fan_json_set(object, "break_even", fan_json_number(a->step[i].break_even));
    return object;
}

static json_t *memory(const struct fan_memory_answer *a)
{
    json_t *object = json_object(), *costs = json_array(), *choice = json_object();
    json_t *steps = json_array();
    fan_json_set(object, "cells", cell_list(&a->row));
    fan_json_set(object, "exponent", fan_json_number(a->scaling.slope));
    fan_json_set(object, "exponent_ci", fan_json_interval(a->scaling.slope_ci));
    fan_json_set(object, "r2", fan_json_number(a->scaling.r2));
    fan_json_set(object, "sizes_fitted", fan_json_count(a->scaled));
    fan_json_set(object, "cost_h", fan_json_number(a->cost_test.h));
    fan_json_set(object, "cost_p", fan_json_number(a->cost_test.p));
    for (size_t i = 1; i < a->row.n; i++)
        json_array_append_new(costs, cost_pair(&a->pair[i], a->row.cell[i]));
    fan_json_set(object, "cost_against_first", costs);
    for (size_t i = 0; i + 1 < a->row.n; i++)
        json_array_append_new(steps, memory_step(a, i));
    fan_json_set(object, "steps", steps);
    if (a->tuned) {
        fan_json_set(choice, "cost", fan_json_count(a->cheapest));
        fan_json_set(choice, "speed", fan_json_count(a->fastest));
        fan_json_set(choice, "balanced", fan_json_count(a->balanced));
    }
    fan_json_set(object, "power_tuning_cells", choice);
    return object;
}

static json_t *work(const struct fan_work_answer *a)
{
    json_t *object = json_object();
    fan_json_set(object, "cells", cell_list(&a->row));
    fan_json_set(object, "ms_per_work", fan_json_number(a->line.slope));
    fan_json_set(object, "ms_per_work_ci", fan_json_interval(a->line.slope_ci));
    fan_json_set(object, "fixed_ms", fan_json_number(a->line.intercept));
    fan_json_set(object, "fixed_ms_ci", fan_json_interval(a->line.intercept_ci));
    fan_json_set(object, "lack_of_fit_f", fan_json_number(a->lack.f));
    fan_json_set(object, "lack_of_fit_p", fan_json_number(a->lack.p));
    fan_json_set(object, "largest_miss", fan_json_number(a->lack.deviation));
    return object;
}

static json_t *work_cost(const struct fan_work_cost *a)
{
    json_t *object = json_object();
    fan_json_set(object, "cells", cell_list(&a->row));
    fan_json_set(object, "unit_usd", fan_json_number(a->unit_usd));
    fan_json_set(object, "unit_usd_ci", fan_json_interval(a->unit_ci));
    fan_json_set(object, "fixed_usd", fan_json_number(a->fixed_usd));
    fan_json_set(object, "fixed_usd_ci", fan_json_interval(a->fixed_ci));
    return object;
}

static json_t *month_list(const struct fan_summary *summary, size_t c)
{
    json_t *array = json_array();
    for (size_t i = 0; i < FAN_ANSWER_MONTHS; i++) {
        const double calls = fan_answer_month_calls[i];
        json_t *object = json_object();
        fan_json_set(object, "calls", fan_json_count((uint64_t)calls));
        fan_json_set(object, "usd",
                     fan_json_number(fan_answers_month_usd(summary, c, calls, false)));
        fan_json_set(object, "free_tier_usd",
                     fan_json_number(fan_answers_month_usd(summary, c, calls, true)));
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *scaling(bool fitted, const struct fan_scaling *s)
{
    if (!fitted) return json_null();
    json_t *object = json_object();
    fan_json_set(object, "gamma", fan_json_number(s->gamma));
    fan_json_set(object, "sigma", fan_json_number(s->sigma));
    fan_json_set(object, "kappa", fan_json_number(s->kappa));
    fan_json_set(object, "gamma_se", fan_json_number(s->gamma_se));
    fan_json_set(object, "sigma_se", fan_json_number(s->sigma_se));
    fan_json_set(object, "kappa_se", fan_json_number(s->kappa_se));
    fan_json_set(object, "peak_n", fan_json_number(s->peak_n));
    fan_json_set(object, "peak_n_ci", fan_json_interval(s->peak_ci));
    fan_json_set(object, "ceiling_per_s", fan_json_number(s->limit));
    return object;
}

static json_t *load(const struct fan_load_answer *a)
{
    json_t *object = json_object(), *per_s = json_array();
    for (size_t i = 0; i < a->row.n; i++)
        json_array_append_new(per_s, fan_json_number(a->per_s[i]));
    fan_json_set(object, "cells", cell_list(&a->row));
    fan_json_set(object, "calls_per_s", per_s);
    fan_json_set(object, "usl", scaling(a->fitted_usl, &a->usl));
    fan_json_set(object, "amdahl", scaling(a->fitted_amdahl, &a->amdahl));
    return object;
}

static json_t *load_pair(const struct fan_load_pair *pair)
{
    json_t *object = json_object();
    fan_json_set(object, "cell", fan_json_count(pair->high));
    fan_json_set(object, "against_cell", fan_json_count(pair->low));
    fan_json_set(object, "shift_ms", fan_json_number(pair->test.shift));
    fan_json_set(object, "shift_ms_ci", fan_json_interval(pair->test.shift_ci));
    fan_json_set(object, "cliffs_delta", fan_json_number(pair->test.delta));
    fan_json_set(object, "p", fan_json_number(pair->p));
    return object;
}

static json_t *limit(const struct fan_limit *found)
{
    json_t *object = json_object();
    fan_json_set(object, "kind", json_string(fan_limit_name(found->kind)));
    fan_json_set(object, "most_accepted_in_flight", fan_json_number(found->concurrency));
    fan_json_set(object, "per_s", fan_json_number(found->rate));
    fan_json_set(object, "burst", fan_json_number(found->burst));
    return object;
}

static json_t *cell(const struct fan_summary *summary, size_t c)
{
    const struct fan_cell_answer *a = &summary->answers->cells[c];
    json_t *object = json_object(), *needed = json_array();
    for (size_t i = 0; i < FAN_ANSWER_PRECISIONS; i++)
        json_array_append_new(needed,
                              a->needed[i] ? fan_json_count(a->needed[i]) : json_null());
    fan_json_set(object, "cost_per_main_call_usd", fan_json_number(a->usd_mean));
    fan_json_set(object, "cost_per_main_call_usd_ci", fan_json_interval(a->usd_ci));
    fan_json_set(object, "cost_per_call_usd_ci", fan_json_interval(a->call_usd_ci));
    fan_json_set(object, "month", month_list(summary, c));
    fan_json_set(object, "on_pareto_front", json_boolean(a->on_front));
    fan_json_set(object, "mad_ms", fan_json_number(a->scales.mad));
    fan_json_set(object, "sn_ms", fan_json_number(a->scales.sn));
    fan_json_set(object, "qn_ms", fan_json_number(a->scales.qn));
    fan_json_set(object, "skewness", fan_json_number(a->skewness));
    fan_json_set(object, "kurtosis", fan_json_number(a->kurtosis));
    fan_json_set(object, "shapiro_wilk_w", fan_json_number(a->normality.w));
    fan_json_set(object, "shapiro_wilk_p", fan_json_number(a->normality.p));
    fan_json_set(object, "outliers_tukey", fan_json_count(a->outliers.tukey));
    fan_json_set(object, "outliers_mad", fan_json_count(a->outliers.mad));
    fan_json_set(object, "mean_without_outliers_ms", fan_json_number(a->mean_inside));
    fan_json_set(object, "bimodality_coefficient", fan_json_number(a->modes.coefficient));
    fan_json_set(object, "two_heaps", json_boolean(a->modes.two));
    fan_json_set(object, "repetitions_for_5_2_1_percent", needed);
    fan_json_set(object, "throttled_share_ci", fan_json_interval(a->throttled_share));
    if (a->limit.kind != FAN_LIMIT_NONE) fan_json_set(object, "limit", limit(&a->limit));
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
        fan_json_set(cut, "at_s", fan_json_number(time->cut_s[i]));
        fan_json_set(cut, "ratio", fan_json_number(time->cut_ratio[i]));
        json_array_append_new(cuts, cut);
    }
    fan_json_set(object, "n", fan_json_count(time->n));
    fan_json_set(object, "windows", fan_json_count(time->windows));
    fan_json_set(object, "autocorrelation", fan_json_number(time->r1));
    fan_json_set(object, "ljung_box_p", fan_json_number(time->ljung.p));
    fan_json_set(object, "effective_n", fan_json_number(time->effective_n));
    fan_json_set(object, "drift", fan_json_number(steps * time->trend.slope));
    fan_json_set(object, "drift_ci", fan_json_interval(drift));
    fan_json_set(object, "mann_kendall_tau", fan_json_number(time->trend.tau));
    fan_json_set(object, "mann_kendall_p", fan_json_number(time->trend.p));
    fan_json_set(object, "pettitt_at_s", fan_json_number(time->pettitt_s));
    fan_json_set(object, "pettitt_p", fan_json_number(time->pettitt.p));
    fan_json_set(object, "level_changes", fan_json_count(time->cut_count));
    fan_json_set(object, "first_level_changes", cuts);
    return object;
}

static json_t *speedup(const struct fan_speedup *s)
{
    json_t *object = json_object();
    fan_json_set(object, "cell", fan_json_count(s->high));
    fan_json_set(object, "base_cell", fan_json_count(s->low));
    fan_json_set(object, "calls", fan_json_count(s->calls));
    fan_json_set(object, "base_s", fan_json_number(s->low_s));
    fan_json_set(object, "s", fan_json_number(s->high_s));
    fan_json_set(object, "factor", fan_json_number(s->factor));
    fan_json_set(object, "ci", fan_json_interval(s->ci));
    fan_json_set(object, "blocks", fan_json_count(s->blocks));
    return object;
}

static json_t *transport_pair(const struct fan_transport_pair *pair)
{
    json_t *object = json_object();
    fan_json_set(object, "cell", fan_json_count(pair->cell));
    fan_json_set(object, "against_cell", fan_json_count(pair->base));
    fan_json_set(object, "ratio", fan_json_number(pair->ratio));
    fan_json_set(object, "ratio_ci", fan_json_interval(pair->ratio_ci));
    fan_json_set(object, "shift_ms", fan_json_number(pair->test.shift));
    fan_json_set(object, "shift_ms_ci", fan_json_interval(pair->test.shift_ci));
    fan_json_set(object, "cliffs_delta", fan_json_number(pair->test.delta));
    fan_json_set(object, "p", fan_json_number(pair->p));
    return object;
}

static json_t *throttle_level(const struct fan_throttle_level *level)
{
    json_t *object = json_object();
    fan_json_set(object, "offered_from", fan_json_count(level->low));
    fan_json_set(object, "offered_to", fan_json_count(level->high));
    fan_json_set(object, "attempts", fan_json_count(level->attempts));
    fan_json_set(object, "throttled", fan_json_count(level->throttled));
    fan_json_set(object, "share_ci", fan_json_interval(level->ci));
    return object;
}

static json_t *throttled_function(const struct fan_throttle_answer *a)
{
    json_t *object = json_object(), *levels = json_array();
    for (size_t i = 0; i < a->levels; i++)
        json_array_append_new(levels, throttle_level(&a->level[i]));
    fan_json_set(object, "first_cell", fan_json_count(a->cell));
    fan_json_set(object, "attempts", fan_json_count(a->attempts));
    fan_json_set(object, "throttled", fan_json_count(a->throttled));
    fan_json_set(object, "share_ci", fan_json_interval(a->ci));
    fan_json_set(object, "limit", limit(&a->limit));
    fan_json_set(object, "onset_level", fan_json_count(a->onset));
    fan_json_set(object, "levels", levels);
    return object;
}

static json_t *throttling(const struct fan_throttle_answers *a)
{
    json_t *object = json_object(), *functions = json_array();
    for (size_t i = 0; i < a->count; i++)
        json_array_append_new(functions, throttled_function(&a->function[i]));
    fan_json_set(object, "functions", functions);
    fan_json_set(object, "attempts_in_vain", fan_json_count(a->retry.in_vain));
    fan_json_set(object, "queue_s", fan_json_number(a->retry.queue_s));
    fan_json_set(object, "in_vain_s", fan_json_number(a->retry.failed_s));
    fan_json_set(object, "backoff_s", fan_json_number(a->retry.backoff_s));
    fan_json_set(object, "final_s", fan_json_number(a->retry.final_s));
    fan_json_set(object, "in_vain_usd", fan_json_number(a->retry.usd));
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
        fan_json_set(object, names[i], list[i] = json_array());
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
    fan_json_set(object, "parallelism_signed_rank_p", fan_json_number(a->load_paired.p));
    fan_json_set(object, "course", course(&a->time));
    fan_json_set(object, "versions", fan_versions_json(summary));
    fan_json_set(object, "throttling", throttling(&a->throttle));
    return object;
}
