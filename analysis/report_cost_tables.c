/* report_cost_tables.c - the chapter "Cost": its parts, each setting's, what memory and
 * work do to it, and a month's. */
#include <math.h>

#include "analysis/answers.h"
#include "analysis/report_parts.h"
#include "analysis/show.h"

#define ROWS_MOST   60 /* more settings: the rest is in summary.json */
#define MONTHS_FREE 2  /* months of so few calls that the free tier shows */

/* Of all calls, or of those of some settings. */
static double gateway_usd(const struct fan_summary *summary)
{
    double usd = summary->price.gateway_request;
    for (size_t c = 0; c < summary->study->cell_count; c++)
        usd = fmax(usd,
                   summary->price.gateway_request + summary->study->cells[c].gateway_usd);
    return usd;
}

/* Nobody tells when a gateway asked its authorizer: with a cache, by and by and hardly
 * ever; without, for each request, and that is counted. */
static void put_authorizer(const struct fan_summary *summary, struct fan_sink *sink)
{
    const struct fan_study_authorizer *authorizer = &summary->study->authorizer;
    if (!authorizer->on) return;
    if (authorizer->cache_s > 0.0)
        fan_sink_put(
            sink,
            "| authorizer | not counted | about %s per invocation, once for each "
            "token and %g s |\n",
            fan_show_usd(authorizer->usd).s, authorizer->cache_s);
    else
        fan_sink_put(sink,
                     "| authorizer (estimate) | %s | %s per request: an invocation of "
                     "%g ms |\n",
                     fan_show_usd(summary->total.cost.authorizer).s,
                     fan_show_usd(authorizer->usd).s, FAN_AUTHORIZER_MS);
}

static void put_parts(const struct fan_summary *summary, struct fan_sink *sink)
{
    const struct fan_cost *cost = &summary->total.cost;
    const struct fan_price *price = &summary->price;
    fan_sink_put(sink, "| part | dollars | price |\n| --- | ---: | --- |\n");
    fan_sink_put(sink, "| requests | %s | %s each |\n", fan_show_usd(cost->requests).s,
                 fan_show_usd(price->request).s);
    fan_sink_put(sink, "| compute | %s | $%.10f per GB-second, ",
                 fan_show_usd(cost->compute).s, price->gb_second);
    if (price->round_up_ms > 0.0)
        fan_sink_put(sink, "billed to %g ms |\n", price->round_up_ms);
    else
        fan_sink_put(sink, "not rounded |\n");
    fan_sink_put(sink, "| INIT | %s | %s |\n", fan_show_usd(cost->init).s,
                 price->init_billed ? "the same" : "free");
    const double each = gateway_usd(summary);
    if (each > 0.0)
        fan_sink_put(sink, "| API Gateway | %s | %s per request |\n",
                     fan_show_usd(cost->gateway).s, fan_show_usd(each).s);
    put_authorizer(summary, sink);
    fan_sink_put(sink, "| **total** | **%s** | |\n", fan_show_usd(cost->total).s);
    fan_sink_put(sink, "| of it for attempts that failed | %s | |\n",
                 fan_show_usd(summary->total.usd_failed).s);
    if (summary->study->free_tier)
        fan_sink_put(sink,
                     "| total with the free tier | %s | %s requests and %s GB-seconds a "
                     "month are free |\n",
                     fan_show_usd(fan_answers_free_tier_usd(summary)).s,
                     fan_show_count((uint64_t)price->free_requests).s,
                     fan_show_count((uint64_t)price->free_gb_seconds).s);
    fan_sink_put(sink, "\n");
}

