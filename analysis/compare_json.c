/* compare_json.c - compare.json (format: docs/compare.md). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "analysis/compare_data.h"
#include "analysis/json_values.h"

#define DIGITS 12

/* Paths may be any bytes; JSON may not. */
static json_t *text(const char *value)
{
    char clean[4096];
    fan_record_clean_text(clean, sizeof clean, value, strlen(value));
    return json_string(clean);
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
    fan_json_set(object, "folder", text(name));
    fan_json_set(object, "job", text(study->job));
    fan_json_set(object, "workload", text(study->workload));
    fan_json_set(object, "endpoint", text(study->endpoint));
    fan_json_set(object, "region", text(study->region));
    fan_json_set(object, "transport", text(study->transport));
    fan_json_set(object, "program", text(study->program));
    fan_json_set(object, "host", text(study->host));
    fan_json_set(object, "started", text(study->started));
    fan_json_set(object, "calls", fan_json_count(summary->total.calls));
    fan_json_set(object, "attempts", fan_json_count(summary->total.attempts));
    fan_json_set(object, "host_limited", fan_json_count(summary->total.host_limited));
    fan_json_set(price, "region", json_string(summary->price.region));
    fan_json_set(price, "arch", json_string(summary->price.arch));
    fan_json_set(price, "date", json_string(summary->price.date));
    fan_json_set(object, "price", price);
    return object;
}

static void set_levels(json_t *object, const struct fan_study_cell *cell)
{
    fan_json_set(object, "memory_mb", fan_json_count(cell->memory_mb));
    fan_json_set(object, "work", fan_json_count(cell->work));
    fan_json_set(object, "parallelism", fan_json_count(cell->parallelism));
}

static json_t *row_object(const struct fan_comparison *c,
                          const struct fan_compare_row *row)
{
    json_t *object = json_object();
    const bool usd = c->settings.metric == FAN_COMPARE_COST;
    fan_json_set(object, "n_a", fan_json_count(row->n_a));
    fan_json_set(object, "n_b", fan_json_count(row->n_b));
    fan_json_set(object, usd ? "median_a_usd" : "median_a_ms",
                 fan_json_number(row->median_a));
    fan_json_set(object, usd ? "median_b_usd" : "median_b_ms",
                 fan_json_number(row->median_b));
    fan_json_set(object, usd ? "mean_a_usd" : "mean_a_ms", fan_json_number(row->mean_a));
    fan_json_set(object, usd ? "mean_b_usd" : "mean_b_ms", fan_json_number(row->mean_b));
    fan_json_set(object, "ratio", fan_json_number(row->ratio));
    fan_json_set(object, "ratio_ci", fan_json_interval(row->ratio_ci));
    fan_json_set(object, "ratio_tost_ci", fan_json_interval(row->ratio_tost));
    fan_json_set(object, usd ? "shift_usd" : "shift_ms",
                 fan_json_number(row->test.shift));
    fan_json_set(object, usd ? "shift_usd_ci" : "shift_ms_ci",
                 fan_json_interval(row->test.shift_ci));
    fan_json_set(object, "cliffs_delta", fan_json_number(row->test.delta));
    fan_json_set(object, "effect",
                 isnan(row->test.delta)
                     ? json_null()
                     : json_string(strchr(fan_rank_effect(row->test.delta), ' ') + 1));
    fan_json_set(object, "p_unadjusted", fan_json_number(row->test.p));
    fan_json_set(object, "p", fan_json_number(row->p));
    fan_json_set(object, "mean_cost_ratio", fan_json_number(row->cost_ratio));
    fan_json_set(object, "mean_cost_ratio_ci", fan_json_interval(row->cost_ci));
    fan_json_set(object, "same",
                 c->settings.margin > 0.0 ? json_boolean(row->same) : json_null());
    fan_json_set(object, "verdict", json_string(verdict_key(row->verdict)));
    return object;
}

static json_t *share_object(const struct fan_compare_share *share)
{
    json_t *object = json_object();
    fan_json_set(object, "a", fan_json_count(share->counts.hits_a));
    fan_json_set(object, "calls_a", fan_json_count(share->counts.n_a));
    fan_json_set(object, "b", fan_json_count(share->counts.hits_b));
    fan_json_set(object, "calls_b", fan_json_count(share->counts.n_b));
    fan_json_set(object, "difference_ci", fan_json_interval(share->difference));
    fan_json_set(object, "p", fan_json_number(share->p));
    fan_json_set(object, "verdict", json_string(verdict_key(share->verdict)));
    return object;
}

