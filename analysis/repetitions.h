/* repetitions.h - what a stopping rule came to: how many settings, calls, dollars. Pure.
 */
#ifndef FAN_ANALYSIS_REPETITIONS_H
#define FAN_ANALYSIS_REPETITIONS_H

#include "analysis/summary.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The settings by why they ended, and what the rule spared. */
struct fan_repetitions {
    size_t narrow, most, undecided;
    uint64_t calls_most, calls_saved; /* all at their most; less what was decided */
    double usd_saved; /* of those calls, each at its setting's mean cost of a call */
};

/* All zero when the study has no rule. */
struct fan_repetitions fan_repetitions_of(const struct fan_summary *summary);

/* Half-width of the interval of a cell's median of the main metric, as a share of the
 * median; FAN_UNKNOWN where the interval has no two ends. */
double fan_repetitions_half_width(const struct fan_summary *summary, size_t cell);

/* Key of summary.json: "planned", "narrow", "max", "budget", "interrupted", "cut". */
const char *fan_repetitions_why(enum fan_stop stop);

#ifdef __cplusplus
}
#endif
#endif
