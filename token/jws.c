/* jws.c - see jws.h. */
#include "token/jws.h"

#include <string.h>
#include <strings.h>

#include <jansson.h>

#include "token/base64url.h"

#define DECODED_MAX FAN_BASE64URL_DECODED_MAX(FAN_JWS_BYTES_MAX)

struct parts {
    struct fan_token_bytes header, payload, signature; /* in base64url */
    struct fan_token_bytes signed_text;                /* header and payload */
};

static enum fan_status split(struct fan_token_bytes token, struct parts *parts,
                             struct fan_err *err)
{
    const char *start = token.data;
    const char *end = start + token.size;
    const char *first = memchr(start, '.', token.size);
    const char *second = first ? memchr(first + 1, '.', (size_t)(end - first - 1)) : NULL;
    if (!second || memchr(second + 1, '.', (size_t)(end - second - 1)))
        return fan_fail(err, FAN_EFORMAT,
                        "the token is malformed: expected three parts with dots between");
    parts->header = (struct fan_token_bytes){ start, (size_t)(first - start) };
    parts->payload = (struct fan_token_bytes){ first + 1, (size_t)(second - first - 1) };
    parts->signature = (struct fan_token_bytes){ second + 1, (size_t)(end - second - 1) };
    parts->signed_text = (struct fan_token_bytes){ start, (size_t)(second - start) };
    return FAN_OK;
}

/* A part that must be a JSON object; NULL with err filled. */
static json_t *object_of(struct fan_token_bytes part, const char *what,
                         struct fan_err *err)
{
    unsigned char text[DECODED_MAX];
    size_t n = 0;
    json_t *object = NULL;
    if (fan_base64url_decode(part.data, part.size, text, &n))
        object = json_loadb((const char *)text, n, JSON_REJECT_DUPLICATES, NULL);
    if (json_is_object(object)) return object;
    json_decref(object);
    fan_fail(err, FAN_EFORMAT,
             "the token's %s is malformed: expected a JSON object in base64url", what);
    return NULL;
}

/* Access tokens name their type or do not; other types serve other purposes. */
static bool is_accepted_type(const json_t *type)
{
    static const char prefix[] = "application/";
    const char *name = json_string_value(type);
    if (!type) return true;
    if (!name) return false;
    if (strncasecmp(name, prefix, sizeof prefix - 1) == 0) name += sizeof prefix - 1;
    return strcasecmp(name, "JWT") == 0 || strcasecmp(name, "at+jwt") == 0;
}

struct header {
    enum fan_token_alg alg;
    const char *kid;
};

static enum fan_status read_header(const json_t *object, struct header *header,
                                   struct fan_err *err)
{
    const json_t *kid = json_object_get(object, "kid");
    header->alg = fan_token_alg_find(json_string_value(json_object_get(object, "alg")));
    header->kid = json_string_value(kid);
    if (header->alg == FAN_TOKEN_ALG_COUNT)
        return fan_fail(err, FAN_EINVAL,
                        "the token's algorithm is not one of RS256, EdDSA, HS256");
    if (json_object_get(object, "crit"))
        return fan_fail(err, FAN_EINVAL,
                        "the token demands extensions that are not known here");
    if (!is_accepted_type(json_object_get(object, "typ")))
        return fan_fail(err, FAN_EINVAL, "the token's type is not JWT or at+jwt");
    if (kid && (!header->kid || json_string_length(kid) > FAN_JWK_KID_MAX))
        return fan_fail(err, FAN_EFORMAT, "the token's key id is malformed");
    return FAN_OK;
}

static enum fan_status verify(const struct parts *parts, const json_t *object,
                              const struct fan_jwk_set *keys, struct fan_err *err)
{
    struct header header = { FAN_TOKEN_ALG_COUNT, NULL };
    unsigned char bytes[DECODED_MAX];
    struct fan_token_bytes signature = { bytes, 0 };
    enum fan_status st = read_header(object, &header, err);
    if (st) return st;
    if (!fan_base64url_decode(parts->signature.data, parts->signature.size, bytes,
                              &signature.size))
        return fan_fail(err, FAN_EFORMAT,
                        "the token's signature is malformed: expected base64url");
    if (!fan_jwk_set_verify(keys, header.alg, header.kid, parts->signed_text, signature))
        return fan_fail(err, FAN_EINVAL, "no accepted key made the token's signature");
    return FAN_OK;
}

enum fan_status fan_jws_verify(struct fan_token_bytes token,
                               const struct fan_jwk_set *keys, json_t **claims,
                               struct fan_err *err)
{
    struct parts parts;
    if (token.size > FAN_JWS_BYTES_MAX)
        return fan_fail(err, FAN_ELIMIT, "the token has %zu bytes: expected at most %d",
                        token.size, FAN_JWS_BYTES_MAX);
    enum fan_status st = split(token, &parts, err);
    if (st) return st;
    json_t *header = object_of(parts.header, "header", err);
    if (!header) return FAN_EFORMAT;
    st = verify(&parts, header, keys, err);
    json_decref(header);
    if (st) return st;
    json_t *object = object_of(parts.payload, "payload", err);
    if (!object) return FAN_EFORMAT;
    *claims = object;
    return FAN_OK;
}
