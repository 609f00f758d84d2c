/* limit_search.h - what a search for the limit (throttle: find-limit) came to.  Pure. */
#ifndef FAN_ANALYSIS_LIMIT_SEARCH_H
#define FAN_ANALYSIS_LIMIT_SEARCH_H

#include "analysis/summary.h"
#include "analysis/throttle_limit.h"

#ifdef __cplusplus
extern "C" {
#endif

struct fan_limit_search {
    struct fan_limit limit; /* FAN_LIMIT_NONE: nothing was refused */
    uint32_t level_max;     /* the highest level at which a call left */
    uint32_t refused_from;  /* the lowest level at which one was refused; 0: none */
    uint64_t attempts, refused;
    enum fan_reason reason; /* that most refusals gave; FAN_REASON_NONE without any */
};

/* Of a cell; cell < the study's cell_count. */
struct fan_limit_search fan_limit_search_of(const struct fan_summary *summary,
                                            size_t cell);

#define FAN_LIMIT_SEARCH_TEXT 320
/* The same as words without a full stop: "a limit on concurrency of 20, the most ...".
 * Returns text. */
char *fan_limit_search_text(const struct fan_limit_search *search,
                            char text[FAN_LIMIT_SEARCH_TEXT]);

#ifdef __cplusplus
}
#endif
#endif
