/* pareto.h - the choices that no other one beats in time and in cost.  Pure. */
#ifndef FAN_ANALYSIS_PARETO_H
#define FAN_ANALYSIS_PARETO_H

#include "analysis/statistics.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Each side as an interval: a point without uncertainty has equal bounds. */
struct fan_choice {
    struct fan_interval time, usd;
};

/**
 * Mark the choices of the front. One is off it only when another is surely not worse in
 * either (intervals that do not overlap, or equal bounds) and surely better in one.
 * Choices with an unknown bound are never on it and beat nobody.
 */
void fan_pareto_front(const struct fan_choice *choices, size_t n, bool *on_front);

#ifdef __cplusplus
}
#endif
#endif
