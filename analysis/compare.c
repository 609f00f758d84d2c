/* compare.c - see compare.h: rows of tests, Holm over all of them, and the outcome. */
#include "analysis/compare.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/bootstrap.h"
#include "analysis/compare_data.h"
#include "analysis/equivalence.h"
#include "analysis/moments.h"
#include "common/random.h"

#define TOST_LEVEL (2.0 * FAN_STATS_LEVEL - 1.0)

/* Where most successes of both runs fell: what the comparison speaks of first. */
static enum fan_stratum main_stratum(const struct fan_comparison *c)
{
    uint64_t cold = c->a.summary->total.cold + c->b.summary->total.cold;
    uint64_t all = c->a.summary->total.succeeded + c->b.summary->total.succeeded;
    return cold > all - cold ? FAN_STRATUM_COLD : FAN_STRATUM_WARM;
}

/* Does any success know the metric? */
static bool knows(const struct fan_compare_side *side, enum fan_compare_metric metric)
{
    for (size_t i = 0; i < side->summary->study->cell_count; i++)
        for (int s = 0; s < FAN_STRATUM_ERROR; s++)
            if (fan_compare_side_series(side, metric, i, (enum fan_stratum)s)->n > 0)
                return true;
    return false;
}

static bool has_values(const struct fan_comparison *c, enum fan_compare_metric metric)
{
    return knows(&c->a, metric) && knows(&c->b, metric);
}

/* --- a row --- */

/* Ratio of the mean dollars, and its intervals, by the bootstrap. */
static struct fan_equivalence compare_cost(const struct fan_series *b,
                                           const struct fan_series *a, uint64_t seed,
                                           double margin)
{
    double *means = fan_alloc(2 * FAN_BOOTSTRAP_REPLICATES * sizeof *means);
    double *means_b = means + FAN_BOOTSTRAP_REPLICATES;
    /* Two seeds: with one, both samples would be drawn at the same places, and since they
     * are sorted, their means would move together. */
    fan_bootstrap_means(a->value, a->n, seed, means, FAN_BOOTSTRAP_REPLICATES);
    fan_bootstrap_means(b->value, b->n, ~seed, means_b, FAN_BOOTSTRAP_REPLICATES);
    const struct fan_equivalence cost = fan_equivalence_of(
        fan_moments_of(b->value, b->n).mean, means_b, fan_moments_of(a->value, a->n).mean,
        means, FAN_BOOTSTRAP_REPLICATES, a->n < b->n ? a->n : b->n, margin);
    free(means);
    return cost;
}

static bool within(struct fan_interval interval, double margin)
{
    return margin > 0.0 && interval.lower >= 1.0 / (1.0 + margin) &&
           interval.upper <= 1.0 + margin;
}

static void describe(const struct fan_series *series, size_t *n, double *median,
                     double *mean)
{
    *n = series->n;
    *median = series->n ? fan_stats_quantile(series->value, series->n, 0.5) : FAN_UNKNOWN;
    *mean = series->n ? fan_moments_of(series->value, series->n).mean : FAN_UNKNOWN;
}

static void fill_row(const struct fan_comparison *c, struct fan_compare_row *row,
                     uint64_t seed)
{
    const struct fan_compare_settings *settings = &c->settings;
    const struct fan_compare_pair pair = c->pair[row->pair];
    const struct fan_series *a =
        fan_compare_side_series(&c->a, settings->metric, pair.a, row->stratum);
    const struct fan_series *b =
        fan_compare_side_series(&c->b, settings->metric, pair.b, row->stratum);
    const struct fan_series *usd_a = fan_compare_side_usd(&c->a, pair.a, row->stratum);
    const struct fan_series *usd_b = fan_compare_side_usd(&c->b, pair.b, row->stratum);
    const struct fan_interval none = { FAN_UNKNOWN, FAN_UNKNOWN };

    describe(a, &row->n_a, &row->median_a, &row->mean_a);
    describe(b, &row->n_b, &row->median_b, &row->mean_b);
    row->p = row->ratio = row->cost_ratio = FAN_UNKNOWN;
    row->ratio_ci = row->ratio_tost = row->cost_ci = none;
    row->test = fan_rank_mann_whitney(NULL, 0, NULL, 0, FAN_STATS_LEVEL);
    if (row->n_a < FAN_COMPARE_SAMPLE_MIN || row->n_b < FAN_COMPARE_SAMPLE_MIN) return;

    row->test = fan_rank_mann_whitney(b->value, b->n, a->value, a->n, FAN_STATS_LEVEL);
    row->p = row->test.p;
    const struct fan_equivalence cost =
        compare_cost(usd_b, usd_a, seed, settings->margin);
    row->cost_ratio = cost.ratio;
    row->cost_ci = cost.ci;
    if (settings->metric == FAN_COMPARE_COST) {
        row->ratio = cost.ratio;
        row->ratio_ci = cost.ci;
        row->ratio_tost = cost.tost;
    } else if (row->median_a > 0.0) {
        row->ratio = row->median_b / row->median_a;
        row->ratio_ci = fan_stats_median_ratio_interval(b->value, b->n, a->value, a->n,
                                                        FAN_STATS_LEVEL, seed);
        row->ratio_tost = fan_stats_median_ratio_interval(b->value, b->n, a->value, a->n,
                                                          TOST_LEVEL, seed);
    }
    row->same = within(row->ratio_tost, settings->margin);
}

