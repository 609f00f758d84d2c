/* token_fuzz.c - the authorizer on any event, on any token, and on any key set. The first
 * input byte picks what the rest is. A token that nobody signed must never be taken. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "authorizer/verdict.h"
#include "common/buf.h"
#include "token/jws.h"

#define EVENT_MAX (64 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The public key is of an RFC's example, whose signature is over no claims. */
static const char *variable(const char *name)
{
    static const char jwks[] =
        "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"k\",\"x\":"
        "\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}]}";
    if (strcmp(name, "JWT_ISSUER") == 0) return "https://issuer";
    if (strcmp(name, "JWT_AUDIENCE") == 0) return "api";
    if (strcmp(name, "JWT_JWKS") == 0) return jwks;
    if (strcmp(name, "JWT_HS256_SECRET") == 0)
        return "nobody who fuzzes knows this secret";
    return "";
}

static void ask(const struct fan_authorizer_config *config, const char *event, size_t n)
{
    struct fan_answer answer;
    struct fan_err why;
    fan_verdict_answer(config, event, n, 1000000, &answer, &why);
    if (!answer.error_type || !answer.body || !why.code) abort();
    fan_answer_clear(&answer);
}

static void ask_token(const struct fan_authorizer_config *config, const char *text,
                      size_t n)
{
    struct fan_buf event = FAN_BUF_INIT(EVENT_MAX);
    if (!fan_buf_adds(&event,
                      "{\"type\":\"TOKEN\",\"methodArn\":\"arn:aws:execute-api:us-east-1:"
                      "1:a/b/GET/\",\"authorizationToken\":\"Bearer ",
                      NULL) &&
        !fan_buf_add(&event, text, n, NULL) && !fan_buf_adds(&event, "\"}", NULL))
        ask(config, event.data, event.size);
    fan_buf_clear(&event);
}

static void read_set(const char *text, size_t n)
{
    struct fan_jwk_set *set = fan_jwk_set_new();
    struct fan_err err = { FAN_OK, "" };
    enum fan_status st = fan_jwk_set_read(set, (struct fan_token_bytes){ text, n }, &err);
    if ((st == FAN_OK) != (err.text[0] == '\0')) abort();
    struct json_t *claims = NULL;
    if (fan_jws_verify((struct fan_token_bytes){ text, n }, set, &claims, NULL) == FAN_OK)
        abort();
    fan_jwk_set_free(set);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct fan_authorizer_config config;
    if (!config.keys && fan_authorizer_config_read(&config, variable, "/", NULL)) abort();
    if (size < 1) return 0;
    const char *text = (const char *)data + 1;
    switch (data[0]) {
    case 'e': ask(&config, text, size - 1); break;
    case 't': ask_token(&config, text, size - 1); break;
    case 'k': read_set(text, size - 1); break;
    default: break;
    }
    return 0;
}
