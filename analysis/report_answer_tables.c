/* report_answer_tables.c - the tests' tables: memory, cost, work, calls in flight,
 * spread, limits. */
#include <math.h>
#include <stdio.h>

#include "analysis/answers.h"
#include "analysis/report_parts.h"
#include "analysis/show.h"
#include "analysis/table_cells.h"

#define ROWS_MOST 60 /* more settings: the rest is in summary.json */

static struct fan_table *table_of(const struct fan_column *columns, size_t bytes)
{
    return fan_table_new(columns, bytes / sizeof *columns);
}

/* "128 MB", or nothing where no size was chosen. */
static void add_size(struct fan_table *table, const struct fan_summary *summary,
                     bool known, size_t c)
{
    if (known)
        fan_table_addf(table, "%u MB", summary->cells[c].cell->memory_mb);
    else
        fan_table_add(table, "-");
}

/* The factors that are equal in a whole row of memory sizes. */
static void add_group(struct fan_table *table, const struct fan_summary *summary,
                      const struct fan_study_cell *cell)
{
    fan_table_add(table, cell->transport);
    fan_table_add_load(table, &summary->factors, cell);
}

void fan_report_memory_table(const struct fan_summary *summary, struct fan_sink *sink)
{
    static const struct fan_column columns[] = {
        { "transport", true, 0 }, { "work", false, 0 },     { "in flight", false, 0 },
        { "sizes", false, 0 },    { "exponent", false, 0 }, { "95 % CI", false, 0 },
        { "R2", false, 0 },       { "-1 inside", true, 0 }, { "cost: H", false, 0 },
        { "p", false, 0 },        { "for cost", false, 0 }, { "for speed", false, 0 },
        { "balanced", false, 0 },
    };
    const struct fan_answers *answers = summary->answers;
    struct fan_table *table = table_of(columns, sizeof columns);
    for (size_t i = 0; i < answers->memory_count; i++) {
        const struct fan_memory_answer *a = &answers->memory[i];
        const struct fan_line *line = &a->scaling;
        const bool known = isfinite(line->slope_ci.lower);
        const bool inverse = line->slope_ci.lower <= -1.0 && line->slope_ci.upper >= -1.0;
        add_group(table, summary, summary->cells[a->row.cell[0]].cell);
        fan_table_addf(table, "%zu", a->row.n);
        fan_table_add(table, fan_show_number(line->slope).s);
        fan_table_add(table, fan_show_interval(line->slope_ci).s);
        fan_table_add(table, fan_show_number(line->r2).s);
        fan_table_add(table, known ? inverse ? "yes" : "no" : "-");
        fan_table_add(table, fan_show_number(a->cost_test.h).s);
        fan_table_add_p(table, a->cost_test.p);
        add_size(table, summary, a->tuned, a->cheapest);
        add_size(table, summary, a->tuned, a->fastest);
        add_size(table, summary, a->tuned, a->balanced);
    }
    fan_report_table(
        table, sink, "Scaling with memory",
        "The exponent of memory in the median time (least squares of the logarithms, "
        "sizes up to 1,769 MB); whether the cost of a call differs between all sizes "
        "(Kruskal and Wallis); the size that AWS Lambda Power Tuning's strategies "
        "choose.");
}

void fan_report_costs_table(const struct fan_summary *summary, struct fan_sink *sink)
{
    static const struct fan_column columns[] = {
        FAN_FACTOR_COLUMNS,
        { "per 1,000", false, 0 },
        { "95 % CI", false, 0 },
        { "ratio", false, 0 },
        { "95 % CI of the ratio", false, 0 },
        { "p", false, 0 },
        { "verdict", true, 0 },
        { "front", true, 0 },
    };
    const struct fan_answers *answers = summary->answers;
    struct fan_table *table = table_of(columns, sizeof columns);
    for (size_t i = 0; i < answers->memory_count; i++) {
        const struct fan_memory_answer *a = &answers->memory[i];
        for (size_t k = 0; k < a->row.n && fan_table_rows(table) < ROWS_MOST; k++) {
            const size_t c = a->row.cell[k];
            const struct fan_cell_answer *cell = &answers->cells[c];
            const struct fan_cost_pair *pair = &a->pair[k];
            const bool base = k == 0;
            fan_report_factors(table, summary, c);
            fan_table_add(table, fan_show_usd(1000.0 * cell->usd_mean).s);
            fan_table_addf(table, "[%s, %s]", fan_show_usd(1000.0 * cell->usd_ci.lower).s,
                           fan_show_usd(1000.0 * cell->usd_ci.upper).s);
            fan_table_add(table, base ? "base" : fan_show_number(pair->same.ratio).s);
            fan_table_add(table, base ? "-" : fan_show_interval(pair->same.ci).s);
            fan_table_add_p(table, base ? FAN_UNKNOWN : pair->p);
            fan_table_add(table, base || !isfinite(pair->same.ratio)
                                     ? "-"
                                     : fan_report_cost_verdict(pair));
            fan_table_add(table, cell->on_front ? "yes" : "");
        }
    }
    fan_report_table(
        table, sink, "Cost of a call against the smallest memory",
        "Mean cost of a call of the main stratum with its BCa bootstrap interval; ratio "
        "of the means; p of Mann and Whitney's test after Holm; the same within 5 %: two "
        "one-sided tests; front: no other size is surely better in both time and cost.");
}

