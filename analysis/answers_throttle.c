/* answers_throttle.c - see answers_throttle.h. */
#include "analysis/answers_throttle.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/time_order.h"
#include "analysis/version_names.h"

void fan_throttle_offered(const struct fan_attempt *attempts, size_t n, uint32_t *offered)
{
    int64_t *ends = fan_alloc_zero(n + 1, sizeof *ends);
    size_t ended = 0;
    for (size_t i = 0; i < n; i++)
        ends[i] = attempts[i].end_ns;
    fan_times_sort(ends, n);
    for (size_t i = 0; i < n; i++) {
        /* Only those that left before can have ended; one of no length ends at once. */
        while (ended < i && ends[ended] <= attempts[i].sent_ns)
            ended++;
        offered[i] = (uint32_t)(i - ended + 1);
    }
    free(ends);
}

/* Count the attempts by how many were in flight, and drop levels without any. */
static void count_levels(struct fan_throttle_answer *answer,
                         const struct fan_attempt *attempts, const uint32_t *offered)
{
    uint32_t most = 0;
    for (size_t i = 0; i < answer->attempts; i++)
        if (offered[i] > most) most = offered[i];
    const uint32_t wide = (most + FAN_THROTTLE_LEVELS_MAX - 1) / FAN_THROTTLE_LEVELS_MAX;
    const size_t all = most > 0 ? (most + wide - 1) / wide : 0;
    struct fan_throttle_level *level = fan_alloc_zero(all + 1, sizeof *level);

    for (size_t i = 0; i < answer->attempts; i++) {
        struct fan_throttle_level *own = &level[(offered[i] - 1) / wide];
        if (own->attempts++ == 0 || offered[i] < own->low) own->low = offered[i];
        if (offered[i] > own->high) own->high = offered[i];
        own->throttled += !attempts[i].accepted;
    }
    for (size_t k = 0; k < all; k++) {
        if (level[k].attempts == 0) continue;
        level[k].ci = fan_stats_proportion_interval(level[k].throttled, level[k].attempts,
                                                    FAN_STATS_LEVEL);
        level[answer->levels++] = level[k];
    }
    answer->level = level;
    while (answer->onset + 1 < answer->levels && !(level[answer->onset].ci.lower > 0.0))
        answer->onset++;
}

static bool is_same(const struct fan_study *study, size_t a, size_t b)
{
    const struct fan_study_cell *one = &study->cells[a], *other = &study->cells[b];
    /* Versions of a function share its limits, whatever their sizes. */
    if (fan_versions_of_one(one, other)) return true;
    return strcmp(one->function, other->function) == 0 &&
           one->memory_mb == other->memory_mb;
}

static bool is_rate(enum fan_reason reason)
{
    return reason == FAN_REASON_FUNCTION_RATE || reason == FAN_REASON_RESERVED_RATE ||
           reason == FAN_REASON_CALLER_RATE;
}

bool fan_throttle_attempt(const struct fan_record *record, struct fan_attempt *attempt)
{
    const bool refused = record->outcome == FAN_OUTCOME_THROTTLE;
    memset(attempt, 0, sizeof *attempt);
    attempt->sent_ns = record->sent_ns;
    attempt->end_ns = record->sent_ns + record->end_ns;
    attempt->accepted = !refused;
    attempt->rate_named = refused && is_rate(record->reason);
    attempt->visit = record->block;
    return refused || fan_stratum_of(record) != FAN_STRATUM_COUNT;
}

/* The attempts at a function: all, or those that tell of its limit. */
static size_t take_attempts(const struct fan_study *study, const bool *own, bool all,
                            struct fan_attempt *attempts)
{
    size_t n = 0;
    for (size_t i = 0; i < study->record_count; i++) {
        const struct fan_record *record = &study->records[i];
        if (record->cell >= study->cell_count || !own[record->cell]) continue;
        if (!fan_throttle_attempt(record, &attempts[n]) && !all) continue;
        /* Blocks visit each of the function's cells. */
        attempts[n].visit = record->block * (uint32_t)study->cell_count + record->cell;
        n++;
    }
    fan_attempts_sort(attempts, n);
    return n;
}

