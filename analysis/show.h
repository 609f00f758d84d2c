/* show.h - numbers for people: four significant digits, units, "-" for what is unknown.
 */
#ifndef FAN_ANALYSIS_SHOW_H
#define FAN_ANALYSIS_SHOW_H

#include "analysis/statistics.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Short texts, returned by value so that several fit into one call of printf. */
struct fan_text {
    char s[64];
};

/* Four significant digits, thousands grouped: 0.01234, 17.7, 120.3, 13,820. */
struct fan_text fan_show_number(double value);

/* With a unit that fits: 950 us, 17.7 ms, 13.82 s, 2 min 5 s. Argument: seconds. */
struct fan_text fan_show_seconds(double seconds);

/* Dollars without an exponent: $1.23, $0.004211, $0.00000021, $0. */
struct fan_text fan_show_usd(double usd);

/* A share as a percentage: 12.3 %, 0.06 %. */
struct fan_text fan_show_share(double share);

/* What is saved, as a share of what it was: 12.3 % less, 4 % more. */
struct fan_text fan_show_saving(double share);

/* "[120.1, 121.0]" with equal digits on both sides; "-" when both sides are unknown. */
struct fan_text fan_show_interval(struct fan_interval interval);

/* Whole numbers with commas. */
struct fan_text fan_show_count(uint64_t count);

/* A p-value after its sign: "= 0.034", "< 0.001", "unknown". */
struct fan_text fan_show_p(double p);

/* A factor: 7.98x. */
struct fan_text fan_show_factor(double factor);

#ifdef __cplusplus
}
#endif
#endif
