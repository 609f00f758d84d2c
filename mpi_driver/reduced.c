/* reduced.c - see reduced.h. */
#include "mpi_driver/reduced.h"

#include <stdlib.h>
#include <string.h>

struct fan_reduced *fan_reduced_new(uint32_t cell_count, int64_t since_ns)
{
    struct fan_reduced *reduced = fan_alloc_zero(1, sizeof *reduced);
    reduced->cell = fan_alloc_zero((size_t)cell_count + 1, sizeof *reduced->cell);
    reduced->cell_count = cell_count;
    reduced->since_ns = since_ns;
    return reduced;
}

void fan_reduced_free(struct fan_reduced *reduced)
{
    if (reduced) free(reduced->cell);
    free(reduced);
}

void fan_reduced_add(struct fan_reduced *reduced, const struct fan_record *record)
{
    const int64_t us = record->end_ns > 0 ? record->end_ns / 1000 : 0;
    fan_histogram_add(&reduced->latency, (uint64_t)us);
    if (record->cell < reduced->cell_count)
        fan_sketch_add(&reduced->cell[record->cell], (double)us);
}

void fan_reduced_sum(struct fan_reduced *reduced, struct fan_comm *comm)
{
    comm->ops->sum_u64(comm, reduced->latency.bin, FAN_HISTOGRAM_BINS);
    for (uint32_t c = 0; c < reduced->cell_count; c++)
        comm->ops->sum_u64(comm, reduced->cell[c].bin, FAN_SKETCH_BINS);
    reduced->ranks = (uint32_t)comm->size;
}

static size_t put_text(const struct fan_reduced *reduced, char *text, size_t capacity)
{
    const struct fan_histogram *h = &reduced->latency;
    const uint64_t n = fan_histogram_count(h);
    if (n == 0) /* as when a finished run is resumed */
        snprintf(text, capacity, "no attempt in this launch");
    else
        snprintf(text, capacity,
                 "%llu attempt%s of %u rank%s, half within %.4g ms, 99 %% within %.4g ms",
                 (unsigned long long)n, n == 1 ? "" : "s", reduced->ranks,
                 reduced->ranks == 1 ? "" : "s",
                 (double)fan_histogram_percentile_us(h, 50.0) / 1e3,
                 (double)fan_histogram_percentile_us(h, 99.0) / 1e3);
    return strlen(text);
}

static bool equal(const struct fan_reduced *a, const struct fan_reduced *b)
{
    return memcmp(&a->latency, &b->latency, sizeof a->latency) == 0 &&
           memcmp(a->cell, b->cell, a->cell_count * sizeof *a->cell) == 0;
}

void fan_reduced_check(const struct fan_reduced *reduced,
                       const struct fan_history *history, struct fan_study_check *check)
{
    struct fan_reduced *recorded = fan_reduced_new(reduced->cell_count, 0);
    for (size_t i = 0; i < history->record_count; i++)
        if (history->records[i].sent_ns >= reduced->since_ns)
            fan_reduced_add(recorded, &history->records[i]);
    memset(check, 0, sizeof *check);
    snprintf(check->name, sizeof check->name, "all ranks' records are here");
    check->ok = equal(reduced, recorded);
    const size_t n = put_text(reduced, check->detail, sizeof check->detail);
    if (!check->ok)
        snprintf(check->detail + n, sizeof check->detail - n,
                 "; the journals hold %llu, or other latencies",
                 (unsigned long long)fan_histogram_count(&recorded->latency));
    fan_reduced_free(recorded);
}

void fan_reduced_print(const struct fan_reduced *reduced, FILE *out)
{
    char text[160];
    put_text(reduced, text, sizeof text);
    fprintf(out, "without their records, all ranks counted %s\n", text);
    for (uint32_t c = 0; reduced->cell_count > 1 && c < reduced->cell_count; c++)
        fprintf(out, "  setting %u: %llu attempts, half within %.3g ms (1 %%)\n", c,
                (unsigned long long)fan_sketch_count(&reduced->cell[c]),
                fan_sketch_quantile_us(&reduced->cell[c], 0.5) / 1e3);
}
