/* tally.c - see tally.h. */
#include "partition/tally.h"

#include "common/buf.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct fan_tally {
    struct fan_range range;
    uint32_t parts, done;
    bool *has;
    struct fan_sieve_result *result; /* valid where has[] is set */
};

struct fan_tally *fan_tally_new(struct fan_range range, uint32_t parts)
{
    assert(range.begin <= range.end && parts >= 1);
    struct fan_tally *tally = fan_alloc_zero(1, sizeof *tally);
    tally->range = range;
    tally->parts = parts;
    tally->has = fan_alloc_zero(parts, sizeof *tally->has);
    tally->result = fan_alloc_zero(parts, sizeof *tally->result);
    return tally;
}

void fan_tally_free(struct fan_tally *tally)
{
    if (!tally) return;
    free(tally->has);
    free(tally->result);
    free(tally);
}

/* Odd numbers from 3 on, and 2, that lie in the range: more primes cannot be. */
static uint64_t count_max(struct fan_range r)
{
    uint64_t odd = r.end / 2 - r.begin / 2;
    bool one = r.begin <= 1 && r.end > 1, two = r.begin <= 2 && r.end > 2;
    return odd - one + two;
}

/* the checksum follows from first and last when there are at most two primes */
static bool checksum_possible(const struct fan_sieve_result *r)
{
    if (r->count == 0) return r->checksum == 0;
    if (r->count == 1) return r->checksum == r->first;
    return r->count > 2 || r->checksum == r->first + r->last;
}

static bool ends_possible(const struct fan_sieve_result *r)
{
    if (r->count == 0) return r->first == 0 && r->last == 0;
    if (r->first < 2 || r->first < r->range.begin || r->last >= r->range.end)
        return false;
    return r->count == 1 ? r->first == r->last : r->first < r->last;
}

static bool extras_possible(const struct fan_sieve_result *r)
{
    if (r->twins > r->count) return false;
    if (r->gap == 0) return r->gap_start == 0;
    return r->count > 1 && r->gap_start >= r->first && r->gap_start < r->last &&
           r->gap <= r->last - r->gap_start;
}

static enum fan_status check_result(struct fan_range expected,
                                    const struct fan_sieve_result *r, struct fan_err *err)
{
    if (r->range.begin != expected.begin || r->range.end != expected.end)
        return fan_fail(err, FAN_EINVAL,
                        "answer is for [%" PRIu64 ", %" PRIu64 "), expected [%" PRIu64
                        ", %" PRIu64 ")",
                        r->range.begin, r->range.end, expected.begin, expected.end);
    if (r->count > count_max(expected))
        return fan_fail(err, FAN_EINVAL,
                        "answer counts %" PRIu64 " primes in [%" PRIu64 ", %" PRIu64
                        "), expected at most %" PRIu64,
                        r->count, expected.begin, expected.end, count_max(expected));
    if (!ends_possible(r) || !checksum_possible(r))
        return fan_fail(
            err, FAN_EINVAL,
            "answer for [%" PRIu64 ", %" PRIu64 ") contradicts itself: %" PRIu64
            " primes from %" PRIu64 " to %" PRIu64 " with sum %" PRIu64,
            expected.begin, expected.end, r->count, r->first, r->last, r->checksum);
    if (!extras_possible(r))
        return fan_fail(
            err, FAN_EINVAL,
            "answer for [%" PRIu64 ", %" PRIu64 ") contradicts itself: %" PRIu64
            " primes, %" PRIu64 " twins, and a gap of %" PRIu64 " from %" PRIu64,
            expected.begin, expected.end, r->count, r->twins, r->gap, r->gap_start);
    return FAN_OK;
}

static bool same_answer(const struct fan_sieve_result *a,
                        const struct fan_sieve_result *b)
{
    return a->range.begin == b->range.begin && a->range.end == b->range.end &&
           a->count == b->count && a->checksum == b->checksum && a->first == b->first &&
           a->last == b->last && a->twins == b->twins && a->gap == b->gap &&
           a->gap_start == b->gap_start;
}

enum fan_status fan_tally_add(struct fan_tally *tally, uint32_t index,
                              struct fan_range expected,
                              const struct fan_sieve_result *result, bool *added,
                              struct fan_err *err)
{
    if (index >= tally->parts)
        return fan_fail(err, FAN_EINVAL, "partition %" PRIu32 " is not one of %" PRIu32,
                        index, tally->parts);
    enum fan_status st = check_result(expected, result, err);
    if (!st && tally->has[index] && !same_answer(&tally->result[index], result))
        st = fan_fail(err, FAN_EINVAL,
                      "two answers differ: %" PRIu64 " and %" PRIu64
                      " primes in [%" PRIu64 ", %" PRIu64 ")",
                      tally->result[index].count, result->count, expected.begin,
                      expected.end);
    if (st) {
        fan_err_prefix(err, "partition %" PRIu32 ": ", index);
        return st;
    }
    bool fresh = !tally->has[index];
    if (fresh) {
        tally->has[index] = true;
        tally->result[index] = *result;
        tally->done++;
    }
    if (added) *added = fresh;
    return FAN_OK;
}

bool fan_tally_has(const struct fan_tally *tally, uint32_t index)
{
    return index < tally->parts && tally->has[index];
}

uint32_t fan_tally_done(const struct fan_tally *tally)
{
    return tally->done;
}

static void note_gap(struct fan_sieve_result *total, uint64_t gap, uint64_t start)
{
    if (gap <= total->gap) return;
    total->gap = gap;
    total->gap_start = start;
}

struct fan_sieve_result fan_tally_total(const struct fan_tally *tally)
{
    struct fan_sieve_result total = { .range = tally->range };
    uint64_t previous = 0; /* prime, when all partitions since then are booked */
    for (uint32_t i = 0; i < tally->parts; i++) {
        const struct fan_sieve_result *r = &tally->result[i];
        if (!tally->has[i]) previous = 0;
        if (!tally->has[i] || r->count == 0) continue;
        if (previous) note_gap(&total, r->first - previous, previous);
        note_gap(&total, r->gap, r->gap_start);
        previous = r->last;
        total.twins += r->twins;
        if (total.count == 0 || r->first < total.first) total.first = r->first;
        if (r->last > total.last) total.last = r->last;
        total.count += r->count;
        total.checksum += r->checksum;
    }
    return total;
}

uint64_t fan_tally_known_count(uint64_t limit)
{
    static const uint64_t known[] = { 0,
                                      4,
                                      25,
                                      168,
                                      1229,
                                      9592,
                                      78498,
                                      664579,
                                      5761455,
                                      50847534,
                                      455052511,
                                      4118054813,
                                      37607912018,
                                      346065536839,
                                      3204941750802,
                                      29844570422669,
                                      279238341033925,
                                      2623557157654233,
                                      24739954287740860 };
    uint64_t power = 1;
    for (size_t k = 0; k < sizeof known / sizeof *known; k++, power *= 10)
        if (power == limit) return known[k];
    return UINT64_MAX;
}
