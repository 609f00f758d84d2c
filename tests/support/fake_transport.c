/* fake_transport.c - see fake_transport.h. */
#include "tests/support/fake_transport.h"

#include "common/buf.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define FLIGHTS_MAX 1024

struct flight {
    int64_t end_ns;
    struct fan_reply reply;
};

struct fan_transport {
    struct fake_transport_cfg cfg;
    struct flight flight[FLIGHTS_MAX];
    size_t count;
    uint64_t submitted;
    uint32_t in_flight_max;
};

struct fan_transport *fake_transport_new(const struct fake_transport_cfg *cfg)
{
    struct fan_transport *transport = fan_alloc_zero(1, sizeof *transport);
    transport->cfg = *cfg;
    return transport;
}

uint64_t fake_transport_submitted(const struct fan_transport *transport)
{
    return transport->submitted;
}

uint32_t fake_transport_in_flight_max(const struct fan_transport *transport)
{
    return transport->in_flight_max;
}

static enum fan_status fake_open(struct fan_transport **transport,
                                 const struct fan_transport_cfg *cfg, struct fan_err *err)
{
    (void)transport;
    (void)cfg;
    return fan_fail(err, FAN_EINVAL, "open a fake transport with fake_transport_new");
}

static enum fan_status fake_submit(struct fan_transport *transport,
                                   const struct fan_call *call, struct fan_err *err)
{
    if (transport->count == FLIGHTS_MAX)
        return fan_fail(err, FAN_EINVAL, "submit more than %d attempts", FLIGHTS_MAX);
    struct flight *f = &transport->flight[transport->count++];
    memset(f, 0, sizeof *f);
    f->reply.tag = call->tag;
    f->reply.record.sent_ns = transport->cfg.clock->now_ns;
    int64_t latency_ns = transport->cfg.script(transport->cfg.context,
                                               transport->submitted++, call, &f->reply);
    f->reply.record.end_ns = latency_ns;
    f->end_ns = transport->cfg.clock->now_ns + latency_ns;
    if (transport->count > transport->in_flight_max)
        transport->in_flight_max = (uint32_t)transport->count;
    return FAN_OK;
}

/* Time passes to the first end, or by timeout_ms. */
static enum fan_status fake_poll(struct fan_transport *transport, int timeout_ms,
                                 struct fan_reply *replies, size_t cap, size_t *count,
                                 struct fan_err *err)
{
    (void)err;
    struct fake_clock *clock = transport->cfg.clock;
    int64_t until_ns = clock->now_ns + (int64_t)timeout_ms * 1000000;
    for (size_t i = 0; i < transport->count; i++)
        if (transport->flight[i].end_ns < until_ns)
            until_ns = transport->flight[i].end_ns;
    if (until_ns > clock->now_ns) clock->now_ns = until_ns;
    *count = 0;
    for (size_t i = 0; i < transport->count && *count < cap;) {
        if (transport->flight[i].end_ns > clock->now_ns) {
            i++;
            continue;
        }
        replies[(*count)++] = transport->flight[i].reply;
        transport->flight[i] = transport->flight[--transport->count];
    }
    return FAN_OK;
}

static void fake_close(struct fan_transport *transport)
{
    if (!transport) return;
    for (size_t i = 0; i < transport->count; i++)
        fan_record_clear(&transport->flight[i].reply.record);
    free(transport);
}

const struct fan_transport_ops fan_transport_fake = { "fake", fake_open, fake_submit,
                                                      fake_poll, fake_close };
