/* ways.c - see ways.h. */
#include "mpi_driver/ways.h"

#include "mpi_driver/job_check.h"
#include "partition/slice.h"

#include <stdlib.h>
#include <string.h>

#define CONNECT_TIMEOUT_MS 10000

/* Everything a transport of this rank is opened with but its address. */
struct opening {
    const struct fan_job *job;
    const struct fan_plan *plan;
    const struct fan_endpoint *endpoint;
    uint32_t rank;
    int64_t epoch_ns;
};

/* An earlier function whose transport serves this one too; NULL without one. */
static const struct fan_way *find_shared(const struct fan_ways *ways,
                                         const struct fan_job *job, size_t index)
{
    const struct fan_job_function *f = &job->function[index];
    for (size_t i = 0; i < index; i++) {
        const struct fan_job_function *other = &job->function[i];
        if (other->transport != f->transport) continue;
        if (f->transport != FAN_TRANSPORT_URL || strcmp(other->name, f->name) == 0)
            return &ways->way[i];
    }
    return NULL;
}

static uint32_t places_of(const struct opening *o, enum fan_job_transport transport)
{
    uint32_t most = 1;
    for (uint32_t i = 0; i < o->plan->cell_count; i++) {
        const struct fan_plan_cell *cell = &o->plan->cell[i];
        if (o->job->function[cell->function].transport != transport) continue;
        uint32_t places = fan_slice_places(cell->parallelism, o->plan->ranks, o->rank);
        if (places > most) most = places;
    }
    return most;
}

static enum fan_status open_way(struct fan_way *way, const struct opening *o,
                                size_t index, struct fan_err *err)
{
    enum fan_job_transport transport = o->job->function[index].transport;
    struct fan_transport_cfg cfg;
    memset(&cfg, 0, sizeof cfg);
    cfg.region = o->job->region;
    cfg.provider = o->endpoint->provider;
    cfg.connect_timeout_ms = CONNECT_TIMEOUT_MS;
    cfg.ca_file = o->endpoint->ca_file[0] ? o->endpoint->ca_file : NULL;
    cfg.epoch_ns = o->epoch_ns;
    cfg.places = places_of(o, transport);
    cfg.base_url = fan_endpoint_address(o->endpoint, o->job, index);
    if (fan_job_is_gateway(transport)) {
        cfg.front.sign = o->job->gateway.sign;
        if (fan_job_sends_key(o->job, transport))
            cfg.front.api_key = o->endpoint->api_key;
        if (fan_job_sends_token(o->job, transport)) cfg.front.token = o->endpoint->token;
    } else if (transport == FAN_TRANSPORT_URL) {
        cfg.front.sign = o->job->url_sign;
    }
    way->address = cfg.base_url;
    way->ops = fan_transport_find(
        fan_job_is_gateway(transport) ? "gateway" : fan_job_transport_words[transport]);
    return way->ops->open(&way->transport, &cfg, err);
}

enum fan_status fan_ways_open(struct fan_ways *ways, const struct fan_job *job,
                              const struct fan_plan *plan,
                              const struct fan_endpoint *endpoint, uint32_t rank,
                              int64_t epoch_ns, struct fan_err *err)
{
    const struct opening o = { job, plan, endpoint, rank, epoch_ns };
    enum fan_status st = FAN_OK;
    ways->way = fan_alloc_zero(job->function_count, sizeof *ways->way);
    ways->count = job->function_count;
    for (size_t i = 0; !st && i < ways->count; i++) {
        const struct fan_way *shared = find_shared(ways, job, i);
        if (shared)
            ways->way[i] = *shared;
        else
            st = open_way(&ways->way[i], &o, i, err);
    }
    return st;
}

void fan_ways_close(struct fan_ways *ways)
{
    for (size_t i = 0; i < ways->count; i++) {
        struct fan_transport *transport = ways->way[i].transport;
        if (!transport) continue;
        ways->way[i].ops->close(transport);
        for (size_t j = i; j < ways->count; j++)
            if (ways->way[j].transport == transport) ways->way[j].transport = NULL;
    }
    free(ways->way);
    memset(ways, 0, sizeof *ways);
}
