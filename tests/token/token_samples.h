/* token_samples.h - keys and tokens of the RFCs, and helpers to make others. */
#ifndef FAN_TESTS_TOKEN_SAMPLES_H
#define FAN_TESTS_TOKEN_SAMPLES_H

#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gtest/gtest.h>
#include <jansson.h>

#include <memory>
#include <string>

#include "token/base64url.h"
#include "token/jwk_set.h"
#include "token/jws.h"
#include "token/mint.h"

namespace samples
{

using Json = std::unique_ptr<json_t, decltype(&json_decref)>;
using Key = std::unique_ptr<fan_token_key, decltype(&fan_token_key_free)>;
using Set = std::unique_ptr<fan_jwk_set, decltype(&fan_jwk_set_free)>;

/* RFC 7515 appendix A.1 */
const char hs_secret[] =
    "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4h"
    "cgUuTwjAzZr1Z9CAow";
const char hs_token[] =
    "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
    ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt"
    "cGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/* RFC 7515 appendix A.2 */
const char rs_jwk[] =
    R"({"kty":"RSA","e":"AQAB","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHm)"
    "fHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_"
    "YpRPEwOWvG6b32690r2jZ47soMZo9wGz"
    "jb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-"
    "UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxv"
    "b3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_"
    "h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRW"
    R"(yuXpoQ"})";
const char rs_token[] =
    "eyJhbGciOiJSUzI1NiJ9"
    ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb29"
    "0Ijp0cnVl"
    "fQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_"
    "lF5YKt_O8W2Fp5"
    "jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_"
    "nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb"
    "1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-"
    "eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QO"
    "YEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";

/* RFC 8037 appendix A; the payload of its example is no JSON */
const char ed_jwk[] =
    R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})";
const char ed_token[] =
    "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
    ".hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5B"
    "hVsPt9g7sVvpAr_MuM0KAg";

inline fan_token_bytes bytes(const std::string &text)
{
    return { text.data(), text.size() };
}

inline std::string decoded(const std::string &digits)
{
    std::string out(FAN_BASE64URL_DECODED_MAX(digits.size()), '\0');
    size_t n = 0;
    EXPECT_TRUE(fan_base64url_decode(digits.data(), digits.size(),
                                     reinterpret_cast<unsigned char *>(&out[0]), &n))
        << digits;
    out.resize(n);
    return out;
}

inline std::string encoded(const std::string &text)
{
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string out;
    unsigned bits = 0, held = 0;
    for (const char c : text) {
        bits = bits << 8 | static_cast<unsigned char>(c);
        for (held += 8; held >= 6; held -= 6)
            out += digits[bits >> (held - 6) & 63];
    }
    return held ? out + digits[bits << (6 - held) & 63] : out;
}

inline Key made_key(fan_token_alg alg)
{
    fan_token_key *key = nullptr;
    fan_err err = {};
    EXPECT_EQ(fan_token_key_make(&key, alg, &err), FAN_OK) << err.text;
    return Key(key, fan_token_key_free);
}

/* One for all tests: making it takes long. */
inline const Key &rsa_pair()
{
    static const Key key = made_key(FAN_TOKEN_RS256);
    return key;
}

inline std::string published(const Key &key, const char *kid)
{
    fan_err err = {};
    fan_buf jwk = FAN_BUF_INIT(8192);
    EXPECT_EQ(fan_token_key_publish(key.get(), kid, &jwk, &err), FAN_OK) << err.text;
    std::string text(jwk.data, jwk.size);
    fan_buf_clear(&jwk);
    return text;
}

/* A set of the keys, JSON objects with commas between. */
inline Set key_set(const std::string &keys)
{
    Set set(fan_jwk_set_new(), fan_jwk_set_free);
    fan_err err = {};
    EXPECT_EQ(fan_jwk_set_read(set.get(), bytes("{\"keys\":[" + keys + "]}"), &err),
              FAN_OK)
        << err.text;
    return set;
}

inline Set secret_set(const std::string &secret)
{
    Set set(fan_jwk_set_new(), fan_jwk_set_free);
    fan_err err = {};
    fan_token_key *key = nullptr;
    EXPECT_EQ(fan_token_key_new_secret(&key, bytes(secret), &err), FAN_OK) << err.text;
    EXPECT_EQ(fan_jwk_set_add(set.get(), key, &err), FAN_OK);
    return set;
}

inline std::string pem_of(const Key &key)
{
    fan_err err = {};
    fan_buf pem = FAN_BUF_INIT(16384);
    EXPECT_EQ(fan_token_key_write(key.get(), &pem, &err), FAN_OK) << err.text;
    std::string text(pem.data, pem.size);
    fan_buf_clear(&pem);
    return text;
}

/* Signatures over any bytes, which token/ itself has no use for: a pair's, a secret's. */
inline std::string signature_of(const Key &key, const std::string &text)
{
    const std::string pem = pem_of(key);
    const auto datum = [](const std::string &from) {
        auto data = reinterpret_cast<const unsigned char *>(from.data());
        return gnutls_datum_t{ const_cast<unsigned char *>(data),
                               static_cast<unsigned>(from.size()) };
    };
    const gnutls_datum_t in = datum(pem), data = datum(text);
    gnutls_datum_t out = { nullptr, 0 };
    gnutls_privkey_t pair = nullptr;
    EXPECT_EQ(gnutls_privkey_init(&pair), 0);
    EXPECT_EQ(gnutls_privkey_import_x509_raw(pair, &in, GNUTLS_X509_FMT_PEM, nullptr, 0),
              0);
    EXPECT_EQ(gnutls_privkey_sign_data(pair,
                                       fan_token_key_alg(key.get()) == FAN_TOKEN_RS256
                                           ? GNUTLS_DIG_SHA256
                                           : GNUTLS_DIG_SHA512,
                                       0, &data, &out),
              0);
    std::string signature(reinterpret_cast<char *>(out.data), out.size);
    gnutls_free(out.data);
    gnutls_privkey_deinit(pair);
    return signature;
}

inline std::string signature_of(const std::string &secret, const std::string &text)
{
    std::string mac(32, '\0');
    EXPECT_EQ(gnutls_hmac_fast(GNUTLS_MAC_SHA256, secret.data(), secret.size(),
                               text.data(), text.size(), &mac[0]),
              0);
    return mac;
}

/* A token with any header, signed with a pair or a secret. */
template <class Signer>
std::string token_of(const Signer &signer, const std::string &header,
                     const std::string &payload)
{
    const std::string text = encoded(header) + "." + encoded(payload);
    return text + "." + encoded(signature_of(signer, text));
}

/* What jws.h says of a token: its claims, or nothing and why not. */
inline Json verified(const std::string &token, const Set &keys,
                     std::string *why = nullptr)
{
    fan_err err = {};
    json_t *claims = nullptr;
    if (fan_jws_verify(bytes(token), keys.get(), &claims, &err) != FAN_OK)
        claims = nullptr;
    if (why) *why = err.text;
    return Json(claims, json_decref);
}

} // namespace samples
#endif
