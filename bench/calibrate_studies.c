/* calibrate_studies.c - whole studies in which nothing differs: how often does a report
 * claim that something does, family by family of its findings? */
#include <math.h>

#include "analysis/answers.h"
#include "bench/calibrate.h"
#include "bench/made_study.h"

static int is_shown(double p)
{
    return p < FAN_ANSWER_ALPHA;
}

/* Of one row of memory sizes: a size is called different when its p and its ratio say so.
 */
static int claims_cost_pair(const struct fan_memory_answer *memory)
{
    for (size_t i = 1; i < memory->row.n; i++)
        if (is_shown(memory->pair[i].p) && memory->pair[i].same.different) return 1;
    return 0;
}

static int claims_exponent(const struct fan_memory_answer *memory)
{
    const struct fan_interval ci = memory->scaling.slope_ci;
    return ci.lower > -1.0 || ci.upper < -1.0;
}

static int claims_load(const struct fan_answers *answers)
{
    for (size_t i = 0; i < answers->pair_count; i++)
        if (is_shown(answers->pair[i].p)) return 1;
    return 0;
}

static int claims_heaps(const struct fan_summary *summary)
{
    for (size_t c = 0; c < summary->study->cell_count; c++)
        if (summary->answers->cells[c].modes.two) return 1;
    return 0;
}

enum { COST, COST_PAIR, EXPONENT, WORK, LOAD, LOAD_ROWS, DRIFT, JUMP, LIKENESS, HEAPS };

/* Every claim of a report, one bit per family; of the rows of sizes and of work the
 * first: the report has a family per row. */
static int list_claims(const struct fan_summary *summary)
{
    const struct fan_answers *answers = summary->answers;
    const struct fan_memory_answer *memory = &answers->memory[0];
    const struct fan_time_answer *time = &answers->time;
    return is_shown(memory->cost_test.p) << COST | claims_cost_pair(memory) << COST_PAIR |
           claims_exponent(memory) << EXPONENT | !answers->work[0].fits << WORK |
           claims_load(answers) << LOAD | is_shown(answers->load_paired.p) << LOAD_ROWS |
           is_shown(time->trend.p) << DRIFT |
           (time->cut_count > 0 || is_shown(time->pettitt.p)) << JUMP |
           is_shown(time->ljung.p) << LIKENESS | claims_heaps(summary) << HEAPS;
}

/* Time falls as memory grows, so that no size costs more; work adds its time; calls in
 * flight change nothing; the run is steady. */
static int try_study(struct fan_trial *trial)
{
    struct fan_made_plan plan = fan_made_defaults();
    struct fan_made_study made;
    plan.work = (struct fan_made_levels){ { 1, 2, 3 }, 3 };
    plan.parallelism = (struct fan_made_levels){ { 1, 8 }, 2 };
    plan.repetitions = (uint32_t)trial->check->n;
    plan.noise = *trial->check->noise;
    plan.seed = trial->seed;
    fan_made_init(&made, &plan);
    struct fan_summary *summary =
        fan_summary_new(&made.study, fan_price_find("us-east-1", "x86_64"));
    const int claims = list_claims(summary);
    fan_summary_free(summary);
    fan_made_clear(&made);
    return claims;
}

#define CLOUD &fan_noise_cloud
#define PART  "studies"
#define CLAIM(words, bit)                                                                \
    {                                                                                    \
        PART, words, CLOUD, 40, 0, .05, 0, .07, try_study, NULL, NULL, bit               \
    }

/* clang-format off: a table */
const struct fan_check fan_checks_studies[] = {
    CLAIM("the cost depends on the memory (Kruskal, Wallis)", COST),
    CLAIM("a size costs more or less (Mann, Whitney, Holm, ratio)", COST_PAIR),
    CLAIM("the exponent of the memory is not -1", EXPONENT),
    CLAIM("work is not linear (lack of fit)", WORK),
    CLAIM("calls in flight change the time (any row, Holm)", LOAD),
    CLAIM("calls in flight change the time (signed ranks of the rows)", LOAD_ROWS),
    CLAIM("the run drifts (Mann, Kendall)", DRIFT),
    CLAIM("the level changes (PELT or Pettitt)", JUMP),
    CLAIM("neighbours are alike (Ljung, Box)", LIKENESS),
    CLAIM("two heaps at any of 24 settings", HEAPS),
};
/* clang-format on */
const size_t fan_checks_studies_n =
    sizeof fan_checks_studies / sizeof *fan_checks_studies;
