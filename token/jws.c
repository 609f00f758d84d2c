/* jws.c - see jws.h. */
#include "token/jws.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include <gnutls/crypto.h>
#include <rhonabwy.h>

#include "token/base64url.h"

#define HS256_BYTES 32

enum part { HEADER, PAYLOAD, SIGNATURE, PART_COUNT };

struct part_bytes {
    size_t size;
    unsigned char data[FAN_BASE64URL_DECODED_MAX(FAN_JWS_BYTES_MAX)];
};

static jwa_alg jwa_of(enum fan_token_alg alg)
{
    return r_str_to_jwa_alg(fan_token_alg_name(alg));
}

/* Three parts, each in base64url of one spelling, which rhonabwy does not ask for. */
static enum fan_status split(struct fan_token_bytes token, struct part_bytes *parts,
                             size_t *signed_bytes, struct fan_err *err)
{
    static const char *const names[] = { "header", "payload", "signature" };
    const char *start = token.data, *end = start + token.size;
    for (int i = HEADER; i < PART_COUNT; i++) {
        const char *dot = memchr(start, '.', (size_t)(end - start));
        if (!dot != (i == SIGNATURE))
            return fan_fail(
                err, FAN_EFORMAT,
                "the token is malformed: expected three parts with dots between");
        const char *stop = dot ? dot : end;
        if (!fan_base64url_decode(start, (size_t)(stop - start), parts[i].data,
                                  &parts[i].size))
            return fan_fail(err, FAN_EFORMAT,
                            "the token's %s is malformed: expected base64url", names[i]);
        if (i == PAYLOAD) *signed_bytes = (size_t)(stop - (const char *)token.data);
        start = stop + 1;
    }
    return FAN_OK;
}

/* A part that must be a JSON object; NULL with err filled. */
static json_t *object_of(const void *text, size_t n, const char *what,
                         struct fan_err *err)
{
    json_t *object = json_loadb(text, n, JSON_REJECT_DUPLICATES, NULL);
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
    /* "zip" has rhonabwy unpack the payload, and that before the signature is checked */
    if (json_object_get(object, "crit") || json_object_get(object, "zip"))
        return fan_fail(err, FAN_EINVAL,
                        "the token demands extensions that are not known here");
    if (!is_accepted_type(json_object_get(object, "typ")))
        return fan_fail(err, FAN_EINVAL, "the token's type is not JWT or at+jwt");
    if (kid && (!header->kid || json_string_length(kid) > FAN_JWK_KID_MAX))
        return fan_fail(err, FAN_EFORMAT, "the token's key id is malformed");
    return FAN_OK;
}

/* rhonabwy up to 1.1.13 compares MACs with strcmp, whose time tells how far a guess was
 * right. So it only gets to compare those that were found equal in constant time. */
static bool has_mac(const struct fan_token_key *key, struct fan_token_bytes text,
                    const struct part_bytes *signature)
{
    unsigned char secret[FAN_TOKEN_SECRET_MAX + 4], mac[HS256_BYTES];
    size_t n = sizeof secret;
    bool equal =
        signature->size == sizeof mac &&
        !r_jwk_export_to_symmetric_key(fan_token_key_jwk(key), secret, &n) &&
        !gnutls_hmac_fast(GNUTLS_MAC_SHA256, secret, n, text.data, text.size, mac) &&
        gnutls_memcmp(mac, signature->data, sizeof mac) == 0;
    gnutls_memset(secret, 0, sizeof secret);
    return equal;
}

static enum fan_status check_signature(jws_t *jws, const struct header *header,
                                       struct fan_token_bytes signed_text,
                                       const struct part_bytes *signature,
                                       const struct fan_jwk_set *keys,
                                       struct fan_err *err)
{
    const struct fan_token_key *key;
    for (size_t i = 0; (key = fan_jwk_set_next(keys, &i, header->alg, header->kid));) {
        if (header->alg == FAN_TOKEN_HS256 && !has_mac(key, signed_text, signature))
            continue;
        if (r_jws_verify_signature(jws, fan_token_key_jwk(key), R_FLAG_IGNORE_REMOTE) ==
            RHN_OK)
            return FAN_OK;
    }
    return fan_fail(err, FAN_EINVAL, "no accepted key made the token's signature");
}

