/* authorizer_identity.h - who a caller says it is: the identity sources of a request.
 * Pure. */
#ifndef FAN_LOCAL_LAMBDA_AUTHORIZER_IDENTITY_H
#define FAN_LOCAL_LAMBDA_AUTHORIZER_IDENTITY_H

#include "local_lambda/authorizer.h"
#include "local_lambda/authorizer_cache.h"
#include "local_lambda/stage_event.h"

#ifdef __cplusplus
extern "C" {
#endif

struct fan_identity {
    const char *token; /* TOKEN: the header's value, the request's; NULL otherwise */
    unsigned char key[FAN_CACHE_KEY_BYTES]; /* of authorizer and identity together */
};

/**
 * Collect the identity that an authorizer asks for. False: a source is missing or empty,
 * or the token does not pass the validation: API Gateway then answers 401 without asking
 * the authorizer.
 */
bool fan_identity_collect(const struct fan_authorizer *authorizer,
                          const struct fan_stage_request *request,
                          struct fan_identity *identity);

#ifdef __cplusplus
}
#endif
#endif