static bool enough(const struct fan_comparison *c, size_t pair, enum fan_stratum stratum)
{
    const enum fan_compare_metric metric = c->settings.metric;
    const struct fan_compare_pair p = c->pair[pair];
    return fan_compare_side_series(&c->a, metric, p.a, stratum)->n >=
               FAN_COMPARE_SAMPLE_MIN &&
           fan_compare_side_series(&c->b, metric, p.b, stratum)->n >=
               FAN_COMPARE_SAMPLE_MIN;
}

static void fill_rows(struct fan_comparison *c)
{
    const enum fan_stratum other =
        c->stratum == FAN_STRATUM_WARM ? FAN_STRATUM_COLD : FAN_STRATUM_WARM;
    struct fan_random seeds;
    fan_random_init(&seeds, c->a.summary->study->seed, c->b.summary->study->seed);
    c->row = fan_alloc_zero(2 * c->pair_count + 1, sizeof *c->row);
    for (size_t i = 0; i < c->pair_count; i++) {
        c->row[c->row_count].pair = i;
        c->row[c->row_count++].stratum = c->stratum;
    }
    for (size_t i = 0; i < c->pair_count; i++) {
        if (!enough(c, i, other)) continue;
        c->row[c->row_count].pair = i;
        c->row[c->row_count++].stratum = other;
    }
    for (size_t i = 0; i < c->row_count; i++)
        fill_row(c, &c->row[i], fan_random_u64(&seeds));
}

/* --- all rows together --- */

/* Signed ranks of the logarithms of the ratios, in the main stratum. */
static void test_overall(struct fan_comparison *c)
{
    struct fan_compare_overall *overall = &c->overall;
    double *log_ratio = fan_alloc_zero(c->pair_count + 1, sizeof *log_ratio);
    double sum = 0.0;
    for (size_t i = 0; i < c->pair_count; i++) {
        if (!(c->row[i].ratio > 0.0)) continue;
        log_ratio[overall->cells] = log(c->row[i].ratio);
        sum += log_ratio[overall->cells++];
    }
    overall->ratio = overall->cells > 0 ? exp(sum / (double)overall->cells) : FAN_UNKNOWN;
    overall->test = fan_rank_signed(
        log_ratio, overall->cells >= FAN_COMPARE_CELLS_MIN ? overall->cells : 0);
    overall->p = overall->test.p;
    free(log_ratio);
}

/* One family: whatever is tested here can make the comparison fail. */
static void adjust(struct fan_comparison *c)
{
    double *p = fan_alloc_zero(c->row_count + 1, sizeof *p);
    for (size_t i = 0; i < c->row_count; i++)
        p[i] = c->row[i].p;
    p[c->row_count] = c->overall.p;
    fan_rank_holm(p, c->row_count + 1);
    for (size_t i = 0; i < c->row_count; i++)
        c->row[i].p = p[i];
    c->overall.p = p[c->row_count];
    free(p);
}

static enum fan_compare_verdict judge(const struct fan_comparison *c, double p,
                                      bool larger, double ratio)
{
    const double threshold = c->settings.threshold;
    if (isnan(p)) return FAN_VERDICT_FEW;
    if (p >= FAN_COMPARE_ALPHA) return FAN_VERDICT_NONE;
    if (!larger) return FAN_VERDICT_BETTER;
    return threshold > 0.0 && ratio < 1.0 + threshold ? FAN_VERDICT_MINOR
                                                      : FAN_VERDICT_WORSE;
}

static void note_extremes(struct fan_comparison *c, size_t i)
{
    struct fan_compare_overall *overall = &c->overall;
    const struct fan_compare_row *row = &c->row[i];
    if (row->verdict == FAN_VERDICT_WORSE &&
        (!overall->any_worst || row->ratio > c->row[overall->worst].ratio)) {
        overall->worst = i;
        overall->any_worst = true;
    }
    if (row->verdict == FAN_VERDICT_BETTER &&
        (!overall->any_best || row->ratio < c->row[overall->best].ratio)) {
        overall->best = i;
        overall->any_best = true;
    }
}

