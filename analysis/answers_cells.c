/* answers_cells.c - what is said of each cell by itself. */
#include <math.h>
#include <stdlib.h>

#include "analysis/answers.h"
#include "analysis/bootstrap.h"
#include "analysis/moments.h"
#include "analysis/sample_size.h"

/* Dollars of each call of the main stratum, from what was billed or, without REPORT
 * lines, from the latency. */
static void price_calls(struct fan_cell_answer *answer, const struct fan_summary *summary,
                        size_t c)
{
    const struct fan_stratum_data *data =
        fan_strata_of(&summary->strata, c, summary->stratum);
    const bool billed = data->series[FAN_METRIC_BILLED].n > 0;
    const struct fan_series *series =
        &data->series[billed ? FAN_METRIC_BILLED : FAN_METRIC_LATENCY];
    const struct fan_price *price = &summary->price;
    const double per_ms =
        price->gb_second / 1000.0 * (double)summary->cells[c].cell->memory_mb / 1024.0;

    answer->usd_mean = answer->usd_ci.lower = answer->usd_ci.upper = FAN_UNKNOWN;
    if (series->n == 0) return;
    answer->usd_n = series->n;
    answer->usd = fan_alloc(series->n * sizeof *answer->usd);
    for (size_t i = 0; i < series->n; i++)
        answer->usd[i] =
            price->request + price->gateway_request + ceil(series->value[i]) * per_ms;
    answer->usd_mean = fan_moments_of(answer->usd, series->n).mean;
    answer->usd_means = fan_alloc(FAN_BOOTSTRAP_REPLICATES * sizeof *answer->usd_means);
    fan_bootstrap_means(answer->usd, series->n, summary->study->seed + c,
                        answer->usd_means, FAN_BOOTSTRAP_REPLICATES);
    answer->usd_ci = fan_bootstrap_bca(answer->usd, series->n, answer->usd_means,
                                       FAN_BOOTSTRAP_REPLICATES,
                                       fan_bootstrap_level(series->n, FAN_STATS_LEVEL));
}

static void describe_shape(struct fan_cell_answer *answer,
                           const struct fan_summary *summary, size_t c)
{
    const struct fan_series *series = fan_summary_series(summary, c);
    const struct fan_moments moments = fan_moments_of(series->value, series->n);
    size_t first = 0, end = series->n;

    answer->scales = fan_robust_scales(series->value, series->n);
    answer->outliers = fan_robust_outliers(series->value, series->n);
    while (first < end && series->value[first] < answer->outliers.tukey_low)
        first++;
    while (end > first && series->value[end - 1] > answer->outliers.tukey_high)
        end--;
    answer->mean_inside = end > first
                              ? fan_moments_of(series->value + first, end - first).mean
                              : FAN_UNKNOWN;
    answer->skewness = fan_moments_skewness(&moments);
    answer->kurtosis = fan_moments_kurtosis(&moments);
    answer->normality = fan_normality_of(series->value, series->n);
    answer->modes = fan_modes_of(series->value, series->n);
    for (size_t i = 0; i < FAN_ANSWER_PRECISIONS; i++)
        answer->needed[i] = fan_sample_size(fan_summary_main(summary, c)->cv,
                                            fan_answer_precision[i], FAN_STATS_LEVEL);
}

static bool is_rate(enum fan_reason reason)
{
    return reason == FAN_REASON_FUNCTION_RATE || reason == FAN_REASON_RESERVED_RATE ||
           reason == FAN_REASON_CALLER_RATE;
}

