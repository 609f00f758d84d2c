/* answers_versions.c - versions of a function against each other. */
#include "analysis/answers_versions.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/answers.h"
#include "analysis/bootstrap.h"
#include "analysis/moments.h"

#define SEED_APART UINT64_C(0x76657273696f6e73) /* from the seeds of the cells' means */

const char *fan_version_verdict_name(enum fan_version_verdict verdict)
{
    static const char *const names[] = { "fails",  "few",    "same",
                                         "slower", "faster", "none" };
    return names[verdict];
}

/* ---- which records are whose ---- */

/* Records by cell: those of cell c are record[first[c]] to record[first[c + 1] - 1]. */
struct index {
    size_t *first, *record;
};

static void index_init(struct index *index, const struct fan_study *study)
{
    const size_t cells = study->cell_count;
    index->first = fan_alloc_zero(cells + 2, sizeof *index->first);
    index->record = fan_alloc_zero(study->record_count + 1, sizeof *index->record);
    size_t *next = index->first + 1; /* until all are placed: where a cell goes on */
    for (size_t i = 0; i < study->record_count; i++)
        if ((size_t)study->records[i].cell + 1 < cells)
            next[study->records[i].cell + 1]++;
    for (size_t c = 1; c < cells; c++)
        next[c] += next[c - 1];
    for (size_t i = 0; i < study->record_count; i++)
        if (study->records[i].cell < cells)
            index->record[next[study->records[i].cell]++] = i;
}

static void index_clear(struct index *index)
{
    free(index->first);
    free(index->record);
}

/* What is known of one side. */
struct sample {
    double *value, *usd; /* ascending */
    size_t n, usd_n;
};

static bool is_of(const struct fan_record *record, const struct fan_version_side *side)
{
    return record->cell == side->cell &&
           (!side->version[0] || strcmp(record->executed_version, side->version) == 0);
}

double *fan_versions_values(const struct fan_summary *summary,
                            const struct fan_version_side *side, size_t *n)
{
    const struct fan_study *study = summary->study;
    double *values = fan_alloc_zero(side->n + 1, sizeof *values);
    *n = 0;
    for (size_t i = 0; i < study->record_count && *n < side->n; i++) {
        const struct fan_record *record = &study->records[i];
        if (!is_of(record, side) || fan_stratum_of(record) != summary->stratum) continue;
        const double value = fan_metric_of(record, summary->metric);
        if (!isnan(value)) values[(*n)++] = value;
    }
    fan_stats_sort(values, *n);
    return values;
}

/* A side's records. Owns: sample_clear. */
static void gather(struct sample *sample, struct fan_version_side *side,
                   const struct fan_summary *summary, const struct index *index)
{
    const struct fan_study *study = summary->study;
    const size_t from = index->first[side->cell], to = index->first[side->cell + 1];
    memset(sample, 0, sizeof *sample);
    side->memory_mb = study->cells[side->cell].memory_mb;
    sample->value = fan_alloc_zero(to - from + 1, sizeof *sample->value);
    sample->usd = fan_alloc_zero(to - from + 1, sizeof *sample->usd);
    for (size_t i = from; i < to; i++) {
        const struct fan_record *record = &study->records[index->record[i]];
        const enum fan_stratum stratum = fan_stratum_of(record);
        if (stratum == FAN_STRATUM_COUNT || !is_of(record, side)) continue;
        side->attempts++;
        if (record->memory_mb) side->memory_mb = record->memory_mb;
        side->failed += stratum == FAN_STRATUM_ERROR;
        if (stratum != summary->stratum) continue;
        const double value = fan_metric_of(record, summary->metric);
        if (!isnan(value)) sample->value[sample->n++] = value;
        sample->usd[sample->usd_n++] =
            fan_price_attempt(&summary->price, record, study->cells[side->cell].memory_mb)
                .total;
    }
    fan_stats_sort(sample->value, sample->n);
    fan_stats_sort(sample->usd, sample->usd_n);
    const struct fan_description d = fan_stats_describe(sample->value, sample->n);
    side->n = d.n;
    side->median = d.median;
    side->median_ci = d.median_ci;
    side->usd_mean =
        sample->usd_n > 0 ? fan_moments_of(sample->usd, sample->usd_n).mean : FAN_UNKNOWN;
}

