/* compare_words.c - names, labels and the two tables of a comparison. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/compare_data.h"
#include "analysis/show.h"
#include "analysis/table_cells.h"

const struct fan_study_cell *fan_compare_cell(const struct fan_comparison *c, size_t pair)
{
    return &c->a.summary->study->cells[c->pair[pair].a];
}

const char *fan_compare_metric_name(enum fan_compare_metric metric)
{
    static const char *const names[FAN_COMPARE_METRICS] = { "duration", "billed time",
                                                            "latency", "cost" };
    return metric < FAN_COMPARE_METRICS ? names[metric] : "none";
}

void fan_compare_subject(const struct fan_comparison *c, char *text, size_t capacity)
{
    const char *stratum = fan_stratum_name(c->stratum);
    if (c->settings.metric == FAN_COMPARE_COST)
        snprintf(text, capacity, "mean cost of 1,000 %s calls", stratum);
    else
        snprintf(text, capacity, "median %s of %s calls in ms",
                 fan_compare_metric_name(c->settings.metric), stratum);
}

static bool is_time(const struct fan_comparison *c)
{
    return c->settings.metric == FAN_COMPARE_DURATION ||
           c->settings.metric == FAN_COMPARE_LATENCY;
}

const char *fan_compare_worse(const struct fan_comparison *c)
{
    return is_time(c) ? "slower" : "dearer";
}

const char *fan_compare_better(const struct fan_comparison *c)
{
    return is_time(c) ? "faster" : "cheaper";
}

const char *fan_compare_verdict_text(const struct fan_comparison *c,
                                     enum fan_compare_verdict verdict)
{
    switch (verdict) {
    case FAN_VERDICT_FEW: return "too few calls";
    case FAN_VERDICT_NONE: return "no difference shown";
    case FAN_VERDICT_BETTER: return fan_compare_better(c);
    case FAN_VERDICT_MINOR: return "within the threshold";
    case FAN_VERDICT_WORSE: return fan_compare_worse(c);
    case FAN_VERDICT_COUNT: break;
    }
    return "";
}

const char *fan_compare_kind_name(enum fan_compare_kind kind)
{
    return kind == FAN_SHARE_FAILED ? "failed" : "throttled";
}

const char *fan_compare_share_text(const struct fan_compare_share *share)
{
    switch (share->verdict) {
    case FAN_VERDICT_FEW: return "no calls";
    case FAN_VERDICT_WORSE: return "more";
    case FAN_VERDICT_BETTER: return "fewer";
    case FAN_VERDICT_NONE:
    case FAN_VERDICT_MINOR:
    case FAN_VERDICT_COUNT: break;
    }
    return "no difference shown";
}

void fan_compare_label(const struct fan_comparison *c, size_t pair, char *text,
                       size_t capacity)
{
    const struct fan_study_cell *cell = fan_compare_cell(c, pair);
    char work[24] = "", parallelism[32] = "", name[48] = "";
    if (c->factors.function)
        snprintf(name, sizeof name, "%.28s%s, ", cell->function,
                 strlen(cell->function) > 28 ? ".." : "");
    if (c->factors.work) snprintf(work, sizeof work, ", work %ux", cell->work);
    if (c->factors.parallelism)
        snprintf(parallelism, sizeof parallelism, ", %u in flight", cell->parallelism);
    snprintf(text, capacity, "%s%u MB%s%s", name, cell->memory_mb, work, parallelism);
}

/* --- tables --- */

static void add_factors(struct fan_table *table, const struct fan_comparison *c,
                        size_t pair, bool markdown)
{
    const struct fan_study_cell *cell = fan_compare_cell(c, pair);
    fan_table_add_setting(table, &c->factors, cell, cell->memory_mb, markdown);
}

static struct fan_text show_value(const struct fan_comparison *c, double median,
                                  double mean)
{
    return c->settings.metric == FAN_COMPARE_COST ? fan_show_usd(1000.0 * mean)
                                                  : fan_show_number(median);
}

static struct fan_text show_shift(const struct fan_comparison *c,
                                  const struct fan_compare_row *row)
{
    return c->settings.metric == FAN_COMPARE_COST ? fan_show_usd(1000.0 * row->test.shift)
                                                  : fan_show_number(row->test.shift);
}

static struct fan_text show_shift_ci(const struct fan_comparison *c,
                                     const struct fan_compare_row *row)
{
    struct fan_interval ci = row->test.shift_ci;
    if (c->settings.metric == FAN_COMPARE_COST) {
        ci.lower *= 1000.0;
        ci.upper *= 1000.0;
    }
    return fan_show_interval(ci);
}

/* "a large" without its article. */
static const char *effect_word(double delta)
{
    return isnan(delta) ? "-" : strchr(fan_rank_effect(delta), ' ') + 1;
}

static void add_row(struct fan_table *table, const struct fan_comparison *c,
                    const struct fan_compare_row *row, bool markdown)
{
    const bool worse = row->verdict == FAN_VERDICT_WORSE;
    const char *verdict = fan_compare_verdict_text(c, row->verdict);
    add_factors(table, c, row->pair, markdown);
    fan_table_add(table, fan_stratum_name(row->stratum));
    fan_table_add(table, fan_show_count(row->n_a).s);
    fan_table_add(table, fan_show_count(row->n_b).s);
    fan_table_add(table, show_value(c, row->median_a, row->mean_a).s);
    fan_table_add(table, show_value(c, row->median_b, row->mean_b).s);
    fan_table_add(table, fan_show_number(row->ratio).s);
    fan_table_add(table, fan_show_interval(row->ratio_ci).s);
    fan_table_add(table, show_shift(c, row).s);
    fan_table_add(table, show_shift_ci(c, row).s);
    fan_table_add(table, fan_show_number(row->test.delta).s);
    fan_table_add(table, effect_word(row->test.delta));
    fan_table_add_p(table, row->p);
    fan_table_add(table, fan_show_number(row->cost_ratio).s);
    fan_table_add(table, fan_show_interval(row->cost_ci).s);
    if (c->settings.margin > 0.0)
        fan_table_add(table, row->same ? "yes" : "not shown");
    else
        fan_table_add(table, "");
    fan_table_addf(table, markdown && worse ? "**%s**" : "%s", verdict);
}

