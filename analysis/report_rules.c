/*
 * report_rules.c - which of the twelve rules for reporting performance this report keeps,
 * and where it does not. The rules are those of T. Hoefler and R. Belli, Scientific
 * Benchmarking of Parallel Computing Systems, SC 2015; their wording here is ours.
 */
#include <math.h>
#include <stdio.h>

#include "analysis/answers.h"
#include "analysis/report_parts.h"
#include "analysis/show.h"

#define HOW_BYTES_MAX 1000

/* Write how the rule is kept, and return the verdict. */
typedef enum fan_rule_verdict judge_fn(const struct fan_summary *summary,
                                  struct fan_sink *sink);

static enum fan_rule_verdict base_case(const struct fan_summary *summary,
                                  struct fan_sink *sink)
{
    if (summary->answers->memory_count == 0 && summary->answers->load_count == 0) {
        fan_sink_put(sink, "no speed-up is claimed");
        return FAN_RULE_NOT_ASKED;
    }
    fan_sink_put(sink, "every speed-up names its base setting, whose time stands beside "
                       "it");
    return FAN_RULE_KEPT;
}

static enum fan_rule_verdict subset(const struct fan_summary *summary, struct fan_sink *sink)
{
    const struct fan_study *study = summary->study;
    fan_sink_put(sink, "%s of %s planned calls were tried",
                 fan_show_count(summary->total.calls).s,
                 fan_show_count(study->calls_planned).s);
    if (summary->total.calls >= study->calls_planned) return FAN_RULE_KEPT;
    fan_sink_put(sink, "; %s",
                 study->budget_stopped ? "the budget ended the run"
                 : study->interrupted  ? "the run was interrupted"
                                       : "the rest is missing without a reason");
    return study->budget_stopped || study->interrupted ? FAN_RULE_KEPT : FAN_RULE_IN_PART;
}

static enum fan_rule_verdict means(const struct fan_summary *summary, struct fan_sink *sink)
{
    (void)summary;
    fan_sink_put(sink, "times and dollars have arithmetic means; a rate is all calls by "
                       "all time");
    return FAN_RULE_KEPT;
}

static enum fan_rule_verdict ratios(const struct fan_summary *summary, struct fan_sink *sink)
{
    (void)summary;
    fan_sink_put(sink, "ratios are of medians or of mean costs, never means of ratios");
    return FAN_RULE_KEPT;
}

static enum fan_rule_verdict uncertainty(const struct fan_summary *summary,
                                    struct fan_sink *sink)
{
    size_t with = 0, measured = 0;
    for (size_t c = 0; c < summary->study->cell_count; c++) {
        const struct fan_description *d = fan_summary_main(summary, c);
        measured += d->n > 0;
        with += d->n > 0 && isfinite(d->median_ci.lower) && isfinite(d->median_ci.upper);
    }
    fan_sink_put(sink, "the median has an interval in %zu of %zu settings%s", with,
                 measured, with < measured ? " (the others have too few calls)" : "");
    return with == measured ? FAN_RULE_KEPT : FAN_RULE_IN_PART;
}

static enum fan_rule_verdict normality(const struct fan_summary *summary,
                                  struct fan_sink *sink)
{
    (void)summary;
    fan_sink_put(sink, "not assumed: ranks, order statistics and bootstrap; skewness and "
                       "kurtosis are in the table of spread");
    return FAN_RULE_KEPT;
}

static enum fan_rule_verdict comparisons(const struct fan_summary *summary,
                                    struct fan_sink *sink)
{
    if (summary->answers->memory_count == 0 && summary->answers->pair_count == 0) {
        fan_sink_put(sink, "nothing is compared");
        return FAN_RULE_NOT_ASKED;
    }
    fan_sink_put(sink, "tests with effect sizes and intervals, adjusted by Holm");
    return FAN_RULE_KEPT;
}

static enum fan_rule_verdict quantiles(const struct fan_summary *summary,
                                  struct fan_sink *sink)
{
    size_t bounded = 0;
    for (size_t c = 0; c < summary->study->cell_count; c++)
        if (isfinite(fan_summary_main(summary, c)->p99_ci.upper)) bounded++;
    fan_sink_put(sink,
                 "median, p95, p99 and maximum beside the mean, cold and warm apart; p99 "
                 "is bounded from above in %zu of %zu settings (299 calls)",
                 bounded, summary->study->cell_count);
    return FAN_RULE_KEPT;
}

