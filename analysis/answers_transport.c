/* answers_transport.c - the same calls by another transport. */
#include <stdlib.h>
#include <string.h>

#include "analysis/answers.h"

/* Equal in all but the transport? */
static bool is_other_way(const struct fan_study_cell *a, const struct fan_study_cell *b)
{
    return a->target == b->target && a->memory_mb == b->memory_mb && a->work == b->work &&
           a->parallelism == b->parallelism && strcmp(a->transport, b->transport) != 0;
}

static void fill_pair(struct fan_transport_pair *pair, const struct fan_summary *summary,
                      uint64_t seed)
{
    const struct fan_series *a = fan_summary_series(summary, pair->base);
    const struct fan_series *b = fan_summary_series(summary, pair->cell);
    pair->test = fan_rank_mann_whitney(b->value, b->n, a->value, a->n, FAN_STATS_LEVEL);
    pair->p = pair->test.p;
    pair->ratio = fan_summary_main(summary, pair->cell)->median /
                  fan_summary_main(summary, pair->base)->median;
    pair->ratio_ci = fan_stats_median_ratio_interval(b->value, b->n, a->value, a->n,
                                                     FAN_STATS_LEVEL, seed);
}

void fan_answers_transport(struct fan_answers *answers, const struct fan_summary *summary)
{
    const struct fan_study *study = summary->study;
    const size_t n = study->cell_count;
    if (!summary->factors.transport) return;
    /* a cell has at most FAN_STUDY_TRANSPORTS - 1 others, and each pair is met once */
    answers->transport =
        fan_alloc_zero(n * FAN_STUDY_TRANSPORTS, sizeof *answers->transport);
    for (size_t a = 0; a < n; a++) {
        for (size_t b = a + 1; b < n; b++) {
            if (!is_other_way(&study->cells[a], &study->cells[b])) continue;
            if (fan_summary_main(summary, a)->n == 0) continue;
            if (fan_summary_main(summary, b)->n == 0) continue;
            if (answers->transport_count == n * FAN_STUDY_TRANSPORTS) return;
            struct fan_transport_pair *pair =
                &answers->transport[answers->transport_count++];
            pair->base = a;
            pair->cell = b;
            fill_pair(pair, summary, study->seed + answers->transport_count);
        }
    }
    double *p = fan_alloc_zero(answers->transport_count + 1, sizeof *p);
    for (size_t i = 0; i < answers->transport_count; i++)
        p[i] = answers->transport[i].p;
    fan_rank_holm(p, answers->transport_count);
    for (size_t i = 0; i < answers->transport_count; i++)
        answers->transport[i].p = p[i];
    free(p);
}
