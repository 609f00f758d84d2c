/*
 * answers_versions.h - do two versions of a function differ? Versions meet where an alias
 * splits the calls of a setting between them, and where settings call them one by one.
 * Inside this room only.
 */
#ifndef FAN_ANALYSIS_ANSWERS_VERSIONS_H
#define FAN_ANALYSIS_ANSWERS_VERSIONS_H

#include "analysis/equivalence.h"
#include "analysis/proportions.h"
#include "analysis/rank_tests.h"
#include "analysis/summary_data.h"
#include "analysis/version_names.h"

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_VERSION_SPLIT_LEVEL 0.99 /* confidence level of a version's share */

/* What a comparison comes to; the first that holds. */
enum fan_version_verdict {
    FAN_VERSION_FAILS,  /* it fails more often */
    FAN_VERSION_FEW,    /* too few calls to say anything of the time */
    FAN_VERSION_SAME,   /* its mean time is the same within FAN_EQUIVALENCE_MARGIN */
    FAN_VERSION_SLOWER, /* a shift is shown */
    FAN_VERSION_FASTER,
    FAN_VERSION_NONE /* no difference shown */
};

#define FAN_VERSION_NAME_MAX 160

/* One of two versions. */
struct fan_version_side {
    char name[FAN_VERSION_NAME_MAX]; /* "version 2", "$LATEST", "alias live" */
    char version[16];                /* whose records of the cell; "": all */
    size_t cell;
    uint32_t memory_mb;        /* of the version, which may have a size of its own */
    uint64_t attempts, failed; /* that it answered; without success */
    size_t n;                  /* values of the main metric in the main stratum */
    double median;
    struct fan_interval median_ci;
    double usd_mean; /* of an attempt of the main stratum */
};

/* A version against the one that it is to follow. */
struct fan_version_answer {
    struct fan_version_side base, other;
    bool split;   /* an alias shared out the calls of one setting, the cell of both */
    double share; /* of the attempts that either answered, the other's */
    struct fan_interval share_ci; /* Clopper and Pearson, at FAN_VERSION_SPLIT_LEVEL */
    double weight;                /* that the alias gives it; unknown where nobody said */
    bool weight_inside;           /* share_ci holds it */
    double failed_p;              /* Fisher's, after Holm over all pairs of the study */
    struct fan_interval
        failed_difference;       /* share of the other's less that of the base's */
    struct fan_two_samples time; /* the other against the base */
    double p;                    /* Mann and Whitney's, after Holm, as above */
    struct fan_equivalence same; /* mean times, the other's by the base's */
    struct fan_equivalence cost; /* mean costs */
    enum fan_version_verdict verdict;
};

/* "fails", "few", "same", "slower", "faster", "none". */
const char *fan_version_verdict_name(enum fan_version_verdict verdict);

/* The main metric of a side in the main stratum, ascending. Owns: the caller frees. */
double *fan_versions_values(const struct fan_summary *summary,
                            const struct fan_version_side *side, size_t *n);

#ifdef __cplusplus
}
#endif
#endif