/* How much a row asks to be seen when not all can be shown. */
static int weight(enum fan_compare_verdict verdict)
{
    static const int weights[FAN_VERDICT_COUNT] = { 1, 0, 2, 3, 4 };
    return weights[verdict];
}

/* Rows of at least this weight find room; 0: all do. */
static int least_weight(const struct fan_comparison *c, size_t rows_max)
{
    int least = 0;
    if (c->row_count <= rows_max) return 0;
    for (; least < 4; least++) {
        size_t n = 0;
        for (size_t i = 0; i < c->row_count; i++)
            n += weight(c->row[i].verdict) >= least;
        if (n <= rows_max) break;
    }
    return least;
}

struct fan_table *fan_compare_row_table(const struct fan_comparison *c, bool markdown,
                                        size_t rows_max)
{
    static const struct fan_column columns[] = {
        { "function", true, 0 }, { "memory", false, 0 },   { "work", false, 0 },
        { "par", false, 0 },     { "stratum", true, 2 },   { "n A", false, 4 },
        { "n B", false, 4 },     { "A", false, 0 },        { "B", false, 0 },
        { "B/A", false, 0 },     { "95 % CI", false, 0 },  { "shift", false, 7 },
        { "95 % CI", false, 8 }, { "delta", false, 6 },    { "effect", true, 3 },
        { "p", false, 1 },       { "cost B/A", false, 5 }, { "95 % CI", false, 9 },
        { "the same", true, 0 }, { "verdict", true, 0 },
    };
    struct fan_table *table = fan_table_new(columns, sizeof columns / sizeof columns[0]);
    const int least = least_weight(c, rows_max);
    for (size_t i = 0; i < c->row_count && fan_table_rows(table) < rows_max; i++)
        if (weight(c->row[i].verdict) >= least) add_row(table, c, &c->row[i], markdown);
    /* Without room for all of them the rest follow: what was left out is only what says
     * nothing. */
    for (size_t i = 0; i < c->row_count && fan_table_rows(table) < rows_max; i++)
        if (weight(c->row[i].verdict) < least) add_row(table, c, &c->row[i], markdown);
    return table;
}

static void add_share(struct fan_table *table, const struct fan_comparison *c,
                      const struct fan_compare_share *share, bool markdown)
{
    const struct fan_two_shares *s = &share->counts;
    const double a = s->n_a ? (double)s->hits_a / (double)s->n_a : FAN_UNKNOWN;
    const double b = s->n_b ? (double)s->hits_b / (double)s->n_b : FAN_UNKNOWN;
    if (share->all) {
        fan_table_add(table, "");
        fan_table_add(table, "all");
        fan_table_add(table, "");
        fan_table_add(table, "");
    } else {
        add_factors(table, c, share->pair, markdown);
    }
    fan_table_add(table, fan_compare_kind_name(share->kind));
    fan_table_addf(table, "%s of %s", fan_show_count(s->hits_a).s,
                   fan_show_count(s->n_a).s);
    fan_table_add(table, fan_show_share(a).s);
    fan_table_addf(table, "%s of %s", fan_show_count(s->hits_b).s,
                   fan_show_count(s->n_b).s);
    fan_table_add(table, fan_show_share(b).s);
    fan_table_add(table, fan_show_share(b - a).s);
    if (isnan(share->difference.lower))
        fan_table_add(table, "-");
    else
        fan_table_addf(table, "[%s, %s]", fan_show_share(share->difference.lower).s,
                       fan_show_share(share->difference.upper).s);
    fan_table_add_p(table, share->p);
    fan_table_addf(table,
                   markdown && share->verdict == FAN_VERDICT_WORSE ? "**%s**" : "%s",
                   fan_compare_share_text(share));
}

static bool was_hit(const struct fan_compare_share *share)
{
    return share->counts.hits_a + share->counts.hits_b > 0;
}

struct fan_table *fan_compare_share_table(const struct fan_comparison *c, bool markdown,
                                          size_t rows_max)
{
    static const struct fan_column columns[] = {
        { "function", true, 0 }, { "memory", false, 0 },  { "work", false, 0 },
        { "par", false, 0 },     { "calls", true, 0 },    { "A", false, 0 },
        { "share", false, 4 },   { "B", false, 0 },       { "share", false, 4 },
        { "B - A", false, 0 },   { "95 % CI", false, 2 }, { "p", false, 0 },
        { "verdict", true, 0 },
    };
    struct fan_table *table = fan_table_new(columns, sizeof columns / sizeof columns[0]);
    size_t hit = 0;
    for (size_t i = 0; i < c->share_count; i++)
        hit += was_hit(&c->share[i]);
    for (size_t i = 0; i < c->share_count && fan_table_rows(table) < rows_max; i++) {
        const struct fan_compare_share *share = &c->share[i];
        const bool quiet = share->verdict == FAN_VERDICT_NONE && !share->all;
        if (was_hit(share) && !(quiet && hit > rows_max))
            add_share(table, c, share, markdown);
    }
    return table;
}
