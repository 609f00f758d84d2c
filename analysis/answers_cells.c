/* answers_cells.c - what is said of each cell by itself. */
#include <math.h>
#include <stdlib.h>

#include "analysis/answers.h"
#include "analysis/moments.h"
#include "analysis/sample_size.h"

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
    answer->modes = fan_modes_of(series->value, series->n);
    for (size_t i = 0; i < FAN_ANSWER_PRECISIONS; i++)
        answer->needed[i] = fan_sample_size(fan_summary_main(summary, c)->cv,
                                            fan_answer_precision[i], FAN_STATS_LEVEL);
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

    struct fan_attempt *attempts =
        fan_alloc_zero(tallies->attempts + 1, sizeof *attempts);
    size_t n = 0;
    double running_s = 0.0;
    for (size_t i = 0; i < study->record_count; i++) {
        const struct fan_record *record = &study->records[i];
        if (record->cell != c || !fan_throttle_attempt(record, &attempts[n])) continue;
        if (attempts[n++].accepted) running_s += (double)record->end_ns / 1e9;
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
        describe_shape(&answers->cells[c], summary, c);
        find_limit(&answers->cells[c], summary, c);
    }
    average_for_tuning(answers, summary);
}
