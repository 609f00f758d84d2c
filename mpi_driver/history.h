/*
 * history.h - what a result folder knows of the past: all journals and ledgers of all
 * ranks that ever wrote into it. The end of a run, `report`, `export` and `--resume` read
 * it alike.
 */
#ifndef FAN_MPI_DRIVER_HISTORY_H
#define FAN_MPI_DRIVER_HISTORY_H

#include "common/err.h"
#include "mpi_driver/ledger.h"
#include "record/journal.h"
#include "record/record.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_HISTORY_RANKS_MAX 10000 /* journal-RRRR has four digits */

struct fan_history {
    struct fan_record *records; /* sorted by (rank, seq) */
    size_t record_count;
    struct fan_phase_mark *phases;
    uint32_t *phase_rank; /* rank of each mark */
    size_t phase_count;

    uint32_t journals;       /* files read */
    uint32_t ranks;          /* most ranks of any opening's header */
    uint32_t openings;       /* most times a journal was opened: 1 without a resumption */
    uint64_t job_mark;       /* header.job_crc of the first journal */
    bool job_mixed;          /* the journals do not agree on it */
    int64_t started_wall_ns; /* earliest */
    char host[65], program[32];

    uint64_t bad_frames, bad_bytes; /* damage, skipped */
    uint32_t torn;                  /* journals that ended inside a frame */
    char damage[256];               /* the same in words; empty without damage */

    uint64_t lost; /* attempts that left, by the ledgers, and have no record */
    enum fan_ending ending;
    int64_t end_ns;      /* run clock: the last instant known */
    uint32_t next_phase; /* above every phase number used */
};

/**
 * Read the journals and ledgers in dir. A journal that cannot be used at all is damage,
 * not an error. Owns: the caller clears *history. Errors: FAN_EIO (the folder),
 * FAN_ENOTFOUND (no journal in it).
 */
enum fan_status fan_history_read(struct fan_history *history, const char *dir,
                                 struct fan_err *err) FAN_MUST_CHECK;
void fan_history_clear(struct fan_history *history);

/* Whether any rank ever wrote into dir. */
bool fan_history_exists(const char *dir);

/* Wait until no rank writes into dir any more. Errors: FAN_EIO. */
enum fan_status fan_history_wait(const char *dir, struct fan_err *err) FAN_MUST_CHECK;

/* Path of a rank's journal in dir. */
void fan_history_journal_path(char path[PATH_MAX], const char *dir, uint32_t rank);

/* What is known of a call: how many attempts were made, and whether it is over. */
#define FAN_CALL_OVER     UINT32_C(0x80000000)
#define FAN_CALL_ATTEMPTS UINT32_C(0x7fffffff)

/**
 * State of the calls 0 .. calls-1: attempts made, with FAN_CALL_OVER set when the call
 * must not be made again: it succeeded or, unless failed_again, it has any record of an
 * attempt that found a connection.
 */
void fan_history_calls(const struct fan_history *history, bool failed_again,
                       uint32_t *state, uint64_t calls);

/* Number of the next record of each rank below `ranks`. */
void fan_history_next_seq(const struct fan_history *history, uint64_t *seq,
                          uint32_t ranks);

#ifdef __cplusplus
}
#endif
#endif
