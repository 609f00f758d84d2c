/*
 * compare_data.h - what a comparison holds. Inside this room only: the table,
 * compare.json, compare.md and the figure are written from these fields.
 */
#ifndef FAN_ANALYSIS_COMPARE_DATA_H
#define FAN_ANALYSIS_COMPARE_DATA_H

#include "analysis/compare.h"
#include "analysis/figures.h"
#include "analysis/plot.h"
#include "analysis/proportions.h"
#include "analysis/rank_tests.h"
#include "analysis/summary_data.h"
#include "analysis/text_table.h"

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_COMPARE_ALPHA      0.05 /* a smaller p-value, after Holm, counts as shown */
#define FAN_COMPARE_SAMPLE_MIN 6    /* calls on either side; fewer are not tested */
#define FAN_COMPARE_CELLS_MIN  6    /* settings that the overall test takes */
#define FAN_COMPARE_NOTES_MAX  32

/* One run's part: samples of the metric, dollars per attempt, and calls. */
struct fan_compare_calls {
    uint64_t calls, throttled, failed; /* throttled: any attempt was; failed: no success,
                                          and not for throttles alone */
};
struct fan_compare_side {
    const struct fan_summary *summary;
    struct fan_series *usd;          /* cells x FAN_STRATUM_COUNT, ascending */
    double *usd_values;              /* what they point into */
    struct fan_compare_calls *calls; /* per cell */
};
void fan_compare_side_init(struct fan_compare_side *side,
                           const struct fan_summary *summary);
void fan_compare_side_clear(struct fan_compare_side *side);
const struct fan_series *fan_compare_side_usd(const struct fan_compare_side *side,
                                              size_t cell, enum fan_stratum stratum);
const struct fan_series *fan_compare_side_series(const struct fan_compare_side *side,
                                                 enum fan_compare_metric metric,
                                                 size_t cell, enum fan_stratum stratum);

/* A setting that both runs have. */
struct fan_compare_pair {
    size_t a, b;  /* cells */
    bool renamed; /* the function has another name in b */
};

/* What a test says. "None" never means equal. */
enum fan_compare_verdict {
    FAN_VERDICT_FEW,  /* too few calls to test */
    FAN_VERDICT_NONE, /* no difference shown */
    FAN_VERDICT_BETTER,
    FAN_VERDICT_MINOR, /* worse, by less than the threshold */
    FAN_VERDICT_WORSE,
    FAN_VERDICT_COUNT
};

/* A matched setting in one stratum, b against a. */
struct fan_compare_row {
    size_t pair;
    enum fan_stratum stratum;
    size_t n_a, n_b;
    double median_a, median_b, mean_a, mean_b;
    struct fan_two_samples test;  /* x is b, y is a: positive shifts are worse */
    double p;                     /* two-sided, after Holm */
    double ratio;                 /* of medians; of means where the metric is the cost */
    struct fan_interval ratio_ci; /* at FAN_STATS_LEVEL */
    struct fan_interval ratio_tost; /* at 2 x FAN_STATS_LEVEL - 1 */
    double cost_ratio;              /* of mean dollars per attempt */
    struct fan_interval cost_ci;
    bool same; /* ratio_tost lies within the margin; false without a margin */
    enum fan_compare_verdict verdict;
};

/* Calls that failed, or were throttled, of a matched setting or of all. */
enum fan_compare_kind { FAN_SHARE_FAILED, FAN_SHARE_THROTTLED, FAN_SHARE_KINDS };
struct fan_compare_share {
    bool all; /* over all matched settings */
    size_t pair;
    enum fan_compare_kind kind;
    struct fan_two_shares counts;
    struct fan_interval difference; /* b less a */
    double p;                       /* after Holm; unknown where nobody was hit */
    enum fan_compare_verdict verdict;
};

/* All settings together, in the main stratum. */
struct fan_compare_overall {
    size_t cells;           /* with a ratio */
    double ratio;           /* geometric mean */
    struct fan_paired test; /* of the logarithms of the ratios; from six cells on */
    double p;               /* two-sided, after Holm with the rows */
    enum fan_compare_verdict verdict;
    size_t worst, best; /* rows with the largest and smallest significant ratio */
    bool any_worst, any_best;
};

struct fan_comparison {
    struct fan_compare_settings settings;
    struct fan_compare_side a, b;
    enum fan_stratum stratum; /* the main one */
    struct fan_compare_pair *pair;
    size_t pair_count, renamed;
    size_t *only_a, *only_b; /* cells without a partner */
    size_t only_a_count, only_b_count;
    struct fan_factors_seen factors; /* among the matched settings */
    struct fan_compare_row *row; /* main stratum first, pair by pair; then the other */
    size_t row_count;
    struct fan_compare_share *share;
    size_t share_count;
    struct fan_compare_overall overall;
    size_t count[FAN_VERDICT_COUNT]; /* rows of the main stratum by verdict */
    size_t same;                     /* of them, the same within the margin */
    size_t shares_worse[FAN_SHARE_KINDS],
        other_worse;      /* regressions outside of the main stratum */
    bool latency_instead; /* asked for durations, which a run does not have */
    struct fan_study_check note[FAN_COMPARE_NOTES_MAX];
    size_t note_count;
};

/* Pair the cells (compare_match.c). */
void fan_compare_match(struct fan_comparison *c);

/* Rows, shares and the overall verdict, with Holm (compare.c, compare_shares.c). */
void fan_compare_shares(struct fan_comparison *c);

/* Fill the notes: other conditions, and what weakens either run (compare_notes.c). */
void fan_compare_notes(struct fan_comparison *c);

/* Parts of tables and sentences (compare_words.c). */
const struct fan_study_cell *fan_compare_cell(const struct fan_comparison *c,
                                              size_t pair);
const char *fan_compare_metric_name(enum fan_compare_metric metric);
/* "median duration of warm calls in ms". */
void fan_compare_subject(const struct fan_comparison *c, char *text, size_t capacity);
const char *fan_compare_worse(const struct fan_comparison *c);  /* "slower", "dearer" */
const char *fan_compare_better(const struct fan_comparison *c); /* "faster", "cheaper" */
const char *fan_compare_verdict_text(const struct fan_comparison *c,
                                     enum fan_compare_verdict verdict);
const char *fan_compare_share_text(const struct fan_compare_share *share);
const char *fan_compare_kind_name(enum fan_compare_kind kind); /* "failed", "throttled" */
/* "128 MB, work 2x, 8 in flight": what varies, and the memory. */
void fan_compare_label(const struct fan_comparison *c, size_t pair, char *text,
                       size_t capacity);

/* "B/A 1.021 (geometric mean of 12 settings), ...; worst regression ..."; may be empty.
 */
void fan_compare_overall_text(const struct fan_comparison *c, char *text,
                              size_t capacity);

/* The tables, for the terminal or for Markdown. When there are more rows than rows_max,
 * those that say the least are left out. Owns: fan_table_free. */
struct fan_table *fan_compare_row_table(const struct fan_comparison *c, bool markdown,
                                        size_t rows_max);
struct fan_table *fan_compare_share_table(const struct fan_comparison *c, bool markdown,
                                          size_t rows_max);

/* compare.md (report_compare.c). */
enum fan_status fan_compare_markdown(const struct fan_comparison *c,
                                     const struct fan_figure_made *figure,
                                     struct fan_buf *out,
                                     struct fan_err *err) FAN_MUST_CHECK;

/* The forest plot (figure_compare.c). */
void fan_figure_compare(const struct fan_comparison *c, struct fan_figure *figure);

#ifdef __cplusplus
}
#endif
#endif
