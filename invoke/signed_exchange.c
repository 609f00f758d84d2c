/* signed_exchange.c - see signed_exchange.h. */
#include "invoke/signed_exchange.h"

static enum fan_status add_headers(struct fan_exchange *x,
                                   const struct fan_signed_request *request,
                                   const struct fan_signature *signature,
                                   struct fan_err *err)
{
    enum fan_status st = FAN_OK;
    for (size_t i = 0; !st && i < request->header_count; i++)
        st = fan_exchange_header(x, request->header[i].name, request->header[i].value,
                                 err);
    if (!st) st = fan_exchange_header(x, "X-Amz-Date", signature->date, err);
    if (!st && signature->token)
        st = fan_exchange_header(x, "X-Amz-Security-Token", signature->token, err);
    if (!st) st = fan_exchange_header(x, "Authorization", signature->authorization, err);
    return st;
}

enum fan_status fan_signed_exchange(struct fan_exchange *exchange,
                                    struct fan_signer *signer,
                                    const struct fan_base_url *url,
                                    const struct fan_signed_request *request,
                                    int64_t wall_ns, struct fan_err *err)
{
    char path[FAN_EXCHANGE_TARGET_MAX];
    struct fan_signature signature;
    char *target = exchange->target;
    size_t room = sizeof exchange->target;
    path[0] = target[0] = '\0';
    if (!fan_url_append(path, sizeof path, url->path) ||
        !fan_url_append(path, sizeof path, request->path) ||
        !fan_url_append(target, room, request->path) ||
        !fan_url_append(target, room, *request->query ? "?" : "") ||
        !fan_url_append(target, room, request->query))
        return fan_fail(err, FAN_ELIMIT, "cannot send request: path longer than %d bytes",
                        FAN_EXCHANGE_TARGET_MAX - 1);
    struct fan_signing_request to_sign = { request->method, path,
                                           request->query,  url->host,
                                           request->header, request->header_count,
                                           request->body,   request->body_bytes };
    enum fan_status st = fan_signer_sign(signer, &to_sign, wall_ns, &signature, err);
    if (st) return st;
    exchange->method = request->method;
    exchange->body = request->body;
    exchange->body_bytes = request->body_bytes;
    return add_headers(exchange, request, &signature, err);
}
