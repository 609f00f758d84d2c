/* compare_json.c - compare.json (format: docs/compare.md). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "analysis/compare_data.h"

#define DIGITS 12

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

/* Paths may be any bytes; JSON may not. */
static json_t *text(const char *value)
{
    char clean[4096];
    fan_record_clean_text(clean, sizeof clean, value, strlen(value));
    return json_string(clean);
}

static json_t *interval(struct fan_interval bounds)
{
    json_t *pair = json_array();
    json_array_append_new(pair, number(bounds.lower));
    json_array_append_new(pair, number(bounds.upper));
    return pair;
}

static const char *verdict_key(enum fan_compare_verdict verdict)
{
    static const char *const keys[FAN_VERDICT_COUNT] = { "too_few_calls",
                                                         "no_difference_shown", "better",
                                                         "within_threshold", "worse" };
    return keys[verdict];
}

static json_t *run_object(const struct fan_summary *summary, const char *name)
{
    const struct fan_study *study = summary->study;
    json_t *object = json_object(), *price = json_object();
    set(object, "folder", text(name));
    set(object, "job", text(study->job));
    set(object, "workload", text(study->workload));
    set(object, "endpoint", text(study->endpoint));
    set(object, "region", text(study->region));
    set(object, "transport", text(study->transport));
    set(object, "program", text(study->program));
    set(object, "host", text(study->host));
    set(object, "started", text(study->started));
    set(object, "calls", count(summary->total.calls));
    set(object, "attempts", count(summary->total.attempts));
    set(object, "host_limited", count(summary->total.host_limited));
    set(price, "region", json_string(summary->price.region));
    set(price, "arch", json_string(summary->price.arch));
    set(price, "date", json_string(summary->price.date));
    set(object, "price", price);
    return object;
}

static void set_levels(json_t *object, const struct fan_study_cell *cell)
{
    set(object, "memory_mb", count(cell->memory_mb));
    set(object, "work", count(cell->work));
    set(object, "parallelism", count(cell->parallelism));
}

static json_t *row_object(const struct fan_comparison *c,
                          const struct fan_compare_row *row)
{
    json_t *object = json_object();
    const bool usd = c->settings.metric == FAN_COMPARE_COST;
    set(object, "n_a", count(row->n_a));
    set(object, "n_b", count(row->n_b));
    set(object, usd ? "median_a_usd" : "median_a_ms", number(row->median_a));
    set(object, usd ? "median_b_usd" : "median_b_ms", number(row->median_b));
    set(object, usd ? "mean_a_usd" : "mean_a_ms", number(row->mean_a));
    set(object, usd ? "mean_b_usd" : "mean_b_ms", number(row->mean_b));
    set(object, "ratio", number(row->ratio));
    set(object, "ratio_ci", interval(row->ratio_ci));
    set(object, "ratio_tost_ci", interval(row->ratio_tost));
    set(object, usd ? "shift_usd" : "shift_ms", number(row->test.shift));
    set(object, usd ? "shift_usd_ci" : "shift_ms_ci", interval(row->test.shift_ci));
    set(object, "cliffs_delta", number(row->test.delta));
    set(object, "effect",
        isnan(row->test.delta)
            ? json_null()
            : json_string(strchr(fan_rank_effect(row->test.delta), ' ') + 1));
    set(object, "p_unadjusted", number(row->test.p));
    set(object, "p", number(row->p));
    set(object, "mean_cost_ratio", number(row->cost_ratio));
    set(object, "mean_cost_ratio_ci", interval(row->cost_ci));
    set(object, "same", c->settings.margin > 0.0 ? json_boolean(row->same) : json_null());
    set(object, "verdict", json_string(verdict_key(row->verdict)));
    return object;
}

static json_t *share_object(const struct fan_compare_share *share)
{
    json_t *object = json_object();
    set(object, "a", count(share->counts.hits_a));
    set(object, "calls_a", count(share->counts.n_a));
    set(object, "b", count(share->counts.hits_b));
    set(object, "calls_b", count(share->counts.n_b));
    set(object, "difference_ci", interval(share->difference));
    set(object, "p", number(share->p));
    set(object, "verdict", json_string(verdict_key(share->verdict)));
    return object;
}

