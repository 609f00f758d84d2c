/* report_memory.c - does memory buy speed, and at what price: the sentences. A group is
 * the settings that are equal but for their memory. */
#include <math.h>
#include <string.h>

#include "analysis/answers.h"
#include "analysis/report_parts.h"
#include "analysis/show.h"

/* The groups that sentences speak of: the first has the least work and calls in flight,
 * the last the most. The tables have all. */
static bool is_told(const struct fan_answers *answers, size_t i)
{
    return i == 0 || i + 1 == answers->memory_count;
}

static size_t first_of(const struct fan_memory_answer *answer)
{
    return answer->row.cell[0];
}

static size_t fastest_of(const struct fan_memory_answer *answer,
                         const struct fan_summary *summary)
{
    size_t fastest = first_of(answer);
    for (size_t i = 1; i < answer->row.n; i++)
        if (fan_summary_main(summary, answer->row.cell[i])->median <
            fan_summary_main(summary, fastest)->median)
            fastest = answer->row.cell[i];
    return fastest;
}

static uint32_t memory_of(const struct fan_summary *summary, size_t cell)
{
    return summary->cells[cell].cell->memory_mb;
}

static bool is_inverse(const struct fan_line *line)
{
    return line->slope_ci.lower <= -1.0 && line->slope_ci.upper >= -1.0;
}

static void put_group(const struct fan_memory_answer *answer,
                      const struct fan_summary *summary, struct fan_sink *sink,
                      const char *first)
{
    const struct fan_study_cell *cell = summary->cells[first_of(answer)].cell;
    fan_sink_put(sink, "- ");
    fan_report_group(summary, sink, cell, first);
}

/* ---- speed ---- */

/* "1024 MB is the fastest, 31 ms [..] against 371 ms [..] at 128 MB: 11.9x ..." */
static void put_fastest(const struct fan_memory_answer *answer,
                        const struct fan_summary *summary, struct fan_sink *sink)
{
    const size_t first = first_of(answer), fastest = fastest_of(answer, summary);
    const struct fan_cell_summary *fast = &summary->cells[fastest];
    fan_report_setting(summary, sink, fastest);
    fan_sink_put(sink, " is the fastest, ");
    fan_report_median(summary, sink, fastest);
    if (fastest == first) return;
    fan_sink_put(sink, " against ");
    fan_report_median(summary, sink, first);
    fan_sink_put(sink, " at ");
    fan_report_setting(summary, sink, first);
    if (fast->base != first) return;
    fan_sink_put(sink, ": %s as fast", fan_show_factor(fast->speedup).s);
    if (isfinite(fast->speedup_ci.lower))
        fan_sink_put(sink, " %s", fan_show_interval(fast->speedup_ci).s);
    fan_sink_put(
        sink, " with %s the memory",
        fan_show_factor((double)fast->cell->memory_mb / memory_of(summary, first)).s);
}

static void put_exponent(const struct fan_memory_answer *answer,
                         const struct fan_summary *summary, struct fan_sink *sink)
{
    const struct fan_line *line = &answer->scaling;
    if (answer->scaled < 3 || !isfinite(line->slope_ci.lower)) return;
    put_group(answer, summary, sink, "time");
    fan_sink_put(sink,
                 " goes with memory to the power of %.3f [%.3f, %.3f] from %u to %u MB: "
                 "-1, half the time for twice the memory, is %s the interval; a doubling "
                 "divides the time by %.2f.\n",
                 line->slope, line->slope_ci.lower, line->slope_ci.upper,
                 memory_of(summary, first_of(answer)),
                 memory_of(summary, answer->row.cell[answer->scaled - 1]),
                 is_inverse(line) ? "inside" : "**outside**", pow(2.0, -line->slope));
}

/* What all groups have in common. */
struct common {
    size_t fits, inverse;        /* groups with an exponent; with -1 in its interval */
    const struct fan_line *line; /* the last exponent */
    double low, high;            /* exponents */
    size_t faster;               /* groups with a speed-up of the fastest size */
    double least, most;          /* these speed-ups */
    bool one_size;               /* the fastest is the same size everywhere */
    uint32_t fastest_mb;
};

