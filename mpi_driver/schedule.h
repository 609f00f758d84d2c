/*
 * schedule.h - when the next block of an experiment comes, and which cells are in it.
 *
 * Two rules of a job end up here: `until`, by which narrow cells are left out of later
 * blocks (stopping.h), and `every`, by which each block waits for its time. All ranks
 * call the functions below in the same order: rank 0 decides, the others are told.
 */
#ifndef FAN_MPI_DRIVER_SCHEDULE_H
#define FAN_MPI_DRIVER_SCHEDULE_H

#include "mpi_driver/comm.h"
#include "mpi_driver/fanout.h"
#include "mpi_driver/past.h"
#include "mpi_driver/progress.h"
#include "record/journal.h"

#ifdef __cplusplus
extern "C" {
#endif

struct fan_schedule;

/* What a schedule needs; pointers are the caller's and outlive it. */
struct fan_schedule_cfg {
    struct fan_comm *comm;
    const struct fan_job *job;
    const struct fan_plan *plan;
    const struct fan_past *past;
    struct fan_journal *journal;
    struct fan_progress *progress; /* is told what is to come; NULL: nobody */
    struct fan_fanout_clock clock; /* the run clock */
    void (*turn)(void *context);   /* several times a second while waiting */
    void *turn_context;
};

/* Owns: fan_schedule_free. */
struct fan_schedule *fan_schedule_new(const struct fan_schedule_cfg *cfg);
void fan_schedule_free(struct fan_schedule *schedule);

/**
 * When probe i of a grid is due, and whether it is too late to begin it at `now`: after a
 * quarter of the interval it is missed, for the grid is not moved and probes do not
 * bunch. Run clock, nanoseconds. Pure.
 */
int64_t fan_schedule_due_ns(int64_t every_ns, uint32_t probe);
bool fan_schedule_is_missed(int64_t every_ns, uint32_t probe, int64_t now_ns);

/**
 * Before a block: wait for its time, where it has one, or until the user asks to stop
 * (the ranks' next exchange tells all). *run: whether its visits are to be made; not when
 * its time has passed, which rank 0 journals visit by visit. Errors: FAN_EIO, the same on
 * all ranks.
 */
enum fan_status fan_schedule_begin(struct fan_schedule *schedule, uint32_t block,
                                   bool *run, struct fan_err *err) FAN_MUST_CHECK;

/* Whether a cell is left out of the block at hand. */
bool fan_schedule_leaves_out(const struct fan_schedule *schedule, uint32_t cell);

/* An attempt of this rank was recorded. */
void fan_schedule_note(struct fan_schedule *schedule, const struct fan_record *record);

/* After a whole block: decide which cells go on. *more: whether any does. */
void fan_schedule_end(struct fan_schedule *schedule, uint32_t block, bool *more);

#ifdef __cplusplus
}
#endif
#endif