static void judge_rows(struct fan_comparison *c)
{
    for (size_t i = 0; i < c->row_count; i++) {
        struct fan_compare_row *row = &c->row[i];
        row->verdict = judge(c, row->p, row->test.delta > 0.0, row->ratio);
        if (i < c->pair_count) {
            c->count[row->verdict]++;
            c->same += row->same;
            note_extremes(c, i);
        } else {
            c->other_worse += row->verdict == FAN_VERDICT_WORSE && !row->same;
        }
    }
    struct fan_compare_overall *overall = &c->overall;
    overall->verdict =
        judge(c, overall->p, overall->test.p_greater < 0.5, overall->ratio);
}

static enum fan_status check_workload(const struct fan_comparison *c, struct fan_err *err)
{
    const struct fan_study *a = c->a.summary->study, *b = c->b.summary->study;
    if (c->settings.other_workload) return FAN_OK;
    if (strcmp(a->workload, b->workload) != 0)
        return fan_fail(err, FAN_EUSAGE,
                        "cannot compare: the workload was '%s' in '%.120s' and '%s' in "
                        "'%.120s' (--force compares them all the same)",
                        a->workload, c->settings.name_a, b->workload, c->settings.name_b);
    if (a->sieve.partitions != b->sieve.partitions)
        return fan_fail(
            err, FAN_EUSAGE,
            "cannot compare: the range was cut into %u partitions in '%.120s' "
            "and %u in '%.120s', so a call is not the same work (--force "
            "compares them all the same)",
            a->sieve.partitions, c->settings.name_a, b->sieve.partitions,
            c->settings.name_b);
    return FAN_OK;
}

enum fan_status fan_comparison_new(struct fan_comparison **comparison,
                                   const struct fan_summary *a,
                                   const struct fan_summary *b,
                                   const struct fan_compare_settings *settings,
                                   struct fan_err *err)
{
    struct fan_comparison *c = fan_alloc_zero(1, sizeof *c);
    c->settings = *settings;
    fan_compare_side_init(&c->a, a);
    fan_compare_side_init(&c->b, b);
    enum fan_status st = check_workload(c, err);
    if (!st) fan_compare_match(c);
    if (!st && c->pair_count == 0)
        st = fan_fail(err, FAN_EUSAGE,
                      "cannot compare: '%.160s' and '%.160s' have no setting (memory, "
                      "work, parallelism) in common",
                      settings->name_a, settings->name_b);
    if (st) {
        fan_comparison_free(c);
        return st;
    }
    c->stratum = main_stratum(c);
    /* Without REPORT lines only the client's clock is left. */
    if (settings->metric == FAN_COMPARE_DURATION && has_values(c, FAN_COMPARE_LATENCY) &&
        !has_values(c, FAN_COMPARE_DURATION)) {
        c->settings.metric = FAN_COMPARE_LATENCY;
        c->latency_instead = true;
    }
    fill_rows(c);
    test_overall(c);
    adjust(c);
    judge_rows(c);
    fan_compare_shares(c);
    fan_compare_notes(c);
    *comparison = c;
    return FAN_OK;
}

void fan_comparison_free(struct fan_comparison *c)
{
    if (!c) return;
    fan_compare_side_clear(&c->a);
    fan_compare_side_clear(&c->b);
    free(c->pair);
    free(c->only_a);
    free(c->only_b);
    free(c->row);
    free(c->share);
    free(c);
}

enum fan_compare_outcome fan_comparison_outcome(const struct fan_comparison *c)
{
    const bool margin = c->settings.margin > 0.0;
    bool worse = c->shares_worse[FAN_SHARE_FAILED] +
                     c->shares_worse[FAN_SHARE_THROTTLED] + c->other_worse >
                 0;
    for (size_t i = 0; i < c->pair_count; i++)
        worse |= c->row[i].verdict == FAN_VERDICT_WORSE && !c->row[i].same;
    /* Shown the same everywhere is stronger than a tiny common shift. */
    if (c->overall.verdict == FAN_VERDICT_WORSE && !(margin && c->same == c->pair_count))
        worse = true;
    if (worse) return FAN_COMPARE_REGRESSION;
    if (c->count[FAN_VERDICT_FEW] == c->pair_count) return FAN_COMPARE_UNTESTED;
    return margin && c->same < c->pair_count ? FAN_COMPARE_NOT_SAME : FAN_COMPARE_PASSED;
}
