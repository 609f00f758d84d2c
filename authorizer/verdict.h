/* verdict.h - may the bearer of this token call this API? Bytes of an event in, bytes
 * of a policy out.   No I/O. */
#ifndef FAN_AUTHORIZER_VERDICT_H
#define FAN_AUTHORIZER_VERDICT_H

#include "authorizer/authorizer_config.h"
#include "runtime/answer.h"

#ifdef __cplusplus
extern "C" {
#endif

/* API Gateway takes an error with exactly this message as "no valid token": 401. */
#define FAN_UNAUTHORIZED_MESSAGE "Unauthorized"
#define FAN_ERROR_UNAUTHORIZED   "Function.Unauthorized"

/**
 * Answer one event at wall time now_s. A valid token gets an Allow policy; a valid one
 * without the scopes a Deny policy (the caller sees 403); any other token, and none, the
 * error Unauthorized (401); what is no event of API Gateway's, FAN_ERROR_INVALID_INPUT.
 * why: filled unless the answer is Allow; quotes nothing of the token, so it may be
 * logged. Owns: fan_answer_clear.
 */
void fan_verdict_answer(const struct fan_authorizer_config *config, const char *event,
                        size_t event_bytes, int64_t now_s, struct fan_answer *answer,
                        struct fan_err *why);

#ifdef __cplusplus
}
#endif
#endif
