/*
 * journal.h - a rank's append-only file of everything that happened, in msgpack.
 *
 * The file is a sequence of frames; a frame is the msgpack array
 * [ "fan1", kind, crc32, payload ] in one fixed form, so that its head has always 18
 * bytes: fixstr, uint8, uint32, and a bin32 whose bytes are one flat msgpack map (keys:
 * names of the fields, see docs/records.md). crc32 (zlib) covers the kind byte and the
 * payload bytes. So any msgpack library can read the file, a torn or flipped frame is
 * detected, and the reader finds the next good frame by its mark.
 */
#ifndef FAN_RECORD_JOURNAL_H
#define FAN_RECORD_JOURNAL_H

#include "common/err.h"
#include "record/record.h"

#ifdef __cplusplus
extern "C" {
#endif

enum fan_journal_kind {
    FAN_JOURNAL_HEADER = 1,  /* first frame of each opening: struct fan_journal_header */
    FAN_JOURNAL_ATTEMPT = 2, /* struct fan_record */
    FAN_JOURNAL_PHASE = 3    /* struct fan_phase_mark */
};

struct fan_journal_header {
    uint32_t version; /* of the format: 1 */
    uint32_t rank, ranks;
    int64_t started_wall_ns; /* wall time when this opening began */
    int64_t epoch_ns;        /* run clock zero on this host's CLOCK_MONOTONIC */
    uint64_t job_crc;        /* crc32 of the resolved job; a resume must match */
    char host[65];
    char program[32]; /* version of mpi_driver */
};

/* One collective phase (a block's visit of a cell) as this rank saw it. */
struct fan_phase_mark {
    uint32_t phase, cell, block;
    int64_t start_ns,
        end_ns;      /* run clock: after the start barrier, and when own calls ended */
    uint32_t calls;  /* calls that this rank owned */
    uint32_t missed; /* rank 0 only: calls that are left out, since their time had passed;
                        such a mark is of no phase, and its times are when it was due */
};

struct fan_journal; /* an open journal, for writing */

/**
 * Open path for appending; creates it when missing. A torn frame at the end of an
 * existing file is cut off first, so that new frames follow intact ones; other damage
 * stays where it is. Writes the header frame. Owns: *journal until fan_journal_close.
 * Errors: FAN_EIO, FAN_EFORMAT (not a journal: not empty, no intact frame, and not the
 * beginning of one).
 */
enum fan_status fan_journal_open(struct fan_journal **journal, const char *path,
                                 const struct fan_journal_header *header,
                                 struct fan_err *err) FAN_MUST_CHECK;

/**
 * Append a frame for each record, or one for a phase, and hand them to the kernel
 * (write(2)) before returning: they then survive the death of the process. Records that
 * came together are mostly one write. Errors: FAN_EIO; the journal is unusable
 * afterwards, and only a beginning of the records may be in it.
 */
enum fan_status fan_journal_attempts(struct fan_journal *journal,
                                     const struct fan_record *const *records,
                                     size_t count, struct fan_err *err) FAN_MUST_CHECK;
enum fan_status fan_journal_attempt(struct fan_journal *journal,
                                    const struct fan_record *record,
                                    struct fan_err *err) FAN_MUST_CHECK;
enum fan_status fan_journal_phase(struct fan_journal *journal,
                                  const struct fan_phase_mark *mark,
                                  struct fan_err *err) FAN_MUST_CHECK;

/* Force what was written to the disk (fdatasync): it then survives the death of the
 * machine. */
enum fan_status fan_journal_sync(struct fan_journal *journal,
                                 struct fan_err *err) FAN_MUST_CHECK;

/* Sync and close. NULL is accepted. */
void fan_journal_close(struct fan_journal *journal);

/**
 * Wait until no process has the journal open for writing. Returns at once where a file
 * system has no locks. Errors: FAN_EIO (it cannot be opened).
 */
enum fan_status fan_journal_wait(const char *path, struct fan_err *err) FAN_MUST_CHECK;

/* What a journal file held. */
struct fan_journal_content {
    struct fan_journal_header header; /* of the first opening */
    uint32_t openings;
    struct fan_record *records; /* in file order */
    size_t record_count;
    struct fan_phase_mark *phases;
    size_t phase_count;
    uint64_t bad_frames; /* damaged frames that were skipped; adjacent ones whose marks
                            are damaged too count as one */
    uint64_t bad_bytes;  /* bytes that belong to no intact frame */
    uint64_t good_end;   /* where the last intact frame ends, bytes */
    bool torn;           /* the file ends inside a frame (a killed writer) */
};

/**
 * Read every intact frame of a journal. Damage is counted, never fatal; a file with no
 * intact header is FAN_EFORMAT. Owns: the caller clears *content. Errors: FAN_EIO,
 * FAN_EFORMAT.
 */
enum fan_status fan_journal_read(struct fan_journal_content *content, const char *path,
                                 struct fan_err *err) FAN_MUST_CHECK;

/* The same from memory (what fan_journal_read and the fuzzer call). */
enum fan_status fan_journal_parse(struct fan_journal_content *content, const void *bytes,
                                  size_t n, struct fan_err *err) FAN_MUST_CHECK;

/* Free the records and zero the content. NULL is accepted. */
void fan_journal_content_clear(struct fan_journal_content *content);

#ifdef __cplusplus
}
#endif
#endif
