/* past.h - what a resumed run takes over from the runs before it, known to all ranks. */
#ifndef FAN_MPI_DRIVER_PAST_H
#define FAN_MPI_DRIVER_PAST_H

#include "mpi_driver/calls.h"
#include "mpi_driver/comm.h"
#include "mpi_driver/history.h"
#include "mpi_driver/stopping.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Zeroed is no past, but for call_state. */
struct fan_past {
    uint32_t *call_state; /* of every planned call, see fan_history_calls */
    uint64_t seq;         /* number of this rank's next record */
    /* Rank 0 alone, where decisions are made; nothing elsewhere. */
    struct fan_stopping_note *notes; /* of every record */
    size_t note_count;
    struct fan_past_cell {
        uint64_t calls;            /* attempts that have a record */
        int64_t first_ns, last_ns; /* from the first one sent to the last end */
        uint32_t level;            /* of the one sent last */
        int64_t level_ns;          /* when that was */
    } * cell;
    uint32_t cell_count; /* cells above have no records */
    struct fan_past_sums {
        uint64_t invocations; /* that count against the budget, lost ones included */
        uint64_t pico;        /* spent, lost attempts at their worst price */
        uint64_t lost;        /* attempts that left and have no record */
        uint64_t done, failed, throttled;
        int64_t end_ns; /* the run clock goes on from here */
        int64_t started_wall_ns;
        uint64_t next_call; /* above the id of every call that has a record */
        uint32_t next_phase;
        char damage[256]; /* of the journals, in words; empty without */
    } sums;
};

/**
 * Derive the past from a history, as rank 0 does; seqs: one per rank, `ranks` of them.
 * Pure but for memory. Owns: what past points to.
 */
void fan_past_derive(struct fan_past *past, uint64_t *seqs, uint32_t ranks,
                     const struct fan_history *history, const struct fan_calls *calls,
                     uint64_t planned, bool failed_again);

/**
 * Rank 0 reads dir (NULL: a new run, no past), all ranks learn it; collective. Owns: the
 * caller clears *past. Errors: those of fan_history_read, and FAN_EUSAGE when the
 * journals belong to another job than job_mark; the same on all ranks.
 */
enum fan_status fan_past_open(struct fan_past *past, const char *dir, uint64_t job_mark,
                              const struct fan_calls *calls, uint64_t planned,
                              bool failed_again, struct fan_comm *comm,
                              struct fan_err *err) FAN_MUST_CHECK;
void fan_past_clear(struct fan_past *past);

#ifdef __cplusplus
}
#endif
#endif
