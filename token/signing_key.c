/* signing_key.c - see signing_key.h. */
#include "token/signing_key.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "token/base64url.h"
#include "token/token_key_parts.h"

#define PEM_MAX  (64 * 1024)
#define RSA_BITS 2048u

/* An encrypted key would make libcrypto ask on the terminal. */
static int no_passphrase(char *text, int capacity, int writing, void *context)
{
    (void)text, (void)capacity, (void)writing, (void)context;
    return -1;
}

enum fan_status fan_signing_key_read(struct fan_token_key **key,
                                     struct fan_token_bytes pem, struct fan_err *err)
{
    BIO *in =
        pem.size && pem.size <= PEM_MAX ? BIO_new_mem_buf(pem.data, (int)pem.size) : NULL;
    EVP_PKEY *pair = in ? PEM_read_bio_PrivateKey(in, NULL, no_passphrase, NULL) : NULL;
    BIO_free(in);
    if (!pair)
        return fan_fail(err, FAN_EFORMAT,
                        "cannot read the private key: expected PEM, not encrypted");
    return fan_token_key_wrap(key, pair, err);
}

enum fan_status fan_signing_key_make(struct fan_token_key **key, enum fan_token_alg alg,
                                     struct fan_err *err)
{
    if (alg == FAN_TOKEN_HS256)
        return fan_fail(err, FAN_EINVAL,
                        "cannot make a key pair for HS256: it has a "
                        "shared secret");
    EVP_PKEY *pair = alg == FAN_TOKEN_RS256 ? EVP_RSA_gen(RSA_BITS)
                                            : EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    if (!pair) return fan_fail(err, FAN_ESTATE, "cannot make a key pair");
    return fan_token_key_wrap(key, pair, err);
}

static enum fan_status sign_pair(const struct fan_token_key *key,
                                 struct fan_token_bytes text, struct fan_buf *signature,
                                 struct fan_err *err)
{
    const EVP_MD *digest = key->alg == FAN_TOKEN_RS256 ? EVP_sha256() : NULL;
    unsigned char bytes[FAN_TOKEN_SIGNATURE_MAX];
    size_t n = sizeof bytes;
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool good = ctx && EVP_DigestSignInit(ctx, NULL, digest, NULL, key->pair) == 1 &&
                EVP_DigestSign(ctx, bytes, &n, text.data, text.size) == 1;
    EVP_MD_CTX_free(ctx);
    if (!good) return fan_fail(err, FAN_ESTATE, "cannot sign with the key");
    return fan_buf_add(signature, bytes, n, err);
}

enum fan_status fan_signing_key_sign(const struct fan_token_key *key,
                                     struct fan_token_bytes text,
                                     struct fan_buf *signature, struct fan_err *err)
{
    unsigned char mac[FAN_TOKEN_HS256_BYTES];
    if (key->alg != FAN_TOKEN_HS256) return sign_pair(key, text, signature, err);
    if (!fan_token_key_mac(key, text, mac))
        return fan_fail(err, FAN_ESTATE, "cannot sign with the secret");
    return fan_buf_add(signature, mac, sizeof mac, err);
}

enum fan_status fan_signing_key_write(const struct fan_token_key *key,
                                      struct fan_buf *pem, struct fan_err *err)
{
    char *text = NULL;
    enum fan_status st = FAN_OK;
    BIO *out = key->pair ? BIO_new(BIO_s_secmem()) : NULL;
    if (!out || !PEM_write_bio_PrivateKey(out, key->pair, NULL, NULL, 0, NULL, NULL))
        st = fan_fail(err, FAN_ESTATE, "cannot write the private key");
    long n = st ? 0 : BIO_get_mem_data(out, &text);
    if (!st) st = fan_buf_add(pem, text, (size_t)n, err);
    BIO_free(out);
    return st;
}

/* A member of the key as base64url text; NULL when there is none. */
static json_t *number(const EVP_PKEY *pair, const char *name)
{
    BIGNUM *value = NULL;
    json_t *text = NULL;
    unsigned char bytes[FAN_TOKEN_RSA_BITS_MAX / 8];
    char digits[FAN_BASE64URL_ENCODED_MAX(sizeof bytes)];
    if (EVP_PKEY_get_bn_param(pair, name, &value) &&
        BN_num_bytes(value) <= (int)sizeof bytes) {
        fan_base64url_encode(bytes, (size_t)BN_bn2bin(value, bytes), digits);
        text = json_string(digits);
    }
    BN_free(value);
    return text;
}

static json_t *publish(const EVP_PKEY *pair, enum fan_token_alg alg)
{
    unsigned char point[32];
    char digits[FAN_BASE64URL_ENCODED_MAX(sizeof point)];
    size_t n = sizeof point;
    if (alg == FAN_TOKEN_RS256)
        return json_pack("{s:s, s:o, s:o}", "kty", "RSA", "n",
                         number(pair, OSSL_PKEY_PARAM_RSA_N), "e",
                         number(pair, OSSL_PKEY_PARAM_RSA_E));
    if (!EVP_PKEY_get_raw_public_key(pair, point, &n)) return NULL;
    fan_base64url_encode(point, n, digits);
    return json_pack("{s:s, s:s, s:s}", "kty", "OKP", "crv", "Ed25519", "x", digits);
}

enum fan_status fan_signing_key_publish(const struct fan_token_key *key, const char *kid,
                                        struct fan_buf *jwk, struct fan_err *err)
{
    json_t *members = key->pair ? publish(key->pair, key->alg) : NULL;
    char *text = NULL;
    enum fan_status st = FAN_OK;
    if (members && !json_object_set_new(members, "use", json_string("sig")) &&
        !json_object_set_new(members, "alg", json_string(fan_token_alg_name(key->alg))) &&
        !json_object_set_new(members, "kid", json_string(kid)))
        text = json_dumps(members, JSON_COMPACT);
    if (!text) st = fan_fail(err, FAN_ESTATE, "cannot publish the key");
    if (!st) st = fan_buf_adds(jwk, text, err);
    free(text);
    json_decref(members);
    return st;
}
