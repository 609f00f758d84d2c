/* token_key.c - see token_key.h. */
#include "token/token_key.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <gnutls/abstract.h>
#include <rhonabwy.h>

#include "token/base64url.h"

#define ED25519_BYTES     32
#define ED25519_BITS      256u
#define RSA_BITS          2048u
#define PEM_MAX           (64 * 1024)
#define MEMBER_BYTES_MAX  (FAN_TOKEN_RSA_BITS_MAX / 8 + 1)
#define MEMBER_DIGITS_MAX ((MEMBER_BYTES_MAX * 4 + 2) / 3)
#define MEMBER_ROOM       FAN_BASE64URL_DECODED_MAX(MEMBER_DIGITS_MAX)

struct fan_token_key {
    enum fan_token_alg alg;
    jwk_t *jwk;
};

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

/* Make a key around a JWK of a pair, which it then owns, also on failure. */
static enum fan_status wrap(struct fan_token_key **key, jwk_t *jwk, struct fan_err *err)
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
    /* of its other members, "x5u" is an address that rhonabwy may ask for the key, and
     * "x5c" a certificate that it may take it from */
    jwk_t *numbers =
        alg == FAN_TOKEN_EDDSA
            ? json_pack("{s:s, s:s, s:O}", "kty", "OKP", "crv", "Ed25519", "x",
                        json_object_get(jwk, "x"))
            : json_pack("{s:s, s:O, s:O}", "kty", "RSA", "n", json_object_get(jwk, "n"),
                        "e", json_object_get(jwk, "e"));
    if (!numbers) return fan_fail(err, FAN_EINVAL, "cannot use the key");
    return wrap(key, numbers, err);
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

/* The secret members are ours until the JWK is freed, which does not wipe them. */
static void wipe(const jwk_t *jwk)
{
    static const char *const names[] = { "k", "d", "p", "q", "dp", "dq", "qi" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const json_t *member = json_object_get(jwk, names[i]);
        if (member)
            gnutls_memset((void *)(uintptr_t)json_string_value(member), 0,
                          json_string_length(member));
    }
}

void fan_token_key_free(struct fan_token_key *key)
{
    if (!key) return;
    wipe(key->jwk);
    r_jwk_free(key->jwk);
    free(key);
}

enum fan_token_alg fan_token_key_alg(const struct fan_token_key *key)
{
    return key->alg;
}

jwk_t *fan_token_key_jwk(const struct fan_token_key *key)
{
    return key->jwk;
}

/* --- keys that make signatures --- */

/* Make a key around a private JWK. rhonabwy names what it imports; our keys get a name
 * when they are published. */
static enum fan_status key_around_private(struct fan_token_key **key, jwk_t *jwk,
                                          struct fan_err *err)
{
    r_jwk_delete_property_str(jwk, "kid");
    return wrap(key, jwk, err);
}

enum fan_status fan_token_key_read(struct fan_token_key **key, struct fan_token_bytes pem,
                                   struct fan_err *err)
{
    jwk_t *jwk = NULL;
    if (pem.size == 0 || pem.size > PEM_MAX || r_jwk_init(&jwk) ||
        r_jwk_import_from_pem_der(jwk, R_X509_TYPE_PRIVKEY, R_FORMAT_PEM, pem.data,
                                  pem.size)) {
        r_jwk_free(jwk);
        return fan_fail(err, FAN_EFORMAT,
                        "cannot read the private key: expected PEM, not encrypted");
    }
    return key_around_private(key, jwk, err);
}

enum fan_status fan_token_key_make(struct fan_token_key **key, enum fan_token_alg alg,
                                   struct fan_err *err)
{
    const bool rsa = alg == FAN_TOKEN_RS256;
    jwk_t *jwk = NULL, *public_half = NULL;
    if (alg == FAN_TOKEN_HS256)
        return fan_fail(err, FAN_EINVAL,
                        "cannot make a key pair for HS256: it has a "
                        "shared secret");
    bool made = !r_jwk_init(&jwk) && !r_jwk_init(&public_half) &&
                !r_jwk_generate_key_pair(jwk, public_half,
                                         rsa ? R_KEY_TYPE_RSA : R_KEY_TYPE_EDDSA,
                                         rsa ? RSA_BITS : ED25519_BITS, NULL);
    r_jwk_free(public_half);
    if (made) return key_around_private(key, jwk, err);
    r_jwk_free(jwk);
    return fan_fail(err, FAN_ESTATE, "cannot make a key pair");
}

/* By way of GnuTLS, since rhonabwy itself writes Ed25519 keys in a form that nobody else
 * reads. */
enum fan_status fan_token_key_write(const struct fan_token_key *key, struct fan_buf *pem,
                                    struct fan_err *err)
{
    gnutls_datum_t text = { NULL, 0 };
    gnutls_x509_privkey_t plain = NULL;
    gnutls_privkey_t pair =
        key->alg == FAN_TOKEN_HS256 ? NULL : r_jwk_export_to_gnutls_privkey(key->jwk);
    enum fan_status st = FAN_OK;
    if (!pair || gnutls_privkey_export_x509(pair, &plain) ||
        gnutls_x509_privkey_export2_pkcs8(plain, GNUTLS_X509_FMT_PEM, NULL,
                                          GNUTLS_PKCS_PLAIN, &text))
        st = fan_fail(err, FAN_ESTATE, "cannot write the private key");
    if (!st) st = fan_buf_add(pem, text.data, text.size, err);
    if (text.data) gnutls_memset(text.data, 0, text.size);
    gnutls_free(text.data);
    gnutls_x509_privkey_deinit(plain);
    gnutls_privkey_deinit(pair);
    return st;
}

enum fan_status fan_token_key_publish(const struct fan_token_key *key, const char *kid,
                                      struct fan_buf *jwk, struct fan_err *err)
{
    jwk_t *half = NULL;
    char *text = NULL;
    enum fan_status st = FAN_OK;
    if (!r_jwk_init(&half) &&
        !r_jwk_extract_pubkey(key->jwk, half, R_FLAG_IGNORE_REMOTE) &&
        !r_jwk_set_property_str(half, "use", "sig") &&
        !r_jwk_set_property_str(half, "alg", fan_token_alg_name(key->alg)) &&
        !r_jwk_set_property_str(half, "kid", kid))
        text = r_jwk_export_to_json_str(half, 0);
    if (!text) st = fan_fail(err, FAN_ESTATE, "cannot publish the key");
    if (!st) st = fan_buf_adds(jwk, text, err);
    r_free(text);
    r_jwk_free(half);
    return st;
}
