/* versions_json.c - comparisons of versions as JSON; docs/summary.md describes every key.
 */
#include <math.h>

#include <jansson.h>

#include "analysis/answers.h"
#include "analysis/answers_json.h"

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

static json_t *side_object(const struct fan_version_side *side)
{
    json_t *object = json_object();
    set(object, "name", json_string(side->name));
    set(object, "cell", count(side->cell));
    set(object, "answered", count(side->attempts));
    set(object, "failed", count(side->failed));
    set(object, "n", count(side->n));
    set(object, "median_ms", number(side->median));
    set(object, "median_ms_ci", interval(side->median_ci));
    set(object, "mean_usd", number(side->usd_mean));
    return object;
}

static json_t *split_object(const struct fan_version_answer *a)
{
    if (!a->split) return json_null();
    json_t *object = json_object();
    set(object, "share", number(a->share));
    set(object, "share_ci99", interval(a->share_ci));
    set(object, "weight", number(a->weight));
    set(object, "weight_inside",
        isnan(a->weight) ? json_null() : json_boolean(a->weight_inside));
    return object;
}

static json_t *ratio_object(const struct fan_equivalence *ratio)
{
    json_t *object = json_object();
    set(object, "ratio", number(ratio->ratio));
    set(object, "ci", interval(ratio->ci));
    set(object, "tost_ci", interval(ratio->tost));
    set(object, "equivalent", json_boolean(ratio->equivalent));
    return object;
}

static json_t *pair_object(const struct fan_version_answer *a)
{
    json_t *object = json_object();
    set(object, "base", side_object(&a->base));
    set(object, "other", side_object(&a->other));
    set(object, "split", split_object(a));
    set(object, "failed_p", number(a->failed_p));
    set(object, "failed_difference_ci", interval(a->failed_difference));
    set(object, "shift_ms", number(a->time.shift));
    set(object, "shift_ms_ci", interval(a->time.shift_ci));
    set(object, "cliffs_delta", number(a->time.delta));
    set(object, "p", number(a->p));
    set(object, "time", ratio_object(&a->same));
    set(object, "cost", ratio_object(&a->cost));
    set(object, "verdict", json_string(fan_version_verdict_name(a->verdict)));
    return object;
}

json_t *fan_versions_json(const struct fan_summary *summary)
{
    json_t *array = json_array();
    for (size_t i = 0; i < summary->answers->version_count; i++)
        json_array_append_new(array, pair_object(&summary->answers->version[i]));
    return array;
}
