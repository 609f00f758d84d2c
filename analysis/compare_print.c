/* compare_print.c - a comparison on the terminal, and its outcome in a sentence. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "analysis/compare_data.h"
#include "analysis/show.h"

#define ROWS_MAX   120 /* more are left to compare.json */
#define SHARES_MAX 24

/* Append to a text of limited size. */
static void say(char *text, size_t capacity, const char *fmt, ...) FAN_PRINTF(3, 4);
static void say(char *text, size_t capacity, const char *fmt, ...)
{
    const size_t used = strlen(text);
    va_list args;
    va_start(args, fmt);
    vsnprintf(text + used, capacity - used, fmt, args);
    va_end(args);
}

/* Settings of the main stratum that are worse, and not by less than the margin. */
static size_t count_worse(const struct fan_comparison *c)
{
    size_t n = 0;
    for (size_t i = 0; i < c->pair_count; i++)
        n += c->row[i].verdict == FAN_VERDICT_WORSE && !c->row[i].same;
    return n;
}

static void say_regression(const struct fan_comparison *c, char *text, size_t capacity)
{
    const size_t worse = count_worse(c);
    const char *comma = " ";
    say(text, capacity, "regression:");
    if (worse > 0) {
        say(text, capacity, "%s%zu of %zu settings %s", comma, worse, c->pair_count,
            fan_compare_worse(c));
        comma = ", ";
    }
    if (c->other_worse > 0) {
        say(text, capacity, "%s%s calls %s in %zu of %zu settings", comma,
            c->stratum == FAN_STRATUM_WARM ? "cold" : "warm", fan_compare_worse(c),
            c->other_worse, c->pair_count);
        comma = ", ";
    }
    if (c->overall.verdict == FAN_VERDICT_WORSE) {
        say(text, capacity, "%s%s over all settings", comma, fan_compare_worse(c));
        comma = ", ";
    }
    for (int k = 0; k < FAN_SHARE_KINDS; k++) {
        if (c->shares_worse[k] == 0) continue;
        say(text, capacity, "%smore calls %s", comma,
            fan_compare_kind_name((enum fan_compare_kind)k));
        comma = ", ";
    }
}

void fan_comparison_verdict(const struct fan_comparison *c, char *text, size_t capacity)
{
    const struct fan_text margin = fan_show_share(c->settings.margin);
    text[0] = '\0';
    switch (fan_comparison_outcome(c)) {
    case FAN_COMPARE_REGRESSION: say_regression(c, text, capacity); return;
    case FAN_COMPARE_UNTESTED:
        say(text, capacity,
            "nothing tested: no setting has %d %s calls with a %s in both runs",
            FAN_COMPARE_SAMPLE_MIN, fan_stratum_name(c->stratum),
            fan_compare_metric_name(c->settings.metric));
        return;
    case FAN_COMPARE_NOT_SAME:
        say(text, capacity, "not shown to be the same: %zu of %zu settings within %s",
            c->same, c->pair_count, margin.s);
        return;
    case FAN_COMPARE_PASSED: break;
    }
    if (c->settings.margin > 0.0) {
        say(text, capacity, "the same within %s in all %zu settings", margin.s,
            c->pair_count);
        return;
    }
    say(text, capacity, "no regression shown");
    if (c->count[FAN_VERDICT_BETTER] > 0)
        say(text, capacity, "; %zu of %zu settings %s", c->count[FAN_VERDICT_BETTER],
            c->pair_count, fan_compare_better(c));
    if (c->count[FAN_VERDICT_MINOR] > 0)
        say(text, capacity, "; %zu of %zu settings %s by less than the threshold of %s",
            c->count[FAN_VERDICT_MINOR], c->pair_count, fan_compare_worse(c),
            fan_show_share(c->settings.threshold).s);
    if (c->count[FAN_VERDICT_FEW] > 0)
        say(text, capacity, "; %zu of %zu settings have too few calls to test",
            c->count[FAN_VERDICT_FEW], c->pair_count);
}

void fan_compare_overall_text(const struct fan_comparison *c, char *text, size_t capacity)
{
    const struct fan_compare_overall *overall = &c->overall;
    char label[160];
    text[0] = '\0';
    if (overall->cells > 1)
        say(text, capacity, "B/A %s (geometric mean of %zu settings)",
            fan_show_number(overall->ratio).s, overall->cells);
    if (!isnan(overall->p))
        say(text, capacity, ", signed ranks p %s: %s", fan_show_p(overall->p).s,
            fan_compare_verdict_text(c, overall->verdict));
    if (overall->any_worst) {
        fan_compare_label(c, c->row[overall->worst].pair, label, sizeof label);
        say(text, capacity, "; worst regression %s at %s",
            fan_show_number(c->row[overall->worst].ratio).s, label);
    }
    if (overall->any_best) {
        fan_compare_label(c, c->row[overall->best].pair, label, sizeof label);
        say(text, capacity, "; best improvement %s at %s",
            fan_show_number(c->row[overall->best].ratio).s, label);
    }
    if (strncmp(text, "; ", 2) == 0) memmove(text, text + 2, strlen(text + 2) + 1);
}

static void print_table(struct fan_table *table, FILE *out, int columns)
{
    fan_table_print(table, out, columns);
    fan_table_free(table);
}

static void print_left(FILE *out, const char *name, const struct fan_study *study,
                       const size_t *cell, size_t n)
{
    for (size_t i = 0; i < n && i < 10; i++) {
        const struct fan_study_cell *own = &study->cells[cell[i]];
        fprintf(out, "  only %s  %s: %u MB, work %ux, %u in flight\n", name,
                own->function, own->memory_mb, own->work, own->parallelism);
    }
    if (n > 10) fprintf(out, "  only %s  ... and %zu more\n", name, n - 10);
}

void fan_comparison_print(const struct fan_comparison *c, FILE *out, int columns)
{
    const struct fan_study *a = c->a.summary->study, *b = c->b.summary->study;
    char text[600];

    fprintf(out, "A  %s: %s on %s, %s\nB  %s: %s on %s, %s\n", c->settings.name_a, a->job,
            a->endpoint, a->started, c->settings.name_b, b->job, b->endpoint, b->started);
    fan_compare_subject(c, text, sizeof text);
    fprintf(out, "\n  %s; prices of %s\n", text, c->b.summary->price.date);
    print_table(fan_compare_row_table(c, false, ROWS_MAX), out, columns);
    if (c->row_count > ROWS_MAX)
        fprintf(out, "  ... and %zu more rows: see compare.json\n",
                c->row_count - ROWS_MAX);
    fputc('\n', out);
    struct fan_table *shares = fan_compare_share_table(c, false, SHARES_MAX);
    if (fan_table_rows(shares) == 0)
        fprintf(out, "  no call failed or was throttled in either run\n");
    print_table(shares, out, columns);

    fan_compare_overall_text(c, text, sizeof text);
    if (*text) fprintf(out, "\n  overall %s\n", text);
    fputc('\n', out);
    print_left(out, "A", a, c->only_a, c->only_a_count);
    print_left(out, "B", b, c->only_b, c->only_b_count);
    for (size_t i = 0; i < c->note_count; i++)
        fprintf(out, "  note    %s: %s\n", c->note[i].name, c->note[i].detail);
    fan_comparison_verdict(c, text, sizeof text);
    fprintf(out, "  %s  %s\n",
            fan_comparison_outcome(c) == FAN_COMPARE_PASSED ? "ok    " : "FAILED", text);
}
