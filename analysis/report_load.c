/* report_load.c - more work per call, and more calls at once: the sentences. "No
 * difference shown" is not "equal". */
#include <math.h>

#include "analysis/answers.h"
#include "analysis/report_parts.h"
#include "analysis/show.h"

#define ROWS_TOLD                                                                        \
    2 /* rows, or pairs, with a sentence of their own; the tables have all */

/* ---- work ---- */

static bool is_line(const struct fan_work_answer *answer)
{
    return isfinite(answer->line.slope_ci.lower);
}

bool fan_report_work_arises(const struct fan_summary *summary)
{
    for (size_t i = 0; i < summary->answers->work_count; i++)
        if (is_line(&summary->answers->work[i])) return true;
    return false;
}

/* "each 1x of work takes 20 ms [..] more, the fixed part is ...; ..." */
static void put_line(const struct fan_work_answer *answer, struct fan_sink *sink)
{
    fan_sink_put(
        sink, "each 1x of work takes %s ms %s more, the fixed part is %s ms %s; ",
        fan_show_number(answer->line.slope).s, fan_show_interval(answer->line.slope_ci).s,
        fan_show_number(answer->line.intercept).s,
        fan_show_interval(answer->line.intercept_ci).s);
    if (answer->fits)
        fan_sink_put(sink, "no departure from a straight line shown (lack of fit, p %s)",
                     fan_show_p(answer->lack.p).s);
    else
        fan_sink_put(sink,
                     "not quite a straight line (lack of fit, p %s), which misses a mean "
                     "by %s at most",
                     fan_show_p(answer->lack.p).s,
                     fan_show_share(answer->lack.deviation).s);
}

static void put_where(const struct fan_row *row, const struct fan_summary *summary,
                      struct fan_sink *sink)
{
    const struct fan_study_cell *cell = summary->cells[row->cell[0]].cell;
    fan_sink_put(sink, "At ");
    fan_report_setting(summary, sink, row->cell[0]);
    if (summary->factors.parallelism)
        fan_sink_put(sink, " with %u in flight", cell->parallelism);
    fan_sink_put(sink, ": ");
}

/* "13.76 ms [13.08, 14.43] at 1024 MB" */
static void put_slope(const struct fan_work_answer *answer,
                      const struct fan_summary *summary, struct fan_sink *sink)
{
    fan_sink_put(sink, "%s ms %s at ", fan_show_number(answer->line.slope).s,
                 fan_show_interval(answer->line.slope_ci).s);
    fan_report_setting(summary, sink, answer->row.cell[0]);
}

void fan_report_work_headline(const struct fan_summary *summary, struct fan_sink *sink)
{
    const struct fan_answers *answers = summary->answers;
    size_t rows = 0, bent = 0;
    double miss = 0.0;
    const struct fan_work_answer *least = NULL, *most = NULL;
    for (size_t i = 0; i < answers->work_count; i++) {
        const struct fan_work_answer *answer = &answers->work[i];
        if (!is_line(answer)) continue;
        if (!least || answer->line.slope < least->line.slope) least = answer;
        if (!most || answer->line.slope > most->line.slope) most = answer;
        rows++;
        if (answer->fits) continue;
        bent++;
        miss = fmax(miss, answer->lack.deviation); /* skips what is unknown */
    }
    if (!least || !most) return;
    if (rows == 1) {
        put_where(&least->row, summary, sink);
        put_line(least, sink);
        fan_sink_put(sink, ".");
        return;
    }
    fan_sink_put(sink, "Each 1x of work takes ");
    put_slope(least, summary, sink);
    fan_sink_put(sink, " to ");
    put_slope(most, summary, sink);
    if (bent == 0)
        fan_sink_put(sink,
                     " more; in none of %zu rows of settings a departure from a straight "
                     "line is shown.",
                     rows);
    else
        fan_sink_put(sink,
                     " more; in %zu of %zu rows of settings the means leave the straight "
                     "line, by %s at most.",
                     bent, rows, fan_show_share(miss).s);
}

void fan_report_work_details(const struct fan_summary *summary, struct fan_sink *sink)
{
    const struct fan_answers *answers = summary->answers;
    if (answers->work_count < 2) return;
    for (size_t i = 0; i < answers->work_count; i++) {
        const struct fan_work_answer *answer = &answers->work[i];
        if (!is_line(answer) || (i > 0 && i + 1 < answers->work_count)) continue;
        fan_sink_put(sink, "- ");
        put_where(&answer->row, summary, sink);
        put_line(answer, sink);
        fan_sink_put(sink, ".\n");
    }
}

