/* report_throttling.c - where throttling began, by which limit, and what retries cost. */
#include <math.h>
#include <stdio.h>

#include "analysis/answers.h"
#include "analysis/report_parts.h"
#include "analysis/show.h"

#define NAMED_MOST 4  /* functions that have sentences; more are counted */
#define NEAR_ONSET 2  /* numbers offered that a table has on both sides of it */
#define ROWS_MOST  80 /* of a table; the rest is in summary.json */

static void put_limit(const struct fan_limit *limit, struct fan_sink *sink)
{
    switch (limit->kind) {
    case FAN_LIMIT_CONCURRENCY:
        fan_sink_put(
            sink,
            " It looks like a limit on concurrency of %.0f, the most that ran at "
            "once.",
            limit->concurrency);
        break;
    case FAN_LIMIT_RATE:
        fan_sink_put(sink,
                     " It looks like a limit on the rate of %s a second after a burst of "
                     "%s.",
                     fan_show_number(limit->rate).s, fan_show_number(limit->burst).s);
        break;
    case FAN_LIMIT_UNKNOWN:
        fan_sink_put(sink, " The limit looks neither like concurrency nor like a rate.");
        break;
    case FAN_LIMIT_NONE: break;
    }
}

/* The same limit for all functions? */
static bool is_shared(const struct fan_throttle_answers *answers)
{
    for (size_t i = 1; i < answers->count; i++)
        if (answers->function[i].limit.kind != answers->function[0].limit.kind ||
            answers->function[i].limit.concurrency !=
                answers->function[0].limit.concurrency)
            return false;
    return answers->count > 0 && answers->function[0].limit.kind == FAN_LIMIT_CONCURRENCY;
}

bool fan_report_throttling_arises(const struct fan_summary *summary)
{
    return summary->total.throttled > 0 ||
           (summary->study->is_search && summary->total.attempts > 0);
}

void fan_report_throttling_headline(const struct fan_summary *summary,
                                    struct fan_sink *sink)
{
    const struct fan_throttle_answers *answers = &summary->answers->throttle;
    const struct fan_tallies *total = &summary->total;
    if (summary->study->is_search) {
        fan_report_search_headline(summary, sink);
        return;
    }
    const struct fan_interval ci =
        fan_stats_proportion_interval(total->throttled, total->attempts, FAN_STATS_LEVEL);
    fan_sink_put(sink, "%s of %s attempts were throttled: %s (%s to %s):",
                 fan_show_count(total->throttled).s, fan_show_count(total->attempts).s,
                 fan_show_share((double)total->throttled / (double)total->attempts).s,
                 fan_show_share(ci.lower).s, fan_show_share(ci.upper).s);
    const char *comma = "";
    for (int r = 0; r < FAN_REASON_COUNT; r++) {
        if (total->throttled_by[r] == 0) continue;
        const char *name = fan_reason_name((enum fan_reason)r);
        fan_sink_put(sink, "%s %s %s", comma, fan_show_count(total->throttled_by[r]).s,
                     *name ? name : "without a reason");
        comma = ",";
    }
    fan_sink_put(sink, ". AWS does not bill them.");
    if (is_shared(answers)) put_limit(&answers->function[0].limit, sink);
}

static double share_of(const struct fan_throttle_level *level)
{
    return (double)level->throttled / (double)level->attempts;
}

/* "8" or "5 to 8". */
static void put_offered(const struct fan_throttle_level *level, struct fan_sink *sink)
{
    fan_sink_put(sink, "%u", level->low);
    if (level->high > level->low) fan_sink_put(sink, " to %u", level->high);
}

static void put_onset(const struct fan_throttle_answer *answer, struct fan_sink *sink)
{
    const struct fan_throttle_level *onset = &answer->level[answer->onset];
    fan_sink_put(sink, " began with ");
    put_offered(onset, sink);
    fan_sink_put(sink, " %s offered at once: %s of %s refused (%s, 95 %% CI %s to %s)",
                 onset->high == 1 ? "attempt" : "attempts",
                 fan_show_count(onset->throttled).s, fan_show_count(onset->attempts).s,
                 fan_show_share(share_of(onset)).s, fan_show_share(onset->ci.lower).s,
                 fan_show_share(onset->ci.upper).s);
    if (answer->onset == 0) {
        fan_sink_put(sink, ", the least that was tried");
        return;
    }
    const struct fan_throttle_level *below = &answer->level[answer->onset - 1];
    fan_sink_put(sink, "; with ");
    put_offered(below, sink);
    fan_sink_put(sink, " none of %s (at most %s)", fan_show_count(below->attempts).s,
                 fan_show_share(below->ci.upper).s);
}

