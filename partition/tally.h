/* tally.h - the sum over sieve partitions, in which none counts twice.  Pure but for
 * memory. */
#ifndef FAN_PARTITION_TALLY_H
#define FAN_PARTITION_TALLY_H

#include "common/err.h"
#include "partition/range.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a sieve call answered for a range. first and last are 0 when count is 0. */
struct fan_sieve_result {
    struct fan_range range;
    uint64_t count;
    uint64_t checksum; /* sum of the primes mod 2^64 */
    uint64_t first, last;
    /* 0 unless wanted */
    uint64_t twins;          /* pairs (p, p + 2) of primes with p in the range */
    uint64_t gap, gap_start; /* greatest distance of neighbours that are both in the
                                range, and the lower one of the first that have it */
};

/* What a sieve is asked for beside the count. */
struct fan_sieve_wanted {
    bool twins, gap;
};

struct fan_tally;

/* A tally over `parts` partitions of a range, none done. Owns: free with fan_tally_free.
 */
struct fan_tally *fan_tally_new(struct fan_range range, uint32_t parts);
void fan_tally_free(struct fan_tally *tally);

/**
 * Book the result of partition `index`. A second result for the same partition is not
 * added; *added tells (may be NULL). Errors: FAN_EINVAL when it cannot be true: wrong
 * range, more primes than odd numbers, first or last outside, more twins than primes, a
 * gap that does not lie between first and last, and (second result) another value.
 */
enum fan_status fan_tally_add(struct fan_tally *tally, uint32_t index,
                              struct fan_range expected,
                              const struct fan_sieve_result *result, bool *added,
                              struct fan_err *err) FAN_MUST_CHECK;

bool fan_tally_has(const struct fan_tally *tally, uint32_t index);
uint32_t fan_tally_done(const struct fan_tally *tally);

/* The sum over the partitions booked so far (range: the whole range). Partitions are in
 * ascending order of their numbers; gaps between primes of two of them count when all in
 * between are booked. */
struct fan_sieve_result fan_tally_total(const struct fan_tally *tally);

/**
 * The published count of primes in [0, 10^k), k = 0..18, or UINT64_MAX for another limit.
 * Source: OEIS A006880.
 */
uint64_t fan_tally_known_count(uint64_t limit);

#ifdef __cplusplus
}
#endif
#endif