/* ---- sequential or concurrent ---- */

bool fan_report_load_arises(const struct fan_summary *summary)
{
    return summary->answers->pair_count > 0;
}

static void put_pair(const struct fan_load_pair *pair, const struct fan_summary *summary,
                     struct fan_sink *sink)
{
    const struct fan_study_cell *low = summary->cells[pair->low].cell;
    const struct fan_study_cell *high = summary->cells[pair->high].cell;
    const struct fan_two_samples *test = &pair->test;
    fan_sink_put(sink, "At ");
    fan_report_setting(summary, sink, pair->low);
    if (summary->factors.work) fan_sink_put(sink, ", work %ux", low->work);
    fan_sink_put(sink, ", %u in flight against ", high->parallelism);
    if (low->parallelism == 1)
        fan_sink_put(sink, "sequential calling: ");
    else
        fan_sink_put(sink, "%u: ", low->parallelism);
    fan_sink_put(
        sink, "%s in the %s; shift %s ms%s%s, %s effect (Cliff's delta %.2f), p %s",
        pair->p < FAN_ANSWER_ALPHA ? "a difference" : "no difference shown",
        fan_summary_main_text(summary), fan_show_number(test->shift).s,
        isfinite(test->shift_ci.lower) ? " " : "",
        isfinite(test->shift_ci.lower) ? fan_show_interval(test->shift_ci).s : "",
        fan_rank_effect(test->delta), test->delta, fan_show_p(pair->p).s);
}

void fan_report_load_headline(const struct fan_summary *summary, struct fan_sink *sink)
{
    const struct fan_answers *answers = summary->answers;
    size_t shown = 0;
    for (size_t i = 0; i < answers->pair_count; i++)
        shown += answers->pair[i].p < FAN_ANSWER_ALPHA;
    if (answers->pair_count == 1) {
        put_pair(&answers->pair[0], summary, sink);
    } else {
        if (shown == 0)
            fan_sink_put(sink, "None of %zu comparisons shows", answers->pair_count);
        else
            fan_sink_put(sink, "%zu of %zu comparisons show%s", shown,
                         answers->pair_count, shown == 1 ? "s" : "");
        fan_sink_put(sink,
                     " that more calls in flight change the %s (Mann and Whitney, Holm)",
                     fan_summary_main_text(summary));
        if (isfinite(answers->load_paired.p))
            fan_sink_put(
                sink,
                "; over all settings together %s (signed ranks of %zu medians, p %s)",
                answers->load_paired.p < FAN_ANSWER_ALPHA ? "a difference"
                                                          : "no difference shown",
                answers->load_paired.n, fan_show_p(answers->load_paired.p).s);
    }
    fan_report_speedup_clause(summary, sink);
    fan_sink_put(sink, ".");
}

/* The pairs with the smallest p-values: where something is, if anywhere. Then how much
 * sooner the calls are done. */
void fan_report_load_details(const struct fan_summary *summary, struct fan_sink *sink)
{
    const struct fan_answers *answers = summary->answers;
    size_t told[ROWS_TOLD], n = 0;
    while (answers->pair_count > 1 && n < ROWS_TOLD && n < answers->pair_count) {
        size_t best = answers->pair_count;
        for (size_t i = 0; i < answers->pair_count; i++) {
            if (n > 0 && i == told[0]) continue;
            if (best == answers->pair_count ||
                answers->pair[i].test.p < answers->pair[best].test.p)
                best = i;
        }
        told[n++] = best;
        fan_sink_put(sink, "- ");
        put_pair(&answers->pair[best], summary, sink);
        fan_sink_put(sink, ".\n");
    }
    fan_report_speedups(summary, sink);
}

/* ---- how throughput scales ---- */

/* Rows that have throughputs to compare. */
static bool is_measured(const struct fan_load_answer *load)
{
    return load->row.n > 1 && load->per_s[0] > 0.0;
}

bool fan_report_scaling_arises(const struct fan_summary *summary)
{
    for (size_t i = 0; i < summary->answers->load_count; i++)
        if (is_measured(&summary->answers->load[i])) return true;
    return false;
}