/* The attempts that a limit of the cell's function let pass or refused. */
static void find_limit(struct fan_cell_answer *answer, const struct fan_summary *summary,
                       size_t c)
{
    const struct fan_study *study = summary->study;
    const struct fan_tallies *tallies = &summary->cells[c].tallies;
    answer->erlang_b = FAN_UNKNOWN;
    answer->throttled_share = fan_stats_proportion_interval(
        tallies->throttled, tallies->attempts, FAN_STATS_LEVEL);
    if (tallies->throttled == 0) return;

    struct fan_attempt *attempts = fan_alloc_zero(tallies->attempts, sizeof *attempts);
    size_t n = 0;
    double running_s = 0.0;
    for (size_t i = 0; i < study->record_count; i++) {
        const struct fan_record *record = &study->records[i];
        const bool refused = record->outcome == FAN_OUTCOME_THROTTLE;
        if (record->cell != c) continue;
        if (!refused && fan_stratum_of(record) == FAN_STRATUM_COUNT) continue;
        attempts[n].sent_ns = record->sent_ns;
        attempts[n].end_ns = record->sent_ns + record->end_ns;
        attempts[n].rate_named = is_rate(record->reason);
        attempts[n].visit = record->block;
        attempts[n++].accepted = !refused;
        if (!refused) running_s += (double)record->end_ns / 1e9;
    }
    answer->limit = fan_limit_estimate(attempts, n);
    free(attempts);
    if (answer->limit.kind == FAN_LIMIT_CONCURRENCY && summary->cells[c].busy_s > 0.0)
        answer->erlang_b = fan_limit_erlang_b((uint32_t)answer->limit.concurrency,
                                              running_s / summary->cells[c].busy_s);
}

/* A success as power tuning sees it. */
struct success {
    size_t cell;
    double ms, billed;
};

static int compare_successes(const void *left, const void *right)
{
    const struct success *a = left;
    const struct success *b = right;
    return (a->cell > b->cell) - (a->cell < b->cell);
}

/* Averages over all successes with a REPORT line, cold ones included, trimmed. */
static void average_for_tuning(struct fan_answers *answers,
                               const struct fan_summary *summary)
{
    const struct fan_study *study = summary->study;
    struct success *success = fan_alloc_zero(study->record_count + 1, sizeof *success);
    double *ms = fan_alloc_zero(2 * study->record_count + 1, sizeof *ms);
    size_t n = 0;
    for (size_t i = 0; i < study->record_count; i++) {
        const struct fan_record *record = &study->records[i];
        const double duration = fan_metric_of(record, FAN_METRIC_DURATION);
        const double init = fan_metric_of(record, FAN_METRIC_INIT);
        if (record->outcome != FAN_OUTCOME_OK || record->cell >= study->cell_count ||
            isnan(duration))
            continue;
        success[n].cell = record->cell;
        success[n].ms = duration + (isnan(init) ? 0.0 : init);
        success[n++].billed = (double)record->billed_ms;
    }
    qsort(success, n, sizeof *success, compare_successes);
    for (size_t first = 0, next; first < n; first = next) {
        const size_t c = success[first].cell;
        double *billed = ms + study->record_count;
        for (next = first; next < n && success[next].cell == c; next++) {
            ms[next - first] = success[next].ms;
            billed[next - first] = success[next].billed;
        }
        fan_stats_sort(ms, next - first);
        fan_stats_sort(billed, next - first);
        struct fan_tuning_size *size = &answers->cells[c].tuning;
        size->memory_mb = study->cells[c].memory_mb;
        size->average_ms = fan_tuning_trimmed_mean(ms, next - first, FAN_TUNING_DISCARD);
        size->average_usd = fan_tuning_usd(billed, next - first, FAN_TUNING_DISCARD,
                                           summary->price.tuning_ms, size->memory_mb);
    }
    free(ms);
    free(success);
}

void fan_answers_cells(struct fan_answers *answers, const struct fan_summary *summary)
{
    const size_t count = summary->study->cell_count;
    answers->cells = fan_alloc_zero(count + 1, sizeof *answers->cells);
    for (size_t c = 0; c < count; c++) {
        price_calls(&answers->cells[c], summary, c);
        describe_shape(&answers->cells[c], summary, c);
        find_limit(&answers->cells[c], summary, c);
    }
    average_for_tuning(answers, summary);
}
