/* clock_sync.c - see clock_sync.h. */
#include "mpi_driver/clock_sync.h"

#include "common/clock.h"
#include "common/log.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define PINGS    100
#define ATTEMPTS 3

bool fan_clock_offset(const struct fan_ping *pings, size_t n, int64_t *offset_ns,
                      int64_t *error_ns)
{
    assert(n >= 1);
    int64_t low = INT64_MIN, high = INT64_MAX;
    for (size_t i = 0; i < n; i++) {
        int64_t least = pings[i].answered_ns - pings[i].heard_ns;
        int64_t most = pings[i].answered_ns - pings[i].asked_ns;
        if (least > low) low = least;
        if (most < high) high = most;
    }
    *offset_ns = low / 2 + high / 2 + (low % 2 + high % 2) / 2;
    *error_ns = high > low ? (high - low) / 2 : (low - high) / 2;
    return low <= high;
}

/* The root's side: it measures and tells the client the result. */
static void measure(struct fan_comm *comm, int client)
{
    struct fan_ping pings[PINGS];
    int64_t offset_ns = 0, error_ns = 0;
    bool sound = false;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        for (int i = 0; i < PINGS; i++) {
            pings[i].asked_ns = fan_clock_mono_ns();
            comm->ops->send(comm, &sound, sizeof sound, client);
            comm->ops->recv(comm, &pings[i].answered_ns, sizeof(int64_t), client);
            pings[i].heard_ns = fan_clock_mono_ns();
        }
        if (!sound) sound = fan_clock_offset(pings, PINGS, &offset_ns, &error_ns);
    }
    fan_log(sound ? FAN_LOG_INFO : FAN_LOG_WARN, "clock",
            "rank %d's clock is %lld ns ahead of rank 0's, +-%lld ns%s", client,
            (long long)offset_ns, (long long)error_ns,
            sound ? "" : "; it was set or drifts, so its times are doubtful");
    comm->ops->send(comm, &offset_ns, sizeof offset_ns, client);
}

/* The client's side. Returns its offset. */
static int64_t answer(struct fan_comm *comm)
{
    int64_t offset_ns = 0;
    for (int i = 0; i < ATTEMPTS * PINGS; i++) {
        bool ignored;
        comm->ops->recv(comm, &ignored, sizeof ignored, 0);
        int64_t now_ns = fan_clock_mono_ns();
        comm->ops->send(comm, &now_ns, sizeof now_ns, 0);
    }
    comm->ops->recv(comm, &offset_ns, sizeof offset_ns, 0);
    return offset_ns;
}

int64_t fan_clock_sync(struct fan_comm *comm, int64_t epoch_ns)
{
    char host[sizeof comm->host];
    memcpy(host, comm->host, sizeof host);
    comm->ops->bcast(comm, host, sizeof host, 0);
    comm->ops->bcast(comm, &epoch_ns, sizeof epoch_ns, 0);
    uint64_t *elsewhere = fan_alloc_zero((size_t)comm->size, sizeof *elsewhere);
    elsewhere[comm->rank] = strcmp(host, comm->host) != 0;
    comm->ops->sum_u64(comm, elsewhere, (size_t)comm->size);
    for (int r = 1; r < comm->size; r++) {
        if (!elsewhere[r]) continue;
        if (comm->rank == 0)
            measure(comm, r);
        else if (comm->rank == r)
            epoch_ns += answer(comm);
    }
    free(elsewhere);
    return epoch_ns;
}