static struct common look_at_all(const struct fan_summary *summary)
{
    const struct fan_answers *answers = summary->answers;
    struct common c;
    memset(&c, 0, sizeof c);
    c.low = c.high = c.least = c.most = FAN_UNKNOWN;
    c.one_size = true;
    for (size_t i = 0; i < answers->memory_count; i++) {
        const struct fan_memory_answer *answer = &answers->memory[i];
        const size_t fastest = fastest_of(answer, summary);
        const double speedup = summary->cells[fastest].speedup;
        if (i == 0) c.fastest_mb = memory_of(summary, fastest);
        c.one_size = c.one_size && memory_of(summary, fastest) == c.fastest_mb;
        if (summary->cells[fastest].base == first_of(answer) && isfinite(speedup)) {
            c.faster++;
            c.least = fmin(c.least, speedup); /* fmin and fmax skip what is unknown */
            c.most = fmax(c.most, speedup);
        }
        if (answer->scaled < 3 || !isfinite(answer->scaling.slope_ci.lower)) continue;
        c.fits++;
        c.line = &answer->scaling;
        c.inverse += is_inverse(&answer->scaling);
        c.low = fmin(c.low, answer->scaling.slope);
        c.high = fmax(c.high, answer->scaling.slope);
    }
    return c;
}

bool fan_report_memory_arises(const struct fan_summary *summary)
{
    return summary->answers->memory_count > 0;
}

void fan_report_memory_headline(const struct fan_summary *summary, struct fan_sink *sink)
{
    const struct fan_answers *answers = summary->answers;
    const struct common c = look_at_all(summary);
    if (answers->memory_count == 1) {
        put_fastest(&answers->memory[0], summary, sink);
    } else {
        if (c.one_size)
            fan_sink_put(sink, "%u MB is the fastest in all %zu groups of settings",
                         c.fastest_mb, answers->memory_count);
        else
            fan_sink_put(sink, "The fastest size differs between the %zu groups",
                         answers->memory_count);
        if (c.faster > 0)
            fan_sink_put(sink, ", %s to %s as fast as %u MB", fan_show_factor(c.least).s,
                         fan_show_factor(c.most).s,
                         memory_of(summary, first_of(&answers->memory[0])));
    }
    if (c.fits == 1)
        fan_sink_put(sink,
                     "; time goes with memory to the power of %.3f [%.3f, %.3f], and "
                     "inverse proportion (-1) is %s that interval",
                     c.line->slope, c.line->slope_ci.lower, c.line->slope_ci.upper,
                     c.inverse ? "inside" : "outside");
    else if (c.fits > 1)
        fan_sink_put(sink,
                     "; time goes with memory to the power of %.3f to %.3f, and inverse "
                     "proportion (-1) is within the interval in %zu of %zu groups",
                     c.low, c.high, c.inverse, c.fits);
    fan_sink_put(sink, ".");
}

void fan_report_memory_details(const struct fan_summary *summary, struct fan_sink *sink)
{
    const struct fan_answers *answers = summary->answers;
    for (size_t i = 0; i < answers->memory_count; i++) {
        if (!is_told(answers, i)) continue;
        if (answers->memory_count > 1) {
            put_group(&answers->memory[i], summary, sink, "");
            put_fastest(&answers->memory[i], summary, sink);
            fan_sink_put(sink, ".\n");
        }
        put_exponent(&answers->memory[i], summary, sink);
    }
}

/* ---- cost ---- */

const char *fan_report_cost_verdict(const struct fan_cost_pair *pair)
{
    if (pair->same.equivalent) return "the same within 5 %"; /* though it may differ */
    if (pair->same.different && pair->p < FAN_ANSWER_ALPHA) return "different";
    return "no difference shown";
}

static void put_pair(const struct fan_cost_pair *pair, struct fan_sink *sink)
{
    fan_sink_put(sink, "%+.1f %% [%+.1f, %+.1f]", 100.0 * (pair->same.ratio - 1.0),
                 100.0 * (pair->same.ci.lower - 1.0),
                 100.0 * (pair->same.ci.upper - 1.0));
}

static bool has_cost(const struct fan_memory_answer *answer)
{
    return isfinite(answer->cost_test.p) && isfinite(answer->pair[1].same.ratio);
}

static void put_cost(const struct fan_memory_answer *answer,
                     const struct fan_summary *summary, struct fan_sink *sink)
{
    const double p = answer->cost_test.p;
    bool any = false;
    if (!has_cost(answer)) return;
    put_group(answer, summary, sink, "the");
    fan_sink_put(sink, " cost of a %s call %s between the memory sizes (p %s). Against ",
                 fan_stratum_name(summary->stratum),
                 p < FAN_ANSWER_ALPHA ? "differs" : "shows no difference",
                 fan_show_p(p).s);
    fan_report_setting(summary, sink, first_of(answer));
    fan_sink_put(sink, ":");
    for (size_t i = 1; i < answer->row.n; i++) {
        if (!isfinite(answer->pair[i].same.ratio)) continue;
        fan_sink_put(sink, "%s ", any ? ";" : "");
        fan_report_setting(summary, sink, answer->row.cell[i]);
        fan_sink_put(sink, " ");
        put_pair(&answer->pair[i], sink);
        fan_sink_put(sink, ", %s", fan_report_cost_verdict(&answer->pair[i]));
        any = true;
    }
    fan_sink_put(sink, ".\n");
}

