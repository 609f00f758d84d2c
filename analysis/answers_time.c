/* answers_time.c - did the run drift or jump while it went on? */
#include <math.h>
#include <stdlib.h>

#include "analysis/answers.h"

#define VALUES_MIN      20 /* fewer calls have no course */
#define WINDOW_MIN      5  /* calls: their median is rid of single slow ones */
#define WINDOWS_MAX     400 /* medians that stand for more calls; all pairs are looked at */
#define WINDOWS_RELATED 50 /* when neighbours are alike, long windows are nearly free */
#define LAGS            10
#define LIKE_Z          1.645 /* standard errors from which windows count as alike: 5 % */
#define PENALTY         3.0   /* of a cut, times noise variance and ln n */
#define SHORTEST        5     /* windows between two cuts */

static int compare_moments(const void *left, const void *right)
{
    const struct fan_moment *a = left;
    const struct fan_moment *b = right;
    if (a->sent_ns != b->sent_ns) return a->sent_ns < b->sent_ns ? -1 : 1;
    return (a->value > b->value) - (a->value < b->value);
}

struct fan_moment *fan_answers_course(const struct fan_summary *summary, size_t *n)
{
    const struct fan_study *study = summary->study;
    struct fan_moment *moment = fan_alloc_zero(study->record_count + 1, sizeof *moment);
    *n = 0;
    for (size_t i = 0; i < study->record_count; i++) {
        const struct fan_record *record = &study->records[i];
        if (record->cell >= study->cell_count) continue;
        if (fan_stratum_of(record) != summary->stratum) continue;
        const double median = fan_summary_main(summary, record->cell)->median;
        const double value = fan_metric_of(record, summary->metric) / median;
        if (!isfinite(value)) continue;
        moment[*n].sent_ns = record->sent_ns;
        moment[(*n)++].value = value;
    }
    qsort(moment, *n, sizeof *moment, compare_moments);
    return moment;
}

/* Medians of `windows` runs of nearly equal length. */
static void take_medians(const struct fan_moment *moment, size_t n, size_t windows,
                         double *medians)
{
    double *sorted = fan_alloc(n * sizeof *sorted);
    for (size_t w = 0; w < windows; w++) {
        const size_t first = w * n / windows, next = (w + 1) * n / windows;
        for (size_t i = first; i < next; i++)
            sorted[i - first] = moment[i].value;
        fan_stats_sort(sorted, next - first);
        medians[w] = fan_stats_quantile(sorted, next - first, 0.5);
    }
    free(sorted);
}

static double mean_of(const double *values, size_t from, size_t to)
{
    double sum = 0.0;
    for (size_t i = from; i < to; i++)
        sum += values[i];
    return sum / (double)(to - from);
}

/* Seconds from the first call to the first one of window w. */
static double window_s(const struct fan_moment *moment, size_t n, size_t windows,
                       size_t w)
{
    return (double)(moment[w * n / windows].sent_ns - moment[0].sent_ns) / 1e9;
}

/* Where Sen's line begins: half of the windows lie above it. Sorts the medians. */
static double level_of(const struct fan_time_answer *time, double *medians)
{
    for (size_t w = 0; w < time->windows; w++)
        medians[w] -= time->trend.slope * (double)w;
    fan_stats_sort(medians, time->windows);
    return fan_stats_quantile(medians, time->windows, 0.5);
}

/* Neighbours that are alike differ little: their differences show too little noise, and
 * sums of them wander further than sums of independent values. */
static void find_cuts(struct fan_time_answer *time, const struct fan_moment *moment,
                      const double *medians, double likeness)
{
    const double noise = fan_change_noise(medians, time->windows);
    if (!(noise > 0.0)) return;
    size_t *cuts = fan_alloc_zero(time->windows + 1, sizeof *cuts);
    const double penalty = PENALTY * noise * noise / (1.0 - fmax(likeness, 0.0)) *
                           fan_trend_inflation(likeness) * log((double)time->windows);
    const size_t count = fan_change_pelt(medians, time->windows, penalty, SHORTEST, cuts);
    time->cut_count = count;
    for (size_t i = 0; i < count && i < FAN_ANSWER_CUTS_MAX; i++) {
        const size_t before = i > 0 ? cuts[i - 1] : 0;
        const size_t after = i + 1 < count ? cuts[i + 1] : time->windows;
        time->cut_s[i] = window_s(moment, time->n, time->windows, cuts[i]);
        time->cut_ratio[i] =
            mean_of(medians, cuts[i], after) / mean_of(medians, before, cuts[i]);
    }
    free(cuts);
}