static void sample_clear(struct sample *sample)
{
    free(sample->value);
    free(sample->usd);
}

/* ---- one pair ---- */

/* Ratio of the means, a's by b's, with its tests. */
static struct fan_equivalence means_compared(const double *a, size_t n_a, const double *b,
                                             size_t n_b, uint64_t seed)
{
    const size_t replicates = n_a > 1 && n_b > 1 ? FAN_BOOTSTRAP_REPLICATES : 0;
    const double mean_a = n_a > 0 ? fan_moments_of(a, n_a).mean : FAN_UNKNOWN;
    const double mean_b = n_b > 0 ? fan_moments_of(b, n_b).mean : FAN_UNKNOWN;
    double *means = fan_alloc_zero(2 * replicates + 1, sizeof *means);
    if (replicates > 0) {
        fan_bootstrap_means(a, n_a, seed, means, replicates);
        fan_bootstrap_means(b, n_b, seed + 1, means + replicates, replicates);
    }
    const struct fan_equivalence same =
        fan_equivalence_of(mean_a, means, mean_b, means + replicates, replicates,
                           n_a < n_b ? n_a : n_b, FAN_EQUIVALENCE_MARGIN);
    free(means);
    return same;
}

static void compare_shares(struct fan_version_answer *answer)
{
    const struct fan_version_side *base = &answer->base, *other = &answer->other;
    const struct fan_two_shares failures = { base->failed, base->attempts, other->failed,
                                             other->attempts };
    answer->failed_p = fan_proportions_fisher(&failures);
    answer->failed_difference = fan_proportions_difference(&failures, FAN_STATS_LEVEL);
    const uint64_t all = base->attempts + other->attempts;
    answer->share = all > 0 ? (double)other->attempts / (double)all : FAN_UNKNOWN;
    answer->share_ci =
        fan_stats_proportion_interval(other->attempts, all, FAN_VERSION_SPLIT_LEVEL);
    answer->weight_inside = answer->weight >= answer->share_ci.lower &&
                            answer->weight <= answer->share_ci.upper;
}

/* Names, cells and versions are set. */
static void compare(struct fan_version_answer *answer, const struct fan_summary *summary,
                    const struct index *index)
{
    struct sample own, against;
    const uint64_t seed = summary->study->seed + SEED_APART + 2 * answer->other.cell;
    gather(&against, &answer->base, summary, index);
    gather(&own, &answer->other, summary, index);
    compare_shares(answer);
    answer->time = fan_rank_mann_whitney(own.value, own.n, against.value, against.n,
                                         FAN_STATS_LEVEL);
    answer->p = answer->time.p;
    answer->same = means_compared(own.value, own.n, against.value, against.n, seed);
    answer->cost = means_compared(own.usd, own.usd_n, against.usd, against.usd_n, seed);
    sample_clear(&own);
    sample_clear(&against);
}

/* ---- which pairs there are ---- */

static void name_side(struct fan_version_side *side, size_t cell, const char *version)
{
    side->cell = cell;
    if (!*version) version = "$LATEST";
    snprintf(side->name, sizeof side->name, "%s%s",
             fan_version_is_number(version) ? "version "
             : *version == '$'              ? ""
                                            : "alias ",
             version);
}

static struct fan_version_answer *add_pair(struct fan_answers *answers)
{
    answers->version = fan_realloc(answers->version, answers->version_count + 1,
                                   sizeof *answers->version);
    struct fan_version_answer *answer = &answers->version[answers->version_count++];
    memset(answer, 0, sizeof *answer);
    answer->weight = FAN_UNKNOWN;
    return answer;
}