static enum fan_rule_verdict factors(const struct fan_summary *summary, struct fan_sink *sink)
{
    const struct fan_study_environment *e = &summary->study->environment;
    const bool known = e->cpu[0] && e->system[0] && e->cores > 0;
    fan_sink_put(sink, "%s",
                 known ? "all factors, levels, versions and the seed are in "
                         "the method"
                       : "the client's machine was not recorded");
    return known ? FAN_RULE_KEPT : FAN_RULE_IN_PART;
}

static enum fan_rule_verdict parallel_time(const struct fan_summary *summary,
                                      struct fan_sink *sink)
{
    const struct fan_skew *skew = &summary->skew;
    if (skew->phases == 0) {
        fan_sink_put(sink, "one rank: there is no start to agree on");
        return FAN_RULE_NOT_ASKED;
    }
    fan_sink_put(sink,
                 "clock, barrier and reduction are in the method; median start skew %s",
                 fan_show_seconds(skew->median_us / 1e6).s);
    if (skew->wide == 0) return FAN_RULE_KEPT;
    fan_sink_put(sink, ", over 1 %% of a call in %zu of %zu visits", skew->wide,
                 skew->phases);
    return FAN_RULE_IN_PART;
}

static enum fan_rule_verdict bounds(const struct fan_summary *summary, struct fan_sink *sink)
{
    if (!summary->factors.memory && !summary->factors.parallelism) {
        fan_sink_put(sink, "no scaling is measured");
        return FAN_RULE_NOT_ASKED;
    }
    fan_sink_put(sink, "figures show the ideal: time by memory, throughput by calls in "
                       "flight");
    return FAN_RULE_KEPT;
}

static enum fan_rule_verdict plots(const struct fan_summary *summary, struct fan_sink *sink)
{
    (void)summary;
    fan_sink_put(sink, "single calls are drawn beside every summary of them; lines join "
                       "points only where a model does");
    return FAN_RULE_KEPT;
}

static const struct {
    const char *rule;
    judge_fn *judge;
} rules[] = {
    { "name the base of a speed-up and its time", base_case },
    { "give reasons for what was left out", subset },
    { "average costs arithmetically, rates by totals", means },
    { "do not average ratios", ratios },
    { "state the uncertainty of what varies", uncertainty },
    { "do not assume a normal distribution", normality },
    { "compare by sound tests", comparisons },
    { "ask whether mean or median say enough", quantiles },
    { "document all factors and the set-up", factors },
    { "say how parallel time was taken", parallel_time },
    { "show bounds", bounds },
    { "plot what tells the story, and no false lines", plots },
};

_Static_assert(sizeof rules / sizeof *rules == FAN_RULES, "one judge for each rule");

void fan_rules_judge(const struct fan_summary *summary, struct fan_rules *out)
{
    for (size_t i = 0; i < FAN_RULES; i++) {
        struct fan_buf buf = FAN_BUF_INIT(HOW_BYTES_MAX);
        struct fan_sink own = { &buf, NULL, FAN_OK };
        out->verdict[i] = rules[i].judge(summary, &own);
        snprintf(out->how[i], sizeof out->how[i], "%s", buf.data ? buf.data : "");
        fan_buf_clear(&buf);
    }
}

void fan_rules_merge(struct fan_rules *all, const struct fan_rules *part, size_t number)
{
    for (size_t i = 0; i < FAN_RULES; i++) {
        if (part->verdict[i] <= all->verdict[i]) continue;
        all->verdict[i] = part->verdict[i];
        snprintf(all->how[i], sizeof all->how[i], "part %zu: %.280s", number,
                 part->how[i]);
    }
}

void fan_rules_table(const struct fan_rules *judged, struct fan_sink *sink)
{
    static const char *const verdicts[] = { "not asked", "kept", "in part" };
    fan_sink_put(sink, "### Twelve rules of reporting\n\nAfter Hoefler and Belli (SC "
                       "2015).\n\n| # | rule | verdict | how |\n| ---: | --- | --- | --- "
                       "|\n");
    for (size_t i = 0; i < FAN_RULES; i++)
        fan_sink_put(sink, "| %zu | %s | %s | %s |\n", i + 1, rules[i].rule,
                     verdicts[judged->verdict[i]], judged->how[i]);
    fan_sink_put(sink, "\n");
}
