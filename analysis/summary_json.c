/* summary_json.c - the summary as JSON; docs/summary.md describes every key. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#include "analysis/answers.h"
#include "analysis/answers_json.h"
#include "analysis/json_values.h"
#include "analysis/limit_search.h"
#include "analysis/repetitions.h"
#include "analysis/summary_data.h"

#define DIGITS 12 /* significant ones: beyond what any clock resolves */

/* jansson refuses NAN, and null is the honest word for an unknown number. */
/* Numbers of 64 bits that JSON's signed integers do not hold keep every digit as text. */
static json_t *wide(uint64_t value)
{
    char text[24];
    if (value <= INT64_MAX) return fan_json_count(value);
    snprintf(text, sizeof text, "%" PRIu64, value);
    return json_string(text);
}

static json_t *description(const struct fan_description *d)
{
    json_t *object = json_object();
    fan_json_set(object, "n", fan_json_count(d->n));
    fan_json_set(object, "mean", fan_json_number(d->mean));
    fan_json_set(object, "median", fan_json_number(d->median));
    fan_json_set(object, "sd", fan_json_number(d->sd));
    fan_json_set(object, "cv", fan_json_number(d->cv));
    fan_json_set(object, "min", fan_json_number(d->min));
    fan_json_set(object, "q1", fan_json_number(d->q1));
    fan_json_set(object, "q3", fan_json_number(d->q3));
    fan_json_set(object, "p95", fan_json_number(d->p95));
    fan_json_set(object, "p99", fan_json_number(d->p99));
    fan_json_set(object, "max", fan_json_number(d->max));
    fan_json_set(object, "mean_ci", fan_json_interval(d->mean_ci));
    fan_json_set(object, "median_ci", fan_json_interval(d->median_ci));
    fan_json_set(object, "p95_ci", fan_json_interval(d->p95_ci));
    fan_json_set(object, "p99_ci", fan_json_interval(d->p99_ci));
    return object;
}

static json_t *cost(const struct fan_cost *parts)
{
    json_t *object = json_object();
    fan_json_set(object, "requests", fan_json_number(parts->requests));
    fan_json_set(object, "compute", fan_json_number(parts->compute));
    fan_json_set(object, "init", fan_json_number(parts->init));
    fan_json_set(object, "gateway", fan_json_number(parts->gateway));
    fan_json_set(object, "authorizer", fan_json_number(parts->authorizer));
    fan_json_set(object, "total", fan_json_number(parts->total));
    return object;
}

static json_t *throttles(const struct fan_tallies *tallies)
{
    json_t *object = json_object();
    for (int r = 0; r < FAN_REASON_COUNT; r++) {
        if (tallies->throttled_by[r] == 0) continue;
        const char *name = fan_reason_name((enum fan_reason)r);
        fan_json_set(object, *name ? name : "none",
                     fan_json_count(tallies->throttled_by[r]));
    }
    return object;
}