void fan_report_work_table(const struct fan_summary *summary, struct fan_sink *sink)
{
    static const struct fan_column columns[] = {
        FAN_FACTOR_COLUMNS,          { "ms per 1x", false, 0 },
        { "95 % CI", false, 0 },     { "fixed ms", false, 0 },
        { "its 95 % CI", false, 0 }, { "lack of fit: F", false, 0 },
        { "p", false, 0 },           { "misses a mean by", false, 0 },
    };
    const struct fan_answers *answers = summary->answers;
    struct fan_table *table = table_of(columns, sizeof columns);
    for (size_t i = 0; i < answers->work_count && i < ROWS_MOST; i++) {
        const struct fan_work_answer *a = &answers->work[i];
        fan_report_factors(table, summary, a->row.cell[0]);
        fan_table_add(table, fan_show_number(a->line.slope).s);
        fan_table_add(table, fan_show_interval(a->line.slope_ci).s);
        fan_table_add(table, fan_show_number(a->line.intercept).s);
        fan_table_add(table, fan_show_interval(a->line.intercept_ci).s);
        fan_table_add(table, fan_show_number(a->lack.f).s);
        fan_table_add_p(table, a->lack.p);
        fan_table_add(table, fan_show_share(a->lack.deviation).s);
    }
    fan_report_table(table, sink, "Growth with work",
                     "Least squares of all values on the work, from the row's least work "
                     "on, with a test whether the means leave the line.");
}

static void add_efficiency(struct fan_table *table, const struct fan_load_answer *load,
                           const struct fan_summary *summary, size_t k)
{
    const double base = summary->cells[load->row.cell[0]].cell->parallelism;
    const double own = summary->cells[load->row.cell[k]].cell->parallelism;
    const double times = own / base, speedup = load->per_s[k] / load->per_s[0];
    fan_table_add(table, fan_show_number(load->per_s[k]).s);
    fan_table_add(table, fan_show_factor(speedup).s);
    fan_table_add(table, fan_show_share(speedup / times).s);
    fan_table_add(table, fan_show_number(fan_scaling_karp_flatt(speedup, times)).s);
}

void fan_report_load_table(const struct fan_summary *summary, struct fan_sink *sink)
{
    static const struct fan_column columns[] = {
        FAN_FACTOR_COLUMNS,         { "shift ms", false, 0 },
        { "95 % CI", false, 0 },    { "Cliff's delta", false, 0 },
        { "p", false, 0 },          { "verdict", true, 0 },
        { "calls/s", false, 0 },    { "speed-up", false, 0 },
        { "efficiency", false, 0 }, { "Karp-Flatt", false, 0 },
    };
    const struct fan_answers *answers = summary->answers;
    struct fan_table *table = table_of(columns, sizeof columns);
    size_t next = 0;
    for (size_t i = 0; i < answers->load_count; i++) {
        const struct fan_load_answer *load = &answers->load[i];
        for (size_t k = 1; k < load->row.n; k++, next++) {
            const struct fan_load_pair *pair = &answers->pair[next];
            if (fan_table_rows(table) >= ROWS_MOST) continue;
            fan_report_factors(table, summary, pair->high);
            fan_table_add(table, fan_show_number(pair->test.shift).s);
            fan_table_add(table, fan_show_interval(pair->test.shift_ci).s);
            fan_table_add(table, fan_show_number(pair->test.delta).s);
            fan_table_add_p(table, pair->p);
            fan_table_add(table, pair->p < FAN_ANSWER_ALPHA ? "different"
                                                            : "no difference shown");
            add_efficiency(table, load, summary, k);
        }
    }
    fan_report_table(
        table, sink, "Calls in flight against the fewest",
        "Time: shift of Hodges and Lehmann, Cliff's delta, p of Mann and Whitney's test "
        "after Holm. Throughput: successes per second, against the fewest in flight of "
        "the same memory and work; Karp and Flatt's serial fraction.");
    fan_report_speedup_table(summary, sink);
}

