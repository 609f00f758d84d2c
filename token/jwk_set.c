/* jwk_set.c - see jwk_set.h. */
#include "token/jwk_set.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "common/buf.h"

struct fan_jwk_set {
    size_t count;
    struct {
        char *kid; /* NULL: none */
        struct fan_token_key *key;
    } entry[FAN_JWK_SET_KEYS_MAX];
};

struct fan_jwk_set *fan_jwk_set_new(void)
{
    return fan_alloc_zero(1, sizeof(struct fan_jwk_set));
}

void fan_jwk_set_free(struct fan_jwk_set *set)
{
    if (!set) return;
    for (size_t i = 0; i < set->count; i++) {
        fan_token_key_free(set->entry[i].key);
        free(set->entry[i].kid);
    }
    free(set);
}

static enum fan_status add(struct fan_jwk_set *set, const char *kid,
                           struct fan_token_key *key, struct fan_err *err)
{
    if (set->count == FAN_JWK_SET_KEYS_MAX) {
        fan_token_key_free(key);
        return fan_fail(err, FAN_ELIMIT, "cannot use more than %d keys",
                        FAN_JWK_SET_KEYS_MAX);
    }
    set->entry[set->count].kid = kid ? fan_strdup(kid) : NULL;
    set->entry[set->count++].key = key;
    return FAN_OK;
}

enum fan_status fan_jwk_set_add(struct fan_jwk_set *set, struct fan_token_key *key,
                                struct fan_err *err)
{
    return add(set, NULL, key, err);
}

/* Is the member absent, or the text? */
static bool is_or_absent(const json_t *jwk, const char *name, const char *text)
{
    const json_t *member = json_object_get(jwk, name);
    const char *value = json_string_value(member);
    return !member || (value && strcmp(value, text) == 0);
}

static bool may_verify(const json_t *jwk)
{
    const json_t *operations = json_object_get(jwk, "key_ops");
    if (!operations) return true;
    for (size_t i = 0; i < json_array_size(operations); i++) {
        const char *name = json_string_value(json_array_get(operations, i));
        if (name && strcmp(name, "verify") == 0) return true;
    }
    return false;
}

/* The algorithm that a key of the set serves, or FAN_TOKEN_ALG_COUNT. */
static enum fan_token_alg alg_of(const json_t *jwk)
{
    const char *kind = json_string_value(json_object_get(jwk, "kty"));
    const char *curve = json_string_value(json_object_get(jwk, "crv"));
    enum fan_token_alg alg = FAN_TOKEN_ALG_COUNT;
    if (kind && strcmp(kind, "RSA") == 0) alg = FAN_TOKEN_RS256;
    if (kind && curve && strcmp(kind, "OKP") == 0 && strcmp(curve, "Ed25519") == 0)
        alg = FAN_TOKEN_EDDSA;
    if (alg == FAN_TOKEN_ALG_COUNT || !may_verify(jwk) ||
        !is_or_absent(jwk, "use", "sig") ||
        !is_or_absent(jwk, "alg", fan_token_alg_name(alg)))
        return FAN_TOKEN_ALG_COUNT;
    return alg;
}

static enum fan_status read_one(struct fan_jwk_set *set, const json_t *jwk,
                                struct fan_err *err)
{
    struct fan_token_key *key = NULL;
    const json_t *kid = json_object_get(jwk, "kid");
    if (!json_is_object(jwk)) return fan_fail(err, FAN_EFORMAT, "expected a JSON object");
    if (json_object_get(jwk, "d") || json_object_get(jwk, "k"))
        return fan_fail(err, FAN_EINVAL,
                        "it holds a private or shared key, which does not belong into a "
                        "published set");
    if (kid && (!json_is_string(kid) || json_string_length(kid) > FAN_JWK_KID_MAX))
        return fan_fail(err, FAN_EFORMAT,
                        "cannot read \"kid\": expected text of up to %d "
                        "bytes",
                        FAN_JWK_KID_MAX);
    enum fan_token_alg alg = alg_of(jwk);
    if (alg == FAN_TOKEN_ALG_COUNT) return FAN_OK;
    enum fan_status st = fan_token_key_new_public(&key, alg, jwk, err);
    return st ? st : add(set, json_string_value(kid), key, err);
}

enum fan_status fan_jwk_set_read(struct fan_jwk_set *set, struct fan_token_bytes json,
                                 struct fan_err *err)
{
    json_error_t cause;
    if (json.size > FAN_JWK_SET_BYTES_MAX)
        return fan_fail(err, FAN_ELIMIT,
                        "cannot use a key set of %zu bytes: expected at most %d",
                        json.size, FAN_JWK_SET_BYTES_MAX);
    json_t *whole = json_loadb(json.data, json.size, JSON_REJECT_DUPLICATES, &cause);
    if (!whole)
        return fan_fail(err, FAN_EFORMAT,
                        "cannot read the key set as JSON: line %d, column %d: %s",
                        cause.line, cause.column, cause.text);
    const json_t *keys = json_object_get(whole, "keys");
    enum fan_status st = FAN_OK;
    if (!json_is_array(keys))
        st = fan_fail(
            err, FAN_EFORMAT,
            "cannot read the key set: expected an object with an array \"keys\"");
    for (size_t i = 0; !st && i < json_array_size(keys); i++) {
        struct fan_err why = { FAN_OK, "" };
        st = read_one(set, json_array_get(keys, i), &why);
        if (st) fan_fail(err, st, "cannot use keys[%zu]: %s", i, why.text);
    }
    json_decref(whole);
    return st;
}

size_t fan_jwk_set_size(const struct fan_jwk_set *set)
{
    return set->count;
}

const struct fan_token_key *fan_jwk_set_next(const struct fan_jwk_set *set, size_t *i,
                                             enum fan_token_alg alg, const char *kid)
{
    while (*i < set->count) {
        const size_t at = (*i)++;
        if (fan_token_key_alg(set->entry[at].key) != alg) continue;
        if (kid && set->entry[at].kid && strcmp(kid, set->entry[at].kid) != 0) continue;
        return set->entry[at].key;
    }
    return NULL;
}