void fan_report_retries(const struct fan_summary *summary, struct fan_sink *sink)
{
    const struct fan_retry_answer *retry = &summary->answers->throttle.retry;
    const double total =
        retry->queue_s + retry->failed_s + retry->backoff_s + retry->final_s;
    if (retry->in_vain == 0 || !(total > 0.0)) return;
    fan_sink_put(
        sink,
        "- Retries: %s %s in vain took %s of the calls' time and the waits after "
        "them %s, %s in all for %s calls; the attempts in vain cost %s.\n",
        fan_show_count(retry->in_vain).s, retry->in_vain == 1 ? "attempt" : "attempts",
        fan_show_share(retry->failed_s / total).s,
        fan_show_share(retry->backoff_s / total).s,
        fan_show_seconds(retry->failed_s + retry->backoff_s).s,
        fan_show_count(retry->calls).s, fan_show_usd(retry->usd).s);
}

void fan_report_throttling_details(const struct fan_summary *summary,
                                   struct fan_sink *sink)
{
    const struct fan_throttle_answers *answers = &summary->answers->throttle;
    for (size_t i = 0; i < answers->count && i < NAMED_MOST; i++) {
        const struct fan_throttle_answer *answer = &answers->function[i];
        fan_sink_put(sink, "- Throttling at ");
        fan_report_setting(summary, sink, answer->cell);
        put_onset(answer, sink);
        fan_sink_put(sink, ".");
        if (!is_shared(answers)) put_limit(&answer->limit, sink);
        fan_sink_put(sink, "\n");
    }
    if (answers->count > NAMED_MOST)
        fan_sink_put(sink, "- In all, %zu functions were throttled.\n", answers->count);
    fan_report_retries(summary, sink);
}

static void put_reasons(const struct fan_summary *summary, struct fan_sink *sink)
{
    static const struct fan_column columns[] = {
        FAN_FACTOR_COLUMNS,        { "reason", true, 0 },
        { "throttled", false, 0 }, { "share of attempts", false, 0 },
        { "95 % CI", false, 0 },
    };
    struct fan_table *table = fan_table_new(columns, sizeof columns / sizeof columns[0]);
    for (size_t c = 0; c < summary->study->cell_count; c++) {
        const struct fan_tallies *tallies = &summary->cells[c].tallies;
        for (int r = 0; r < FAN_REASON_COUNT; r++) {
            const uint64_t n = tallies->throttled_by[r];
            if (n == 0) continue;
            const struct fan_interval ci =
                fan_stats_proportion_interval(n, tallies->attempts, FAN_STATS_LEVEL);
            const char *name = fan_reason_name((enum fan_reason)r);
            fan_report_factors(table, summary, c);
            fan_table_add(table, *name ? name : "none given");
            fan_table_add(table, fan_show_count(n).s);
            fan_table_add(table, fan_show_share((double)n / (double)tallies->attempts).s);
            fan_table_addf(table, "[%s, %s]", fan_show_share(ci.lower).s,
                           fan_show_share(ci.upper).s);
        }
    }
    fan_report_table(table, sink, "Throttles", "");
}

/* The function that a row is about: memory, and a name where sizes do not tell. */
static void add_function(struct fan_table *table, const struct fan_summary *summary,
                         size_t c)
{
    struct fan_buf text = FAN_BUF_INIT(1000);
    struct fan_sink sink = { &text, NULL, FAN_OK };
    fan_report_setting(summary, &sink, c);
    fan_table_add(table, text.data ? text.data : "");
    fan_buf_clear(&text);
}

/* The ends, and what lies about the onset: the figure has them all. */
static bool is_listed(const struct fan_throttle_answer *answer, size_t k)
{
    return k == 0 || k + 1 == answer->levels ||
           (k + NEAR_ONSET >= answer->onset && k <= answer->onset + NEAR_ONSET);
}