void fan_report_scaling_table(const struct fan_summary *summary, struct fan_sink *sink)
{
    static const struct fan_column columns[] = {
        FAN_FACTOR_COLUMNS,
        { "law", true, 0 },
        { "calls/s of one", false, 0 },
        { "contention", false, 0 },
        { "its se", false, 0 },
        { "coherency", false, 0 },
        { "its se", false, 0 },
        { "peak at", false, 0 },
        { "95 % CI", false, 0 },
        { "ceiling calls/s", false, 0 },
    };
    const struct fan_answers *answers = summary->answers;
    struct fan_table *table = table_of(columns, sizeof columns);
    for (size_t i = 0; i < answers->load_count; i++) {
        const struct fan_load_answer *load = &answers->load[i];
        const bool fitted[2] = { load->fitted_usl, load->fitted_amdahl };
        const struct fan_scaling *fit[2] = { &load->usl, &load->amdahl };
        for (int k = 0; k < 2; k++) {
            if (!fitted[k] || fan_table_rows(table) >= ROWS_MOST) continue;
            fan_report_factors(table, summary, load->row.cell[0]);
            fan_table_add(table, k == 0 ? "USL" : "Amdahl");
            fan_table_add(table, fan_show_number(fit[k]->gamma).s);
            fan_table_add(table, fan_show_number(fit[k]->sigma).s);
            fan_table_add(table, fan_show_number(fit[k]->sigma_se).s);
            fan_table_add(table, k == 0 ? fan_show_number(fit[k]->kappa).s : "-");
            fan_table_add(table, k == 0 ? fan_show_number(fit[k]->kappa_se).s : "-");
            fan_table_add(table, isfinite(fit[k]->peak_n)
                                     ? fan_show_number(fit[k]->peak_n).s
                                 : k == 0 ? "none in range"
                                          : "-");
            fan_table_add(table, k == 0 ? fan_show_interval(fit[k]->peak_ci).s : "-");
            fan_table_add(table, fan_show_number(fit[k]->limit).s);
        }
    }
    fan_report_table(table, sink, "Laws of scaling",
                     "Throughput against calls in flight, from the fewest on: the "
                     "universal scalability law from four levels, Amdahl's from three.");
}

void fan_report_spread_table(const struct fan_summary *summary, struct fan_sink *sink)
{
    static const struct fan_column columns[] = {
        FAN_FACTOR_COLUMNS,
        { "MAD", false, 0 },
        { "Sn", false, 0 },
        { "Qn", false, 0 },
        { "skewness", false, 0 },
        { "kurtosis", false, 0 },
        { "W", false, 0 },
        { "beyond fences", false, 0 },
        { "beyond 3.5 MAD", false, 0 },
        { "mean without", false, 0 },
        { "heaps", false, 0 },
        { "n for 5 %", false, 0 },
        { "2 %", false, 0 },
        { "1 %", false, 0 },
    };
    struct fan_table *table = table_of(columns, sizeof columns);
    for (size_t c = 0; c < summary->study->cell_count && c < ROWS_MOST; c++) {
        const struct fan_cell_answer *cell = &summary->answers->cells[c];
        if (fan_summary_main(summary, c)->n == 0) continue;
        fan_report_factors(table, summary, c);
        fan_table_add(table, fan_show_number(cell->scales.mad).s);
        fan_table_add(table, fan_show_number(cell->scales.sn).s);
        fan_table_add(table, fan_show_number(cell->scales.qn).s);
        fan_table_add(table, fan_show_number(cell->skewness).s);
        fan_table_add(table, fan_show_number(cell->kurtosis).s);
        fan_table_add(table, fan_show_number(cell->normality.w).s);
        fan_table_add(table, fan_show_count(cell->outliers.tukey).s);
        fan_table_add(table, fan_show_count(cell->outliers.mad).s);
        fan_table_add(table, fan_show_number(cell->mean_inside).s);
        fan_table_add(table, isnan(cell->modes.coefficient) ? "-"
                             : cell->modes.two              ? "2"
                                                            : "1");
        for (size_t i = 0; i < FAN_ANSWER_PRECISIONS; i++)
            fan_table_add(table,
                          cell->needed[i] > 0 ? fan_show_count(cell->needed[i]).s : "-");
    }
    char text[400];
    snprintf(text, sizeof text,
             "Robust scales, shape and outliers of the %s (ms), and the repetitions that "
             "a mean within 5, 2 and 1 %% takes at this spread. W: Shapiro and Wilk's, 1 "
             "where the values look normal. Outliers are counted; every result includes "
             "them.",
             fan_summary_main_text(summary));
    fan_report_table(table, sink, "Spread, outliers and repetitions", text);
}