static size_t best_of(const struct fan_load_answer *load)
{
    size_t best = 0;
    for (size_t k = 1; k < load->row.n; k++)
        if (load->per_s[k] > load->per_s[best]) best = k;
    return best;
}

static uint32_t level_of(const struct fan_load_answer *load,
                         const struct fan_summary *summary, size_t k)
{
    return summary->cells[load->row.cell[k]].cell->parallelism;
}

/* "from 1 to 16 in flight throughput grows 7.9x, from 10 to 79 calls a second" */
static void put_growth(const struct fan_load_answer *load,
                       const struct fan_summary *summary, struct fan_sink *sink)
{
    const size_t best = best_of(load);
    const uint32_t from = level_of(load, summary, 0), to = level_of(load, summary, best);
    const double growth = load->per_s[best] / load->per_s[0];
    if (best == 0) {
        fan_sink_put(sink,
                     "no level has more throughput than %u in flight, %s calls a "
                     "second",
                     from, fan_show_number(load->per_s[0]).s);
        return;
    }
    fan_sink_put(sink,
                 "from %u to %u in flight throughput grows %s, from %s to %s calls a "
                 "second: %s of %s",
                 from, to, fan_show_factor(growth).s, fan_show_number(load->per_s[0]).s,
                 fan_show_number(load->per_s[best]).s,
                 fan_show_share(growth * from / to).s,
                 fan_show_factor((double)to / from).s);
}

static void put_law(const struct fan_load_answer *load, struct fan_sink *sink)
{
    if (load->fitted_usl && isfinite(load->usl.peak_n)) {
        fan_sink_put(sink, "; the universal scalability law puts the peak at %s",
                     fan_show_number(load->usl.peak_n).s);
        if (isfinite(load->usl.peak_ci.lower))
            fan_sink_put(sink, " %s", fan_show_interval(load->usl.peak_ci).s);
        fan_sink_put(sink, " in flight");
    } else if (load->fitted_usl) {
        fan_sink_put(sink, "; the universal scalability law has no peak in range");
    }
    if (load->fitted_usl || load->fitted_amdahl) {
        const double limit = load->fitted_usl ? load->usl.limit : load->amdahl.limit;
        if (isfinite(limit))
            fan_sink_put(sink, " and a ceiling of %s calls a second",
                         fan_show_number(limit).s);
    }
}

void fan_report_scaling_headline(const struct fan_summary *summary, struct fan_sink *sink)
{
    const struct fan_answers *answers = summary->answers;
    size_t rows = 0;
    double least = FAN_UNKNOWN, most = FAN_UNKNOWN;
    const struct fan_load_answer *only = NULL;
    for (size_t i = 0; i < answers->load_count; i++) {
        const struct fan_load_answer *load = &answers->load[i];
        if (!is_measured(load)) continue;
        only = load;
        rows++;
        const size_t last = load->row.n - 1;
        const double growth = load->per_s[last] / load->per_s[0] *
                              level_of(load, summary, 0) / level_of(load, summary, last);
        least = fmin(least, growth);
        most = fmax(most, growth);
    }
    if (rows == 1) {
        fan_sink_put(sink, "At ");
        fan_report_setting(summary, sink, only->row.cell[0]);
        fan_sink_put(sink, ": ");
        put_growth(only, summary, sink);
        put_law(only, sink);
    } else {
        fan_sink_put(
            sink,
            "The most calls in flight reach %s to %s of what proportional growth "
            "of the throughput would give (%zu rows of settings)",
            fan_show_share(least).s, fan_show_share(most).s, rows);
    }
    fan_sink_put(sink, ".");
}

void fan_report_scaling_details(const struct fan_summary *summary, struct fan_sink *sink)
{
    const struct fan_answers *answers = summary->answers;
    if (answers->load_count < 2) return;
    for (size_t i = 0; i < answers->load_count; i++) {
        const struct fan_load_answer *load = &answers->load[i];
        if (!is_measured(load) || (i > 0 && i + 1 < answers->load_count)) continue;
        fan_sink_put(sink, "- At ");
        fan_report_setting(summary, sink, load->row.cell[0]);
        if (summary->factors.work)
            fan_sink_put(sink, ", work %ux",
                         summary->cells[load->row.cell[0]].cell->work);
        fan_sink_put(sink, ": ");
        put_growth(load, summary, sink);
        put_law(load, sink);
        fan_sink_put(sink, ".\n");
    }
}
