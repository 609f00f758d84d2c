/* comm.h - what ranks say to each other, without a word of MPI. */
#ifndef FAN_MPI_DRIVER_COMM_H
#define FAN_MPI_DRIVER_COMM_H

#include "common/buf.h"
#include "common/err.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct fan_comm;

/*
 * Collectives: every rank calls the same one in the same order. They cannot fail; what
 * makes one impossible (a result over its maximum) ends the whole job.
 */
struct fan_comm_ops {
    /* All ranks leave within microseconds of each other, however early they came. */
    void (*barrier)(struct fan_comm *comm);
    /* in place: element-wise sum / maximum over all ranks, result everywhere */
    void (*sum_u64)(struct fan_comm *comm, uint64_t *values, size_t n);
    void (*max_i64)(struct fan_comm *comm, int64_t *values, size_t n);
    /* n bytes of rank root to all */
    void (*bcast)(struct fan_comm *comm, void *bytes, size_t n, int root);
    /* every rank's bytes appended to *all on rank 0, in rank order; sizes[] (size
     * entries) on rank 0; both are ignored elsewhere and may be NULL there */
    void (*gather)(struct fan_comm *comm, const void *bytes, size_t n,
                   struct fan_buf *all, uint64_t *sizes);
    /* a few bytes from one rank to another, received without delay (clock_sync.c) */
    void (*send)(struct fan_comm *comm, const void *bytes, size_t n, int to);
    void (*recv)(struct fan_comm *comm, void *bytes, size_t n, int from);
    /* Leave: waits for all ranks. */
    void (*close)(struct fan_comm *comm);
    /* end the whole job at once, with this exit status */
    void (*abort)(struct fan_comm *comm, int status);
};

struct fan_comm {
    const struct fan_comm_ops *ops;
    int rank, size;
    char host[65];
    char library[96]; /* "Open MPI v4.1.4"; without one: "none" */
    /* Called about every millisecond while a collective waits (the progress line); NULL:
     * none. */
    void (*idle)(void *context);
    void *idle_context;
};

/* The ranks of this MPI job (comm_mpi.c), or a single rank without MPI (comm_self.c).
 * Collectives wait with short sleeps, not by spinning. Owns: ops->close frees it. */
enum fan_status fan_comm_open_mpi(struct fan_comm **comm, int *argc, char ***argv,
                                  struct fan_err *err) FAN_MUST_CHECK;
struct fan_comm *fan_comm_open_self(void);

/**
 * The one that fits: MPI when a launcher (mpirun, srun) started this process, otherwise a
 * single rank, which spares the 0.3 s of starting MPI alone. Errors: FAN_ESTATE.
 */
enum fan_status fan_comm_open(struct fan_comm **comm, int *argc, char ***argv,
                              struct fan_err *err) FAN_MUST_CHECK;

/* Whether a launcher started this process. */
bool fan_comm_launched(void);

/* What the launcher says before any communication: rank (0 without one), ranks (1). */
int fan_comm_launched_rank(void);
int fan_comm_launched_size(void);

/**
 * All ranks agree on how a phase ended: every rank returns the same status, that of the
 * lowest failing rank, with that rank's text in err ("rank 2: ..." when there are
 * several).
 */
enum fan_status fan_comm_agree(struct fan_comm *comm, enum fan_status status,
                               struct fan_err *err) FAN_MUST_CHECK;

/**
 * Give rank 0's buffer to all ranks; theirs are replaced. n is known on rank 0 only.
 */
void fan_comm_bcast_buf(struct fan_comm *comm, struct fan_buf *buf);

#ifdef __cplusplus
}
#endif
#endif