static json_t *cell_list(const struct fan_comparison *c)
{
    json_t *cells = json_array();
    for (size_t i = 0; i < c->pair_count; i++) {
        const struct fan_compare_pair pair = c->pair[i];
        json_t *object = json_object();
        fan_json_set(object, "cell_a", fan_json_count(pair.a));
        fan_json_set(object, "cell_b", fan_json_count(pair.b));
        fan_json_set(object, "function_a",
                     text(c->a.summary->study->cells[pair.a].function));
        fan_json_set(object, "function_b",
                     text(c->b.summary->study->cells[pair.b].function));
        set_levels(object, fan_compare_cell(c, i));
        fan_json_set(object, "strata", json_object());
        json_array_append_new(cells, object);
    }
    for (size_t i = 0; i < c->row_count; i++) {
        json_t *object = json_array_get(cells, c->row[i].pair);
        fan_json_set(json_object_get(object, "strata"),
                     fan_stratum_name(c->row[i].stratum), row_object(c, &c->row[i]));
    }
    for (size_t i = 0; i < c->share_count; i++)
        if (!c->share[i].all)
            fan_json_set(json_array_get(cells, c->share[i].pair),
                         fan_compare_kind_name(c->share[i].kind),
                         share_object(&c->share[i]));
    return cells;
}

static json_t *left_list(const struct fan_study *study, const size_t *cell, size_t n)
{
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++) {
        json_t *object = json_object();
        fan_json_set(object, "cell", fan_json_count(cell[i]));
        fan_json_set(object, "function", text(study->cells[cell[i]].function));
        set_levels(object, &study->cells[cell[i]]);
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *overall_object(const struct fan_comparison *c)
{
    const struct fan_compare_overall *overall = &c->overall;
    json_t *object = json_object();
    fan_json_set(object, "settings", fan_json_count(overall->cells));
    fan_json_set(object, "ratio", fan_json_number(overall->ratio));
    fan_json_set(object, "signed_rank_p", fan_json_number(overall->p));
    fan_json_set(object, "verdict", json_string(verdict_key(overall->verdict)));
    fan_json_set(object, "worst",
                 overall->any_worst ? fan_json_count(c->row[overall->worst].pair)
                                    : json_null());
    fan_json_set(object, "best",
                 overall->any_best ? fan_json_count(c->row[overall->best].pair)
                                   : json_null());
    for (size_t i = 0; i < c->share_count; i++)
        if (c->share[i].all)
            fan_json_set(object, fan_compare_kind_name(c->share[i].kind),
                         share_object(&c->share[i]));
    return object;
}

static json_t *count_object(const struct fan_comparison *c)
{
    json_t *object = json_object();
    for (int v = 0; v < FAN_VERDICT_COUNT; v++)
        fan_json_set(object, verdict_key((enum fan_compare_verdict)v),
                     fan_json_count(c->count[v]));
    fan_json_set(object, "same",
                 c->settings.margin > 0.0 ? fan_json_count(c->same) : json_null());
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
    fan_json_set(root, "format", fan_json_count(1));
    fan_json_set(root, "outcome", json_string(outcome_key(fan_comparison_outcome(c))));
    fan_json_set(root, "verdict", text(sentence));
    fan_json_set(root, "metric", json_string(metrics[c->settings.metric]));
    fan_json_set(root, "stratum", json_string(fan_stratum_name(c->stratum)));
    fan_json_set(root, "confidence", json_real(FAN_STATS_LEVEL));
    fan_json_set(root, "alpha", json_real(FAN_COMPARE_ALPHA));
    fan_json_set(root, "margin",
                 c->settings.margin > 0.0 ? json_real(c->settings.margin) : json_null());
    fan_json_set(root, "threshold", json_real(c->settings.threshold));
    fan_json_set(root, "a", run_object(c->a.summary, c->settings.name_a));
    fan_json_set(root, "b", run_object(c->b.summary, c->settings.name_b));
    for (size_t i = 0; i < c->note_count; i++) {
        json_t *object = json_object();
        fan_json_set(object, "name", text(c->note[i].name));
        fan_json_set(object, "detail", text(c->note[i].detail));
        json_array_append_new(notes, object);
    }
    fan_json_set(root, "notes", notes);
    fan_json_set(root, "counts", count_object(c));
    fan_json_set(root, "overall", overall_object(c));
    fan_json_set(root, "cells", cell_list(c));
    fan_json_set(root, "only_a",
                 left_list(c->a.summary->study, c->only_a, c->only_a_count));
    fan_json_set(root, "only_b",
                 left_list(c->b.summary->study, c->only_b, c->only_b_count));
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