static json_t *cell_list(const struct fan_comparison *c)
{
    json_t *cells = json_array();
    for (size_t i = 0; i < c->pair_count; i++) {
        const struct fan_compare_pair pair = c->pair[i];
        json_t *object = json_object();
        set(object, "cell_a", count(pair.a));
        set(object, "cell_b", count(pair.b));
        set(object, "function_a", text(c->a.summary->study->cells[pair.a].function));
        set(object, "function_b", text(c->b.summary->study->cells[pair.b].function));
        set_levels(object, fan_compare_cell(c, i));
        set(object, "strata", json_object());
        json_array_append_new(cells, object);
    }
    for (size_t i = 0; i < c->row_count; i++) {
        json_t *object = json_array_get(cells, c->row[i].pair);
        set(json_object_get(object, "strata"), fan_stratum_name(c->row[i].stratum),
            row_object(c, &c->row[i]));
    }
    for (size_t i = 0; i < c->share_count; i++)
        if (!c->share[i].all)
            set(json_array_get(cells, c->share[i].pair),
                fan_compare_kind_name(c->share[i].kind), share_object(&c->share[i]));
    return cells;
}

static json_t *left_list(const struct fan_study *study, const size_t *cell, size_t n)
{
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++) {
        json_t *object = json_object();
        set(object, "cell", count(cell[i]));
        set(object, "function", text(study->cells[cell[i]].function));
        set_levels(object, &study->cells[cell[i]]);
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *overall_object(const struct fan_comparison *c)
{
    const struct fan_compare_overall *overall = &c->overall;
    json_t *object = json_object();
    set(object, "settings", count(overall->cells));
    set(object, "ratio", number(overall->ratio));
    set(object, "signed_rank_p", number(overall->p));
    set(object, "verdict", json_string(verdict_key(overall->verdict)));
    set(object, "worst",
        overall->any_worst ? count(c->row[overall->worst].pair) : json_null());
    set(object, "best",
        overall->any_best ? count(c->row[overall->best].pair) : json_null());
    for (size_t i = 0; i < c->share_count; i++)
        if (c->share[i].all)
            set(object, fan_compare_kind_name(c->share[i].kind),
                share_object(&c->share[i]));
    return object;
}

static json_t *count_object(const struct fan_comparison *c)
{
    json_t *object = json_object();
    for (int v = 0; v < FAN_VERDICT_COUNT; v++)
        set(object, verdict_key((enum fan_compare_verdict)v), count(c->count[v]));
    set(object, "same", c->settings.margin > 0.0 ? count(c->same) : json_null());
    return object;
}

static const char *outcome_key(enum fan_compare_outcome outcome)
{
    static const char *const keys[] = { "passed", "regression", "not_shown_the_same",
                                        "untested" };
    return keys[outcome];
}

static json_t *root_object(const struct fan_comparison *c)
{
    static const char *const metrics[FAN_COMPARE_METRICS] = { "duration", "billed",
                                                              "latency", "cost" };
    json_t *root = json_object(), *notes = json_array();
    char sentence[600];
    fan_comparison_verdict(c, sentence, sizeof sentence);
    set(root, "format", count(1));
    set(root, "outcome", json_string(outcome_key(fan_comparison_outcome(c))));
    set(root, "verdict", text(sentence));
    set(root, "metric", json_string(metrics[c->settings.metric]));
    set(root, "stratum", json_string(fan_stratum_name(c->stratum)));
    set(root, "confidence", json_real(FAN_STATS_LEVEL));
    set(root, "alpha", json_real(FAN_COMPARE_ALPHA));
    set(root, "margin",
        c->settings.margin > 0.0 ? json_real(c->settings.margin) : json_null());
    set(root, "threshold", json_real(c->settings.threshold));
    set(root, "a", run_object(c->a.summary, c->settings.name_a));
    set(root, "b", run_object(c->b.summary, c->settings.name_b));
    for (size_t i = 0; i < c->note_count; i++) {
        json_t *object = json_object();
        set(object, "name", text(c->note[i].name));
        set(object, "detail", text(c->note[i].detail));
        json_array_append_new(notes, object);
    }
    set(root, "notes", notes);
    set(root, "counts", count_object(c));
    set(root, "overall", overall_object(c));
    set(root, "cells", cell_list(c));
    set(root, "only_a", left_list(c->a.summary->study, c->only_a, c->only_a_count));
    set(root, "only_b", left_list(c->b.summary->study, c->only_b, c->only_b_count));
    return root;
}

enum fan_status fan_comparison_json(const struct fan_comparison *c, struct fan_buf *out,
                                    struct fan_err *err)
{
    json_t *root = root_object(c);
    char *dump = json_dumps(root, JSON_INDENT(2) | JSON_REAL_PRECISION(DIGITS));
    json_decref(root);
    if (!dump) return fan_fail(err, FAN_EFORMAT, "cannot write the comparison as JSON");
    enum fan_status st = fan_buf_adds(out, dump, err);
    if (!st) st = fan_buf_adds(out, "\n", err);
    free(dump);
    return st;
}
