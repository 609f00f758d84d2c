/* signed_exchange.h - an exchange of the pool made ready to leave, with its signature. */
#ifndef FAN_INVOKE_SIGNED_EXCHANGE_H
#define FAN_INVOKE_SIGNED_EXCHANGE_H

#include "invoke/http_pool.h"
#include "invoke/provider.h"
#include "invoke/sigv4.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What signs for one region and service with a provider's keys of the moment. */
struct fan_signing {
    struct fan_provider *provider; /* the caller's; outlives it */
    struct fan_signer *signer;
    uint64_t generation; /* of the signer's keys */
};

/**
 * Asks the provider for keys. Zeroed is cleared. Owns: fan_signing_clear. Errors: those
 * of the provider, and FAN_EINVAL of the signer.
 */
enum fan_status fan_signing_init(struct fan_signing *signing,
                                 struct fan_provider *provider, const char *region,
                                 const char *service, struct fan_err *err) FAN_MUST_CHECK;
void fan_signing_clear(struct fan_signing *signing);

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
 * Fill exchange (fresh from acquire) with the request alone, unsigned. Errors:
 * FAN_ELIMIT, FAN_EINVAL as of the pool.
 */
enum fan_status fan_plain_exchange(struct fan_exchange *exchange,
                                   const struct fan_signed_request *request,
                                   struct fan_err *err) FAN_MUST_CHECK;

/* With what an exchange was signed, to judge its refusal by. */
struct fan_signed_with {
    int64_t ahead_ns; /* as in fan_provider_ahead_ns */
    uint64_t generation;
};

/**
 * Fill exchange (fresh from acquire) with the request and the headers that sign it with
 * the provider's keys and time of now. with may be NULL. Errors: FAN_ELIMIT, FAN_EINVAL
 * as of the signer and the pool; those of the provider.
 */
enum fan_status fan_signed_exchange(struct fan_exchange *exchange,
                                    struct fan_signing *signing,
                                    const struct fan_base_url *url,
                                    const struct fan_signed_request *request,
                                    struct fan_signed_with *with,
                                    struct fan_err *err) FAN_MUST_CHECK;

/**
 * Read an answer for a refusal that another signature may help against, and learn from
 * it. A clock error, told by the answer's Date header as more than 4 minutes off the time
 * that the request was signed with: the difference is applied to all later signatures of
 * the provider. A token that has expired: the provider looks for newer keys. Returns
 * whether it helps to sign and send the request again; it had no effect. To be asked at
 * most once or twice per attempt. exchange: taken, complete.
 */
bool fan_signed_exchange_heed(struct fan_signing *signing,
                              const struct fan_exchange *exchange,
                              const struct fan_signed_with *with);

#ifdef __cplusplus
}
#endif
#endif
