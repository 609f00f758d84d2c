/*
 * reduced.h - the latencies of all ranks' attempts as histograms, reduced by MPI.
 *
 * Records travel as journals; histograms take a way of their own. So they prove that no
 * record was lost on the way to rank 0, and should the journals not come together, they
 * still have the exact numbers of attempts, percentiles of all within 0.1 % and of each
 * cell within 1 %.
 */
#ifndef FAN_MPI_DRIVER_REDUCED_H
#define FAN_MPI_DRIVER_REDUCED_H

#include "analysis/study.h"
#include "mpi_driver/comm.h"
#include "mpi_driver/history.h"
#include "record/histogram.h"
#include "record/sketch.h"

#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Of one launch of the driver: a resumed run counts anew. */
struct fan_reduced {
    struct fan_histogram latency; /* microseconds from sending to the end of the answer */
    struct fan_sketch *cell;      /* the same, of each cell */
    uint32_t cell_count;
    uint32_t ranks;   /* that are added up */
    int64_t since_ns; /* run clock: when this launch began */
};

/* An empty one. Owns: fan_reduced_free, which accepts NULL. */
struct fan_reduced *fan_reduced_new(uint32_t cell_count, int64_t since_ns);
void fan_reduced_free(struct fan_reduced *reduced);

/* Count an attempt, as it is journalled. */
void fan_reduced_add(struct fan_reduced *reduced, const struct fan_record *record);

/* Add up all ranks' counts; collective, result everywhere. */
void fan_reduced_sum(struct fan_reduced *reduced, struct fan_comm *comm);

/* Whether the history holds the very attempts that the ranks counted: fills *check. */
void fan_reduced_check(const struct fan_reduced *reduced,
                       const struct fan_history *history, struct fan_study_check *check);

/* Where the journals did not come together: what is known without them. */
void fan_reduced_print(const struct fan_reduced *reduced, FILE *out);

#ifdef __cplusplus
}
#endif
#endif
