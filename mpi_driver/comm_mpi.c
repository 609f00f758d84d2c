/*
 * comm_mpi.c - ranks of an MPI job; the only file that knows MPI.
 *
 * MPI's own waits spin, and ranks share cores here, so every wait is a nonblocking call
 * polled by MPI_Test with sleeps in between. MPI's default error handler stays: it ends
 * the job, so return codes of MPI calls carry no news.
 */
#include "mpi_driver/comm.h"

#include "common/clock.h"

#include <mpi.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define CHUNK_BYTES      ((size_t)64 << 20) /* far below INT_MAX, MPI's limit of a count */
#define TAG              1
#define SPIN_NS          100000 /* how long a wait spins */
#define NAP_NS           5000   /* then naps, which cost little */
#define TIGHT_NS         200000 /* then sleeps, growing from PAUSE_MIN to MAX */
#define PAUSE_MIN_NS     20000
#define PAUSE_MAX_NS     1000000
#define TIGHT_BARRIER_NS 5000000
#define START_LEAD_NS    1000000 /* enough for everybody to hear of the start */

struct mpi_comm {
    struct fan_comm base; /* first: the two are the same pointer */
    MPI_Comm world;
    bool one_host; /* all ranks share CLOCK_MONOTONIC */
};

static MPI_Comm world_of(struct fan_comm *comm)
{
    return ((struct mpi_comm *)comm)->world;
}

/*
 * Poll at full speed for a moment, giving way to other processes; up to tight_ns with the
 * shortest sleeps, since on a busy host a sleeper that wakes gets a core sooner than one
 * that spins; then sleep ever longer.
 */
static void wait_for(struct fan_comm *comm, MPI_Request *request, int64_t tight_ns)
{
    int64_t start_ns = fan_clock_mono_ns(), pause_ns = PAUSE_MIN_NS;
    for (int done = 0;;) {
        MPI_Test(request, &done, MPI_STATUS_IGNORE);
        if (done) return;
        int64_t waited_ns = fan_clock_mono_ns() - start_ns;
        if (waited_ns < tight_ns) {
            if (waited_ns < SPIN_NS)
                sched_yield();
            else
                fan_clock_sleep_ns(NAP_NS);
            continue;
        }
        if (comm->idle && pause_ns == PAUSE_MAX_NS) comm->idle(comm->idle_context);
        fan_clock_sleep_ns(pause_ns);
        pause_ns = pause_ns * 2 < PAUSE_MAX_NS ? pause_ns * 2 : PAUSE_MAX_NS;
    }
}

/* To the instant, not 50 us later, as the kernel may do to save wake-ups. The setting is
 * taken back at once, since programs that are started inherit it. */
static void sleep_until(int64_t when_ns)
{
    int slack_ns = prctl(PR_GET_TIMERSLACK, 0UL, 0UL, 0UL, 0UL);
    (void)prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
    fan_clock_sleep_ns(when_ns - fan_clock_mono_ns());
    if (slack_ns > 0)
        (void)prctl(PR_SET_TIMERSLACK, (unsigned long)slack_ns, 0UL, 0UL, 0UL);
}

/*
 * Early ranks sleep, and notice up to milliseconds late that the last has come. So all
 * meet once more, awake. On one host they agree meanwhile on an instant just ahead and
 * sleep to it: where ranks share cores, that brings them off closer together than any
 * polling, in which one rank's turn is another's wait.
 */
static void mpi_barrier(struct fan_comm *comm)
{
    MPI_Request request;
    MPI_Ibarrier(world_of(comm), &request);
    wait_for(comm, &request, TIGHT_NS);
    int64_t start_ns = fan_clock_mono_ns() + START_LEAD_NS;
    MPI_Iallreduce(MPI_IN_PLACE, &start_ns, 1, MPI_INT64_T, MPI_MAX, world_of(comm),
                   &request);
    wait_for(comm, &request, TIGHT_BARRIER_NS);
    if (((struct mpi_comm *)comm)->one_host) sleep_until(start_ns);
}

/* All ranks get the sum, or the maximum, of each of n values of 8 bytes. */
static void reduce(struct fan_comm *comm, void *values, size_t n, MPI_Datatype type,
                   MPI_Op op)
{
    const size_t step = CHUNK_BYTES / sizeof(uint64_t);
    for (size_t at = 0; at < n; at += step) {
        MPI_Request request;
        int count = (int)(n - at < step ? n - at : step);
        MPI_Iallreduce(MPI_IN_PLACE, (uint64_t *)values + at, count, type, op,
                       world_of(comm), &request);
        wait_for(comm, &request, TIGHT_NS);
    }
}

static void mpi_sum(struct fan_comm *comm, uint64_t *values, size_t n)
{
    reduce(comm, values, n, MPI_UINT64_T, MPI_SUM);
}

static void mpi_max(struct fan_comm *comm, int64_t *values, size_t n)
{
    reduce(comm, values, n, MPI_INT64_T, MPI_MAX);
}

