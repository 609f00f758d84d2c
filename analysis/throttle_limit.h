/* throttle_limit.h - which limit throttled a run, and how high it is.  Pure. */
#ifndef FAN_ANALYSIS_THROTTLE_LIMIT_H
#define FAN_ANALYSIS_THROTTLE_LIMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One attempt at the limit. */
struct fan_attempt {
    int64_t sent_ns, end_ns; /* on one clock */
    bool accepted;           /* false: throttled */
    bool rate_named;         /* throttled, and the service named a rate as the reason */
    uint32_t visit;          /* a limit may recover between visits */
};

enum fan_limit_kind {
    FAN_LIMIT_NONE,        /* nothing was throttled */
    FAN_LIMIT_CONCURRENCY, /* throttled only with (nearly) the most calls running */
    FAN_LIMIT_RATE,        /* accepted calls come at a steady pace while throttling */
    FAN_LIMIT_UNKNOWN      /* throttled, but like neither */
};

/* "none", "concurrency", "rate", "unattributed". */
const char *fan_limit_name(enum fan_limit_kind kind);

struct fan_limit {
    enum fan_limit_kind kind;
    double concurrency; /* the level at which attempts were refused; of another kind: most
                           accepted attempts in flight at once */
    double rate;        /* per second while throttling; unknown unless RATE */
    double burst;       /* accepted before the steady pace; unknown unless RATE */
};

/**
 * Estimate from the attempts at one function, in any order (they are sorted in place).
 * Concurrency: 95 % of the refused attempts met, at some moment of their span, at least
 * as many accepted ones in flight as 99 % of the accepted ones ever ran with, less 5 % or
 * one; unless the service named a rate. Rate: the accepted attempts between the first and
 * the last refusal of each visit lie on a line in time (R2 of at least 0.99 over all, 10
 * attempts).
 */
struct fan_limit fan_limit_estimate(struct fan_attempt *attempts, size_t n);

/**
 * Share of Poisson arrivals that a limit of `servers` refuses at `load` = arrivals per
 * second x seconds each. Source: Erlang 1917, by the recursion over servers.
 */
double fan_limit_erlang_b(uint32_t servers, double load);

#ifdef __cplusplus
}
#endif
#endif
