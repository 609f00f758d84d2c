/* authorizer_policy.h - the policy that an authorizer returns: what it allows and denies.
 * Pure. Source: IAM user guide, "Policy evaluation logic". */
#ifndef FAN_LOCAL_LAMBDA_AUTHORIZER_POLICY_H
#define FAN_LOCAL_LAMBDA_AUTHORIZER_POLICY_H

#include "common/err.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

struct json_t; /* of jansson */

#define FAN_POLICY_STATEMENTS_MAX 256
#define FAN_POLICY_PATTERNS_MAX   256  /* actions, or resources, of a statement */
#define FAN_POLICY_PATTERN_MAX    2048 /* bytes */

enum fan_verdict {
    FAN_VERDICT_ALLOWED,
    FAN_VERDICT_DENIED,     /* by a statement that says so */
    FAN_VERDICT_NOT_ALLOWED /* by none */
};

/**
 * Is document a policy that can be evaluated here: Statement (one, or an array) with
 * Effect, Action and Resource (a text, or an array)? Conditions and the Not... forms are
 * refused, not ignored. Errors: FAN_EFORMAT.
 */
enum fan_status fan_policy_check(const struct json_t *document,
                                 struct fan_err *err) FAN_MUST_CHECK;

/**
 * What a policy that passed fan_policy_check says about execute-api:Invoke on an ARN. A
 * Deny that matches beats every Allow.
 */
enum fan_verdict fan_policy_evaluate(const struct json_t *document, const char *arn);

/* Does text match pattern, in which '*' stands for any characters, also none, and '?' for
 * one? Letters of other case are others unless any_case. */
bool fan_policy_matches(const char *pattern, const char *text, bool any_case);

#ifdef __cplusplus
}
#endif
#endif
