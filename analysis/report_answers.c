/* report_answers.c - what the tests say, in sentences. "No difference shown" is not
 * "equal": that is said only where an equivalence test says so. */
#include <math.h>
#include <string.h>

#include "analysis/answers.h"
#include "analysis/report_parts.h"
#include "analysis/show.h"

#define LEVELS_TOLD 2 /* of work and of parallelism: the least and the most */

/* Groups of which sentences speak. */
struct told {
    struct fan_levels work, parallelism;
};

static struct told choose_told(const struct fan_study *study)
{
    const struct told told = { fan_plot_levels(study, FAN_FACTOR_WORK, LEVELS_TOLD),
                               fan_plot_levels(study, FAN_FACTOR_PARALLELISM,
                                               LEVELS_TOLD) };
    return told;
}

static bool is_told(const struct told *told, const struct fan_study_cell *cell)
{
    return fan_plot_has(&told->work, cell->work) &&
           fan_plot_has(&told->parallelism, cell->parallelism);
}

static void put_scaling(const struct fan_memory_answer *answer,
                        const struct fan_summary *summary, struct fan_sink *sink)
{
    const struct fan_line *line = &answer->scaling;
    if (answer->scaled < 3 || !isfinite(line->slope_ci.lower)) return;
    const struct fan_study_cell *first = summary->cells[answer->row.cell[0]].cell;
    const struct fan_study_cell *last =
        summary->cells[answer->row.cell[answer->scaled - 1]].cell;
    const bool inverse = line->slope_ci.lower <= -1.0 && line->slope_ci.upper >= -1.0;

    fan_sink_put(sink, "- ");
    fan_report_group(summary, sink, first->work, first->parallelism, "time");
    fan_sink_put(sink,
                 " goes with memory to the power of %.3f [%.3f, %.3f] from %u to %u "
                 "MB: -1, half the time for twice the memory, is %s the interval; a "
                 "doubling divides the time by %.2f.\n",
                 line->slope, line->slope_ci.lower, line->slope_ci.upper,
                 first->memory_mb, last->memory_mb, inverse ? "inside" : "**outside**",
                 pow(2.0, -line->slope));
}

const char *fan_report_cost_verdict(const struct fan_cost_pair *pair)
{
    if (pair->same.equivalent) return "the same within 5 %"; /* though it may differ */
    if (pair->same.different && pair->p < FAN_ANSWER_ALPHA) return "different";
    return "no difference shown";
}

static void put_pairs(const struct fan_memory_answer *answer,
                      const struct fan_summary *summary, struct fan_sink *sink)
{
    const struct fan_row *row = &answer->row;
    bool any = false;
    for (size_t i = 1; i < row->n; i++) {
        const struct fan_cost_pair *pair = &answer->pair[i];
        if (!isfinite(pair->same.ratio)) continue;
        fan_sink_put(sink, "%s ", any ? ";" : "");
        fan_report_setting(summary, sink, row->cell[i]);
        fan_sink_put(sink, " %+.1f %% [%+.1f, %+.1f], %s",
                     100.0 * (pair->same.ratio - 1.0),
                     100.0 * (pair->same.ci.lower - 1.0),
                     100.0 * (pair->same.ci.upper - 1.0), fan_report_cost_verdict(pair));
        any = true;
    }
}

static void put_cost(const struct fan_memory_answer *answer,
                     const struct fan_summary *summary, struct fan_sink *sink)
{
    const struct fan_study_cell *base = summary->cells[answer->row.cell[0]].cell;
    const double p = answer->cost_test.p;
    if (!isfinite(p) || !isfinite(answer->pair[1].same.ratio)) return;
    fan_sink_put(sink, "- ");
    fan_report_group(summary, sink, base->work, base->parallelism, "the");
    fan_sink_put(sink, " cost of a %s call %s between the memory sizes (p %s). Against ",
                 fan_stratum_name(summary->stratum),
                 p < FAN_ANSWER_ALPHA ? "differs" : "shows no difference",
                 fan_show_p(p).s);
    fan_report_setting(summary, sink, answer->row.cell[0]);
    fan_sink_put(sink, ":");
    put_pairs(answer, summary, sink);
    fan_sink_put(sink, ".\n");
}

static void put_choice(const struct fan_memory_answer *answer,
                       const struct fan_summary *summary, struct fan_sink *sink)
{
    const struct fan_row *row = &answer->row;
    const struct fan_study_cell *base = summary->cells[row->cell[0]].cell;
    size_t on_front = 0;
    for (size_t i = 0; i < row->n; i++)
        on_front += summary->answers->cells[row->cell[i]].on_front;
    if (on_front == 0) return;

    fan_sink_put(sink, "- ");
    fan_report_group(summary, sink, base->work, base->parallelism, "no");
    fan_sink_put(sink, " other size is surely better in both time and cost than");
    for (size_t i = 0, put = 0; i < row->n; i++) {
        if (!summary->answers->cells[row->cell[i]].on_front) continue;
        fan_sink_put(sink, put++ > 0 ? ", " : " ");
        fan_report_setting(summary, sink, row->cell[i]);
    }
    if (answer->tuned) {
        fan_sink_put(sink, ". AWS Lambda Power Tuning would choose ");
        fan_report_setting(summary, sink, answer->cheapest);
        fan_sink_put(sink, " for cost, ");
        fan_report_setting(summary, sink, answer->fastest);
        fan_sink_put(sink, " for speed, ");
        fan_report_setting(summary, sink, answer->balanced);
        fan_sink_put(sink, " for a balance");
    }
    fan_sink_put(sink, ".\n");
}

