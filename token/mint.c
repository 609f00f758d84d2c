/* mint.c - see mint.h. */
#include "token/mint.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "common/random.h"
#include "token/base64url.h"
#include "token/jws.h"
#include "token/signing_key.h"

static enum fan_status add_encoded(struct fan_buf *token, struct fan_token_bytes bytes,
                                   struct fan_err *err)
{
    char digits[FAN_BASE64URL_ENCODED_MAX(FAN_JWS_BYTES_MAX)];
    if (bytes.size > FAN_JWS_BYTES_MAX)
        return fan_fail(err, FAN_ELIMIT, "cannot make a token of more than %d bytes",
                        FAN_JWS_BYTES_MAX);
    return fan_buf_add(token, digits,
                       fan_base64url_encode(bytes.data, bytes.size, digits), err);
}

static char *header_text(const struct fan_token_key *key, const char *kid)
{
    json_t *header = json_pack("{s:s, s:s}", "typ", "JWT", "alg",
                               fan_token_alg_name(fan_token_key_alg(key)));
    char *text = NULL;
    if (header && (!kid || !json_object_set_new(header, "kid", json_string(kid))))
        text = json_dumps(header, JSON_COMPACT);
    json_decref(header);
    return text;
}

enum fan_status fan_mint_sign(struct fan_token_bytes claims, const char *kid,
                              const struct fan_token_key *key, struct fan_buf *token,
                              struct fan_err *err)
{
    struct fan_buf out = FAN_BUF_INIT(FAN_JWS_BYTES_MAX);
    struct fan_buf signature = FAN_BUF_INIT(FAN_TOKEN_SIGNATURE_MAX);
    enum fan_status st = FAN_OK;
    char *header = header_text(key, kid);
    if (!header) st = fan_fail(err, FAN_EFORMAT, "the key id is not valid UTF-8");
    if (!st)
        st = add_encoded(&out, (struct fan_token_bytes){ header, strlen(header) }, err);
    if (!st) st = fan_buf_adds(&out, ".", err);
    if (!st) st = add_encoded(&out, claims, err);
    if (!st)
        st = fan_signing_key_sign(key, (struct fan_token_bytes){ out.data, out.size },
                                  &signature, err);
    if (!st) st = fan_buf_adds(&out, ".", err);
    if (!st)
        st = add_encoded(&out, (struct fan_token_bytes){ signature.data, signature.size },
                         err);
    if (!st) st = fan_buf_add(token, out.data, out.size, err);
    fan_buf_clear(&signature);
    fan_buf_clear(&out);
    free(header);
    return st;
}

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
        st = fan_mint_sign((struct fan_token_bytes){ text, strlen(text) }, mint->kid, key,
                           token, err);
    }
    free(text);
    json_decref(claims);
    return st;
}
