/* metadata_http.c - see metadata_http.h. */
#include "invoke/metadata_http.h"

#include "common/clock.h"
#include "invoke/credentials.h"
#include "invoke/http_pool.h"

#define PAUSE_NS INT64_C(200000000)

static enum fan_status ask_once(struct fan_http_pool *pool,
                                const struct fan_metadata_question *question,
                                uint32_t *status, struct fan_buf *answer,
                                struct fan_err *err)
{
    struct fan_exchange *x = fan_http_pool_acquire(pool);
    if (!x) return fan_fail(err, FAN_ESTATE, "an earlier question is still under way");
    enum fan_status st = FAN_OK;
    x->method = question->method;
    x->timeout_ms = question->timeout_ms;
    if (!fan_url_append(x->target, sizeof x->target, question->target))
        st = fan_fail(err, FAN_ELIMIT, "the path is longer than %zu bytes",
                      sizeof x->target - 1);
    if (!st && question->header.name)
        st = fan_exchange_header(x, question->header.name, question->header.value, err);
    if (st) {
        fan_http_pool_release(pool, x);
        return st;
    }
    fan_http_pool_start(pool, x);
    while (!st && !fan_http_pool_take(pool)) /* one place: it can only be x */
        st = fan_http_pool_wait(pool, 1000, err);
    if (st) return st;
    *status = x->status;
    if (x->failure[0])
        st = fan_fail(err, FAN_ENET, "%s", x->failure);
    else
        st = fan_buf_add(answer, x->answer.data, x->answer.size, err);
    if (x->answer.data) fan_wipe(x->answer.data, x->answer.size);
    fan_http_pool_release(pool, x);
    return st;
}

enum fan_status fan_metadata_ask(const struct fan_metadata_question *question,
                                 uint32_t *status, struct fan_buf *answer,
                                 struct fan_err *err)
{
    struct fan_http_pool *pool = NULL;
    struct fan_http_pool_cfg cfg = { .places = 1,
                                     .answer_max_bytes = answer->max,
                                     .connect_timeout_ms = question->timeout_ms,
                                     .direct = true };
    enum fan_status st = fan_base_url_parse(&cfg.url, question->origin, err);
    if (!st) st = fan_http_pool_open(&pool, &cfg, err);
    if (st) return st;
    for (uint32_t i = 0; i < question->attempts; i++) {
        struct fan_err one = { FAN_OK, "" };
        if (i > 0) fan_clock_sleep_ns(PAUSE_NS);
        fan_buf_reset(answer);
        st = ask_once(pool, question, status, answer, &one);
        bool again = st == FAN_ENET || (!st && *status >= 500);
        if (again && i + 1 < question->attempts) continue;
        if (st) fan_fail(err, st, "%s", one.text);
        break;
    }
    fan_http_pool_close(pool);
    return st;
}
