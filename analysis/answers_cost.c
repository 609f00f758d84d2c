/* answers_cost.c - what calls cost, and how that goes with memory, work and volume. */
#include <math.h>
#include <stdlib.h>

#include "analysis/answers.h"
#include "analysis/bootstrap.h"
#include "analysis/mean_interval.h"
#include "analysis/moments.h"

const double fan_answer_month_calls[FAN_ANSWER_MONTHS] = { 1e5, 1e6, 1e8, 1e9 };

/* ---- each cell by itself ---- */

/* What one attempt, or all attempts of a call, cost. */
struct bill {
    size_t cell;
    uint64_t key; /* which call, or which attempt */
    double usd;
};

static int compare_bills(const void *left, const void *right)
{
    const struct bill *a = left;
    const struct bill *b = right;
    if (a->cell != b->cell) return a->cell < b->cell ? -1 : 1;
    return (a->key > b->key) - (a->key < b->key);
}

/* Bills of the main stratum's attempts, or of all calls; by cell. Owns: the caller frees.
 */
static struct bill *collect(const struct fan_summary *summary, bool calls, size_t *n)
{
    const struct fan_study *study = summary->study;
    struct bill *bills = fan_alloc_zero(study->record_count + 1, sizeof *bills);
    size_t count = 0, kept = 0;
    for (size_t i = 0; i < study->record_count; i++) {
        const struct fan_record *record = &study->records[i];
        if (record->cell >= study->cell_count) continue;
        if (!calls && fan_stratum_of(record) != summary->stratum) continue;
        bills[count].cell = record->cell;
        bills[count].key = calls ? record->call : i;
        bills[count++].usd = fan_summary_price(summary, record).total;
    }
    qsort(bills, count, sizeof *bills, compare_bills);
    for (size_t i = 0; i < count; i++) {
        if (kept > 0 && compare_bills(&bills[kept - 1], &bills[i]) == 0)
            bills[kept - 1].usd += bills[i].usd;
        else
            bills[kept++] = bills[i];
    }
    *n = kept;
    return bills;
}

/* The cell's own bills, ascending, beginning at *next. Owns: the caller frees. */
static double *take(const struct bill *bills, size_t count, size_t cell, size_t *next,
                    size_t *n)
{
    size_t end = *next;
    while (end < count && bills[end].cell == cell)
        end++;
    *n = end - *next;
    double *usd = fan_alloc_zero(*n + 1, sizeof *usd);
    for (size_t i = 0; i < *n; i++)
        usd[i] = bills[*next + i].usd;
    fan_stats_sort(usd, *n);
    *next = end;
    return usd;
}

/* BCa, and no narrower than what slow calls take that the sample may not have caught. */
static struct fan_interval cost_interval(const double *usd, size_t n, const double *means)
{
    const struct fan_interval bca = fan_bootstrap_bca(
        usd, n, means, FAN_BOOTSTRAP_REPLICATES, fan_bootstrap_level(n, FAN_STATS_LEVEL));
    if (n < FAN_MEAN_TAIL_MIN) return bca;
    return fan_interval_hull(bca, fan_mean_interval(usd, n, FAN_STATS_LEVEL));
}

static void describe_main(struct fan_cell_answer *answer, uint64_t seed)
{
    const size_t n = answer->usd_n;
    answer->usd_mean = answer->usd_ci.lower = answer->usd_ci.upper = FAN_UNKNOWN;
    if (n == 0) return;
    answer->usd_mean = fan_moments_of(answer->usd, n).mean;
    answer->usd_means = fan_alloc(FAN_BOOTSTRAP_REPLICATES * sizeof *answer->usd_means);
    fan_bootstrap_means(answer->usd, n, seed, answer->usd_means,
                        FAN_BOOTSTRAP_REPLICATES);
    answer->usd_ci = cost_interval(answer->usd, n, answer->usd_means);
}

static struct fan_interval interval_of_mean(const double *usd, size_t n, uint64_t seed)
{
    struct fan_interval ci = { FAN_UNKNOWN, FAN_UNKNOWN };
    if (n < 2) return ci;
    double *means = fan_alloc(FAN_BOOTSTRAP_REPLICATES * sizeof *means);
    fan_bootstrap_means(usd, n, seed, means, FAN_BOOTSTRAP_REPLICATES);
    ci = cost_interval(usd, n, means);
    free(means);
    return ci;
}

