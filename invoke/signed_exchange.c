/* signed_exchange.c - see signed_exchange.h. */
#include "invoke/signed_exchange.h"

#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/date.h"
#include "common/http_head.h"
#include "invoke/invoke_message.h"

#define SKEW_NS INT64_C(240000000000) /* services bear 5 minutes; less is no reason */

/* ---- with which keys ---- */

enum fan_status fan_signing_init(struct fan_signing *signing,
                                 struct fan_provider *provider, const char *region,
                                 const char *service, struct fan_err *err)
{
    struct fan_credentials keys = { NULL, NULL, NULL };
    memset(signing, 0, sizeof *signing);
    signing->provider = provider;
    enum fan_status st = fan_provider_current(provider, &keys, &signing->generation, err);
    return st ? st : fan_signer_new(&signing->signer, region, service, &keys, err);
}

void fan_signing_clear(struct fan_signing *signing)
{
    fan_signer_free(signing->signer);
    memset(signing, 0, sizeof *signing);
}

static enum fan_status take_keys(struct fan_signing *signing, struct fan_err *err)
{
    struct fan_credentials keys = { NULL, NULL, NULL };
    uint64_t generation = 0;
    enum fan_status st = fan_provider_current(signing->provider, &keys, &generation, err);
    if (st || generation == signing->generation) return st;
    st = fan_signer_set_keys(signing->signer, &keys, err);
    if (!st) signing->generation = generation;
    return st;
}

/* ---- the request ---- */

enum fan_status fan_plain_exchange(struct fan_exchange *exchange,
                                   const struct fan_signed_request *request,
                                   struct fan_err *err)
{
    char *target = exchange->target;
    size_t room = sizeof exchange->target;
    enum fan_status st = FAN_OK;
    target[0] = '\0';
    if (!fan_url_append(target, room, request->path) ||
        !fan_url_append(target, room, *request->query ? "?" : "") ||
        !fan_url_append(target, room, request->query))
        return fan_fail(err, FAN_ELIMIT, "cannot send request: path longer than %d bytes",
                        FAN_EXCHANGE_TARGET_MAX - 1);
    exchange->method = request->method;
    exchange->body = request->body;
    exchange->body_bytes = request->body_bytes;
    for (size_t i = 0; !st && i < request->header_count; i++)
        st = fan_exchange_header(exchange, request->header[i].name,
                                 request->header[i].value, err);
    return st;
}

static enum fan_status add_signature(struct fan_exchange *x,
                                     const struct fan_signature *signature,
                                     struct fan_err *err)
{
    enum fan_status st = fan_exchange_header(x, "X-Amz-Date", signature->date, err);
    if (!st && signature->token)
        st = fan_exchange_header(x, "X-Amz-Security-Token", signature->token, err);
    if (!st) st = fan_exchange_header(x, "Authorization", signature->authorization, err);
    return st;
}

enum fan_status fan_signed_exchange(struct fan_exchange *exchange,
                                    struct fan_signing *signing,
                                    const struct fan_base_url *url,
                                    const struct fan_signed_request *request,
                                    struct fan_signed_with *with, struct fan_err *err)
{
    char path[FAN_EXCHANGE_TARGET_MAX];
    struct fan_signature signature;
    path[0] = '\0';
    if (!fan_url_append(path, sizeof path, url->path) ||
        !fan_url_append(path, sizeof path, request->path))
        return fan_fail(err, FAN_ELIMIT, "cannot sign request: path longer than %d bytes",
                        FAN_EXCHANGE_TARGET_MAX - 1);
    enum fan_status st = take_keys(signing, err);
    if (st) return st;
    struct fan_signing_request to_sign = { request->method, path,
                                           request->query,  url->host,
                                           request->header, request->header_count,
                                           request->body,   request->body_bytes };
    st = fan_signer_sign(signing->signer, &to_sign,
                         fan_provider_now_ns(signing->provider), &signature, err);
    if (st) return st;
    if (with) {
        with->ahead_ns = fan_provider_ahead_ns(signing->provider);
        with->generation = signing->generation;
    }
    st = fan_plain_exchange(exchange, request, err);
    return st ? st : add_signature(exchange, &signature, err);
}

/* ---- its refusal ---- */

static bool is_one_of(const char *word, const char *const *list)
{
    for (; *list; list++)
        if (strcmp(word, *list) == 0) return true;
    return false;
}

/* The answer's Date less this host's clock. */
static bool service_ahead(const struct fan_exchange *x, int64_t *ahead_ns)
{
    struct fan_http_line line;
    const char *at = x->head;
    int64_t seconds = 0;
    while (fan_http_line_next(&at, &line))
        if (fan_http_line_is(&line, "Date") &&
            fan_date_http(line.value, line.value_bytes, &seconds)) {
            *ahead_ns = seconds * INT64_C(1000000000) - fan_clock_wall_ns();
            return true;
        }
    return false;
}

/*
 * Answers to requests that left together come one after the other: the first of them sets
 * the clock, and the others need only be signed anew.
 */
static bool heed_clock(struct fan_provider *provider, const struct fan_exchange *x,
                       const struct fan_signed_with *with)
{
    int64_t ahead_ns = 0;
    if (!service_ahead(x, &ahead_ns) || llabs(ahead_ns - with->ahead_ns) < SKEW_NS)
        return false;
    if (llabs(ahead_ns - fan_provider_ahead_ns(provider)) >= SKEW_NS)
        fan_provider_set_ahead(provider, ahead_ns);
    return true;
}

bool fan_signed_exchange_heed(struct fan_signing *signing,
                              const struct fan_exchange *exchange,
                              const struct fan_signed_with *with)
{
    /* the last three say it of other faults too: Date decides */
    static const char *const clock[] = { "RequestTimeTooSkewed",
                                         "RequestExpired",
                                         "RequestInTheFuture",
                                         "InvalidSignatureException",
                                         "SignatureDoesNotMatch",
                                         "AuthFailure",
                                         NULL };
    static const char *const keys[] = { "ExpiredTokenException", "ExpiredToken",
                                        "UnrecognizedClientException",
                                        "InvalidClientTokenId", NULL };
    struct fan_record told;
    const struct fan_exchange *x = exchange;
    if (x->failure[0] || x->status < 400 || x->status > 499) return false;
    struct fan_invoke_answer answer = { x->status, x->head, x->answer.data,
                                        x->answer.size };
    memset(&told, 0, sizeof told);
    (void)fan_invoke_read(&answer, &told);
    if (is_one_of(told.error_type, clock)) return heed_clock(signing->provider, x, with);
    return is_one_of(told.error_type, keys) &&
           fan_provider_renew(signing->provider, with->generation);
}
