/* comm.h - what ranks say to each other, without a word of MPI. */
#ifndef FAN_MPI_DRIVER_COMM_H
#define FAN_MPI_DRIVER_COMM_H

#include "common/buf.h"
#include "common/err.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct fan_comm;

struct fan_comm_ops {
    void (*barrier)(struct fan_comm *comm);
    /* in place: element-wise sum / maximum over all ranks, result everywhere */
    void (*sum_u64)(struct fan_comm *comm, uint64_t *values, size_t n);
    void (*max_i64)(struct fan_comm *comm, int64_t *values, size_t n);
    /* n bytes of rank root to all */
    void (*bcast)(struct fan_comm *comm, void *bytes, size_t n, int root);
    /* every rank's bytes to rank 0, in rank order; sizes[] (size entries) on rank 0 */
    void (*gather)(struct fan_comm *comm, const void *bytes, size_t n,
                   struct fan_buf *all, uint64_t *sizes);
    void (*close)(struct fan_comm *comm);
    /* end the whole job at once, with this exit status */
    void (*abort)(struct fan_comm *comm, int status);
};

struct fan_comm {
    const struct fan_comm_ops *ops;
    int rank, size;
    char host[65];
};

/* The ranks of this MPI job (comm_mpi.c), or a single rank without MPI (comm_self.c).
 * Collectives wait with short sleeps, not by spinning. Owns: ops->close frees it. */
enum fan_status fan_comm_open_mpi(struct fan_comm **comm, int *argc, char ***argv,
                                  struct fan_err *err) FAN_MUST_CHECK;
struct fan_comm *fan_comm_open_self(void);

/**
 * All ranks agree on how a phase ended: every rank returns the same status, that of the
 * lowest failing rank, with that rank's text in err ("rank 2: ..." when there are
 * several).
 */
enum fan_status fan_comm_agree(struct fan_comm *comm, enum fan_status status,
                               struct fan_err *err) FAN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
