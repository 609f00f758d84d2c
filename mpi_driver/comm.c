/* comm.c - what both kinds of communicator share, see comm.h. */
#include "mpi_driver/comm.h"

#include "common/number.h"

#include <stdlib.h>
#include <string.h>

/* The first of these variables that holds a number below max; otherwise `missing`. */
static int launched_number(const char *const *names, uint64_t max, int missing)
{
    for (; *names; names++) {
        const char *text = getenv(*names);
        uint64_t value;
        if (text && fan_number_u64(text, 0, max, &value, NULL) == FAN_OK)
            return (int)value;
    }
    return missing;
}

#define RANKS_MAX 1000000

int fan_comm_launched_rank(void)
{
    static const char *const names[] = { "OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK",
                                         NULL };
    return launched_number(names, RANKS_MAX, 0);
}

/* 0 when there is no launcher */
static int launcher_size(void)
{
    static const char *const names[] = { "OMPI_COMM_WORLD_SIZE", "PMI_SIZE", NULL };
    return launched_number(names, RANKS_MAX, getenv("PMIX_RANK") ? 1 : 0);
}

bool fan_comm_launched(void)
{
    return launcher_size() > 0;
}

int fan_comm_launched_size(void)
{
    int size = launcher_size();
    return size > 0 ? size : 1;
}

enum fan_status fan_comm_open(struct fan_comm **comm, int *argc, char ***argv,
                              struct fan_err *err)
{
    if (fan_comm_launched()) return fan_comm_open_mpi(comm, argc, argv, err);
    *comm = fan_comm_open_self();
    return FAN_OK;
}

enum fan_status fan_comm_agree(struct fan_comm *comm, enum fan_status status,
                               struct fan_err *err)
{
    /* The maximum of -rank names the lowest failing rank; "none" is below all of them. */
    int64_t lowest = status ? -(int64_t)comm->rank : -(int64_t)comm->size;
    comm->ops->max_i64(comm, &lowest, 1);
    if (lowest == -(int64_t)comm->size) return FAN_OK;
    int root = (int)-lowest;
    struct fan_err first;
    memset(&first, 0, sizeof first);
    if (comm->rank == root) {
        if (err && err->code)
            first = *err;
        else
            fan_fail(&first, status, "%s", fan_status_text(status));
        first.code = status;
        if (comm->size > 1) fan_err_prefix(&first, "rank %d: ", root);
    }
    comm->ops->bcast(comm, &first, sizeof first, root);
    if (err) *err = first;
    return first.code;
}

void fan_comm_bcast_buf(struct fan_comm *comm, struct fan_buf *buf)
{
    uint64_t n = comm->rank == 0 ? buf->size : 0;
    comm->ops->bcast(comm, &n, sizeof n, 0);
    if (comm->rank != 0) {
        char *bytes = fan_alloc((size_t)n + 1);
        bytes[n] = '\0';
        free(buf->data);
        buf->data = bytes;
        buf->size = (size_t)n;
        buf->capacity = (size_t)n + 1;
    }
    if (n > 0) comm->ops->bcast(comm, buf->data, (size_t)n, 0);
}
