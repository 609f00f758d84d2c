/*
 * stopping.h - which cells of an experiment have been repeated often enough.
 *
 * The rule of `repetitions: {min, max, until: ci X}`: a cell is narrow when it has made
 * its least repetitions and the 95 % interval of its median, by order statistics, reaches
 * no further than X of the median to either side on average. It is looked at after every
 * block, and a narrow cell is left out of all later ones. The values are the durations of
 * its successful warm calls, or their latencies where no REPORT line told a duration;
 * cold, throttled and failed calls are repetitions but no values.
 *
 * Equal records give equal decisions, in whatever order they come; so a resumed run and a
 * report find again what the run decided.  Pure.
 */
#ifndef FAN_MPI_DRIVER_STOPPING_H
#define FAN_MPI_DRIVER_STOPPING_H

#include "mpi_driver/plan.h"
#include "record/record.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What a record says to the rule; sent between ranks as bytes. */
struct fan_stopping_note {
    double value_ms; /* FAN_UNKNOWN (analysis/statistics.h): the record has none */
    uint32_t cell, block;
    uint32_t reported; /* 1: a duration; 0: a latency */
    uint32_t reserved; /* 0: no padding of unknown content travels */
};

struct fan_stopping_note fan_stopping_note_of(const struct fan_record *record);

struct fan_stopping; /* the state of all cells */

/* The plan outlives the state. until_ci: 0 < X <= 1. Owns: fan_stopping_free. */
struct fan_stopping *fan_stopping_new(const struct fan_plan *plan, double until_ci);
void fan_stopping_free(struct fan_stopping *stopping);

/* Take a record's note, in any order; one of a cell or block beyond the plan is ignored.
 */
void fan_stopping_add(struct fan_stopping *stopping,
                      const struct fan_stopping_note *note);

/**
 * Block `block` is over and all its notes are in: decide which cells are narrow, by the
 * values of this block and those before it. A cell that has records of a later block was
 * not narrow when it was decided, and stays. Call once per block, in order.
 */
void fan_stopping_decide(struct fan_stopping *stopping, uint32_t block);

/* Whether the cell is left out from now on. */
bool fan_stopping_is_out(const struct fan_stopping *stopping, uint32_t cell);

/**
 * (U - L) / 2 / median of an ascending sample's 95 % interval [L, U] of the median;
 * FAN_UNKNOWN below 6 values, where the interval has no two ends, and without a positive
 * median. Source: Le Boudec 2010, section 2.2.
 */
double fan_stopping_half_width(const double *sorted, size_t n);

/* What a run decided about a cell, and how far it came. */
struct fan_stopping_cell {
    uint64_t decided; /* calls of the blocks that it was in, up to the last one begun */
    bool narrow;
    bool complete; /* every decided call has a record, and none is left to decide */
};

/**
 * Decide again from all records of a run: cells has plan->cell_count entries. call_state
 * is that of fan_history_calls(), of plan->calls entries.
 */
void fan_stopping_replay(const struct fan_plan *plan, double until_ci,
                         const struct fan_record *records, size_t count,
                         const uint32_t *call_state, struct fan_stopping_cell *cells);

#ifdef __cplusplus
}
#endif
#endif
