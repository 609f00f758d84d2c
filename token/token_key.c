/* token_key.c - see token_key.h. */
#include "token/token_key.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <rhonabwy.h>

#include "common/buf.h"
#include "token/base64url.h"
#include "token/token_key_parts.h"

#define ED25519_BYTES     32
#define ED25519_BITS      256u
#define MEMBER_BYTES_MAX  (FAN_TOKEN_RSA_BITS_MAX / 8 + 1)
#define MEMBER_DIGITS_MAX ((MEMBER_BYTES_MAX * 4 + 2) / 3)
#define MEMBER_ROOM       FAN_BASE64URL_DECODED_MAX(MEMBER_DIGITS_MAX)

static const char *const alg_names[FAN_TOKEN_ALG_COUNT] = { "RS256", "EdDSA", "HS256" };

const char *fan_token_alg_name(enum fan_token_alg alg)
{
    return alg_names[alg];
}

enum fan_token_alg fan_token_alg_find(const char *text)
{
    int i = 0;
    while (i < FAN_TOKEN_ALG_COUNT && (!text || strcmp(text, alg_names[i]) != 0))
        i++;
    return (enum fan_token_alg)i;
}

static struct fan_token_key *key_around(jwk_t *jwk, enum fan_token_alg alg)
{
    struct fan_token_key *key = fan_alloc_zero(1, sizeof *key);
    key->alg = alg;
    key->jwk = jwk;
    return key;
}

/* Decode a member into bytes (MEMBER_ROOM of them). */
static enum fan_status read_member(const json_t *jwk, const char *name,
                                   unsigned char *bytes, size_t *n, struct fan_err *err)
{
    const json_t *member = json_object_get(jwk, name);
    size_t digits = json_string_length(member);
    if (digits > MEMBER_DIGITS_MAX ||
        !fan_base64url_decode(json_string_value(member), digits, bytes, n))
        return fan_fail(err, FAN_EFORMAT,
                        "cannot read \"%s\": expected up to %d bytes in base64url", name,
                        MEMBER_BYTES_MAX);
    return FAN_OK;
}

/* Past leading zeroes, which do not count. */
static const unsigned char *skip_zeroes(const unsigned char *byte, size_t *n)
{
    while (*n > 0 && *byte == 0) {
        byte++;
        --*n;
    }
    return byte;
}

/* Bits of an RSA key's modulus, since rhonabwy counts whole bytes. 0: it has none. */
static unsigned modulus_bits(const jwk_t *jwk)
{
    unsigned char bytes[MEMBER_ROOM];
    size_t n = 0;
    if (read_member(jwk, "n", bytes, &n, NULL)) return 0;
    const unsigned char *first = skip_zeroes(bytes, &n);
    unsigned bits = (unsigned)n * 8;
    for (unsigned bit = 0x80; n > 0 && !(*first & bit); bit >>= 1)
        bits--;
    return bits;
}

enum fan_status fan_token_key_wrap(struct fan_token_key **key, jwk_t *jwk,
                                   struct fan_err *err)
{
    unsigned bits = 0;
    int type = r_jwk_key_type(jwk, &bits, R_FLAG_IGNORE_REMOTE);
    enum fan_status st = FAN_OK;
    if (type & R_KEY_TYPE_RSA) {
        if (bits) bits = modulus_bits(jwk);
        if (bits < FAN_TOKEN_RSA_BITS_MIN || bits > FAN_TOKEN_RSA_BITS_MAX)
            st = fan_fail(err, FAN_EINVAL,
                          "cannot use an RSA key of %u bits: expected %d to %d", bits,
                          FAN_TOKEN_RSA_BITS_MIN, FAN_TOKEN_RSA_BITS_MAX);
        else
            *key = key_around(jwk, FAN_TOKEN_RS256);
    } else if (type & R_KEY_TYPE_EDDSA && bits == ED25519_BITS) {
        *key = key_around(jwk, FAN_TOKEN_EDDSA);
    } else {
        st = fan_fail(err, FAN_EINVAL, "cannot use the key: expected RSA or Ed25519");
    }
    if (st) r_jwk_free(jwk);
    return st;
}

/* An odd number of at least 3 and at most 64 bits. */
static bool is_exponent(const unsigned char *byte, size_t n)
{
    byte = skip_zeroes(byte, &n);
    if (n == 0 || n > 8 || byte[n - 1] % 2 == 0) return false;
    return n > 1 || *byte >= 3;
}

static enum fan_status check_members(enum fan_token_alg alg, const json_t *jwk,
                                     struct fan_err *err)
{
    unsigned char bytes[MEMBER_ROOM];
    size_t n = 0;
    if (alg == FAN_TOKEN_EDDSA) {
        enum fan_status st = read_member(jwk, "x", bytes, &n, err);
        if (st || n == ED25519_BYTES) return st;
        return fan_fail(err, FAN_EINVAL,
                        "cannot use an Ed25519 key of %zu bytes: expected %d", n,
                        ED25519_BYTES);
    }
    enum fan_status st = read_member(jwk, "n", bytes, &n, err);
    if (!st) st = read_member(jwk, "e", bytes, &n, err);
    if (!st && !is_exponent(bytes, n))
        st = fan_fail(err, FAN_EINVAL,
                      "cannot use the RSA exponent: expected an odd number from 3");
    return st;
}

enum fan_status fan_token_key_new_public(struct fan_token_key **key,
                                         enum fan_token_alg alg, const json_t *jwk,
                                         struct fan_err *err)
{
    enum fan_status st = check_members(alg, jwk, err);
    if (st) return st;
    /* of the key's other members, "x5u" is an address that rhonabwy would ask, and "x5c"
     * a certificate whose key it would take instead */
    jwk_t *numbers =
        alg == FAN_TOKEN_EDDSA
            ? json_pack("{s:s, s:s, s:O}", "kty", "OKP", "crv", "Ed25519", "x",
                        json_object_get(jwk, "x"))
            : json_pack("{s:s, s:O, s:O}", "kty", "RSA", "n", json_object_get(jwk, "n"),
                        "e", json_object_get(jwk, "e"));
    if (!numbers) return fan_fail(err, FAN_EINVAL, "cannot use the key");
    return fan_token_key_wrap(key, numbers, err);
}

enum fan_status fan_token_key_new_secret(struct fan_token_key **key,
                                         struct fan_token_bytes secret,
                                         struct fan_err *err)
{
    jwk_t *jwk = NULL;
    if (secret.size < FAN_TOKEN_SECRET_MIN || secret.size > FAN_TOKEN_SECRET_MAX)
        return fan_fail(err, FAN_EINVAL,
                        "cannot use a secret of %zu bytes: expected %d to %d",
                        secret.size, FAN_TOKEN_SECRET_MIN, FAN_TOKEN_SECRET_MAX);
    if (r_jwk_init(&jwk) ||
        r_jwk_import_from_symmetric_key(jwk, secret.data, secret.size)) {
        r_jwk_free(jwk);
        return fan_fail(err, FAN_ESTATE, "cannot use the secret");
    }
    *key = key_around(jwk, FAN_TOKEN_HS256);
    return FAN_OK;
}

void fan_token_key_free(struct fan_token_key *key)
{
    if (!key) return;
    r_jwk_free(key->jwk);
    free(key);
}

enum fan_token_alg fan_token_key_alg(const struct fan_token_key *key)
{
    return key->alg;
}
