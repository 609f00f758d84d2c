/* function_json.h - a function's configuration as the API shows it. Pure. */
#ifndef FAN_LOCAL_LAMBDA_FUNCTION_JSON_H
#define FAN_LOCAL_LAMBDA_FUNCTION_JSON_H

#include "local_lambda/http_message.h"
#include "local_lambda/registry.h"

#ifdef __cplusplus
extern "C" {
#endif

struct json_t; /* of jansson */

/**
 * FunctionConfiguration of a function or a version. qualifier: what the ARN ends in
 * behind a colon, as answers to qualified calls do; "" for none. Owns: the caller drops
 * the reference. Source: Lambda API reference, FunctionConfiguration.
 */
struct json_t *fan_function_json(const struct fan_function *function,
                                 const char *qualifier);

/**
 * Give an answer this status and JSON body (whose reference is taken over; NULL: an empty
 * body, as for 204).
 */
void fan_answer_json(struct fan_http_answer *answer, int status, struct json_t *body);

#ifdef __cplusplus
}
#endif
#endif
