/* sample_size.h - how many repetitions a wanted precision takes.  Pure. */
#ifndef FAN_ANALYSIS_SAMPLE_SIZE_H
#define FAN_ANALYSIS_SAMPLE_SIZE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Smallest n whose Student interval of the mean is at most +-error of it, at a
 * coefficient of variation cv: t(n - 1) cv / sqrt(n) <= error. 0 when cv or error is not
 * known, or n would pass 2^53. cv 0 gives 2. Source: Le Boudec 2010, section 2.2.
 */
uint64_t fan_sample_size(double cv, double error, double level);

#ifdef __cplusplus
}
#endif
#endif
