/* versions_json.c - comparisons of versions as JSON; docs/summary.md describes every key.
 */
#include <math.h>

#include <jansson.h>

#include "analysis/answers.h"
#include "analysis/answers_json.h"
#include "analysis/json_values.h"

static json_t *side_object(const struct fan_version_side *side)
{
    json_t *object = json_object();
    fan_json_set(object, "name", json_string(side->name));
    fan_json_set(object, "cell", fan_json_count(side->cell));
    fan_json_set(object, "answered", fan_json_count(side->attempts));
    fan_json_set(object, "failed", fan_json_count(side->failed));
    fan_json_set(object, "n", fan_json_count(side->n));
    fan_json_set(object, "median_ms", fan_json_number(side->median));
    fan_json_set(object, "median_ms_ci", fan_json_interval(side->median_ci));
    fan_json_set(object, "mean_usd", fan_json_number(side->usd_mean));
    return object;
}

static json_t *split_object(const struct fan_version_answer *a)
{
    if (!a->split) return json_null();
    json_t *object = json_object();
    fan_json_set(object, "share", fan_json_number(a->share));
    fan_json_set(object, "share_ci99", fan_json_interval(a->share_ci));
    fan_json_set(object, "weight", fan_json_number(a->weight));
    fan_json_set(object, "weight_inside",
                 isnan(a->weight) ? json_null() : json_boolean(a->weight_inside));
    return object;
}

static json_t *ratio_object(const struct fan_equivalence *ratio)
{
    json_t *object = json_object();
    fan_json_set(object, "ratio", fan_json_number(ratio->ratio));
    fan_json_set(object, "ci", fan_json_interval(ratio->ci));
    fan_json_set(object, "tost_ci", fan_json_interval(ratio->tost));
    fan_json_set(object, "equivalent", json_boolean(ratio->equivalent));
    return object;
}

static json_t *pair_object(const struct fan_version_answer *a)
{
    json_t *object = json_object();
    fan_json_set(object, "base", side_object(&a->base));
    fan_json_set(object, "other", side_object(&a->other));
    fan_json_set(object, "split", split_object(a));
    fan_json_set(object, "failed_p", fan_json_number(a->failed_p));
    fan_json_set(object, "failed_difference_ci", fan_json_interval(a->failed_difference));
    fan_json_set(object, "shift_ms", fan_json_number(a->time.shift));
    fan_json_set(object, "shift_ms_ci", fan_json_interval(a->time.shift_ci));
    fan_json_set(object, "cliffs_delta", fan_json_number(a->time.delta));
    fan_json_set(object, "p", fan_json_number(a->p));
    fan_json_set(object, "time", ratio_object(&a->same));
    fan_json_set(object, "cost", ratio_object(&a->cost));
    fan_json_set(object, "verdict", json_string(fan_version_verdict_name(a->verdict)));
    return object;
}

json_t *fan_versions_json(const struct fan_summary *summary)
{
    json_t *array = json_array();
    for (size_t i = 0; i < summary->answers->version_count; i++)
        json_array_append_new(array, pair_object(&summary->answers->version[i]));
    return array;
}
