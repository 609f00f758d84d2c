/*
 * progress.h - the line on stderr that says how far a run is.
 *
 * Rank 0 adds up the ledgers of all ranks, which are files in the result folder; so
 * nobody has to send anything while calls are made. The ranks of other hosts are seen
 * when they share the folder; otherwise the line says how many ranks it speaks for.
 */
#ifndef FAN_MPI_DRIVER_PROGRESS_H
#define FAN_MPI_DRIVER_PROGRESS_H

#include "mpi_driver/ledger.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct fan_progress {
    bool shown;      /* false: rank > 0, or --quiet */
    bool terminal;   /* redraw one line; otherwise a new one every few seconds */
    const char *dir; /* where the ledgers are; the caller's */
    uint32_t ranks;
    uint64_t planned;          /* calls of the run; with `open` at most so many */
    bool open;                 /* how many there will be shows only in the run */
    char note[64];             /* said instead of an estimate; empty: none */
    struct fan_totals before;  /* what earlier runs into this folder had reached */
    int64_t start_ns, next_ns; /* CLOCK_MONOTONIC */
};

/**
 * Begin: fields shown, dir, ranks, planned, open and before are set by the caller, the
 * rest zero.
 */
void fan_progress_start(struct fan_progress *progress);

/* Show the line when it is time to. Cheap otherwise; may be called at any rate. */
void fan_progress_tick(struct fan_progress *progress);

/* Clear the line from a terminal; elsewhere, show the last state. */
void fan_progress_end(struct fan_progress *progress);

/**
 * Write the line's text: "1,250/2,000 calls  64 in flight  3 throttled  0 failed  $0.0012
 * ETA 12 s". seen: ranks whose ledgers are in `now`; elapsed_s: of this run, for the
 * estimate. Returns text. Pure.
 */
char *fan_progress_text(char *text, size_t capacity, const struct fan_progress *progress,
                        const struct fan_totals *now, uint32_t seen, double elapsed_s);

#ifdef __cplusplus
}
#endif
#endif
