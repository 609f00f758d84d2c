/* summary_laws.c - do the records add up? Little's law and the closed loop, per visit. */
#include <stdlib.h>

#include "analysis/little_law.h"
#include "analysis/summary_data.h"

/* A record's way into its visit: records are sorted by it, and looked up by it. */
struct entry {
    uint32_t rank, cell, block, slot;
    struct fan_span span;
};

static int compare_visits(const struct entry *a, const struct entry *b)
{
    if (a->rank != b->rank) return a->rank < b->rank ? -1 : 1;
    if (a->cell != b->cell) return a->cell < b->cell ? -1 : 1;
    return (a->block > b->block) - (a->block < b->block);
}

static int compare_entries(const void *left, const void *right)
{
    const struct entry *a = left;
    const struct entry *b = right;
    const int order = compare_visits(a, b);
    if (order != 0) return order;
    if (a->slot != b->slot) return a->slot < b->slot ? -1 : 1;
    return (a->span.start_ns > b->span.start_ns) - (a->span.start_ns < b->span.start_ns);
}

static struct entry *sorted_entries(const struct fan_study *study)
{
    struct entry *entry = fan_alloc_zero(study->record_count + 1, sizeof *entry);
    for (size_t i = 0; i < study->record_count; i++) {
        const struct fan_record *record = &study->records[i];
        entry[i].rank = record->rank;
        entry[i].cell = record->cell;
        entry[i].block = record->block;
        entry[i].slot = record->slot;
        entry[i].span.start_ns = record->sent_ns;
        entry[i].span.end_ns = record->sent_ns + record->end_ns;
        entry[i].span.wait_ns = record->backoff_ns;
    }
    qsort(entry, study->record_count, sizeof *entry, compare_entries);
    return entry;
}

/* First entry that is not before the key's visit. */
static size_t find_visit(const struct entry *entry, size_t n, const struct entry *key)
{
    size_t low = 0, high = n;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (compare_visits(&entry[middle], key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Copy the spans of a rank's visit that touch its window; a resumed visit has several
 * windows, and each attempt belongs to one. */
static size_t take_spans(const struct entry *entry, size_t n, size_t mark,
                         const struct fan_study *study, struct fan_span *spans,
                         size_t room)
{
    const struct fan_phase_mark *phase = &study->phases[mark];
    const struct entry key = {
        study->phase_rank[mark], phase->cell, phase->block, 0, { 0, 0, 0, 0 }
    };
    size_t count = 0;
    for (size_t i = find_visit(entry, n, &key);
         i < n && count < room && compare_visits(&entry[i], &key) == 0; i++) {
        const struct fan_span *span = &entry[i].span;
        if (span->end_ns < phase->start_ns || span->start_ns > phase->end_ns) continue;
        spans[count] = *span;
        spans[count++].place = ((uint64_t)mark << 32) | entry[i].slot;
    }
    return count;
}

/* What the laws compare, summed over marks. */
struct sums {
    double area, expected, explained_ns, span_ns;
};

static void add_sums(struct sums *sums, const struct fan_little *law, double window,
                     double explained_ns, double span_ns)
{
    sums->area += law->in_flight * window;
    sums->expected += law->expected * window;
    sums->explained_ns += explained_ns;
    sums->span_ns += span_ns;
}

static struct fan_laws laws_of(const struct sums *sums)
{
    const struct fan_laws laws = {
        sums->expected > 0.0 ? sums->area / sums->expected - 1.0 : FAN_UNKNOWN,
        sums->span_ns > 0.0 ? sums->explained_ns / sums->span_ns : FAN_UNKNOWN
    };
    return laws;
}

void fan_summary_obey(struct fan_summary *summary)
{
    const struct fan_study *study = summary->study;
    struct entry *entry = sorted_entries(study);
    struct fan_span *spans = fan_alloc_zero(study->record_count + 1, sizeof *spans);
    struct sums *cell = fan_alloc_zero(study->cell_count + 1, sizeof *cell);
    struct sums total = { 0.0, 0.0, 0.0, 0.0 };

    for (size_t m = 0; m < study->phase_count; m++) {
        const struct fan_phase_mark *phase = &study->phases[m];
        if (phase->end_ns <= phase->start_ns) continue;
        const size_t n =
            take_spans(entry, study->record_count, m, study, spans, study->record_count);
        const struct fan_little law =
            fan_little_law(spans, n, phase->start_ns, phase->end_ns);
        const double window = (double)(phase->end_ns - phase->start_ns);
        double explained_ns = 0.0, span_ns = 0.0;
        fan_little_closed_loop_add(spans, n, &explained_ns, &span_ns);
        add_sums(&total, &law, window, explained_ns, span_ns);
        if (phase->cell < study->cell_count)
            add_sums(&cell[phase->cell], &law, window, explained_ns, span_ns);
    }
    summary->laws = laws_of(&total);
    for (size_t c = 0; c < study->cell_count; c++)
        summary->cells[c].laws = laws_of(&cell[c]);
    free(cell);
    free(spans);
    free(entry);
}
