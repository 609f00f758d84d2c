/* tune_print.c - a tune's samples as a table, and what follows from them, on the
 * terminal.
 */
#include <math.h>

#include "analysis/show.h"
#include "analysis/text_table.h"
#include "analysis/tune_answer.h"

const char *fan_tune_ending(const struct fan_summary *summary)
{
    if (summary->tune->ended) return fan_sizing_reason_text(summary->tune->reason);
    if (summary->study->budget_stopped) return "the budget allows no more";
    return "it was interrupted";
}

static void add_sample(struct fan_table *table, const struct fan_tune_sample *sample)
{
    fan_table_addf(table, "%u", sample->number);
    fan_table_addf(table, "%u MB", sample->memory_mb);
    fan_table_add(table, fan_sizing_reason_word(sample->step.reason));
    fan_table_add(table, fan_show_number(sample->expected_ms).s);
    fan_table_add(table, fan_show_interval(sample->expected).s);
    fan_table_addf(table, "%zu", sample->ms.n);
    fan_table_add(table, fan_show_number(sample->ms.mean).s);
    fan_table_add(table, fan_show_interval(sample->ms.mean_ci).s);
    fan_table_add(table, fan_show_usd(1000.0 * sample->usd).s);
    if (sample->best_mb)
        fan_table_addf(table, "%u MB", sample->best_mb);
    else
        fan_table_add(table, "-");
}

struct fan_table *fan_tune_table(const struct fan_summary *summary)
{
    static const struct fan_column columns[] = {
        { "#", false, 0 },        { "memory", false, 0 },  { "why", true, 0 },
        { "expected", false, 1 }, { "+-2 s", false, 2 },   { "n", false, 0 },
        { "mean", false, 0 },     { "95 % CI", false, 0 }, { "$/1000", false, 0 },
        { "best", false, 0 },
    };
    struct fan_table *table = fan_table_new(columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < summary->tune->n; i++)
        add_sample(table, &summary->tune->sample[i]);
    return table;
}

static void print_choice(const struct fan_summary *summary, FILE *out)
{
    const struct fan_tune_answer *tune = summary->tune;
    if (tune->choice_mb == 0) {
        fprintf(out, "  choice    none: no size has enough successful calls\n");
        return;
    }
    const struct fan_sizing_view view = fan_sizing_model_at(tune->model, tune->choice_mb);
    fprintf(out, "  choice    %u MB%s: %s ms, %s per 1000 warm calls; %s\n",
            tune->choice_mb,
            tune->within_limits ? "" : " comes nearest to the limits, which none keeps",
            fan_show_number(view.ms).s, fan_show_usd(1000.0 * view.usd).s,
            fan_tune_ending(summary));
    if (tune->model_mb != 0 && tune->model_mb != tune->choice_mb) {
        const struct fan_sizing_view best =
            fan_sizing_model_at(tune->model, tune->model_mb);
        fprintf(out, "  model     %u MB, not measured: %s ms, %s expected\n",
                tune->model_mb, fan_show_number(best.ms).s,
                fan_show_usd(1000.0 * best.usd).s);
    }
}

static void print_savings(const struct fan_summary *summary, FILE *out)
{
    const struct fan_tune_answer *tune = summary->tune;
    struct fan_tune_saving saving[FAN_TUNE_SAVINGS];
    const size_t n = fan_tune_savings(summary, saving);
    for (size_t i = 0; i < n; i++)
        fprintf(out, "  saving    against %u MB%s: %s cost, %s time\n", saving[i].base_mb,
                saving[i].listed ? " (as in the job)" : "",
                fan_show_saving(saving[i].usd).s, fan_show_saving(saving[i].ms).s);
    if (isfinite(tune->all_usd))
        fprintf(out,
                "  search    %zu of %zu sizes for %s; measuring all of them: about %s\n",
                tune->size_count, tune->settings->size_count,
                fan_show_usd(tune->spent_usd).s, fan_show_usd(tune->all_usd).s);
}

void fan_tune_print(const struct fan_summary *summary, FILE *out, int columns)
{
    struct fan_tune_strategies strategies;
    struct fan_table *table = fan_tune_table(summary);
    fprintf(out,
            "\n  samples in order; %s of warm calls in ms; expected: by the model, "
            "before\n",
            fan_metric_name(summary->metric));
    fan_table_print(table, out, columns);
    fan_table_free(table);
    fputc('\n', out);
    print_choice(summary, out);
    if (fan_tune_power(summary, &strategies))
        fprintf(out,
                "  of those  measured, power tuning chooses: cost %u MB, speed %u MB, "
                "balanced %u MB\n",
                strategies.cost_mb, strategies.speed_mb, strategies.balanced_mb);
    print_savings(summary, out);
}
