/* tune_answer.c - see tune_answer.h. */
#include "analysis/tune_answer.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/answers.h"
#include "analysis/sizing_sums.h"

/* The records of one sample. */
struct taken {
    struct fan_sizing_sums sums;
    bool any;
    uint32_t memory_mb;
    double *ms; /* of the warm calls; room for all records */
    size_t n;
    double usd; /* their sum */
};

static void take_record(struct taken *taken, const struct fan_summary *summary,
                        const struct fan_record *record)
{
    const uint32_t memory_mb = summary->study->cells[record->cell].memory_mb;
    taken->any = true;
    taken->memory_mb = memory_mb;
    fan_sizing_sums_take(&taken->sums, record);
    const double ms = fan_metric_of(record, summary->metric);
    if (fan_stratum_of(record) != FAN_STRATUM_WARM || !isfinite(ms)) return;
    taken->ms[taken->n++] = ms;
    taken->usd += fan_price_attempt(&summary->price, record, memory_mb).total;
}

static void collect(const struct fan_summary *summary, uint32_t block,
                    struct taken *taken)
{
    const struct fan_study *study = summary->study;
    double *ms = taken->ms;
    memset(taken, 0, sizeof *taken);
    taken->ms = ms;
    for (size_t i = 0; i < study->record_count; i++)
        if (study->records[i].block == block &&
            study->records[i].cell < study->cell_count)
            take_record(taken, summary, &study->records[i]);
    fan_stats_sort(taken->ms, taken->n);
}

/* What the samples before the last one said of it. */
static void expect(struct fan_tune_sample *sample, const struct fan_tune_answer *answer,
                   const struct fan_sizing_sample *before)
{
    struct fan_sizing_model *model = NULL;
    sample->step = fan_sizing_next(answer->settings, before, answer->n);
    sample->expected_ms = sample->expected.lower = sample->expected.upper = FAN_UNKNOWN;
    if (sample->step.reason == FAN_SIZING_START ||
        fan_sizing_model_new(&model, answer->settings, before, answer->n, NULL))
        return;
    const struct fan_sizing_view view = fan_sizing_model_at(model, sample->memory_mb);
    sample->expected_ms = view.ms;
    sample->expected.lower = exp(view.ln_ms - 2.0 * view.ln_sd);
    sample->expected.upper = exp(view.ln_ms + 2.0 * view.ln_sd);
    fan_sizing_model_free(model);
}

/* The choice after n samples. */
static void note_best(struct fan_tune_sample *sample,
                      const struct fan_tune_answer *answer,
                      const struct fan_sizing_sample *told, size_t n)
{
    struct fan_sizing_model *model = NULL;
    bool within;
    sample->best_ms = sample->best_usd = FAN_UNKNOWN;
    if (fan_sizing_model_new(&model, answer->settings, told, n, NULL)) return;
    const uint32_t best_mb = fan_sizing_model_choice(model, &within);
    const struct fan_sizing_view view = fan_sizing_model_at(model, best_mb);
    if (within) {
        sample->best_mb = best_mb;
        sample->best_ms = view.ms;
        sample->best_usd = view.usd;
    }
    fan_sizing_model_free(model);
}

static void count_size(struct fan_tune_answer *answer, uint32_t memory_mb)
{
    for (size_t i = 0; i < answer->n; i++)
        if (answer->sample[i].memory_mb == memory_mb) return;
    answer->size_count++;
}

/* All samples that have a record. told: what the search learns of them. */
static void take_samples(struct fan_tune_answer *answer,
                         const struct fan_summary *summary,
                         struct fan_sizing_sample *told)
{
    struct taken taken;
    memset(&taken, 0, sizeof taken);
    taken.ms = fan_alloc_zero(summary->study->record_count + 1, sizeof *taken.ms);
    for (uint32_t block = 0; block < answer->settings->samples_max; block++) {
        collect(summary, block, &taken);
        if (!taken.any) continue;
        struct fan_tune_sample *sample = &answer->sample[answer->n];
        count_size(answer, taken.memory_mb);
        sample->number = block + 1;
        sample->memory_mb = taken.memory_mb;
        expect(sample, answer, told);
        sample->ms = fan_stats_describe(taken.ms, taken.n);
        sample->usd = taken.n > 0 ? taken.usd / (double)taken.n : FAN_UNKNOWN;
        sample->told = told[answer->n] =
            fan_sizing_sums_sample(&taken.sums, taken.memory_mb);
        answer->n++;
        note_best(sample, answer, told, answer->n);
    }
    free(taken.ms);
}