/* How straight the growth with work is, over all rows. */
static void put_work(const struct fan_summary *summary, struct fan_sink *sink)
{
    const struct fan_answers *answers = summary->answers;
    const struct told told = choose_told(summary->study);
    const struct fan_levels memory =
        fan_plot_levels(summary->study, FAN_FACTOR_MEMORY, LEVELS_TOLD);
    for (size_t i = 0; i < answers->work_count; i++) {
        const struct fan_work_answer *answer = &answers->work[i];
        const struct fan_study_cell *cell = summary->cells[answer->row.cell[0]].cell;
        if (!isfinite(answer->line.slope_ci.lower)) continue;
        if (!fan_plot_has(&told.parallelism, cell->parallelism) ||
            !fan_plot_has(&memory, cell->memory_mb))
            continue;
        fan_sink_put(sink, "- At ");
        fan_report_setting(summary, sink, answer->row.cell[0]);
        if (summary->factors.parallelism)
            fan_sink_put(sink, " with %u in flight", cell->parallelism);
        fan_sink_put(
            sink, ": each 1x of work takes %s ms %s more, the fixed part is %s ms %s; ",
            fan_show_number(answer->line.slope).s,
            fan_show_interval(answer->line.slope_ci).s,
            fan_show_number(answer->line.intercept).s,
            fan_show_interval(answer->line.intercept_ci).s);
        if (answer->fits)
            fan_sink_put(sink,
                         "no departure from a straight line shown (lack of fit, p "
                         "%s).\n",
                         fan_show_p(answer->lack.p).s);
        else
            fan_sink_put(sink,
                         "not quite a straight line (lack of fit, p %s), which "
                         "misses a mean by %s at most.\n",
                         fan_show_p(answer->lack.p).s,
                         fan_show_share(answer->lack.deviation).s);
    }
}

static void put_memory(const struct fan_summary *summary, struct fan_sink *sink)
{
    const struct fan_answers *answers = summary->answers;
    const struct told told = choose_told(summary->study);
    for (size_t i = 0; i < answers->memory_count; i++) {
        const struct fan_memory_answer *answer = &answers->memory[i];
        if (!is_told(&told, summary->cells[answer->row.cell[0]].cell)) continue;
        put_scaling(answer, summary, sink);
        put_cost(answer, summary, sink);
        put_choice(answer, summary, sink);
    }
}

/* Told are the ends of every factor: all pairs are in the table. */
static bool is_pair_told(const struct fan_summary *summary,
                         const struct fan_load_pair *pair)
{
    const struct fan_levels memory =
        fan_plot_levels(summary->study, FAN_FACTOR_MEMORY, LEVELS_TOLD);
    const struct told told = choose_told(summary->study);
    return is_told(&told, summary->cells[pair->high].cell) &&
           fan_plot_has(&memory, summary->cells[pair->high].cell->memory_mb);
}

static void put_pair(const struct fan_load_pair *pair, const struct fan_summary *summary,
                     struct fan_sink *sink)
{
    const struct fan_study_cell *low = summary->cells[pair->low].cell;
    const struct fan_study_cell *high = summary->cells[pair->high].cell;
    const struct fan_two_samples *test = &pair->test;

    fan_sink_put(sink, "- At ");
    fan_report_setting(summary, sink, pair->low);
    if (summary->factors.work) fan_sink_put(sink, ", work %ux", low->work);
    fan_sink_put(sink, ", %u in flight against ", high->parallelism);
    if (low->parallelism == 1)
        fan_sink_put(sink, "sequential calling: ");
    else
        fan_sink_put(sink, "%u: ", low->parallelism);
    fan_sink_put(sink,
                 "%s in the %s; shift %s ms%s%s, %s effect (Cliff's delta %.2f), "
                 "p %s.\n",
                 pair->p < FAN_ANSWER_ALPHA ? "a difference" : "no difference shown",
                 fan_summary_main_text(summary), fan_show_number(test->shift).s,
                 isfinite(test->shift_ci.lower) ? " " : "",
                 isfinite(test->shift_ci.lower) ? fan_show_interval(test->shift_ci).s
                                                : "",
                 fan_rank_effect(test->delta), test->delta, fan_show_p(pair->p).s);
}

static void put_load(const struct fan_summary *summary, struct fan_sink *sink)
{
    const struct fan_answers *answers = summary->answers;
    size_t shown = 0;
    for (size_t i = 0; i < answers->pair_count; i++) {
        shown += answers->pair[i].p < FAN_ANSWER_ALPHA;
        if (is_pair_told(summary, &answers->pair[i]))
            put_pair(&answers->pair[i], summary, sink);
    }
    if (answers->pair_count > 1)
        fan_sink_put(sink,
                     "- Of %zu comparisons of calls in flight %zu show a difference "
                     "(Mann and Whitney, Holm).\n",
                     answers->pair_count, shown);
    if (isfinite(answers->load_paired.p))
        fan_sink_put(sink,
                     "- Over all settings together, most against least in flight: %s "
                     "(signed ranks of %zu medians, p %s).\n",
                     answers->load_paired.p < FAN_ANSWER_ALPHA ? "a difference"
                                                               : "no difference shown",
                     answers->load_paired.n, fan_show_p(answers->load_paired.p).s);
}

void fan_report_answers(const struct fan_summary *summary, struct fan_sink *sink)
{
    put_memory(summary, sink);
    put_work(summary, sink);
    put_load(summary, sink);
    fan_report_course(summary, sink);
}
