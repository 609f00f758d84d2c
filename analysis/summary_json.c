/* summary_json.c - the summary as JSON; docs/summary.md describes every key. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#include "analysis/answers.h"
#include "analysis/answers_json.h"
#include "analysis/limit_search.h"
#include "analysis/repetitions.h"
#include "analysis/summary_data.h"

#define DIGITS 12 /* significant ones: beyond what any clock resolves */

/* jansson refuses NAN, and null is the honest word for an unknown number. */
static json_t *number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *count(uint64_t value)
{
    return json_integer((json_int_t)value);
}

/* Numbers of 64 bits that JSON's signed integers do not hold keep every digit as text. */
static json_t *wide(uint64_t value)
{
    char text[24];
    if (value <= INT64_MAX) return count(value);
    snprintf(text, sizeof text, "%" PRIu64, value);
    return json_string(text);
}

static void set(json_t *object, const char *key, json_t *value)
{
    /* The journal may hold outside bytes that are not UTF-8: the text is then dropped. */
    json_object_set_new(object, key, value ? value : json_string(""));
}

static json_t *interval(struct fan_interval bounds)
{
    json_t *pair = json_array();
    json_array_append_new(pair, number(bounds.lower));
    json_array_append_new(pair, number(bounds.upper));
    return pair;
}

static json_t *description(const struct fan_description *d)
{
    json_t *object = json_object();
    set(object, "n", count(d->n));
    set(object, "mean", number(d->mean));
    set(object, "median", number(d->median));
    set(object, "sd", number(d->sd));
    set(object, "cv", number(d->cv));
    set(object, "min", number(d->min));
    set(object, "q1", number(d->q1));
    set(object, "q3", number(d->q3));
    set(object, "p95", number(d->p95));
    set(object, "p99", number(d->p99));
    set(object, "max", number(d->max));
    set(object, "mean_ci", interval(d->mean_ci));
    set(object, "median_ci", interval(d->median_ci));
    set(object, "p95_ci", interval(d->p95_ci));
    set(object, "p99_ci", interval(d->p99_ci));
    return object;
}

static json_t *cost(const struct fan_cost *parts)
{
    json_t *object = json_object();
    set(object, "requests", number(parts->requests));
    set(object, "compute", number(parts->compute));
    set(object, "init", number(parts->init));
    set(object, "gateway", number(parts->gateway));
    set(object, "total", number(parts->total));
    return object;
}

static json_t *throttles(const struct fan_tallies *tallies)
{
    json_t *object = json_object();
    for (int r = 0; r < FAN_REASON_COUNT; r++) {
        if (tallies->throttled_by[r] == 0) continue;
        const char *name = fan_reason_name((enum fan_reason)r);
        set(object, *name ? name : "none", count(tallies->throttled_by[r]));
    }
    return object;
}