void fan_answers_costs(struct fan_answers *answers, const struct fan_summary *summary)
{
    const struct fan_study *study = summary->study;
    size_t main_count, call_count, next_main = 0, next_call = 0;
    struct bill *mains = collect(summary, false, &main_count);
    struct bill *calls = collect(summary, true, &call_count);
    for (size_t c = 0; c < study->cell_count; c++) {
        struct fan_cell_answer *answer = &answers->cells[c];
        size_t n;
        answer->usd = take(mains, main_count, c, &next_main, &answer->usd_n);
        describe_main(answer, study->seed + c);
        double *usd = take(calls, call_count, c, &next_call, &n);
        answer->call_usd_ci = interval_of_mean(usd, n, study->seed + c);
        free(usd);
    }
    free(calls);
    free(mains);
}

/* ---- cost against memory and work ---- */

/* A cell's billed time from its costs: what is left after the fees, by the price of a
 * second; its bootstrap replicates into times. False where the time costs nothing. */
static bool times_of(const struct fan_answers *answers, const struct fan_summary *summary,
                     size_t c, double *mean, double *times)
{
    const struct fan_cell_answer *cell = &answers->cells[c];
    const struct fan_price price = fan_summary_cell_price(summary, c);
    const double fee = fan_price_fee(&price);
    const double per_s =
        price.gb_second * (double)summary->cells[c].cell->memory_mb / 1024.0;
    if (cell->usd_n < 2 || !(per_s > 0.0)) return false;
    *mean = (cell->usd_mean - fee) / per_s;
    for (size_t i = 0; i < FAN_BOOTSTRAP_REPLICATES; i++)
        times[i] = (cell->usd_means[i] - fee) / per_s;
    return true;
}

static void take_steps(struct fan_memory_answer *answer,
                       const struct fan_answers *answers,
                       const struct fan_summary *summary)
{
    const struct fan_row *row = &answer->row;
    double *low = fan_alloc(2 * FAN_BOOTSTRAP_REPLICATES * sizeof *low);
    double *high = low + FAN_BOOTSTRAP_REPLICATES, low_s, high_s;

    answer->step = fan_alloc_zero(row->n, sizeof *answer->step);
    for (size_t i = 0; i + 1 < row->n; i++) {
        struct fan_memory_step *step = &answer->step[i];
        const struct fan_study_cell *from = summary->cells[row->cell[i]].cell;
        const struct fan_study_cell *to = summary->cells[row->cell[i + 1]].cell;
        step->break_even = (double)from->memory_mb / (double)to->memory_mb;
        step->time_ratio = step->ci.lower = step->ci.upper = FAN_UNKNOWN;
        if (!times_of(answers, summary, row->cell[i], &low_s, low) ||
            !times_of(answers, summary, row->cell[i + 1], &high_s, high))
            continue;
        const size_t low_n = answers->cells[row->cell[i]].usd_n;
        const size_t high_n = answers->cells[row->cell[i + 1]].usd_n;
        const struct fan_equivalence ratio =
            fan_equivalence_of(high_s, high, low_s, low, FAN_BOOTSTRAP_REPLICATES,
                               low_n < high_n ? low_n : high_n, FAN_EQUIVALENCE_MARGIN);
        step->time_ratio = ratio.ratio;
        step->ci = ratio.ci;
    }
    free(low);
}

struct cost_line {
    double slope, intercept;
};

/* Least squares through the row's mean costs, each with the weight of its calls: what
 * least squares through all calls give. replicate: which means; SIZE_MAX: the sample's.
 */
static void fit_cost(const struct fan_row *row, const struct fan_answers *answers,
                     const struct fan_summary *summary, size_t replicate,
                     struct cost_line *line)
{
    double n = 0.0, x = 0.0, y = 0.0, xx = 0.0, xy = 0.0;
    for (int pass = 0; pass < 2; pass++) {
        const double x_mean = pass ? x / n : 0.0, y_mean = pass ? y / n : 0.0;
        for (size_t i = 0; i < row->n; i++) {
            const struct fan_cell_answer *cell = &answers->cells[row->cell[i]];
            const double weight = (double)cell->usd_n;
            const double work = summary->cells[row->cell[i]].cell->work;
            const double usd =
                replicate == SIZE_MAX ? cell->usd_mean : cell->usd_means[replicate];
            if (pass) {
                xx += weight * (work - x_mean) * (work - x_mean);
                xy += weight * (work - x_mean) * (usd - y_mean);
            } else {
                n += weight;
                x += weight * work;
                y += weight * usd;
            }
        }
    }
    line->slope = xy / xx;
    line->intercept = y / n - line->slope * x / n;
}