static void conclude(struct fan_tune_answer *answer, const struct fan_summary *summary,
                     const struct fan_sizing_sample *told)
{
    const struct fan_sizing_settings *settings = answer->settings;
    const struct fan_sizing_step end = fan_sizing_next(settings, told, answer->n);
    answer->ended = end.stop && answer->n > 0;
    answer->reason = end.reason;
    answer->improvement = end.improvement;
    answer->spent_usd = summary->total.cost.total;
    answer->all_usd = FAN_UNKNOWN;
    if (fan_sizing_model_new(&answer->model, settings, told, answer->n, NULL)) return;
    answer->choice_mb = fan_sizing_model_choice(answer->model, &answer->within_limits);
    answer->model_mb = fan_sizing_model_best(answer->model);
    answer->all_usd = 0.0;
    for (size_t i = 0; i < settings->size_count; i++)
        answer->all_usd += summary->study->tune->sample_calls *
                           fan_sizing_model_at(answer->model, settings->memory_mb[i]).usd;
}

struct fan_tune_answer *fan_tune_answer_new(const struct fan_summary *summary)
{
    struct fan_sizing_sample told[FAN_SIZING_SAMPLES_MAX];
    struct fan_tune_answer *answer = fan_alloc_zero(1, sizeof *answer);
    assert(summary->study->tune);
    answer->settings = &summary->study->tune->settings;
    answer->sample = fan_alloc_zero(FAN_SIZING_SAMPLES_MAX, sizeof *answer->sample);
    take_samples(answer, summary, told);
    conclude(answer, summary, told);
    return answer;
}

void fan_tune_answer_free(struct fan_tune_answer *answer)
{
    if (!answer) return;
    fan_sizing_model_free(answer->model);
    free(answer->sample);
    free(answer);
}

const char *fan_tune_objective(const struct fan_tune_answer *answer)
{
    static const char *const words[] = { "cost", "time", "balanced" };
    return words[answer->settings->objective];
}

bool fan_tune_power(const struct fan_summary *summary,
                    struct fan_tune_strategies *strategies)
{
    if (summary->answers->memory_count == 0 || !summary->answers->memory[0].tuned)
        return false;
    const struct fan_memory_answer *memory = &summary->answers->memory[0];
    strategies->cost_mb = summary->cells[memory->cheapest].cell->memory_mb;
    strategies->speed_mb = summary->cells[memory->fastest].cell->memory_mb;
    strategies->balanced_mb = summary->cells[memory->balanced].cell->memory_mb;
    return true;
}

static struct fan_tune_saving saving_against(const struct fan_summary *summary,
                                             uint32_t base_mb)
{
    const struct fan_tune_answer *tune = summary->tune;
    const struct fan_sizing_view own = fan_sizing_model_at(tune->model, tune->choice_mb);
    const struct fan_sizing_view other = fan_sizing_model_at(tune->model, base_mb);
    return (struct fan_tune_saving){ .base_mb = base_mb,
                                     .listed = base_mb == summary->study->tune->listed_mb,
                                     .usd = 1.0 - own.usd / other.usd,
                                     .ms = 1.0 - own.ms / other.ms };
}

size_t fan_tune_savings(const struct fan_summary *summary,
                        struct fan_tune_saving saving[FAN_TUNE_SAVINGS])
{
    const uint32_t choice = summary->tune->choice_mb;
    const uint32_t smallest = summary->tune->settings->memory_mb[0];
    const uint32_t listed = summary->study->tune->listed_mb;
    size_t n = 0;
    if (choice == 0) return 0;
    if (smallest != choice) saving[n++] = saving_against(summary, smallest);
    if (listed != 0 && listed != choice && listed != smallest)
        saving[n++] = saving_against(summary, listed);
    return n;
}
