/* signed_exchange.c - see signed_exchange.h. */
#include "invoke/signed_exchange.h"

#include <stdio.h>
#include <string.h>

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
    int n = snprintf(path, sizeof path, "%s%s", url->path, request->path);
    int m = snprintf(exchange->target, sizeof exchange->target, "%s%s%s", request->path,
                     *request->query ? "?" : "", request->query);
    if (n < 0 || m < 0 || (size_t)n >= sizeof path ||
        (size_t)m >= sizeof exchange->target)
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
