/* mint.c - see mint.h. */
#include "token/mint.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "common/random.h"
#include "token/jws.h"

static bool set_text(json_t *claims, const char *name, const char *value)
{
    return !value || !json_object_set_new(claims, name, json_string(value));
}

static bool set_time(json_t *claims, const char *name, int64_t seconds)
{
    return !json_object_set_new(claims, name, json_integer(seconds));
}

/* "name=value" becomes a claim; one that is there already is refused. */
static enum fan_status add_claim(json_t *claims, const char *pair, struct fan_err *err)
{
    char name[64];
    size_t n = strcspn(pair, "=");
    if (n == 0 || n >= sizeof name || !pair[n])
        return fan_fail(err, FAN_EUSAGE, "cannot use claim '%.80s': expected name=value",
                        pair);
    memcpy(name, pair, n);
    name[n] = '\0';
    if (json_object_get(claims, name))
        return fan_fail(err, FAN_EUSAGE, "claim '%s' has an option of its own", name);
    if (!set_text(claims, name, pair + n + 1))
        return fan_fail(err, FAN_EUSAGE, "claim '%s' is not valid UTF-8", name);
    return FAN_OK;
}

static enum fan_status fill(json_t *claims, const struct fan_mint *mint,
                            struct fan_err *err)
{
    char id[33];
    uint64_t drawn[2];
    fan_random_system(drawn, sizeof drawn);
    snprintf(id, sizeof id, "%016" PRIx64 "%016" PRIx64, drawn[0], drawn[1]);
    if (!set_text(claims, "iss", mint->issuer) ||
        !set_text(claims, "aud", mint->audience) ||
        !set_text(claims, "sub", mint->subject) ||
        !set_text(claims, "scope", mint->scope) || !set_text(claims, "jti", id) ||
        !set_time(claims, "iat", mint->now_s) || !set_time(claims, "nbf", mint->now_s) ||
        !set_time(claims, "exp", mint->now_s + mint->lifetime_s))
        return fan_fail(err, FAN_EUSAGE, "the token's claims are not valid UTF-8");
    enum fan_status st = FAN_OK;
    for (size_t i = 0; !st && i < mint->claim_count; i++)
        st = add_claim(claims, mint->claims[i], err);
    return st;
}

enum fan_status fan_mint_token(const struct fan_mint *mint,
                               const struct fan_token_key *key, struct fan_buf *token,
                               struct fan_err *err)
{
    json_t *claims = json_object();
    char *text = NULL;
    enum fan_status st = fill(claims, mint, err);
    if (!st) {
        text = json_dumps(claims, JSON_COMPACT);
        st = fan_jws_sign((struct fan_token_bytes){ text, strlen(text) }, mint->kid, key,
                          token, err);
    }
    free(text);
    json_decref(claims);
    return st;
}
