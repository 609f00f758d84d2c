/* proxy_response.h - what a function behind a gateway or a function URL answered, as an
 * HTTP answer. Pure. Source: API Gateway developer guide, "Output format of a Lambda
 * function for proxy integration"; Lambda developer guide, "Response payload format" of
 * function URLs. */
#ifndef FAN_LOCAL_LAMBDA_PROXY_RESPONSE_H
#define FAN_LOCAL_LAMBDA_PROXY_RESPONSE_H

#include "local_lambda/http_message.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_PROXY_HEADER_BYTES_MAX 10240 /* names and values together */
#define FAN_PROXY_HEADERS_MAX      56    /* which leaves room for the gateway's own */

/**
 * Fill an (initialised) answer from the function's n bytes; headers set before stay.
 * False: malformed, answer is as it was.
 *
 * v1: an object with statusCode (200 unless given), headers, multiValueHeaders, body (a
 * string or null), isBase64Encoded, and nothing else. A base64 body is decoded when
 * decode holds (by the API's binary media types) and sent as it is otherwise.
 *
 * v2: an object with statusCode is taken as v1's with cookies in place of
 * multiValueHeaders; every other value is the body of a 200, a string as its text.
 */
bool fan_proxy_response_v1(struct fan_http_answer *answer, const char *bytes, size_t n,
                           bool decode);
bool fan_proxy_response_v2(struct fan_http_answer *answer, const char *bytes, size_t n);

#ifdef __cplusplus
}
#endif
#endif
