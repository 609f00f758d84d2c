/* calibrate.c - see calibrate.h. */
#include "bench/calibrate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/statistics.h"
#include "common/buf.h"

/* Checks with the same values must not see the same draws: the name is part of the seed.
 */
static uint64_t seed_of(const struct fan_check *check, uint64_t seed)
{
    uint64_t mark = UINT64_C(14695981039346656037) ^ seed;
    for (const char *p = check->name; *p; p++)
        mark = (mark ^ (unsigned char)*p) * UINT64_C(1099511628211);
    for (const char *p = check->noise ? check->noise->name : ""; *p; p++)
        mark = (mark ^ (unsigned char)*p) * UINT64_C(1099511628211);
    return (mark ^ check->n) * UINT64_C(1099511628211);
}

size_t fan_calibrate_group(const struct fan_check *checks, size_t n)
{
    size_t group = 1;
    while (group < n && checks[group].trial == checks[0].trial &&
           checks[group].noise == checks[0].noise && checks[group].n == checks[0].n &&
           checks[group].setting == checks[0].setting && checks[group].bit > 0)
        group++;
    return group;
}

/* What the trials said of one check. */
struct tally {
    double *error;
    size_t errors, trials, hits;
};

static struct fan_kept judge(const struct fan_check *check, struct tally *tally)
{
    const struct fan_interval ci =
        fan_stats_proportion_interval(tally->hits, tally->trials, FAN_STATS_LEVEL);
    struct fan_kept kept;
    memset(&kept, 0, sizeof kept);
    fan_stats_sort(tally->error, tally->errors);
    kept.check = check;
    kept.trials = tally->trials;
    kept.hits = tally->hits;
    kept.nominal = check->promise ? check->promise(check) : check->nominal;
    kept.share =
        tally->trials ? (double)tally->hits / (double)tally->trials : FAN_UNKNOWN;
    kept.lower = ci.lower;
    kept.upper = ci.upper;
    kept.error_median = kept.error_p95 = FAN_UNKNOWN;
    if (tally->errors > 0) {
        kept.error_median = fan_stats_quantile(tally->error, tally->errors, 0.5);
        kept.error_p95 = fan_stats_quantile(tally->error, tally->errors, 0.95);
    }
    kept.ok = kept.share >= check->least && kept.share <= check->most;
    return kept;
}

void fan_calibrate(const struct fan_check *checks, size_t n, size_t repetitions,
                   uint64_t seed, struct fan_kept *kept)
{
    struct tally *tally = fan_alloc_zero(n, sizeof *tally);
    const uint64_t mark = seed_of(&checks[0], seed);
    for (size_t c = 0; c < n; c++)
        tally[c].error = fan_alloc_zero(repetitions + 1, sizeof *tally[c].error);
    for (size_t i = 0; i < repetitions; i++) {
        struct fan_trial trial;
        trial.check = &checks[0];
        trial.seed = mark + i;
        for (size_t b = 0; b < FAN_TRIAL_BITS; b++)
            trial.error[b] = FAN_UNKNOWN;
        fan_noise_start(&trial.stream, mark, i);
        const int said = checks[0].trial(&trial);
        for (size_t c = 0; c < n; c++) {
            const unsigned bit = checks[c].bit;
            if (isfinite(trial.error[bit]))
                tally[c].error[tally[c].errors++] = trial.error[bit];
            if (said == FAN_TRIAL_NONE) continue;
            tally[c].trials++;
            tally[c].hits += ((unsigned)said >> bit) & 1u;
        }
    }
    for (size_t c = 0; c < n; c++) {
        kept[c] = judge(&checks[c], &tally[c]);
        free(tally[c].error);
    }
    free(tally);
}

void fan_trial_sample(struct fan_trial *trial, double level, double *values, size_t n)
{
    for (size_t i = 0; i < n; i++)
        values[i] = level * fan_noise_next(&trial->stream, trial->check->noise);
    fan_stats_sort(values, n);
}