/* least: calls of the row's smallest cell, whose mean is the least certain. */
static struct fan_interval middle_of(double *values, size_t n, size_t least)
{
    const double level = fan_bootstrap_level(least, FAN_STATS_LEVEL);
    fan_stats_sort(values, n);
    const struct fan_interval ci = { fan_stats_quantile(values, n, (1.0 - level) / 2.0),
                                     fan_stats_quantile(values, n, (1.0 + level) / 2.0) };
    return ci;
}

static void cost_of_work(struct fan_work_cost *cost, const struct fan_answers *answers,
                         const struct fan_summary *summary)
{
    const struct fan_row *row = &cost->row;
    double *slopes = fan_alloc(2 * FAN_BOOTSTRAP_REPLICATES * sizeof *slopes);
    double *intercepts = slopes + FAN_BOOTSTRAP_REPLICATES;
    struct cost_line line;
    size_t least = SIZE_MAX;

    cost->unit_ci.lower = cost->unit_ci.upper = FAN_UNKNOWN;
    cost->fixed_ci = cost->unit_ci;
    fit_cost(row, answers, summary, SIZE_MAX, &line);
    cost->unit_usd = line.slope;
    cost->fixed_usd = line.intercept;
    for (size_t i = 0; i < row->n; i++)
        if (answers->cells[row->cell[i]].usd_n < least)
            least = answers->cells[row->cell[i]].usd_n;
    for (size_t i = 0; i < FAN_BOOTSTRAP_REPLICATES && least > 1; i++) {
        fit_cost(row, answers, summary, i, &line);
        slopes[i] = line.slope;
        intercepts[i] = line.intercept;
    }
    if (least > 1) {
        cost->unit_ci = middle_of(slopes, FAN_BOOTSTRAP_REPLICATES, least);
        cost->fixed_ci = middle_of(intercepts, FAN_BOOTSTRAP_REPLICATES, least);
    }
    free(slopes);
}

void fan_answers_cost_laws(struct fan_answers *answers, const struct fan_summary *summary)
{
    struct fan_row *rows;
    for (size_t i = 0; i < answers->memory_count; i++)
        take_steps(&answers->memory[i], answers, summary);
    answers->work_cost_count = fan_answers_rows(summary, FAN_FACTOR_WORK, 2, &rows);
    answers->work_cost =
        fan_alloc_zero(answers->work_cost_count + 1, sizeof *answers->work_cost);
    for (size_t i = 0; i < answers->work_cost_count; i++) {
        answers->work_cost[i].row = rows[i];
        cost_of_work(&answers->work_cost[i], answers, summary);
    }
    free(rows);
}

/* ---- by the month ---- */

double fan_answers_month_usd(const struct fan_summary *summary, size_t cell, double calls,
                             bool free_tier)
{
    const struct fan_tallies *tallies = &summary->cells[cell].tallies;
    if (tallies->done == 0) return FAN_UNKNOWN;
    const double times = calls / (double)tallies->done;
    const struct fan_month month = { times * tallies->cost.billed,
                                     times * tallies->cost.gb_seconds, true, free_tier };
    const struct fan_price price = fan_summary_cell_price(summary, cell);
    return fan_price_month_usd(&price, &month);
}

double fan_answers_free_tier_usd(const struct fan_summary *summary)
{
    const struct fan_cost *cost = &summary->total.cost;
    const struct fan_month month = { cost->billed, cost->gb_seconds, true, true };
    /* where only some calls pass a gateway, it is not among the run's prices */
    const double some =
        summary->price.gateway_request > 0.0 ? 0.0 : cost->gateway + cost->authorizer;
    return fan_price_month_usd(&summary->price, &month) + some;
}
