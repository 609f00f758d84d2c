/* report_tune.c - the report's chapter on a tune: the choice, why, and what it saves. */
#include <math.h>

#include "analysis/report_parts.h"
#include "analysis/show.h"
#include "analysis/tune_answer.h"

static void put_limits(const struct fan_sizing_settings *settings, struct fan_sink *sink)
{
    const char *word = " with";
    if (settings->time_limit_ms > 0.0) {
        fan_sink_put(sink, "%s at most %s ms", word,
                     fan_show_number(settings->time_limit_ms).s);
        word = " and";
    }
    if (settings->cost_limit_usd > 0.0)
        fan_sink_put(sink, "%s at most %s", word,
                     fan_show_usd(settings->cost_limit_usd).s);
}

bool fan_report_tune_arises(const struct fan_summary *summary)
{
    return summary->tune != NULL;
}

void fan_report_tune_headline(const struct fan_summary *summary, struct fan_sink *sink)
{
    static const char *const least[] = { "the least cost", "the least time",
                                         "cost and time in balance" };
    const struct fan_tune_answer *tune = summary->tune;
    if (tune->choice_mb == 0) {
        fan_sink_put(sink, "**No size was found:** none has enough successful calls.");
        return;
    }
    const struct fan_sizing_view view = fan_sizing_model_at(tune->model, tune->choice_mb);
    fan_sink_put(sink, "**%u MB** %s %s", tune->choice_mb,
                 tune->within_limits ? "is the best size for" : "comes nearest to",
                 least[tune->settings->objective]);
    put_limits(tune->settings, sink);
    fan_sink_put(sink, " a call: %s ms and %s per 1,000 warm calls.%s",
                 fan_show_number(view.ms).s, fan_show_usd(1000.0 * view.usd).s,
                 tune->within_limits ? "" : " **No size keeps the limits.**");
}

static void put_ending(const struct fan_summary *summary, struct fan_sink *sink)
{
    const struct fan_tune_answer *tune = summary->tune;
    fan_sink_put(sink, "- The search ended because %s", fan_tune_ending(summary));
    if (tune->ended && isfinite(tune->improvement))
        fan_sink_put(sink, " (the greatest still expected: %s)",
                     fan_show_share(tune->improvement).s);
    fan_sink_put(sink, ".\n");
}

static void put_savings(const struct fan_summary *summary, struct fan_sink *sink)
{
    struct fan_tune_saving saving[FAN_TUNE_SAVINGS];
    const size_t n = fan_tune_savings(summary, saving);
    for (size_t i = 0; i < n; i++)
        fan_sink_put(sink, "- Against %u MB, %s: %s cost, %s time (by the model).\n",
                     saving[i].base_mb,
                     saving[i].listed ? "the size in the job" : "the smallest size",
                     fan_show_saving(saving[i].usd).s, fan_show_saving(saving[i].ms).s);
}

void fan_report_tune_details(const struct fan_summary *summary, struct fan_sink *sink)
{
    const struct fan_tune_answer *tune = summary->tune;
    struct fan_tune_strategies chosen;
    put_ending(summary, sink);
    put_savings(summary, sink);
    if (tune->model_mb != 0 && tune->model_mb != tune->choice_mb) {
        const struct fan_sizing_view view =
            fan_sizing_model_at(tune->model, tune->model_mb);
        fan_sink_put(sink,
                     "- The model itself would take %u MB, which was not measured: %s ms "
                     "and %s per 1,000 calls.\n",
                     tune->model_mb, fan_show_number(view.ms).s,
                     fan_show_usd(1000.0 * view.usd).s);
    }
    if (fan_tune_power(summary, &chosen))
        fan_sink_put(
            sink,
            "- Of the sizes measured, AWS Lambda Power Tuning would choose %u MB "
            "for cost, %u MB for speed and %u MB in balance.\n",
            chosen.cost_mb, chosen.speed_mb, chosen.balanced_mb);
    if (isfinite(tune->all_usd))
        fan_sink_put(
            sink,
            "- The search measured %zu of %zu sizes for %s; all of them, measured "
            "alike, would have cost about %s.\n",
            tune->size_count, tune->settings->size_count, fan_show_usd(tune->spent_usd).s,
            fan_show_usd(tune->all_usd).s);
}

void fan_report_tune_table(const struct fan_summary *summary, struct fan_sink *sink)
{
    fan_report_table(
        fan_tune_table(summary), sink, "Samples in order",
        "Times in ms, of warm calls; `expected` is what the model said before the sample "
        "was taken, with two standard deviations of its curve; `best` is the choice "
        "after "
        "it.");
}
