/*
 * made_study.h - whole studies with a known truth: what a run over the factors would have
 * recorded, by a closed loop on a made-up clock. Seeded.
 */
#ifndef FAN_BENCH_MADE_STUDY_H
#define FAN_BENCH_MADE_STUDY_H

#include "analysis/study.h"
#include "bench/noise_model.h"

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_MADE_LEVELS_MAX 8

enum fan_made_limit { FAN_MADE_UNLIMITED, FAN_MADE_CONCURRENCY, FAN_MADE_RATE };

struct fan_made_levels {
    uint32_t level[FAN_MADE_LEVELS_MAX];
    size_t n;
};

/* Duration of a call: (fixed_ms + work x work_ms) x 1769 / memory, times noise, times
 * the step and the drift at its place in the run. */
struct fan_made_plan {
    struct fan_made_levels memory, work, parallelism;
    uint32_t repetitions, blocks, ranks;
    double work_ms, fixed_ms;
    struct fan_noise noise;
    double step_at, step_factor; /* from this share of the calls on; factor 0: none */
    double drift;                /* of the level, from the first call to the last */
    enum fan_made_limit limit;
    double limit_at, burst; /* calls at once; or calls per second and bucket */
    bool hide_reason;       /* of refusals, as behind a gateway */
    bool retry;             /* a refused call is made again; else it is the result */
    double failure_share;   /* of the calls: the function fails */
    uint64_t seed;
};

/* Four sizes, one work level, four in flight, 100 repetitions in 10 blocks, 2 ranks. */
struct fan_made_plan fan_made_defaults(void);

struct fan_made_study {
    struct fan_study study; /* points into what follows */
    struct fan_study_cell *cells;
    struct fan_record *records;
    struct fan_phase_mark *phases;
    uint32_t *phase_rank;
};

/* Owns: fan_made_clear. */
void fan_made_init(struct fan_made_study *made, const struct fan_made_plan *plan);
void fan_made_clear(struct fan_made_study *made);

#ifdef __cplusplus
}
#endif
#endif