/*
 * Autocorrelation of windows about a line and about two levels, the smaller: a drift or a
 * jump is no likeness of neighbours. What the fit took away is given back (Kendall 1954,
 * doubled for the line). 0 unless the neighbours in it are alike, or the windows are.
 */
static double window_likeness(const double *medians, size_t windows, bool related,
                              bool *shown)
{
    const double slope = fan_trend_of(medians, windows, FAN_STATS_LEVEL).slope;
    const size_t jump = fan_change_pettitt(medians, windows).before;
    const double before = jump > 0 ? mean_of(medians, 0, jump) : 0.0;
    const double after = jump > 0 ? mean_of(medians, jump, windows) : 0.0;
    double *line = fan_alloc(2 * windows * sizeof *line), *levels = line + windows;
    for (size_t w = 0; w < windows; w++) {
        line[w] = medians[w] - slope * (double)w;
        levels[w] = medians[w] - (w < jump ? before : after);
    }
    const double r = fmin(fan_trend_autocorrelation(line, windows, 1),
                          fan_trend_autocorrelation(levels, windows, 1));
    free(line);
    const double n = (double)windows;
    *shown = r > LIKE_Z / sqrt(n);
    return related || *shown ? fmax(0.0, (n * r + 2.0) / (n - 4.0)) : 0.0;
}

/*
 * Mann and Kendall's and Pettitt's tests take values to be independent: medians of long
 * windows nearly are, even when neighbours are alike. So windows are made longer until
 * they are, or only the least number is left; what likeness remains widens the tests.
 * Returns it.
 */
static double choose_windows(struct fan_time_answer *time,
                             const struct fan_moment *moment, bool related,
                             double *medians)
{
    const size_t most = related ? WINDOWS_RELATED : WINDOWS_MAX;
    const bool many = time->n >= WINDOW_MIN * VALUES_MIN;
    time->windows = many ? time->n / WINDOW_MIN : time->n;
    if (time->windows > most) time->windows = most;
    for (;;) {
        take_medians(moment, time->n, time->windows, medians);
        bool shown;
        const double likeness = window_likeness(medians, time->windows, related, &shown);
        if (!shown || time->windows <= VALUES_MIN) return likeness;
        time->windows /= 2;
        if (time->windows < VALUES_MIN) time->windows = VALUES_MIN;
    }
}

void fan_answers_time(struct fan_answers *answers, const struct fan_summary *summary)
{
    struct fan_time_answer *time = &answers->time;
    struct fan_moment *moment = fan_answers_course(summary, &time->n);
    if (time->n < VALUES_MIN) {
        free(moment);
        return;
    }
    double *values = fan_alloc(time->n * sizeof *values);
    for (size_t i = 0; i < time->n; i++)
        values[i] = moment[i].value;
    /* Of ranks: a few slow calls would hide the likeness of all others, or feign one. */
    double *rank = fan_rank_midranks(values, time->n);
    time->r1 = fan_trend_autocorrelation(rank, time->n, 1);
    time->ljung = fan_trend_ljung_box(rank, time->n, LAGS);
    time->effective_n = fan_trend_effective_n(time->n, fmax(time->r1, 0.0));
    const bool related = fan_trend_ljung_box(rank, time->n, 1).p < FAN_ANSWER_ALPHA;
    free(rank);

    const double likeness = choose_windows(time, moment, related, values);
    const double inflation = fan_trend_inflation(likeness);
    time->trend = fan_trend_related(values, time->windows, FAN_STATS_LEVEL, inflation);
    time->pettitt = fan_change_pettitt(values, time->windows);
    time->pettitt.p = fan_change_pettitt_p(time->pettitt.k, time->windows, inflation);
    time->pettitt_s = window_s(moment, time->n, time->windows, time->pettitt.before);
    /* Squared errors follow single slow calls; the rank tests above do not. */
    time->cuts_sought = time->n >= WINDOW_MIN * VALUES_MIN;
    if (time->cuts_sought) find_cuts(time, moment, values, likeness);
    time->trend_level = level_of(time, values);
    free(values);
    free(moment);
}
