/* http_transport.c - see http_transport.h. */
#include "invoke/http_transport.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/clock.h"
#include "invoke/http_pool.h"
#include "invoke/signed_exchange.h"
#include "invoke/bearer.h"

#define ANSWER_MAX_BYTES 6291556 /* Lambda's limit of a synchronous answer */

/* An attempt on its way: what is needed to sign it again. */
struct flight {
    struct fan_call call;
    struct fan_signed_with with;
    uint64_t token; /* generation of the bearer token it carries */
    bool again;     /* sent for the second time */
    struct flight *next;
};

struct fan_transport {
    const struct fan_http_way *way;
    struct fan_front front;
    bool sign;
    struct fan_base_url url;
    struct fan_http_pool *pool;
    struct fan_signing signing;
    struct flight *flights, *free; /* one per place */
    int64_t epoch_ns;
};

void fan_http_transport_close(struct fan_transport *transport)
{
    if (!transport) return;
    fan_http_pool_close(transport->pool);
    fan_signing_clear(&transport->signing);
    free(transport->flights);
    free(transport);
}

enum fan_status fan_http_transport_open(struct fan_transport **transport,
                                        const struct fan_http_way *way,
                                        const struct fan_transport_cfg *cfg,
                                        struct fan_err *err)
{
    struct fan_transport *t = fan_alloc_zero(1, sizeof *t);
    t->way = way;
    t->front = cfg->front;
    t->sign = !way->front || cfg->front.sign;
    t->epoch_ns = cfg->epoch_ns;
    enum fan_status st = fan_base_url_parse(&t->url, cfg->base_url, err);
    if (!st && t->sign)
        st = fan_signing_init(&t->signing, cfg->provider, cfg->region, way->service, err);
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
        fan_http_transport_close(t);
    else
        *transport = t;
    return st;
}

/* ---- requests ---- */

#define HEADERS_MAX 2

/* The headers that are signed along, where there is a signature. */
static size_t list_headers(const struct fan_transport *transport,
                           const struct fan_call *call,
                           struct fan_signing_header header[HEADERS_MAX])
{
    size_t n = 0;
    if (!transport->way->front) {
        if (call->want_log_tail)
            header[n++] = (struct fan_signing_header){ "X-Amz-Log-Type", "Tail" };
        return n;
    }
    /* otherwise a function URL takes the body for binary, and hands it on as base64 */
    header[n++] = (struct fan_signing_header){ "Content-Type", "application/json" };
    if (transport->front.api_key)
        header[n++] =
            (struct fan_signing_header){ "x-api-key", transport->front.api_key };
    return n;
}

static enum fan_status add_token(const struct fan_transport *transport,
                                 struct flight *flight, struct fan_exchange *x,
                                 struct fan_err *err)
{
    const char *header = NULL;
    enum fan_status st =
        fan_bearer_header(transport->front.token, &header, &flight->token, err);
    return st ? st : fan_exchange_header(x, "Authorization", header, err);
}

/* Fill x with what the flight carries. */
static enum fan_status write_request(struct fan_transport *transport,
                                     struct flight *flight, struct fan_exchange *x,
                                     const struct fan_invoke_target *target,
                                     struct fan_err *err)
{
    const struct fan_call *call = &flight->call;
    struct fan_signing_header header[HEADERS_MAX];
    const struct fan_signed_request request = { .method = "POST",
                                                .path = target->path,
                                                .query = target->query,
                                                .header = header,
                                                .header_count =
                                                    list_headers(transport, call, header),
                                                .body = call->payload,
                                                .body_bytes = call->payload_bytes };
    if (transport->sign)
        return fan_signed_exchange(x, &transport->signing, &transport->url, &request,
                                   &flight->with, err);
    enum fan_status st = fan_plain_exchange(x, &request, err);
    return st || !transport->front.token ? st : add_token(transport, flight, x, err);
}

static enum fan_status launch(struct fan_transport *transport, struct flight *flight,
                              const struct fan_invoke_target *target, struct fan_err *err)
{
    struct fan_exchange *x = fan_http_pool_acquire(transport->pool);
    if (!x) return fan_fail(err, FAN_ESTATE, "cannot invoke: all places are taken");
    enum fan_status st = write_request(transport, flight, x, target, err);
    if (st) {
        fan_http_pool_release(transport->pool, x);
        return st;
    }
    x->tag = (uint64_t)(flight - transport->flights);
    x->timeout_ms = flight->call.timeout_ms;
    fan_http_pool_start(transport->pool, x);
    return FAN_OK;
}

static void land(struct fan_transport *transport, struct flight *flight)
{
    flight->next = transport->free;
    transport->free = flight;
}

enum fan_status fan_http_transport_submit(struct fan_transport *transport,
                                          const struct fan_call *call,
                                          struct fan_err *err)
{
    struct fan_invoke_target target;
    enum fan_status st = transport->way->build(&target, call, err);
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

/* ---- answers ---- */

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
    reply->retry_after_ms = transport->way->read(&answer, r);
    r->body = x->answer.data; /* moved: the exchange starts its next answer afresh */
    r->body_bytes = x->answer.size;
    fan_buf_init(&x->answer, x->answer.max);
}

/* Send once more; what can go wrong with that, the next submit will tell. */
static bool send_again(struct fan_transport *transport, struct flight *flight)
{
    struct fan_invoke_target target;
    flight->again = true;
    return transport->way->build(&target, &flight->call, NULL) == FAN_OK &&
           launch(transport, flight, &target, NULL) == FAN_OK;
}

/* Whether a refusal is one that another signature or token may help against. */
static bool heed(struct fan_transport *transport, const struct fan_exchange *x,
                 const struct flight *flight)
{
    if (transport->sign)
        return fan_signed_exchange_heed(&transport->signing, x, &flight->with);
    return transport->front.token && !x->failure[0] && x->status == 401 &&
           fan_bearer_renew(transport->front.token, flight->token);
}

/*
 * A request that was refused for its date or for the age of its keys or token reached no
 * function: sent anew, once, it is still the same attempt, and its record tells of the
 * second sending alone. Returns false then.
 */
static bool settle(struct fan_transport *transport, struct fan_exchange *x,
                   struct fan_reply *reply)
{
    struct flight *flight = &transport->flights[x->tag];
    bool again = !flight->again && heed(transport, x, flight);
    read_exchange(transport, x, reply);
    fan_http_pool_release(transport->pool, x); /* so that a place is free */
    if (again && send_again(transport, flight)) {
        fan_record_clear(&reply->record);
        return false;
    }
    land(transport, flight);
    return true;
}

enum fan_status fan_http_transport_poll(struct fan_transport *transport, int timeout_ms,
                                        struct fan_reply *replies, size_t cap,
                                        size_t *count, struct fan_err *err)
{
    *count = 0;
    enum fan_status st = fan_http_pool_wait(transport->pool, timeout_ms, err);
    if (st) return st;
    struct fan_exchange *x = NULL;
    while (*count < cap && (x = fan_http_pool_take(transport->pool)))
        *count += settle(transport, x, &replies[*count]);
    return FAN_OK;
}
