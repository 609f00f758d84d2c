/* verdict.c - see verdict.h. */
#include "authorizer/verdict.h"

#include <string.h>

#include <jansson.h>

#include "authorizer/access_event.h"
#include "authorizer/stage_policy.h"
#include "token/jws.h"

static void answer_error(struct fan_answer *answer, const char *type, const char *message)
{
    char *body = fan_answer_error_body(type, message);
    *answer = (struct fan_answer){ type, body, strlen(body) };
}

/* The claims of a token that is valid now; the scopes are another matter. */
static enum fan_status read_token(const struct fan_authorizer_config *config,
                                  const char *credentials, int64_t now_s, json_t **claims,
                                  struct fan_err *why)
{
    struct fan_token_bytes token = { NULL, 0 };
    token.data = fan_access_event_token(credentials, &token.size);
    if (!token.data)
        return fan_fail(why, FAN_EINVAL, "there is no bearer token, or more than one");
    enum fan_status st = fan_jws_verify(token, config->keys, claims, why);
    if (st) return st;
    st = fan_claims_check(*claims, &config->rules, now_s, why);
    if (st) json_decref(*claims);
    return st;
}

static void answer_policy(const struct fan_authorizer_config *config,
                          const char *resource, const json_t *claims,
                          struct fan_answer *answer, struct fan_err *why)
{
    const bool allow = fan_claims_have_scopes(claims, &config->rules);
    const struct fan_stage_policy policy = { resource, allow, config->context_claims,
                                             config->usage_key, config->usage_key_claim };
    char *text = fan_stage_policy_text(&policy, claims);
    if (!allow) fan_fail(why, FAN_EINVAL, "the token lacks a scope");
    if (!text) {
        fan_fail(why, FAN_ESTATE, "cannot write the policy as JSON");
        answer_error(answer, FAN_ERROR_INTERNAL, "cannot write the policy as JSON");
        return;
    }
    *answer = (struct fan_answer){ NULL, text, strlen(text) };
}

void fan_verdict_answer(const struct fan_authorizer_config *config, const char *event,
                        size_t event_bytes, int64_t now_s, struct fan_answer *answer,
                        struct fan_err *why)
{
    struct fan_access_event asked;
    json_t *claims = NULL;
    *why = (struct fan_err){ FAN_OK, "" };
    if (fan_access_event_read(&asked, event, event_bytes, why)) {
        answer_error(answer, FAN_ERROR_INVALID_INPUT, why->text);
        return;
    }
    if (read_token(config, asked.credentials, now_s, &claims, why)) {
        /* the caller learns no more than that: the reason is for the log */
        answer_error(answer, FAN_ERROR_UNAUTHORIZED, FAN_UNAUTHORIZED_MESSAGE);
    } else {
        answer_policy(config, asked.resource, claims, answer, why);
        json_decref(claims);
    }
    fan_access_event_clear(&asked);
}
