/* transport_invoke.c - attempts as signed calls of the Lambda Invoke API. */
#include "invoke/transport.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/clock.h"
#include "invoke/http_pool.h"
#include "invoke/invoke_message.h"
#include "invoke/signed_exchange.h"

#define ANSWER_MAX_BYTES 6291556 /* Lambda's limit of a synchronous answer */

/* An attempt on its way: what is needed to sign it again. */
struct flight {
    struct fan_call call;
    struct fan_signed_with with;
    bool again; /* signed for the second time */
    struct flight *next;
};

struct fan_transport {
    struct fan_base_url url;
    struct fan_http_pool *pool;
    struct fan_signing signing;
    struct flight *flights, *free; /* one per place */
    int64_t epoch_ns;
};

static void invoke_close(struct fan_transport *transport)
{
    if (!transport) return;
    fan_http_pool_close(transport->pool);
    fan_signing_clear(&transport->signing);
    free(transport->flights);
    free(transport);
}

static enum fan_status invoke_open(struct fan_transport **transport,
                                   const struct fan_transport_cfg *cfg,
                                   struct fan_err *err)
{
    struct fan_transport *t = fan_alloc_zero(1, sizeof *t);
    t->epoch_ns = cfg->epoch_ns;
    enum fan_status st = fan_base_url_parse(&t->url, cfg->base_url, err);
    if (!st)
        st = fan_signing_init(&t->signing, cfg->provider, cfg->region, "lambda", err);
    if (!st) {
        struct fan_http_pool_cfg pool = {
            .url = t->url,
            .places = cfg->places,
            .answer_max_bytes =
                cfg->answer_max_bytes ? cfg->answer_max_bytes : ANSWER_MAX_BYTES,
            .connect_timeout_ms = cfg->connect_timeout_ms,
            .ca_file = cfg->ca_file,
        };
        st = fan_http_pool_open(&t->pool, &pool, err);
    }
    if (!st) {
        t->flights = fan_alloc_zero(cfg->places, sizeof *t->flights);
        for (uint32_t i = cfg->places; i-- > 0; t->free = &t->flights[i])
            t->flights[i].next = t->free;
    }
    if (st)
        invoke_close(t);
    else
        *transport = t;
    return st;
}

/* Sign and send what the flight carries. */
static enum fan_status launch(struct fan_transport *transport, struct flight *flight,
                              const struct fan_invoke_target *target, struct fan_err *err)
{
    static const struct fan_signing_header tail = { "X-Amz-Log-Type", "Tail" };
    const struct fan_call *call = &flight->call;
    struct fan_exchange *x = fan_http_pool_acquire(transport->pool);
    if (!x) return fan_fail(err, FAN_ESTATE, "cannot invoke: all places are taken");
    const struct fan_signed_request request = { .method = "POST",
                                                .path = target->path,
                                                .query = target->query,
                                                .header = &tail,
                                                .header_count = call->want_log_tail,
                                                .body = call->payload,
                                                .body_bytes = call->payload_bytes };
    enum fan_status st = fan_signed_exchange(x, &transport->signing, &transport->url,
                                             &request, &flight->with, err);
    if (st) {
        fan_http_pool_release(transport->pool, x);
        return st;
    }
    x->tag = (uint64_t)(flight - transport->flights);
    x->timeout_ms = call->timeout_ms;
    fan_http_pool_start(transport->pool, x);
    return FAN_OK;
}

static void land(struct fan_transport *transport, struct flight *flight)
{
    flight->next = transport->free;
    transport->free = flight;
}

static enum fan_status invoke_submit(struct fan_transport *transport,
                                     const struct fan_call *call, struct fan_err *err)
{
    struct fan_invoke_target target;
    enum fan_status st = fan_invoke_build(&target, call->function, call->qualifier, err);
    if (st) return st;
    struct flight *flight = transport->free;
    assert(flight); /* more submitted than cfg.places */
    if (!flight) return fan_fail(err, FAN_ESTATE, "cannot invoke: all places are taken");
    transport->free = flight->next;
    flight->call = *call;
    flight->again = false;
    st = launch(transport, flight, &target, err);
    if (st) land(transport, flight);
    return st;
}

static void read_exchange(const struct fan_transport *transport, struct fan_exchange *x,
                          struct fan_reply *reply)
{
    struct fan_record *r = &reply->record;
    const struct fan_call *call = &transport->flights[x->tag].call;
    memset(reply, 0, sizeof *reply);
    reply->tag = call->tag;
    r->sent_ns = x->sent_ns - transport->epoch_ns;
    r->connect_ns = x->connect_ns;
    r->tls_ns = x->tls_ns;
    r->first_byte_ns = x->first_byte_ns;
    r->end_ns = x->end_ns;
    r->never_sent = x->never_sent;
    fan_record_set_text(r->function, sizeof r->function, call->function,
                        strlen(call->function));
    if (x->failure[0]) {
        r->outcome = FAN_OUTCOME_NETWORK;
        r->http_status = x->status;
        fan_record_set_text(r->error_text, sizeof r->error_text, x->failure,
                            strlen(x->failure));
        return;
    }
    struct fan_invoke_answer answer = { x->status, x->head, x->answer.data,
                                        x->answer.size };
    reply->retry_after_ms = fan_invoke_read(&answer, r);
    r->body = x->answer.data; /* moved: the exchange starts its next answer afresh */
    r->body_bytes = x->answer.size;
    fan_buf_init(&x->answer, x->answer.max);
}

/* Sign and send once more; what can go wrong with that, the next submit will tell. */
static bool send_again(struct fan_transport *transport, struct flight *flight)
{
    struct fan_invoke_target target;
    const struct fan_call *call = &flight->call;
    flight->again = true;
    return fan_invoke_build(&target, call->function, call->qualifier, NULL) == FAN_OK &&
           launch(transport, flight, &target, NULL) == FAN_OK;
}

/*
 * A request that was refused for its date or for the age of its keys reached no function:
 * signed anew, once, it is still the same attempt, and its record tells of the second
 * sending alone. Returns false then.
 */
static bool settle(struct fan_transport *transport, struct fan_exchange *x,
                   struct fan_reply *reply)
{
    struct flight *flight = &transport->flights[x->tag];
    bool again =
        !flight->again && fan_signed_exchange_heed(&transport->signing, x, &flight->with);
    read_exchange(transport, x, reply);
    fan_http_pool_release(transport->pool, x); /* so that a place is free */
    if (again && send_again(transport, flight)) {
        fan_record_clear(&reply->record);
        return false;
    }
    land(transport, flight);
    return true;
}

static enum fan_status invoke_poll(struct fan_transport *transport, int timeout_ms,
                                   struct fan_reply *replies, size_t cap, size_t *count,
                                   struct fan_err *err)
{
    *count = 0;
    enum fan_status st = fan_http_pool_wait(transport->pool, timeout_ms, err);
    if (st) return st;
    struct fan_exchange *x = NULL;
    while (*count < cap && (x = fan_http_pool_take(transport->pool)))
        *count += settle(transport, x, &replies[*count]);
    return FAN_OK;
}

const struct fan_transport_ops fan_transport_invoke = { "invoke", invoke_open,
                                                        invoke_submit, invoke_poll,
                                                        invoke_close };
