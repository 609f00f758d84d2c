/* comm_self.c - a single rank, without MPI: every collective is its own answer. */
#include "mpi_driver/comm.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void self_barrier(struct fan_comm *comm)
{
    (void)comm;
}

static void self_sum(struct fan_comm *comm, uint64_t *values, size_t n)
{
    (void)comm;
    (void)values;
    (void)n;
}

static void self_max(struct fan_comm *comm, int64_t *values, size_t n)
{
    (void)comm;
    (void)values;
    (void)n;
}

static void self_bcast(struct fan_comm *comm, void *bytes, size_t n, int root)
{
    (void)comm;
    (void)bytes;
    (void)n;
    (void)root;
}

static void self_gather(struct fan_comm *comm, const void *bytes, size_t n,
                        struct fan_buf *all, uint64_t *sizes)
{
    if (fan_buf_add(all, bytes, n, NULL)) comm->ops->abort(comm, 1);
    sizes[0] = n;
}

static void self_send(struct fan_comm *comm, const void *bytes, size_t n, int to)
{
    (void)comm;
    (void)bytes;
    (void)n;
    (void)to;
    assert(comm->size > 1); /* a single rank has nobody to talk to */
}

static void self_recv(struct fan_comm *comm, void *bytes, size_t n, int from)
{
    (void)from;
    self_send(comm, bytes, n, 0);
}

static void self_close(struct fan_comm *comm)
{
    free(comm);
}

static void self_abort(struct fan_comm *comm, int status)
{
    (void)comm;
    _exit(status);
}

static const struct fan_comm_ops self_ops = {
    self_barrier, self_sum,  self_max,   self_bcast, self_gather,
    self_send,    self_recv, self_close, self_abort,
};

struct fan_comm *fan_comm_open_self(void)
{
    struct fan_comm *comm = fan_alloc_zero(1, sizeof *comm);
    comm->ops = &self_ops;
    comm->size = 1;
    strcpy(comm->library, "none");
    if (gethostname(comm->host, sizeof comm->host - 1)) strcpy(comm->host, "localhost");
    return comm;
}