static json_t *failures(const struct fan_tallies *tallies)
{
    json_t *array = json_array();
    for (size_t i = 0; i < tallies->failure_count; i++) {
        const struct fan_failure *failure = &tallies->failure[i];
        json_t *object = json_object();
        set(object, "outcome", json_string(fan_outcome_name(failure->outcome)));
        set(object, "type", json_string(failure->type));
        set(object, "attempts", count(failure->attempts));
        set(object, "cost_usd", number(failure->usd));
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *stratum(const struct fan_stratum_summary *data, bool cold)
{
    json_t *object = json_object();
    set(object, "n", count(data->n));
    set(object, "host_limited", count(data->host_limited));
    set(object, "duration_ms", description(&data->of[FAN_METRIC_DURATION]));
    set(object, "billed_ms", description(&data->of[FAN_METRIC_BILLED]));
    set(object, "latency_ms", description(&data->of[FAN_METRIC_LATENCY]));
    if (cold) set(object, "init_ms", description(&data->of[FAN_METRIC_INIT]));
    return object;
}

static json_t *speedup(const struct fan_summary *summary, size_t c)
{
    const struct fan_cell_summary *cell = &summary->cells[c];
    json_t *object = json_object();
    set(object, "base_cell", count(cell->base));
    set(object, "base_memory_mb", count(summary->cells[cell->base].cell->memory_mb));
    set(object, "of", json_string(fan_summary_main_text(summary)));
    set(object, "factor", number(cell->speedup));
    set(object, "ci", interval(cell->speedup_ci));
    return object;
}

static json_t *cell_stopping(const struct fan_summary *summary, size_t c)
{
    const struct fan_cell_summary *cell = &summary->cells[c];
    json_t *object = json_object();
    set(object, "repetitions", count(cell->tallies.calls));
    set(object, "max", count(cell->cell->calls_most));
    set(object, "why", json_string(fan_repetitions_why(cell->cell->stop)));
    set(object, "half_width", number(fan_repetitions_half_width(summary, c)));
    return object;
}

static json_t *stopping(const struct fan_summary *summary)
{
    const struct fan_study *study = summary->study;
    const struct fan_repetitions r = fan_repetitions_of(summary);
    json_t *object = json_object();
    set(object, "until_ci", number(study->until_ci));
    set(object, "min", count(study->repetitions_min));
    set(object, "max", count(study->repetitions));
    set(object, "narrow", count(r.narrow));
    set(object, "at_max", count(r.most));
    set(object, "undecided", count(r.undecided));
    set(object, "calls_max", count(r.calls_most));
    set(object, "calls_saved", count(r.calls_saved));
    set(object, "saved_usd", number(r.usd_saved));
    return object;
}

static json_t *probes(const struct fan_study_probes *p)
{
    json_t *object = json_object();
    set(object, "every_s", number(p->every_s));
    set(object, "planned", count(p->planned));
    set(object, "made", count(p->made));
    set(object, "missed", count(p->missed));
    set(object, "calls_missed", count(p->calls_missed));
    set(object, "late", count(p->late));
    set(object, "late_max_s", number(p->late_max_s));
    return object;
}

static json_t *find_limit(const struct fan_summary *summary, size_t c)
{
    const struct fan_limit_search s = fan_limit_search_of(summary, c);
    const bool known = s.limit.kind == FAN_LIMIT_CONCURRENCY;
    json_t *object = json_object();
    set(object, "cell", count(c));
    set(object, "kind", json_string(fan_limit_name(s.limit.kind)));
    set(object, "concurrency", known ? number(s.limit.concurrency) : json_null());
    set(object, "per_s", number(s.limit.rate));
    set(object, "burst", number(s.limit.burst));
    set(object, "level_max", count(s.level_max));
    set(object, "refused_from_level",
        s.refused_from > 0 ? count(s.refused_from) : json_null());
    set(object, "refused", count(s.refused));
    return object;
}

static json_t *find_limits(const struct fan_summary *summary)
{
    json_t *array = json_array();
    for (size_t c = 0; c < summary->study->cell_count; c++)
        json_array_append_new(array, find_limit(summary, c));
    return array;
}

static json_t *cell_object(const struct fan_summary *summary, size_t c)
{
    const struct fan_cell_summary *cell = &summary->cells[c];
    const struct fan_tallies *tallies = &cell->tallies;
    json_t *calls = json_object(), *strata = json_object(), *object = json_object();

    set(calls, "planned", count(cell->cell->calls_planned));
    set(calls, "done", count(tallies->done));
    set(calls, "failed", count(tallies->failed));
    for (int s = 0; s < FAN_STRATUM_COUNT; s++)
        set(strata, fan_stratum_name((enum fan_stratum)s),
            stratum(&cell->stratum[s], s == FAN_STRATUM_COLD));

    set(object, "function",
        json_stringn(cell->cell->function, fan_versions_name_bytes(cell->cell)));
    set(object, "qualifier",
        json_string(*cell->cell->qualifier ? cell->cell->qualifier : "$LATEST"));
    if (*cell->cell->transport)
        set(object, "transport", json_string(cell->cell->transport));
    set(object, "memory_mb", count(cell->cell->memory_mb));
    set(object, "work", count(cell->cell->work));
    set(object, "parallelism", count(cell->cell->parallelism));
    set(object, "calls", calls);
    set(object, "attempts", count(tallies->attempts));
    set(object, "throttled", count(tallies->throttled));
    set(object, "throttles", throttles(tallies));
    set(object, "failures", failures(tallies));
    set(object, "host_limited", count(tallies->host_limited));
    set(object, "cost_usd", cost(&tallies->cost));
    set(object, "cost_failed_usd", number(tallies->usd_failed));
    set(object, "cost_per_call_usd", number(cell->usd_per_call));
    set(object, "cost_per_success_usd", number(cell->usd_per_success));
    set(object, "cost_per_work_unit_usd",
        number(cell->usd_per_success / (double)cell->cell->work));
    set(object, "billed_requests", count((uint64_t)tallies->cost.billed));
    set(object, "gb_seconds", number(tallies->cost.gb_seconds));
    set(object, "busy_s", number(cell->busy_s));
    set(object, "speedup", speedup(summary, c));
    if (summary->study->until_ci > 0.0)
        set(object, "stopping", cell_stopping(summary, c));
    set(object, "strata", strata);
    return object;
}

static json_t *check_list(const struct fan_study_check *checks, size_t n, bool verdict)
{
    json_t *array = json_array();
    for (size_t i = 0; i < n; i++) {
        json_t *object = json_object();
        set(object, "name", json_string(checks[i].name));
        if (verdict) set(object, "ok", json_boolean(checks[i].ok));
        set(object, "detail", json_string(checks[i].detail));
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *sieve_object(const struct fan_study_sieve *sieve)
{
    char checksum[24];
    json_t *object = json_object();
    /* Always text, so that readers need not look at its size. */
    snprintf(checksum, sizeof checksum, "%" PRIu64, sieve->checksum);
    set(object, "lo", wide(sieve->lo));
    set(object, "hi", wide(sieve->hi));
    set(object, "count", count(sieve->count));
    set(object, "checksum", json_string(checksum));
    set(object, "first", wide(sieve->first));
    set(object, "last", wide(sieve->last));
    if (sieve->has_twins) set(object, "twins", count(sieve->twins));
    if (sieve->has_gap) set(object, "gap", count(sieve->gap));
    if (sieve->has_gap) set(object, "gap_start", wide(sieve->gap_start));
    set(object, "partitions", count(sieve->partitions));
    set(object, "partitions_done", count(sieve->partitions_done));
    return object;
}

static void put_run(json_t *root, const struct fan_study *study)
{
    set(root, "format", json_integer(1));
    set(root, "job", json_string(study->job));
    set(root, "endpoint", json_string(study->endpoint));
    set(root, "local", json_boolean(study->local));
    set(root, "region", json_string(study->region));
    set(root, "transport", json_string(study->transport));
    set(root, "workload", json_string(study->workload));
    set(root, "throttle", json_string(study->throttle_mode));
    set(root, "program", json_string(study->program));
    set(root, "host", json_string(study->host));
    set(root, "started", json_string(study->started));
    set(root, "seed", wide(study->seed));
    set(root, "ranks", count(study->ranks));
    set(root, "blocks", count(study->blocks));
    set(root, "repetitions", count(study->repetitions));
    set(root, "randomized", json_boolean(study->randomized));
    set(root, "interrupted", json_boolean(study->interrupted));
    set(root, "budget_stopped", json_boolean(study->budget_stopped));
}

static void put_totals(json_t *root, const struct fan_summary *summary)
{
    const struct fan_tallies *total = &summary->total;
    json_t *calls = json_object(), *skew = json_object(), *price = json_object();

    set(calls, "planned", count(summary->study->calls_planned));
    set(calls, "done", count(total->done));
    set(calls, "failed", count(total->failed));
    set(skew, "max", number(summary->skew.max_us));
    set(skew, "median", number(summary->skew.median_us));
    set(skew, "phases", count(summary->skew.phases));
    set(skew, "wide", count(summary->skew.wide));
    set(price, "region", json_string(summary->price.region));
    set(price, "arch", json_string(summary->price.arch));
    set(price, "date", json_string(summary->price.date));
    set(price, "request_usd", number(summary->price.request));
    set(price, "gb_second_usd", number(summary->price.gb_second));
    set(price, "gateway_request_usd", number(summary->price.gateway_request));
    set(price, "source", json_string(summary->price.source));
    set(price, "round_up_ms", number(summary->price.round_up_ms));
    set(price, "init_billed", json_boolean(summary->price.init_billed));
    set(price, "free_requests", number(summary->price.free_requests));
    set(price, "free_gb_seconds", number(summary->price.free_gb_seconds));

    set(root, "calls", calls);
    set(root, "attempts", count(total->attempts));
    set(root, "throttled", count(total->throttled));
    set(root, "throttles", throttles(total));
    set(root, "failures", failures(total));
    set(root, "cold_starts", count(total->cold));
    set(root, "host_limited", count(total->host_limited));
    set(root, "cost_usd", cost(&total->cost));
    set(root, "cost_failed_usd", number(total->usd_failed));
    set(root, "cost_at_2017_prices_usd", number(total->usd_2017));
    set(root, "cost_with_free_tier_usd",
        summary->study->free_tier ? number(fan_answers_free_tier_usd(summary))
                                  : json_null());
    set(root, "billed_requests", count((uint64_t)total->cost.billed));
    set(root, "gb_seconds", number(total->cost.gb_seconds));
    set(root, "price", price);
    set(root, "elapsed_s", number(summary->study->elapsed_s));
    set(root, "start_skew_us", skew);
    set(root, "little_law_error", number(summary->laws.little_error));
    set(root, "closed_loop_share", number(summary->laws.closed_loop));
    set(root, "journal_bad_frames", count(summary->study->journal_bad_frames));
    set(root, "confidence", json_real(FAN_STATS_LEVEL));
}

enum fan_status fan_summary_json(const struct fan_summary *summary, struct fan_buf *out,
                                 struct fan_err *err)
{
    json_t *root = json_object(), *cells = json_array();
    put_run(root, summary->study);
    put_totals(root, summary);
    set(root, "checks", check_list(summary->checks, summary->check_count, true));
    set(root, "warnings", check_list(summary->warnings, summary->warning_count, false));
    for (size_t c = 0; c < summary->study->cell_count; c++)
        json_array_append_new(cells, cell_object(summary, c));
    set(root, "cells", cells);
    if (summary->study->until_ci > 0.0) set(root, "stopping", stopping(summary));
    if (summary->study->is_search) set(root, "find_limit", find_limits(summary));
    if (summary->study->probes.every_s > 0.0)
        set(root, "probes", probes(&summary->study->probes));
    set(root, "answers", fan_answers_json(summary));
    if (summary->tune) set(root, "tune", fan_tune_json(summary));
    if (summary->study->is_sieve)
        set(root, "sieve", sieve_object(&summary->study->sieve));

    char *text = json_dumps(root, JSON_INDENT(2) | JSON_REAL_PRECISION(DIGITS));
    json_decref(root);
    if (!text) return fan_fail(err, FAN_EFORMAT, "cannot write the summary as JSON");
    enum fan_status st = fan_buf_adds(out, text, err);
    if (!st) st = fan_buf_adds(out, "\n", err);
    free(text);
    return st;
}
