/*
 * ledger.h - a rank's running totals in a small file beside its journal.
 *
 * The file is mapped into memory: updating a total is a store, yet it survives the death
 * of the process. It serves two readers. Rank 0 adds up all ranks' totals for the
 * progress line. And a resumed run learns how many attempts had left without coming back
 * when the run before was killed: they may have been billed, so they count against the
 * budget.
 */
#ifndef FAN_MPI_DRIVER_LEDGER_H
#define FAN_MPI_DRIVER_LEDGER_H

#include "common/err.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How the run ended, as rank 0's ledger says it. */
enum fan_ending {
    FAN_ENDING_NONE,    /* it is running, or was killed */
    FAN_ENDING_WHOLE,   /* every planned call ended */
    FAN_ENDING_BUDGET,  /* the budget stopped it */
    FAN_ENDING_STOPPED, /* SIGINT or SIGTERM stopped it */
    FAN_ENDING_FAILED   /* an error of the driver itself stopped it */
};

/* Written by its rank alone. All count from the beginning of the run, over resumptions.
 */
struct fan_totals {
    uint64_t started;    /* attempts that left; counted before they leave */
    uint64_t calls_done; /* calls that ended well */
    uint64_t calls_failed;
    uint64_t throttled; /* attempts answered by 429 */
    uint64_t in_flight;
    uint64_t spent_pico; /* picodollars */
    uint64_t ending;     /* enum fan_ending, rank 0's counts */
};

struct fan_ledger;

/**
 * Open the ledger of `rank` in dir, creating it; all totals but `started` become zero.
 * Owns: fan_ledger_close. Errors: FAN_EIO, FAN_EFORMAT (not a ledger).
 */
enum fan_status fan_ledger_open(struct fan_ledger **ledger, const char *dir,
                                uint32_t rank, struct fan_err *err) FAN_MUST_CHECK;
void fan_ledger_close(struct fan_ledger *ledger);

/* The totals to update, mapped; valid until the ledger is closed. */
struct fan_totals *fan_ledger_totals(struct fan_ledger *ledger);

/**
 * Read another rank's ledger as it is now. Errors: FAN_ENOTFOUND (no such file),
 * FAN_EFORMAT, FAN_EIO.
 */
enum fan_status fan_ledger_read(struct fan_totals *totals, const char *dir, uint32_t rank,
                                struct fan_err *err) FAN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
