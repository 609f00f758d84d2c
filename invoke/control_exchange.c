/* control_exchange.c - see control_exchange.h. */
#include "invoke/control_exchange.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "common/buf.h"
#include "invoke/http_pool.h"
#include "invoke/invoke_message.h"

#define ANSWER_MAX_BYTES (1024 * 1024)
#define CALL_TIMEOUT_MS  60000

struct fan_control {
    struct fan_base_url url;
    struct fan_http_pool *pool;
    struct fan_signing signing;
};

enum fan_status fan_control_open(struct fan_control **control,
                                 const struct fan_transport_cfg *cfg, struct fan_err *err)
{
    struct fan_control *c = fan_alloc_zero(1, sizeof *c);
    enum fan_status st = fan_base_url_parse(&c->url, cfg->base_url, err);
    if (!st)
        st = fan_signing_init(&c->signing, cfg->provider, cfg->region, "lambda", err);
    if (!st) {
        struct fan_http_pool_cfg pool = { .url = c->url,
                                          .places = 1,
                                          .answer_max_bytes = ANSWER_MAX_BYTES,
                                          .connect_timeout_ms = cfg->connect_timeout_ms,
                                          .ca_file = cfg->ca_file };
        st = fan_http_pool_open(&c->pool, &pool, err);
    }
    if (st)
        fan_control_close(c);
    else
        *control = c;
    return st;
}

void fan_control_close(struct fan_control *control)
{
    if (!control) return;
    fan_http_pool_close(control->pool);
    fan_signing_clear(&control->signing);
    free(control);
}

enum fan_status fan_control_reach(struct fan_control *control, struct fan_err *err)
{
    struct fan_exchange *x = fan_http_pool_acquire(control->pool);
    if (!x) return fan_fail(err, FAN_ESTATE, "an earlier call is still under way");
    enum fan_status st = FAN_OK;
    x->connect_only = true;
    x->timeout_ms = CALL_TIMEOUT_MS;
    fan_http_pool_start(control->pool, x);
    while (!st && !fan_http_pool_take(control->pool)) /* one place: it can only be x */
        st = fan_http_pool_wait(control->pool, 1000, err);
    if (st) return st;
    if (x->hopeless)
        st = fan_fail(err, FAN_EREMOTE, "cannot reach '%.200s': %s", control->url.origin,
                      x->failure);
    fan_http_pool_release(control->pool, x);
    return st;
}

/* The service's refusal in words. */
static enum fan_status refused(const struct fan_exchange *x, struct fan_err *err)
{
    struct fan_record told;
    struct fan_invoke_answer answer = { x->status, x->head, x->answer.data,
                                        x->answer.size };
    memset(&told, 0, sizeof told);
    (void)fan_invoke_read(&answer, &told);
    return fan_fail(err, x->status == 404 ? FAN_ENOTFOUND : FAN_EREMOTE,
                    "%s (HTTP %u): %s", told.error_type[0] ? told.error_type : "error",
                    x->status, told.error_text);
}

/* Send and wait. *exchange: taken; NULL when it is still under way, for the pool's close
 * to end. */
static enum fan_status exchange_once(struct fan_control *control,
                                     const struct fan_signed_request *request,
                                     struct fan_signed_with *with,
                                     struct fan_exchange **exchange, struct fan_err *err)
{
    struct fan_exchange *x = fan_http_pool_acquire(control->pool);
    *exchange = NULL;
    if (!x) return fan_fail(err, FAN_ESTATE, "an earlier call is still under way");
    enum fan_status st =
        fan_signed_exchange(x, &control->signing, &control->url, request, with, err);
    if (st) {
        fan_http_pool_release(control->pool, x);
        return st;
    }
    x->timeout_ms = CALL_TIMEOUT_MS;
    fan_http_pool_start(control->pool, x);
    while (!st && !fan_http_pool_take(control->pool)) /* one place: it can only be x */
        st = fan_http_pool_wait(control->pool, 1000, err);
    if (!st) *exchange = x;
    return st;
}

enum fan_status fan_control_call(struct fan_control *control,
                                 const struct fan_signed_request *request,
                                 json_t **answer, struct fan_err *err)
{
    struct fan_exchange *x = NULL;
    struct fan_signed_with with;
    *answer = NULL;
    enum fan_status st = exchange_once(control, request, &with, &x, err);
    if (!st && fan_signed_exchange_heed(&control->signing, x, &with)) {
        fan_http_pool_release(control->pool, x);
        st = exchange_once(control, request, &with, &x, err);
    }
    if (st) return st;
    if (x->failure[0])
        st = fan_fail(err, FAN_ENET, "%s", x->failure);
    else if (x->status < 200 || x->status > 299)
        st = refused(x, err);
    else if (x->answer.size > 0)
        *answer = json_loadb(x->answer.data, x->answer.size, 0, NULL);
    fan_http_pool_release(control->pool, x);
    return st;
}

enum fan_status fan_control_send(struct fan_control *control,
                                 const struct fan_control_request *request,
                                 json_t **answer, struct fan_err *err)
{
    static const struct fan_signing_header json = { "Content-Type", "application/json" };
    struct fan_invoke_target target; /* for its check and encoding of the qualifier */
    char path[1024];
    const char *body = request->body ? request->body : "";
    *answer = NULL;
    enum fan_status st =
        fan_invoke_build(&target, request->function, request->qualifier, err);
    if (!st)
        st = fan_function_path(path, sizeof path, request->version, request->function,
                               request->suffix, err);
    if (st) return st;
    const struct fan_signed_request signed_one = { .method = request->method,
                                                   .path = path,
                                                   .query = target.query,
                                                   .header = &json,
                                                   .header_count = *body ? 1 : 0,
                                                   .body = body,
                                                   .body_bytes = strlen(body) };
    struct fan_err cause = { FAN_OK, "" };
    st = fan_control_call(control, &signed_one, answer, &cause);
    if (st)
        fan_fail(err, st, "cannot %s function '%.80s': %.400s", request->what,
                 request->function, cause.text);
    return st;
}