static void mpi_bcast(struct fan_comm *comm, void *bytes, size_t n, int root)
{
    for (size_t at = 0; at < n; at += CHUNK_BYTES) {
        MPI_Request request;
        int count = (int)(n - at < CHUNK_BYTES ? n - at : CHUNK_BYTES);
        MPI_Ibcast((char *)bytes + at, count, MPI_BYTE, root, world_of(comm), &request);
        wait_for(comm, &request, TIGHT_NS);
    }
}

static void mpi_send(struct fan_comm *comm, const void *bytes, size_t n, int to)
{
    for (size_t at = 0; at < n; at += CHUNK_BYTES) {
        MPI_Request request;
        int count = (int)(n - at < CHUNK_BYTES ? n - at : CHUNK_BYTES);
        MPI_Isend((const char *)bytes + at, count, MPI_BYTE, to, TAG, world_of(comm),
                  &request);
        wait_for(comm, &request, TIGHT_NS);
    }
}

static void receive(struct fan_comm *comm, void *bytes, size_t n, int from,
                    int64_t tight_ns)
{
    for (size_t at = 0; at < n; at += CHUNK_BYTES) {
        MPI_Request request;
        int count = (int)(n - at < CHUNK_BYTES ? n - at : CHUNK_BYTES);
        MPI_Irecv((char *)bytes + at, count, MPI_BYTE, from, TAG, world_of(comm),
                  &request);
        wait_for(comm, &request, tight_ns);
    }
}

static void mpi_recv(struct fan_comm *comm, void *bytes, size_t n, int from)
{
    receive(comm, bytes, n, from, TIGHT_BARRIER_NS);
}

/* Sizes by a collective; bytes rank by rank, so that rank 0 holds one rank's at a time
 * and no count or displacement can overflow. */
static void mpi_gather(struct fan_comm *comm, const void *bytes, size_t n,
                       struct fan_buf *all, uint64_t *sizes)
{
    uint64_t *size_of = fan_alloc_zero((size_t)comm->size, sizeof *size_of);
    size_of[comm->rank] = n;
    mpi_sum(comm, size_of, (size_t)comm->size);
    if (comm->rank != 0) {
        mpi_send(comm, bytes, n, 0);
        free(size_of);
        return;
    }
    for (int r = 0; r < comm->size; r++) {
        size_t size = (size_t)size_of[r];
        char *part = NULL;
        if (r > 0) {
            part = fan_alloc(size + 1);
            receive(comm, part, size, r, TIGHT_NS);
        }
        if (fan_buf_add(all, r > 0 ? part : bytes, size, NULL)) comm->ops->abort(comm, 1);
        free(part);
        sizes[r] = size_of[r];
    }
    free(size_of);
}

/* MPI_Finalize waits by spinning, so everybody meets here first. */
static void mpi_close(struct fan_comm *comm)
{
    MPI_Request request;
    comm->idle = NULL;
    MPI_Ibarrier(world_of(comm), &request);
    wait_for(comm, &request, TIGHT_NS);
    MPI_Comm_free(&((struct mpi_comm *)comm)->world);
    MPI_Finalize();
    free(comm);
}

static void mpi_abort(struct fan_comm *comm, int status)
{
    MPI_Abort(world_of(comm), status);
}

static const struct fan_comm_ops mpi_ops = {
    mpi_barrier, mpi_sum,  mpi_max,   mpi_bcast, mpi_gather,
    mpi_send,    mpi_recv, mpi_close, mpi_abort,
};

/* The library's name and version: what it says of itself up to the first comma. */
static void name_library(char *text, size_t capacity)
{
    char version[MPI_MAX_LIBRARY_VERSION_STRING] = "";
    int n = 0;
    MPI_Get_library_version(version, &n);
    snprintf(text, capacity, "%.*s", (int)strcspn(version, ",\n"), version);
}

static bool is_one_host(const struct mpi_comm *mpi)
{
    MPI_Comm here;
    int ranks_here = 0;
    MPI_Comm_split_type(mpi->world, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &here);
    MPI_Comm_size(here, &ranks_here);
    MPI_Comm_free(&here);
    return ranks_here == mpi->base.size;
}

enum fan_status fan_comm_open_mpi(struct fan_comm **comm, int *argc, char ***argv,
                                  struct fan_err *err)
{
    int provided = MPI_THREAD_SINGLE;
    MPI_Init_thread(argc, argv, MPI_THREAD_FUNNELED, &provided);
    if (provided < MPI_THREAD_FUNNELED) {
        MPI_Finalize();
        return fan_fail(err, FAN_ESTATE, "start MPI: its thread level is %d, expected %d",
                        provided, MPI_THREAD_FUNNELED);
    }
    struct mpi_comm *mpi = fan_alloc_zero(1, sizeof *mpi);
    mpi->base.ops = &mpi_ops;
    MPI_Comm_dup(MPI_COMM_WORLD, &mpi->world); /* our messages meet nobody else's */
    MPI_Comm_rank(mpi->world, &mpi->base.rank);
    MPI_Comm_size(mpi->world, &mpi->base.size);
    mpi->one_host = is_one_host(mpi);
    name_library(mpi->base.library, sizeof mpi->base.library);
    if (gethostname(mpi->base.host, sizeof mpi->base.host - 1))
        strcpy(mpi->base.host, "localhost");
    *comm = &mpi->base;
    return FAN_OK;
}