static void put_source(const struct fan_summary *summary, struct fan_sink *sink)
{
    const struct fan_price *price = &summary->price;
    fan_sink_put(sink, "List prices of %s, %s, %s, first tier, without the free tier (",
                 price->region, price->arch, price->date);
    fan_sink_markdown(sink, price->source);
    fan_sink_put(sink, "). Billed time is %s, ",
                 price->init_billed ? "INIT and duration together" : "the duration");
    if (price->round_up_ms > 0.0)
        fan_sink_put(sink, "rounded up to %g ms", price->round_up_ms);
    else
        fan_sink_put(sink, "not rounded");
    fan_sink_put(sink, "; throttled attempts are free.%s\n\n",
                 summary->study->local ? " On the local endpoint nothing is paid: this "
                                         "is what AWS would bill."
                                       : "");
    if (price->gateway_request <= 0.0 && summary->total.attempts > 0)
        fan_sink_put(sink,
                     "To compare with sieves published in 2017: at the prices of that "
                     "year ($%.8f per GB-second, durations not rounded, INIT free) the "
                     "same attempts come to %s.\n\n",
                     fan_price_of_2017()->gb_second,
                     fan_show_usd(summary->total.usd_2017).s);
}

static void add_usd_pair(struct fan_table *table, double scale, struct fan_interval ci)
{
    if (isfinite(ci.lower) && isfinite(ci.upper))
        fan_table_addf(table, "[%s, %s]", fan_show_usd(scale * ci.lower).s,
                       fan_show_usd(scale * ci.upper).s);
    else
        fan_table_add(table, "-");
}

static void put_settings(const struct fan_summary *summary, struct fan_sink *sink)
{
    static const struct fan_column columns[] = {
        FAN_FACTOR_COLUMNS,
        { "per 1,000 calls", false, 0 },
        { "95 % CI", false, 0 },
        { "per 1,000 successes", false, 0 },
        { "per 1,000 units of work", false, 0 },
        { "spent on failures", false, 0 },
        { "GB-s per call", false, 0 },
    };
    struct fan_table *table = fan_table_new(columns, sizeof columns / sizeof columns[0]);
    for (size_t c = 0; c < summary->study->cell_count && c < ROWS_MOST; c++) {
        const struct fan_cell_summary *cell = &summary->cells[c];
        const struct fan_tallies *tallies = &cell->tallies;
        if (tallies->calls == 0) continue;
        fan_report_factors(table, summary, c);
        fan_table_add(table, fan_show_usd(1000.0 * cell->usd_per_call).s);
        add_usd_pair(table, 1000.0, summary->answers->cells[c].call_usd_ci);
        fan_table_add(table, fan_show_usd(1000.0 * cell->usd_per_success).s);
        fan_table_add(
            table, summary->factors.work
                       ? fan_show_usd(1000.0 * cell->usd_per_success / cell->cell->work).s
                       : "");
        fan_table_add(table,
                      tallies->usd_failed > 0.0
                          ? fan_show_share(tallies->usd_failed / tallies->cost.total).s
                          : "");
        fan_table_add(
            table, fan_show_number(tallies->cost.gb_seconds / (double)tallies->calls).s);
    }
    fan_report_table(table, sink, "Cost of a call",
                     "All attempts of a call together, cold starts and failures "
                     "included; bootstrap interval of the mean. What failed is paid by "
                     "the successes; a call of work k does k units.");
}

/* A factor's level, or nothing where it does not vary. */
static void add_level(struct fan_table *table, bool varies, const char *unit,
                      uint32_t level)
{
    if (varies)
        fan_table_addf(table, "%u%s", level, unit);
    else
        fan_table_add(table, "");
}

