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

struct fan_transport {
    struct fan_base_url url;
    struct fan_http_pool *pool;
    struct fan_signer *signer;
    int64_t epoch_ns;
};

static void invoke_close(struct fan_transport *transport)
{
    if (!transport) return;
    fan_http_pool_close(transport->pool);
    fan_signer_free(transport->signer);
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
        st = fan_signer_new(&t->signer, cfg->region, "lambda", &cfg->credentials, err);
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
    if (st)
        invoke_close(t);
    else
        *transport = t;
    return st;
}

static enum fan_status invoke_submit(struct fan_transport *transport,
                                     const struct fan_call *call, struct fan_err *err)
{
    static const struct fan_signing_header tail = { "X-Amz-Log-Type", "Tail" };
    struct fan_invoke_target target;
    enum fan_status st = fan_invoke_build(&target, call->function, call->qualifier, err);
    if (st) return st;
    struct fan_exchange *x = fan_http_pool_acquire(transport->pool);
    assert(x); /* more submitted than cfg.places */
    if (!x) return fan_fail(err, FAN_ESTATE, "cannot invoke: all places are taken");
    struct fan_signed_request request = { .method = "POST",
                                          .path = target.path,
                                          .query = target.query,
                                          .header = &tail,
                                          .header_count = call->want_log_tail,
                                          .body = call->payload,
                                          .body_bytes = call->payload_bytes };
    st = fan_signed_exchange(x, transport->signer, &transport->url, &request,
                             fan_clock_wall_ns(), err);
    if (st) {
        fan_http_pool_release(transport->pool, x);
        return st;
    }
    x->tag = call->tag;
    x->context = call->function;
    x->timeout_ms = call->timeout_ms;
    fan_http_pool_start(transport->pool, x);
    return FAN_OK;
}

static void read_exchange(const struct fan_transport *transport, struct fan_exchange *x,
                          struct fan_reply *reply)
{
    struct fan_record *r = &reply->record;
    const char *function = x->context;
    memset(reply, 0, sizeof *reply);
    reply->tag = x->tag;
    r->sent_ns = x->sent_ns - transport->epoch_ns;
    r->connect_ns = x->connect_ns;
    r->tls_ns = x->tls_ns;
    r->first_byte_ns = x->first_byte_ns;
    r->end_ns = x->end_ns;
    r->never_sent = x->never_sent;
    fan_record_set_text(r->function, sizeof r->function, function, strlen(function));
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

static enum fan_status invoke_poll(struct fan_transport *transport, int timeout_ms,
                                   struct fan_reply *replies, size_t cap, size_t *count,
                                   struct fan_err *err)
{
    *count = 0;
    enum fan_status st = fan_http_pool_wait(transport->pool, timeout_ms, err);
    if (st) return st;
    struct fan_exchange *x = NULL;
    while (*count < cap && (x = fan_http_pool_take(transport->pool))) {
        read_exchange(transport, x, &replies[(*count)++]);
        fan_http_pool_release(transport->pool, x);
    }
    return FAN_OK;
}

const struct fan_transport_ops fan_transport_invoke = { "invoke", invoke_open,
                                                        invoke_submit, invoke_poll,
                                                        invoke_close };
