/* token_key.c - see token_key.h. */
#include "token/token_key.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/param_build.h>

#include "common/buf.h"
#include "token/token_key_parts.h"

#define ED25519_BYTES 32

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

enum fan_status fan_token_key_wrap(struct fan_token_key **key, EVP_PKEY *pair,
                                   struct fan_err *err)
{
    int bits = EVP_PKEY_get_bits(pair);
    enum fan_token_alg alg = FAN_TOKEN_ALG_COUNT;
    if (EVP_PKEY_is_a(pair, "RSA")) alg = FAN_TOKEN_RS256;
    if (EVP_PKEY_is_a(pair, "ED25519")) alg = FAN_TOKEN_EDDSA;
    enum fan_status st = FAN_OK;
    if (alg == FAN_TOKEN_ALG_COUNT)
        st = fan_fail(err, FAN_EINVAL, "cannot use the key: expected RSA or Ed25519");
    else if (alg == FAN_TOKEN_RS256 &&
             (bits < FAN_TOKEN_RSA_BITS_MIN || bits > FAN_TOKEN_RSA_BITS_MAX))
        st = fan_fail(err, FAN_EINVAL,
                      "cannot use an RSA key of %d bits: expected %d to %d", bits,
                      FAN_TOKEN_RSA_BITS_MIN, FAN_TOKEN_RSA_BITS_MAX);
    if (st) {
        EVP_PKEY_free(pair);
        return st;
    }
    *key = fan_alloc_zero(1, sizeof **key);
    (*key)->alg = alg;
    (*key)->pair = pair;
    return FAN_OK;
}

/* An odd number of at least 3 and at most 64 bits; leading zeroes do not count. */
static bool is_exponent(struct fan_token_bytes number)
{
    const unsigned char *byte = number.data;
    while (number.size > 0 && *byte == 0) {
        byte++;
        number.size--;
    }
    if (number.size == 0 || number.size > 8 || byte[number.size - 1] % 2 == 0)
        return false;
    return number.size > 1 || *byte >= 3;
}

static EVP_PKEY *rsa_from(BIGNUM *n, BIGNUM *e)
{
    EVP_PKEY *pair = NULL;
    OSSL_PARAM *params = NULL;
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    if (build && ctx && n && e &&
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) &&
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e))
        params = OSSL_PARAM_BLD_to_param(build);
    if (!params || EVP_PKEY_fromdata_init(ctx) <= 0 ||
        EVP_PKEY_fromdata(ctx, &pair, EVP_PKEY_PUBLIC_KEY, params) <= 0)
        pair = NULL;
    OSSL_PARAM_free(params);
    OSSL_PARAM_BLD_free(build);
    EVP_PKEY_CTX_free(ctx);
    return pair;
}

enum fan_status fan_token_key_new_rsa(struct fan_token_key **key,
                                      struct fan_token_bytes modulus,
                                      struct fan_token_bytes exponent,
                                      struct fan_err *err)
{
    if (modulus.size == 0 || modulus.size > FAN_TOKEN_RSA_BITS_MAX / 8 + 1)
        return fan_fail(err, FAN_EINVAL,
                        "cannot use an RSA modulus of %zu bytes: expected %d to %d bits",
                        modulus.size, FAN_TOKEN_RSA_BITS_MIN, FAN_TOKEN_RSA_BITS_MAX);
    if (!is_exponent(exponent))
        return fan_fail(err, FAN_EINVAL,
                        "cannot use the RSA exponent: expected an odd number from 3");
    BIGNUM *n = BN_bin2bn(modulus.data, (int)modulus.size, NULL);
    BIGNUM *e = BN_bin2bn(exponent.data, (int)exponent.size, NULL);
    EVP_PKEY *pair = rsa_from(n, e);
    BN_free(n);
    BN_free(e);
    if (!pair) return fan_fail(err, FAN_EINVAL, "cannot use the RSA key");
    return fan_token_key_wrap(key, pair, err);
}

enum fan_status fan_token_key_new_ed25519(struct fan_token_key **key,
                                          struct fan_token_bytes public_key,
                                          struct fan_err *err)
{
    EVP_PKEY *pair = NULL;
    if (public_key.size == ED25519_BYTES)
        pair = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, public_key.data,
                                           public_key.size);
    if (!pair)
        return fan_fail(err, FAN_EINVAL,
                        "cannot use an Ed25519 key of %zu bytes: expected %d",
                        public_key.size, ED25519_BYTES);
    return fan_token_key_wrap(key, pair, err);
}

enum fan_status fan_token_key_new_secret(struct fan_token_key **key,
                                         struct fan_token_bytes secret,
                                         struct fan_err *err)
{
    if (secret.size < FAN_TOKEN_SECRET_MIN || secret.size > FAN_TOKEN_SECRET_MAX)
        return fan_fail(err, FAN_EINVAL,
                        "cannot use a secret of %zu bytes: expected %d to %d",
                        secret.size, FAN_TOKEN_SECRET_MIN, FAN_TOKEN_SECRET_MAX);
    *key = fan_alloc_zero(1, sizeof **key);
    (*key)->alg = FAN_TOKEN_HS256;
    (*key)->secret = fan_alloc(secret.size);
    (*key)->secret_bytes = secret.size;
    memcpy((*key)->secret, secret.data, secret.size);
    return FAN_OK;
}

void fan_token_key_free(struct fan_token_key *key)
{
    if (!key) return;
    EVP_PKEY_free(key->pair);
    if (key->secret) OPENSSL_cleanse(key->secret, key->secret_bytes);
    free(key->secret);
    free(key);
}

enum fan_token_alg fan_token_key_alg(const struct fan_token_key *key)
{
    return key->alg;
}

bool fan_token_key_mac(const struct fan_token_key *key, struct fan_token_bytes text,
                       unsigned char mac[FAN_TOKEN_HS256_BYTES])
{
    unsigned n = FAN_TOKEN_HS256_BYTES;
    return HMAC(EVP_sha256(), key->secret, (int)key->secret_bytes, text.data, text.size,
                mac, &n) != NULL;
}

static bool verify_pair(const struct fan_token_key *key, struct fan_token_bytes text,
                        struct fan_token_bytes signature)
{
    /* Ed25519 hashes by itself */
    const EVP_MD *digest = key->alg == FAN_TOKEN_RS256 ? EVP_sha256() : NULL;
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool good =
        ctx && EVP_DigestVerifyInit(ctx, NULL, digest, NULL, key->pair) == 1 &&
        EVP_DigestVerify(ctx, signature.data, signature.size, text.data, text.size) == 1;
    EVP_MD_CTX_free(ctx);
    return good;
}

bool fan_token_key_verify(const struct fan_token_key *key, struct fan_token_bytes text,
                          struct fan_token_bytes signature)
{
    unsigned char mac[FAN_TOKEN_HS256_BYTES];
    if (key->alg != FAN_TOKEN_HS256) return verify_pair(key, text, signature);
    return signature.size == sizeof mac && fan_token_key_mac(key, text, mac) &&
           CRYPTO_memcmp(mac, signature.data, sizeof mac) == 0;
}
