/* url_api.h - requests at function URLs: from the host's name to the function and back.
 */
#ifndef FAN_LOCAL_LAMBDA_URL_API_H
#define FAN_LOCAL_LAMBDA_URL_API_H

#include "local_lambda/function_urls.h"
#include "local_lambda/invoke_api.h"
#include "local_lambda/sigv4_verify.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Pointers are the endpoint's. */
struct fan_url_api {
    const struct fan_invoke_api *invoke;
    struct fan_urls *urls;
    struct fan_verifier *verifier;
    const char *access_key_id; /* that the verifier accepts */
    uint16_t port;
};

/* Answer a request whose host is a function URL's, now or later. False: it is for
 * another. */
bool fan_url_answer(const struct fan_url_api *api, struct fan_exchange *exchange,
                    const struct fan_http_request *request);

#ifdef __cplusplus
}
#endif
#endif