static void look_at(struct fan_throttle_answer *answer, const struct fan_summary *summary,
                    const bool *own)
{
    const struct fan_study *study = summary->study;
    struct fan_attempt *attempts = fan_alloc_zero(answer->attempts + 1, sizeof *attempts);
    uint32_t *offered = fan_alloc_zero(answer->attempts + 1, sizeof *offered);

    answer->attempts = take_attempts(study, own, true, attempts);
    fan_throttle_offered(attempts, answer->attempts, offered);
    count_levels(answer, attempts, offered);
    answer->ci = fan_stats_proportion_interval(answer->throttled, answer->attempts,
                                               FAN_STATS_LEVEL);
    const size_t ran = take_attempts(study, own, false, attempts);
    answer->limit = fan_limit_estimate(attempts, ran);
    free(offered);
    free(attempts);
}

static void find_functions(struct fan_throttle_answers *answers,
                           const struct fan_summary *summary)
{
    const struct fan_study *study = summary->study;
    bool *own = fan_alloc_zero(study->cell_count + 1, sizeof *own);
    bool *seen = fan_alloc_zero(study->cell_count + 1, sizeof *seen);
    answers->function = fan_alloc_zero(study->cell_count + 1, sizeof *answers->function);
    for (size_t c = 0; c < study->cell_count; c++) {
        struct fan_throttle_answer *answer = &answers->function[answers->count];
        if (seen[c]) continue;
        memset(answer, 0, sizeof *answer);
        answer->cell = c;
        for (size_t d = 0; d < study->cell_count; d++) {
            own[d] = is_same(study, c, d);
            if (!own[d]) continue;
            seen[d] = true;
            answer->attempts += summary->cells[d].tallies.attempts;
            answer->throttled += summary->cells[d].tallies.throttled;
        }
        if (answer->throttled == 0) continue;
        look_at(answer, summary, own);
        answers->count++;
    }
    free(seen);
    free(own);
}

static int compare_attempts(const void *left, const void *right)
{
    const struct fan_record *a = *(const struct fan_record *const *)left;
    const struct fan_record *b = *(const struct fan_record *const *)right;
    if (a->call != b->call) return a->call < b->call ? -1 : 1;
    if (a->attempt != b->attempt) return a->attempt < b->attempt ? -1 : 1;
    return (a->sent_ns > b->sent_ns) - (a->sent_ns < b->sent_ns);
}

static double seconds(int64_t ns)
{
    return ns > 0 ? (double)ns / 1e9 : 0.0;
}

static void split_time(struct fan_retry_answer *retry, const struct fan_summary *summary)
{
    const struct fan_study *study = summary->study;
    const struct fan_record **sorted =
        fan_alloc_zero(study->record_count + 1, sizeof *sorted);
    size_t n = 0;
    for (size_t i = 0; i < study->record_count; i++)
        if (study->records[i].cell < study->cell_count) sorted[n++] = &study->records[i];
    qsort(sorted, n, sizeof *sorted, compare_attempts);
    for (size_t i = 0; i < n; i++) {
        const struct fan_record *record = sorted[i];
        const bool last = i + 1 == n || sorted[i + 1]->call != record->call;
        retry->queue_s += seconds(record->sent_ns - record->intended_ns);
        retry->backoff_s += seconds(record->backoff_ns);
        *(last ? &retry->final_s : &retry->failed_s) += seconds(record->end_ns);
        *(last ? &retry->calls : &retry->in_vain) += 1;
        if (!last) retry->usd += fan_summary_price(summary, record).total;
    }
    free(sorted);
}

void fan_answers_throttle(struct fan_throttle_answers *answers,
                          const struct fan_summary *summary)
{
    memset(answers, 0, sizeof *answers);
    find_functions(answers, summary);
    split_time(&answers->retry, summary);
}

void fan_answers_throttle_clear(struct fan_throttle_answers *answers)
{
    for (size_t i = 0; i < answers->count; i++)
        free(answers->function[i].level);
    free(answers->function);
}