static void put_step_table(const struct fan_summary *summary, struct fan_sink *sink)
{
    static const struct fan_column columns[] = {
        { "transport", true, 0 },
        { "work", false, 0 },
        { "in flight", false, 0 },
        { "from", false, 0 },
        { "to", false, 0 },
        { "time times", false, 0 },
        { "95 % CI", false, 0 },
        { "break-even", false, 0 },
        { "a call becomes", true, 0 },
    };
    const struct fan_answers *answers = summary->answers;
    struct fan_table *table = fan_table_new(columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < answers->memory_count; i++) {
        const struct fan_memory_answer *a = &answers->memory[i];
        for (size_t k = 0; k + 1 < a->row.n && fan_table_rows(table) < ROWS_MOST; k++) {
            const struct fan_study_cell *from = summary->cells[a->row.cell[k]].cell;
            const struct fan_study_cell *to = summary->cells[a->row.cell[k + 1]].cell;
            fan_table_add(table, from->transport);
            add_level(table, summary->factors.work, "x", from->work);
            add_level(table, summary->factors.parallelism, "", from->parallelism);
            fan_table_addf(table, "%u MB", from->memory_mb);
            fan_table_addf(table, "%u MB", to->memory_mb);
            fan_table_add(table, fan_show_number(a->step[k].time_ratio).s);
            fan_table_add(table, fan_show_interval(a->step[k].ci).s);
            fan_table_add(table, fan_show_number(a->step[k].break_even).s);
            fan_table_add(table, fan_report_step_verdict(&a->step[k]));
        }
    }
    fan_report_table(table, sink, "Does more memory pay?",
                     "Mean billed time at the larger size by that at the smaller one, "
                     "with its bootstrap interval. Below the break-even, smaller by "
                     "larger memory, the call becomes cheaper.");
}

static void put_unit_table(const struct fan_summary *summary, struct fan_sink *sink)
{
    static const struct fan_column columns[] = {
        FAN_FACTOR_COLUMNS,          { "1,000 more units cost", false, 0 },
        { "95 % CI", false, 0 },     { "fixed part of 1,000 calls", false, 0 },
        { "its 95 % CI", false, 0 },
    };
    const struct fan_answers *answers = summary->answers;
    struct fan_table *table = fan_table_new(columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < answers->work_cost_count && i < ROWS_MOST; i++) {
        const struct fan_work_cost *cost = &answers->work_cost[i];
        fan_report_factors(table, summary, cost->row.cell[0]);
        fan_table_add(table, fan_show_usd(1000.0 * cost->unit_usd).s);
        add_usd_pair(table, 1000.0, cost->unit_ci);
        fan_table_add(table, fan_show_usd(1000.0 * cost->fixed_usd).s);
        add_usd_pair(table, 1000.0, cost->fixed_ci);
    }
    fan_report_table(table, sink, "What a unit of work costs",
                     "The line through the mean costs of a main call, from the row's "
                     "least work on; bootstrap intervals.");
}

static void put_months(const struct fan_summary *summary, struct fan_sink *sink)
{
    static const struct fan_column columns[] = {
        FAN_FACTOR_COLUMNS,
        { "100,000 calls", false, 0 },
        { "1 million", false, 0 },
        { "100 million", false, 0 },
        { "1 billion", false, 0 },
        { "100,000, free tier", false, 0 },
        { "1 million, free tier", false, 0 },
    };
    struct fan_table *table = fan_table_new(columns, sizeof columns / sizeof columns[0]);
    if (summary->study->is_sieve) {
        fan_table_free(table);
        return;
    }
    for (size_t c = 0; c < summary->study->cell_count && c < ROWS_MOST; c++) {
        if (summary->cells[c].tallies.done == 0) continue;
        fan_report_factors(table, summary, c);
        for (size_t i = 0; i < FAN_ANSWER_MONTHS; i++)
            fan_table_add(table,
                          fan_show_usd(fan_answers_month_usd(
                                           summary, c, fan_answer_month_calls[i], false))
                              .s);
        for (size_t i = 0; i < MONTHS_FREE; i++)
            fan_table_add(table, !summary->study->free_tier
                                     ? ""
                                     : fan_show_usd(fan_answers_month_usd(
                                                        summary, c,
                                                        fan_answer_month_calls[i], true))
                                           .s);
    }
    fan_report_table(table, sink, "A month of such calls",
                     "So many successful calls in one month, each with the requests and "
                     "the billed time of this run (its cold starts and failures "
                     "included), by the tiers of the price table.");
}

void fan_report_cost_tables(const struct fan_summary *summary, struct fan_sink *sink)
{
    put_parts(summary, sink);
    put_source(summary, sink);
    put_settings(summary, sink);
    fan_report_costs_table(summary, sink);
    put_step_table(summary, sink);
    put_unit_table(summary, sink);
    put_months(summary, sink);
}
