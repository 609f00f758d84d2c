/* signed_exchange.h - an exchange of the pool made ready to leave, with its signature. */
#ifndef FAN_INVOKE_SIGNED_EXCHANGE_H
#define FAN_INVOKE_SIGNED_EXCHANGE_H

#include "invoke/http_pool.h"
#include "invoke/sigv4.h"

#ifdef __cplusplus
extern "C" {
#endif

struct fan_signed_request {
    const char *method; /* a literal */
    const char *path;   /* percent-encoded, behind the base URL's own path */
    const char *query;  /* percent-encoded, "" for none */
    const struct fan_signing_header *header; /* sent and signed */
    size_t header_count;
    const void *body; /* the caller's, until the exchange is taken */
    size_t body_bytes;
};

/**
 * Fill exchange (fresh from acquire) with the request and the headers that sign it at
 * wall time wall_ns. Errors: FAN_ELIMIT, FAN_EINVAL as of the signer and the pool.
 */
enum fan_status fan_signed_exchange(struct fan_exchange *exchange,
                                    struct fan_signer *signer,
                                    const struct fan_base_url *url,
                                    const struct fan_signed_request *request,
                                    int64_t wall_ns, struct fan_err *err) FAN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