static void put_levels(const struct fan_summary *summary, struct fan_sink *sink)
{
    static const struct fan_column columns[] = {
        { "function", true, 0 },  { "offered at once", false, 0 },
        { "attempts", false, 0 }, { "throttled", false, 0 },
        { "share", false, 0 },    { "95 % CI", false, 0 },
        { "onset", true, 0 },
    };
    const struct fan_throttle_answers *answers = &summary->answers->throttle;
    struct fan_table *table = fan_table_new(columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < answers->count; i++) {
        const struct fan_throttle_answer *answer = &answers->function[i];
        for (size_t k = 0; k < answer->levels; k++) {
            const struct fan_throttle_level *level = &answer->level[k];
            if (!is_listed(answer, k) || fan_table_rows(table) >= ROWS_MOST) continue;
            add_function(table, summary, answer->cell);
            if (level->high > level->low)
                fan_table_addf(table, "%u to %u", level->low, level->high);
            else
                fan_table_addf(table, "%u", level->low);
            fan_table_add(table, fan_show_count(level->attempts).s);
            fan_table_add(table, fan_show_count(level->throttled).s);
            fan_table_add(table, fan_show_share(share_of(level)).s);
            fan_table_addf(table, "[%s, %s]", fan_show_share(level->ci.lower).s,
                           fan_show_share(level->ci.upper).s);
            fan_table_add(table, k == answer->onset ? "here" : "");
        }
    }
    fan_report_table(table, sink, "Throttling by attempts offered at once",
                     "Offered at once: attempts of the function in flight when one left, "
                     "itself counted. Onset: the least number whose interval excludes "
                     "0. Listed are the numbers about it, the least and the most; "
                     "`summary.json` has all.");
}

static void put_limits(const struct fan_summary *summary, struct fan_sink *sink)
{
    static const struct fan_column columns[] = {
        FAN_FACTOR_COLUMNS,
        { "throttled", false, 0 },
        { "95 % CI", false, 0 },
        { "limit on", true, 0 },
        { "at once", false, 0 },
        { "per second", false, 0 },
        { "after a burst of", false, 0 },
        { "Erlang B", false, 0 },
    };
    struct fan_table *table = fan_table_new(columns, sizeof columns / sizeof columns[0]);
    for (size_t c = 0; c < summary->study->cell_count; c++) {
        const struct fan_cell_answer *cell = &summary->answers->cells[c];
        const struct fan_tallies *tallies = &summary->cells[c].tallies;
        if (cell->limit.kind == FAN_LIMIT_NONE || fan_table_rows(table) >= ROWS_MOST)
            continue;
        fan_report_factors(table, summary, c);
        fan_table_add(
            table,
            fan_show_share((double)tallies->throttled / (double)tallies->attempts).s);
        fan_table_addf(table, "[%s, %s]", fan_show_share(cell->throttled_share.lower).s,
                       fan_show_share(cell->throttled_share.upper).s);
        fan_table_add(table, fan_limit_name(cell->limit.kind));
        fan_table_addf(table, "%.0f", cell->limit.concurrency);
        fan_table_add(table, fan_show_number(cell->limit.rate).s);
        fan_table_add(table, fan_show_number(cell->limit.burst).s);
        fan_table_add(table,
                      isfinite(cell->erlang_b) ? fan_show_share(cell->erlang_b).s : "-");
    }
    fan_report_table(table, sink, "Limits",
                     "At once: the most accepted attempts in flight. Erlang B: the share "
                     "that a limit on concurrency would refuse of random arrivals that "
                     "keep it as busy.");
}

static void put_split(const struct fan_summary *summary, struct fan_sink *sink)
{
    static const struct fan_column columns[] = {
        { "part of the calls' time", true, 0 },
        { "seconds", false, 0 },
        { "share", false, 0 },
    };
    const struct fan_retry_answer *retry = &summary->answers->throttle.retry;
    const double part[] = { retry->queue_s, retry->failed_s, retry->backoff_s,
                            retry->final_s };
    static const char *const name[] = { "late in the client", "attempts in vain",
                                        "waits between attempts", "last attempts" };
    struct fan_table *table = fan_table_new(columns, sizeof columns / sizeof columns[0]);
    const double total = part[0] + part[1] + part[2] + part[3];
    for (size_t i = 0; i < 4 && retry->in_vain > 0 && total > 0.0; i++) {
        fan_table_add(table, name[i]);
        fan_table_add(table, fan_show_number(part[i]).s);
        fan_table_add(table, fan_show_share(part[i] / total).s);
    }
    fan_report_table(table, sink, "What retries cost in time",
                     "Over all calls, from when each was due to the end of its last "
                     "attempt. In vain is an attempt that another one followed.");
}

void fan_report_throttling_tables(const struct fan_summary *summary,
                                  struct fan_sink *sink)
{
    put_reasons(summary, sink);
    put_levels(summary, sink);
    put_limits(summary, sink);
    put_split(summary, sink);
}