/* The claims of a token whose outer form is good. */
static enum fan_status verify(jws_t *jws, struct fan_token_bytes token,
                              const struct part_bytes *parts, size_t signed_bytes,
                              const struct fan_jwk_set *keys, json_t **claims,
                              struct fan_err *err)
{
    struct header header = { FAN_TOKEN_ALG_COUNT, NULL };
    json_t *object = object_of(parts[HEADER].data, parts[HEADER].size, "header", err);
    size_t n = 0;
    if (!object) return FAN_EFORMAT;
    enum fan_status st = read_header(object, &header, err);
    /* no keys from the header, and nothing unsigned */
    if (!st && (r_jws_advanced_compact_parsen(jws, token.data, token.size, R_PARSE_NONE,
                                              R_FLAG_IGNORE_REMOTE) ||
                r_jws_get_alg(jws) != jwa_of(header.alg)))
        st = fan_fail(err, FAN_EFORMAT, "the token is malformed");
    if (!st)
        st = check_signature(jws, &header,
                             (struct fan_token_bytes){ token.data, signed_bytes },
                             &parts[SIGNATURE], keys, err);
    json_decref(object);
    if (st) return st;
    const unsigned char *payload = r_jws_get_payload(jws, &n);
    *claims = object_of(payload, n, "payload", err);
    return *claims ? FAN_OK : FAN_EFORMAT;
}

enum fan_status fan_jws_verify(struct fan_token_bytes token,
                               const struct fan_jwk_set *keys, json_t **claims,
                               struct fan_err *err)
{
    struct part_bytes parts[PART_COUNT];
    size_t signed_bytes = 0;
    jws_t *jws = NULL;
    if (token.size > FAN_JWS_BYTES_MAX)
        return fan_fail(err, FAN_ELIMIT, "the token has %zu bytes: expected at most %d",
                        token.size, FAN_JWS_BYTES_MAX);
    enum fan_status st = split(token, parts, &signed_bytes, err);
    if (st) return st;
    if (r_jws_init(&jws)) return fan_fail(err, FAN_ESTATE, "cannot check the token");
    st = verify(jws, token, parts, signed_bytes, keys, claims, err);
    r_jws_free(jws);
    return st;
}

enum fan_status fan_jws_sign(struct fan_token_bytes claims, const char *kid,
                             const struct fan_token_key *key, struct fan_buf *token,
                             struct fan_err *err)
{
    jws_t *jws = NULL;
    char *text = NULL;
    enum fan_status st = FAN_OK;
    if (r_jws_init(&jws) || r_jws_set_alg(jws, jwa_of(fan_token_key_alg(key))) ||
        r_jws_set_header_str_value(jws, "typ", "JWT") ||
        r_jws_set_payload(jws, claims.data, claims.size))
        st = fan_fail(err, FAN_ESTATE, "cannot make a token");
    if (!st && kid && r_jws_set_header_str_value(jws, "kid", kid))
        st = fan_fail(err, FAN_EFORMAT, "the key id is not valid UTF-8");
    if (!st) text = r_jws_serialize(jws, fan_token_key_jwk(key), R_FLAG_IGNORE_REMOTE);
    if (!st && !text) st = fan_fail(err, FAN_ESTATE, "cannot sign with the key");
    if (!st && strlen(text) > FAN_JWS_BYTES_MAX)
        st = fan_fail(err, FAN_ELIMIT, "cannot make a token of more than %d bytes",
                      FAN_JWS_BYTES_MAX);
    if (!st) st = fan_buf_adds(token, text, err);
    r_free(text);
    r_jws_free(jws);
    return st;
}
