/* proportions.h - do two shares differ? Exact and stratified tests of counts.  Pure. */
#ifndef FAN_ANALYSIS_PROPORTIONS_H
#define FAN_ANALYSIS_PROPORTIONS_H

#include "analysis/statistics.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* `hits` of `n` on each of two sides; hits <= n. */
struct fan_two_shares {
    uint64_t hits_a, n_a;
    uint64_t hits_b, n_b;
};

/**
 * Fisher's exact test, two-sided: the chance, given all four sums, of a table that is no
 * likelier than this one. Unknown when a side is empty, or when nobody or everybody was
 * hit: then no table could tell anything. Counts up to 2^32 - 1 in all (more: unknown).
 * Source: Fisher 1935; Agresti 2013, section 3.5.1 (the two-sided form).
 */
double fan_proportions_fisher(const struct fan_two_shares *shares);

/**
 * Interval of the share of b less that of a, from the two score intervals. Unknown when
 * a side is empty. Source: Newcombe 1998, Statistics in Medicine 17, 873-890, method 10.
 */
struct fan_interval fan_proportions_difference(const struct fan_two_shares *shares,
                                               double level);

/**
 * Mantel and Haenszel's test of k tables at once, two-sided, with the correction for
 * continuity: tables are never added up, so a different mix of settings on both sides is
 * no difference. Unknown when no table tells anything. Source: Mantel, Haenszel 1959.
 */
double fan_proportions_mantel_haenszel(const struct fan_two_shares *shares, size_t k);

#ifdef __cplusplus
}
#endif
#endif