static json_t *failures(const struct fan_tallies *tallies)
{
    json_t *array = json_array();
    for (size_t i = 0; i < tallies->failure_count; i++) {
        const struct fan_failure *failure = &tallies->failure[i];
        json_t *object = json_object();
        fan_json_set(object, "outcome", json_string(fan_outcome_name(failure->outcome)));
        fan_json_set(object, "type", json_string(failure->type));
        fan_json_set(object, "attempts", fan_json_count(failure->attempts));
        fan_json_set(object, "cost_usd", fan_json_number(failure->usd));
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *stratum(const struct fan_stratum_summary *data, bool cold)
{
    json_t *object = json_object();
    fan_json_set(object, "n", fan_json_count(data->n));
    fan_json_set(object, "host_limited", fan_json_count(data->host_limited));
    fan_json_set(object, "duration_ms", description(&data->of[FAN_METRIC_DURATION]));
    fan_json_set(object, "billed_ms", description(&data->of[FAN_METRIC_BILLED]));
    fan_json_set(object, "latency_ms", description(&data->of[FAN_METRIC_LATENCY]));
    if (cold) fan_json_set(object, "init_ms", description(&data->of[FAN_METRIC_INIT]));
    return object;
}

static json_t *speedup(const struct fan_summary *summary, size_t c)
{
    const struct fan_cell_summary *cell = &summary->cells[c];
    json_t *object = json_object();
    fan_json_set(object, "base_cell", fan_json_count(cell->base));
    fan_json_set(object, "base_memory_mb",
                 fan_json_count(summary->cells[cell->base].cell->memory_mb));
    fan_json_set(object, "of", json_string(fan_summary_main_text(summary)));
    fan_json_set(object, "factor", fan_json_number(cell->speedup));
    fan_json_set(object, "ci", fan_json_interval(cell->speedup_ci));
    return object;
}

static json_t *cell_stopping(const struct fan_summary *summary, size_t c)
{
    const struct fan_cell_summary *cell = &summary->cells[c];
    json_t *object = json_object();
    fan_json_set(object, "repetitions", fan_json_count(cell->tallies.calls));
    fan_json_set(object, "max", fan_json_count(cell->cell->calls_most));
    fan_json_set(object, "why", json_string(fan_repetitions_why(cell->cell->stop)));
    fan_json_set(object, "half_width",
                 fan_json_number(fan_repetitions_half_width(summary, c)));
    return object;
}

static json_t *stopping(const struct fan_summary *summary)
{
    const struct fan_study *study = summary->study;
    const struct fan_repetitions r = fan_repetitions_of(summary);
    json_t *object = json_object();
    fan_json_set(object, "until_ci", fan_json_number(study->until_ci));
    fan_json_set(object, "min", fan_json_count(study->repetitions_min));
    fan_json_set(object, "max", fan_json_count(study->repetitions));
    fan_json_set(object, "narrow", fan_json_count(r.narrow));
    fan_json_set(object, "at_max", fan_json_count(r.most));
    fan_json_set(object, "undecided", fan_json_count(r.undecided));
    fan_json_set(object, "calls_max", fan_json_count(r.calls_most));
    fan_json_set(object, "calls_saved", fan_json_count(r.calls_saved));
    fan_json_set(object, "saved_usd", fan_json_number(r.usd_saved));
    return object;
}

static json_t *probes(const struct fan_study_probes *p)
{
    json_t *object = json_object();
    fan_json_set(object, "every_s", fan_json_number(p->every_s));
    fan_json_set(object, "planned", fan_json_count(p->planned));
    fan_json_set(object, "made", fan_json_count(p->made));
    fan_json_set(object, "missed", fan_json_count(p->missed));
    fan_json_set(object, "calls_missed", fan_json_count(p->calls_missed));
    fan_json_set(object, "late", fan_json_count(p->late));
    fan_json_set(object, "late_max_s", fan_json_number(p->late_max_s));
    return object;
}

static json_t *find_limit(const struct fan_summary *summary, size_t c)
{
    const struct fan_limit_search s = fan_limit_search_of(summary, c);
    const bool known = s.limit.kind == FAN_LIMIT_CONCURRENCY;
    json_t *object = json_object();
    fan_json_set(object, "cell", fan_json_count(c));
    fan_json_set(object, "kind", json_string(fan_limit_name(s.limit.kind)));
    fan_json_set(object, "concurrency",
                 known ? fan_json_number(s.limit.concurrency) : json_null());
    fan_json_set(object, "per_s", fan_json_number(s.limit.rate));
    fan_json_set(object, "burst", fan_json_number(s.limit.burst));
    fan_json_set(object, "level_max", fan_json_count(s.level_max));
    fan_json_set(object, "refused_from_level",
                 s.refused_from > 0 ? fan_json_count(s.refused_from) : json_null());
    fan_json_set(object, "refused", fan_json_count(s.refused));
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

    fan_json_set(calls, "planned", fan_json_count(cell->cell->calls_planned));
    fan_json_set(calls, "done", fan_json_count(tallies->done));
    fan_json_set(calls, "failed", fan_json_count(tallies->failed));
    for (int s = 0; s < FAN_STRATUM_COUNT; s++)
        fan_json_set(strata, fan_stratum_name((enum fan_stratum)s),
                     stratum(&cell->stratum[s], s == FAN_STRATUM_COLD));

    fan_json_set(object, "function",
                 json_stringn(cell->cell->function, fan_versions_name_bytes(cell->cell)));
    fan_json_set(object, "qualifier",
                 json_string(*cell->cell->qualifier ? cell->cell->qualifier : "$LATEST"));
    if (*cell->cell->transport)
        fan_json_set(object, "transport", json_string(cell->cell->transport));
    fan_json_set(object, "memory_mb", fan_json_count(cell->cell->memory_mb));
    fan_json_set(object, "work", fan_json_count(cell->cell->work));
    fan_json_set(object, "parallelism", fan_json_count(cell->cell->parallelism));
    fan_json_set(object, "calls", calls);
    fan_json_set(object, "attempts", fan_json_count(tallies->attempts));
    fan_json_set(object, "throttled", fan_json_count(tallies->throttled));
    fan_json_set(object, "throttles", throttles(tallies));
    fan_json_set(object, "failures", failures(tallies));
    fan_json_set(object, "host_limited", fan_json_count(tallies->host_limited));
    fan_json_set(object, "cost_usd", cost(&tallies->cost));
    fan_json_set(object, "cost_failed_usd", fan_json_number(tallies->usd_failed));
    fan_json_set(object, "cost_per_call_usd", fan_json_number(cell->usd_per_call));
    fan_json_set(object, "cost_per_success_usd", fan_json_number(cell->usd_per_success));
    fan_json_set(object, "cost_per_work_unit_usd",
                 fan_json_number(cell->usd_per_success / (double)cell->cell->work));
    fan_json_set(object, "billed_requests",
                 fan_json_count((uint64_t)tallies->cost.billed));
    fan_json_set(object, "gb_seconds", fan_json_number(tallies->cost.gb_seconds));
    fan_json_set(object, "busy_s", fan_json_number(cell->busy_s));
    fan_json_set(object, "speedup", speedup(summary, c));
    if (summary->study->until_ci > 0.0)
        fan_json_set(object, "stopping", cell_stopping(summary, c));
    fan_json_set(object, "strata", strata);
    return object;
}

static json_t *check_list(const struct fan_study_check *checks, size_t n, bool verdict)
{
    json_t *array = json_array();
    for (size_t i = 0; i < n; i++) {
        json_t *object = json_object();
        fan_json_set(object, "name", json_string(checks[i].name));
        if (verdict) fan_json_set(object, "ok", json_boolean(checks[i].ok));
        fan_json_set(object, "detail", json_string(checks[i].detail));
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
    fan_json_set(object, "lo", wide(sieve->lo));
    fan_json_set(object, "hi", wide(sieve->hi));
    fan_json_set(object, "count", fan_json_count(sieve->count));
    fan_json_set(object, "checksum", json_string(checksum));
    fan_json_set(object, "first", wide(sieve->first));
    fan_json_set(object, "last", wide(sieve->last));
    if (sieve->has_twins) fan_json_set(object, "twins", fan_json_count(sieve->twins));
    if (sieve->has_gap) fan_json_set(object, "gap", fan_json_count(sieve->gap));
    if (sieve->has_gap) fan_json_set(object, "gap_start", wide(sieve->gap_start));
    fan_json_set(object, "partitions", fan_json_count(sieve->partitions));
    fan_json_set(object, "partitions_done", fan_json_count(sieve->partitions_done));
    return object;
}

static void put_run(json_t *root, const struct fan_study *study)
{
    fan_json_set(root, "format", json_integer(1));
    fan_json_set(root, "job", json_string(study->job));
    fan_json_set(root, "endpoint", json_string(study->endpoint));
    fan_json_set(root, "local", json_boolean(study->local));
    fan_json_set(root, "region", json_string(study->region));
    fan_json_set(root, "transport", json_string(study->transport));
    fan_json_set(root, "workload", json_string(study->workload));
    fan_json_set(root, "throttle", json_string(study->throttle_mode));
    fan_json_set(root, "program", json_string(study->program));
    fan_json_set(root, "host", json_string(study->host));
    fan_json_set(root, "started", json_string(study->started));
    fan_json_set(root, "seed", wide(study->seed));
    fan_json_set(root, "ranks", fan_json_count(study->ranks));
    fan_json_set(root, "blocks", fan_json_count(study->blocks));
    fan_json_set(root, "repetitions", fan_json_count(study->repetitions));
    fan_json_set(root, "randomized", json_boolean(study->randomized));
    fan_json_set(root, "interrupted", json_boolean(study->interrupted));
    fan_json_set(root, "budget_stopped", json_boolean(study->budget_stopped));
}

static void put_totals(json_t *root, const struct fan_summary *summary)
{
    const struct fan_tallies *total = &summary->total;
    json_t *calls = json_object(), *skew = json_object(), *price = json_object();

    fan_json_set(calls, "planned", fan_json_count(summary->study->calls_planned));
    fan_json_set(calls, "done", fan_json_count(total->done));
    fan_json_set(calls, "failed", fan_json_count(total->failed));
    fan_json_set(skew, "max", fan_json_number(summary->skew.max_us));
    fan_json_set(skew, "median", fan_json_number(summary->skew.median_us));
    fan_json_set(skew, "phases", fan_json_count(summary->skew.phases));
    fan_json_set(skew, "wide", fan_json_count(summary->skew.wide));
    fan_json_set(price, "region", json_string(summary->price.region));
    fan_json_set(price, "arch", json_string(summary->price.arch));
    fan_json_set(price, "date", json_string(summary->price.date));
    fan_json_set(price, "request_usd", fan_json_number(summary->price.request));
    fan_json_set(price, "gb_second_usd", fan_json_number(summary->price.gb_second));
    fan_json_set(price, "gateway_request_usd",
                 fan_json_number(summary->price.gateway_request));
    fan_json_set(price, "source", json_string(summary->price.source));
    fan_json_set(price, "round_up_ms", fan_json_number(summary->price.round_up_ms));
    fan_json_set(price, "init_billed", json_boolean(summary->price.init_billed));
    fan_json_set(price, "free_requests", fan_json_number(summary->price.free_requests));
    fan_json_set(price, "free_gb_seconds",
                 fan_json_number(summary->price.free_gb_seconds));

    fan_json_set(root, "calls", calls);
    fan_json_set(root, "attempts", fan_json_count(total->attempts));
    fan_json_set(root, "throttled", fan_json_count(total->throttled));
    fan_json_set(root, "throttles", throttles(total));
    fan_json_set(root, "failures", failures(total));
    fan_json_set(root, "cold_starts", fan_json_count(total->cold));
    fan_json_set(root, "host_limited", fan_json_count(total->host_limited));
    fan_json_set(root, "cost_usd", cost(&total->cost));
    fan_json_set(root, "cost_failed_usd", fan_json_number(total->usd_failed));
    fan_json_set(root, "cost_at_2017_prices_usd", fan_json_number(total->usd_2017));
    fan_json_set(root, "cost_with_free_tier_usd",
                 summary->study->free_tier
                     ? fan_json_number(fan_answers_free_tier_usd(summary))
                     : json_null());
    fan_json_set(root, "billed_requests", fan_json_count((uint64_t)total->cost.billed));
    fan_json_set(root, "gb_seconds", fan_json_number(total->cost.gb_seconds));
    fan_json_set(root, "price", price);
    fan_json_set(root, "elapsed_s", fan_json_number(summary->study->elapsed_s));
    fan_json_set(root, "start_skew_us", skew);
    fan_json_set(root, "little_law_error", fan_json_number(summary->laws.little_error));
    fan_json_set(root, "closed_loop_share", fan_json_number(summary->laws.closed_loop));
    fan_json_set(root, "journal_bad_frames",
                 fan_json_count(summary->study->journal_bad_frames));
    fan_json_set(root, "confidence", json_real(FAN_STATS_LEVEL));
}

enum fan_status fan_summary_json(const struct fan_summary *summary, struct fan_buf *out,
                                 struct fan_err *err)
{
    json_t *root = json_object(), *cells = json_array();
    put_run(root, summary->study);
    put_totals(root, summary);
    fan_json_set(root, "checks", check_list(summary->checks, summary->check_count, true));
    fan_json_set(root, "warnings",
                 check_list(summary->warnings, summary->warning_count, false));
    for (size_t c = 0; c < summary->study->cell_count; c++)
        json_array_append_new(cells, cell_object(summary, c));
    fan_json_set(root, "cells", cells);
    if (summary->study->until_ci > 0.0) fan_json_set(root, "stopping", stopping(summary));
    if (summary->study->is_search) fan_json_set(root, "find_limit", find_limits(summary));
    if (summary->study->probes.every_s > 0.0)
        fan_json_set(root, "probes", probes(&summary->study->probes));
    fan_json_set(root, "answers", fan_answers_json(summary));
    if (summary->tune) fan_json_set(root, "tune", fan_tune_json(summary));
    if (summary->study->is_sieve)
        fan_json_set(root, "sieve", sieve_object(&summary->study->sieve));

    char *text = json_dumps(root, JSON_INDENT(2) | JSON_REAL_PRECISION(DIGITS));
    json_decref(root);
    if (!text) return fan_fail(err, FAN_EFORMAT, "cannot write the summary as JSON");
    enum fan_status st = fan_buf_adds(out, text, err);
    if (!st) st = fan_buf_adds(out, "\n", err);
    free(text);
    return st;
}
