/* plan.h - what a job will do on a number of ranks, before anything is sent. Pure. */
#ifndef FAN_MPI_DRIVER_PLAN_H
#define FAN_MPI_DRIVER_PLAN_H

#include "mpi_driver/job.h"

#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One cell of the experiment; a sieve has exactly one. Dollars and seconds of one call
 * are list prices and modelled times: the truth is what the run measures. */
struct fan_plan_cell {
    uint32_t function; /* index into job->function */
    uint32_t work, parallelism;
    uint64_t calls;
    double attempt_worst_usd; /* the most one attempt can cost: what is reserved for it */
    double call_expected_usd; /* of a warm call; 0 for a custom function */
    double call_expected_s;   /* wall time of a warm call; 0 for a custom function */
    double call_cpu_s;        /* CPU time behind it; 0 for a custom function */
};

struct fan_plan {
    uint32_t ranks;
    uint32_t
        host_cpus; /* cores for the local endpoint's functions; 0: as many as wanted */
    bool is_sieve;
    struct fan_plan_cell *cell;
    uint32_t cell_count;
    uint32_t blocks;
    struct fan_blocking blocking; /* of an experiment: how its calls lie in the blocks */
    bool is_open;     /* how many calls are made shows only in the run: below, calls and
                         what follows from them are the most */
    bool is_search;   /* throttle: find-limit */
    int64_t every_ns; /* time from block to block on a fixed grid; 0: none waits */
    struct fan_visit *visit; /* in the order of the run; a sieve has one, of all calls; a
                                tune has one per sample, and chooses the cells of most as
                                it goes: here they have the dearest cell */
    size_t visit_count;
    struct fan_range *partition; /* sieve: partition i is call i; NULL otherwise */
    uint32_t partition_count;    /* 0 for an experiment */
    uint64_t calls;
    uint64_t *rank_calls;       /* calls that each rank owns, over all visits */
    uint32_t call_attempts_max; /* attempts that one call may take: 1 without retry */
    uint64_t attempts_worst;
    double worst_usd;    /* every attempt used and each at its worst price */
    double expected_usd; /* every call warm and at its first attempt */
    double expected_s;   /* the same, with every place in flight always busy */
    /* What is made in any case: the same as above but for an open plan. */
    uint64_t least_calls;
    double least_usd, least_s;
};

/**
 * Plan a job. host_cpus: cores that the local endpoint's functions share (0: as many as
 * wanted); it only lengthens the expected time of `endpoint: local`. ranks >= 1. Owns:
 * fan_plan_free. A parsed job can always be planned.
 */
struct fan_plan *fan_plan_new(const struct fan_job *job, uint32_t ranks,
                              uint32_t host_cpus);
/* vCPUs that a call of this memory size uses: the sieve has a thread for each, other
 * handlers have one. */
double fan_plan_vcpus(const struct fan_job *job, uint32_t memory_mb);
void fan_plan_free(struct fan_plan *plan);

/* The calls of a visit that `rank` owns, as ids of the whole run (partition/slice.h). */
struct fan_range fan_plan_visit_calls(const struct fan_plan *plan,
                                      const struct fan_visit *visit, uint32_t rank);

/**
 * What the `plan` command shows: cells, calls, attempts, worst-case and expected cost
 * and time, and what the budget allows.
 */
void fan_plan_print(const struct fan_plan *plan, const struct fan_job *job, FILE *out);

#ifdef __cplusplus
}
#endif
#endif