/* Versions that answered calls of one setting. */
static void compare_within(struct fan_answers *answers, const struct fan_summary *summary,
                           const struct index *index, size_t c)
{
    const struct fan_study *study = summary->study;
    const struct fan_study_split *split = &study->cells[c].split;
    struct fan_versions_found seen = { { NULL }, 0 };
    for (size_t i = index->first[c]; i < index->first[c + 1]; i++) {
        const struct fan_record *record = &study->records[index->record[i]];
        if (fan_stratum_of(record) != FAN_STRATUM_COUNT)
            fan_versions_note(&seen, record->executed_version);
    }
    if (seen.n > 0 && split->canary[0] && split->weight > 0.0) {
        fan_versions_note(&seen, split->version); /* even when it got no call */
        fan_versions_note(&seen, split->canary);
    }
    fan_versions_put_first(&seen, split->version);
    for (size_t i = 1; i < seen.n; i++) {
        struct fan_version_answer *answer = add_pair(answers);
        answer->split = true;
        if (split->version[0] && strcmp(split->version, seen.name[0]) == 0)
            answer->weight =
                strcmp(split->canary, seen.name[i]) == 0 ? split->weight : 0.0;
        name_side(&answer->base, c, seen.name[0]);
        name_side(&answer->other, c, seen.name[i]);
        snprintf(answer->base.version, sizeof answer->base.version, "%s", seen.name[0]);
        snprintf(answer->other.version, sizeof answer->other.version, "%s", seen.name[i]);
        compare(answer, summary, index);
    }
}

/* The first setting of the same function, work and calls in flight: the base. */
static size_t base_of(const struct fan_study *study, size_t own)
{
    for (size_t c = 0; c < own; c++)
        if (study->cells[c].work == study->cells[own].work &&
            study->cells[c].parallelism == study->cells[own].parallelism &&
            fan_versions_of_one(&study->cells[c], &study->cells[own]))
            return c;
    return own;
}

/* Settings that call different versions. */
static void compare_between(struct fan_answers *answers,
                            const struct fan_summary *summary, const struct index *index)
{
    const struct fan_study *study = summary->study;
    for (size_t c = 1; c < study->cell_count; c++) {
        const size_t base = base_of(study, c);
        if (base == c) continue;
        struct fan_version_answer *answer = add_pair(answers);
        name_side(&answer->base, base, study->cells[base].qualifier);
        name_side(&answer->other, c, study->cells[c].qualifier);
        compare(answer, summary, index);
    }
}

/* ---- over all pairs ---- */

static void adjust(struct fan_answers *answers)
{
    const size_t n = answers->version_count;
    double *p = fan_alloc_zero(2 * n + 1, sizeof *p), *failed = p + n;
    for (size_t i = 0; i < n; i++) {
        p[i] = answers->version[i].p;
        failed[i] = answers->version[i].failed_p;
    }
    fan_rank_holm(p, n);
    fan_rank_holm(failed, n);
    for (size_t i = 0; i < n; i++) {
        answers->version[i].p = p[i];
        answers->version[i].failed_p = failed[i];
    }
    free(p);
}

static enum fan_version_verdict judge(const struct fan_version_answer *answer)
{
    const struct fan_version_side *base = &answer->base, *other = &answer->other;
    const bool more = (double)other->failed * (double)base->attempts >
                      (double)base->failed * (double)other->attempts;
    if (answer->failed_p < FAN_ANSWER_ALPHA && more) return FAN_VERSION_FAILS;
    if (!isfinite(answer->p) || base->n < 2 || other->n < 2) return FAN_VERSION_FEW;
    if (answer->same.equivalent) return FAN_VERSION_SAME;
    if (answer->p >= FAN_ANSWER_ALPHA) return FAN_VERSION_NONE;
    return answer->time.shift > 0.0 ? FAN_VERSION_SLOWER : FAN_VERSION_FASTER;
}

void fan_answers_versions(struct fan_answers *answers, const struct fan_summary *summary)
{
    struct index index;
    index_init(&index, summary->study);
    for (size_t c = 0; c < summary->study->cell_count; c++)
        compare_within(answers, summary, &index, c);
    if (summary->factors.version) compare_between(answers, summary, &index);
    index_clear(&index);
    adjust(answers);
    for (size_t i = 0; i < answers->version_count; i++)
        answers->version[i].verdict = judge(&answers->version[i]);
}