static void put_choice(const struct fan_memory_answer *answer,
                       const struct fan_summary *summary, struct fan_sink *sink)
{
    const struct fan_row *row = &answer->row;
    size_t on_front = 0;
    for (size_t i = 0; i < row->n; i++)
        on_front += summary->answers->cells[row->cell[i]].on_front;
    if (on_front == 0) return;
    put_group(answer, summary, sink, "no");
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

/* "the cost of a warm call differs by -2.1 % [..] between 128 and 1024 MB" */
static void put_ends(const struct fan_memory_answer *answer,
                     const struct fan_summary *summary, struct fan_sink *sink)
{
    const size_t last = answer->row.n - 1;
    const struct fan_cost_pair *pair = &answer->pair[last];
    if (!isfinite(pair->same.ratio)) return;
    fan_sink_put(sink, "the cost of a %s call differs by ",
                 fan_stratum_name(summary->stratum));
    put_pair(pair, sink);
    fan_sink_put(sink, " between %u and %u MB; %s", memory_of(summary, first_of(answer)),
                 memory_of(summary, answer->row.cell[last]),
                 pair->same.equivalent ? "the same within 5 %"
                 : pair->same.different && pair->p < FAN_ANSWER_ALPHA
                     ? "significant"
                     : "not significant");
}

static void put_ends_of_all(const struct fan_summary *summary, struct fan_sink *sink)
{
    const struct fan_answers *answers = summary->answers;
    size_t tested = 0, differ = 0, compared = 0, same = 0;
    double low = FAN_UNKNOWN, high = FAN_UNKNOWN;
    for (size_t i = 0; i < answers->memory_count; i++) {
        const struct fan_memory_answer *answer = &answers->memory[i];
        if (!has_cost(answer)) continue;
        tested++;
        differ += answer->cost_test.p < FAN_ANSWER_ALPHA;
        for (size_t k = 1; k < answer->row.n; k++) {
            if (!isfinite(answer->pair[k].same.ratio)) continue;
            compared++;
            same += answer->pair[k].same.equivalent;
        }
        low = fmin(low, answer->pair[answer->row.n - 1].same.ratio);
        high = fmax(high, answer->pair[answer->row.n - 1].same.ratio);
    }
    if (tested == 0) return;
    fan_sink_put(sink,
                 "the cost of a %s call differs between the memory sizes in %zu of %zu "
                 "groups of settings, from the smallest to the largest size by %+.1f %% "
                 "to %+.1f %%; in %zu of %zu comparisons it is the same within 5 %%",
                 fan_stratum_name(summary->stratum), differ, tested, 100.0 * (low - 1.0),
                 100.0 * (high - 1.0), same, compared);
}

void fan_report_cost_headline(const struct fan_summary *summary, struct fan_sink *sink)
{
    const struct fan_answers *answers = summary->answers;
    size_t cheapest = summary->study->cell_count;
    for (size_t c = 0; c < summary->study->cell_count; c++)
        if (summary->cells[c].usd_per_success > 0.0 &&
            (cheapest == summary->study->cell_count ||
             summary->cells[c].usd_per_success <
                 summary->cells[cheapest].usd_per_success))
            cheapest = c;
    fan_sink_put(sink, "The run costs %s at list prices",
                 fan_show_usd(summary->total.cost.total).s);
    if (cheapest < summary->study->cell_count && !summary->study->is_sieve) {
        fan_sink_put(sink, "; 1,000 successful calls cost least at ");
        fan_report_cell(summary, sink, cheapest);
        fan_sink_put(sink, ", %s",
                     fan_show_usd(1000.0 * summary->cells[cheapest].usd_per_success).s);
    }
    if (answers->memory_count > 0) fan_sink_put(sink, "; ");
    if (answers->memory_count == 1 && has_cost(&answers->memory[0]))
        put_ends(&answers->memory[0], summary, sink);
    else if (answers->memory_count > 1)
        put_ends_of_all(summary, sink);
    fan_sink_put(sink, ".");
}

void fan_report_cost_details(const struct fan_summary *summary, struct fan_sink *sink)
{
    const struct fan_answers *answers = summary->answers;
    for (size_t i = 0; i < answers->memory_count; i++) {
        if (!is_told(answers, i)) continue;
        put_cost(&answers->memory[i], summary, sink);
        put_choice(&answers->memory[i], summary, sink);
    }
    fan_report_cost_findings(summary, sink);
}
