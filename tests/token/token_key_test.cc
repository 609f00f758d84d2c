#include "token/token_key.h"

#include "tests/token/token_samples.h"

namespace
{

using namespace samples;

TEST(TokenAlg, HasNames)
{
    for (int i = 0; i < FAN_TOKEN_ALG_COUNT; i++) {
        const auto alg = static_cast<fan_token_alg>(i);
        EXPECT_EQ(fan_token_alg_find(fan_token_alg_name(alg)), alg);
    }
    for (const char *name : { "none", "None", "rs256", "RS512", "HS256 ", "" })
        EXPECT_EQ(fan_token_alg_find(name), FAN_TOKEN_ALG_COUNT) << name;
    EXPECT_EQ(fan_token_alg_find(nullptr), FAN_TOKEN_ALG_COUNT);
}

TEST(TokenKey, RefusesSecretsThatAreTooShortOrTooLong)
{
    fan_token_key *key = nullptr;
    for (size_t n : { 0u, 31u, 4097u }) {
        fan_err err = {};
        EXPECT_EQ(fan_token_key_new_secret(&key, bytes(std::string(n, 's')), &err),
                  FAN_EINVAL);
        EXPECT_EQ(std::string(err.text).find("sss"), std::string::npos);
    }
    EXPECT_EQ(key, nullptr);
    EXPECT_EQ(fan_token_key_new_secret(&key, bytes(std::string(32, 's')), nullptr),
              FAN_OK);
    EXPECT_EQ(fan_token_key_alg(key), FAN_TOKEN_HS256);
    fan_token_key_free(key);
}

/* Why numbers make no key; "" when they do. */
std::string refusal(fan_token_alg alg, const char *format, const std::string &first,
                    const std::string &second = "")
{
    const Json jwk(json_pack(format, alg == FAN_TOKEN_RS256 ? "n" : "x",
                             encoded(first).c_str(), "e", encoded(second).c_str()),
                   json_decref);
    fan_token_key *key = nullptr;
    fan_err err = {};
    const fan_status st = fan_token_key_new_public(&key, alg, jwk.get(), &err);
    EXPECT_EQ(st == FAN_OK, err.text[0] == '\0');
    fan_token_key_free(key);
    return err.text;
}

TEST(TokenKey, RefusesNumbersThatAreNoKeys)
{
    const std::string jwk = rs_jwk;
    const size_t digits = jwk.find("\"n\":\"") + 5;
    const std::string good_n =
                          decoded(jwk.substr(digits, jwk.find('"', digits) - digits)),
                      good_e("\1\0\1", 3);
    const auto rsa = [](const std::string &n, const std::string &e) {
        return refusal(FAN_TOKEN_RS256, "{s:s, s:s}", n, e);
    };
    EXPECT_EQ(rsa(good_n, good_e), "");
    EXPECT_EQ(rsa(std::string(1, '\0') + good_n, "\3"), "");
    for (const std::string &e :
         { std::string(), std::string(3, '\0'), std::string("\1"), std::string("\4"),
           std::string(9, '\1'), std::string("\1\0\2", 3) })
        EXPECT_NE(rsa(good_n, e), "");
    for (size_t n : { 1u, 128u, 255u })
        EXPECT_NE(rsa(std::string(n, '\x91'), good_e).find("2048 to 8192"),
                  std::string::npos)
            << rsa(std::string(n, '\x91'), good_e);
    for (size_t n : { 0u, 1026u, 5000u })
        EXPECT_NE(rsa(std::string(n, '\x91'), good_e).find("up to 1025 bytes"),
                  std::string::npos);
    EXPECT_NE(rsa("\1" + std::string(1024, '\x91'), good_e).find("of 8193 bits"),
              std::string::npos);
    EXPECT_NE(rsa("\x7f" + std::string(255, '\x91'), good_e).find("of 2047 bits"),
              std::string::npos);
    EXPECT_EQ(refusal(FAN_TOKEN_EDDSA, "{s:s}", std::string(32, 'x')), "");
    for (size_t n : { 0u, 31u, 33u, 57u })
        EXPECT_NE(refusal(FAN_TOKEN_EDDSA, "{s:s}", std::string(n, 'x')), "");
}

TEST(TokenKey, ReadsBackWhatItWrites)
{
    const Key ed = made_key(FAN_TOKEN_EDDSA);
    for (const Key *pair : { &rsa_pair(), &ed }) {
        const std::string pem = pem_of(*pair);
        EXPECT_EQ(pem.find("-----BEGIN PRIVATE KEY-----\n"), 0u) << pem;
        fan_err err = {};
        fan_token_key *read = nullptr;
        ASSERT_EQ(fan_token_key_read(&read, bytes(pem), &err), FAN_OK) << err.text;
        const Key back(read, fan_token_key_free);
        EXPECT_EQ(fan_token_key_alg(read), fan_token_key_alg(pair->get()));
        EXPECT_EQ(published(back, "a"), published(*pair, "a"));
        EXPECT_EQ(pem_of(back), pem);
    }
}

TEST(TokenKey, RefusesWhatIsNoKey)
{
    fan_token_key *key = nullptr;
    fan_err err = {};
    for (const char *text :
         { "", "nonsense",
           "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
           /* an encrypted one must not ask on the terminal */
           "-----BEGIN ENCRYPTED PRIVATE "
           "KEY-----\nMIGjMF8GCSqGSIb3DQEFDTBSMDEGCSqGSIb3DQEF\n"
           "-----END ENCRYPTED PRIVATE KEY-----\n" })
        EXPECT_EQ(fan_token_key_read(&key, bytes(text), &err), FAN_EFORMAT) << text;
    EXPECT_EQ(fan_token_key_make(&key, FAN_TOKEN_HS256, nullptr), FAN_EINVAL);
    EXPECT_EQ(key, nullptr);
    fan_buf out = FAN_BUF_INIT(8192);
    ASSERT_EQ(fan_token_key_new_secret(&key, bytes(std::string(32, 's')), nullptr),
              FAN_OK);
    const Key secret(key, fan_token_key_free);
    EXPECT_EQ(fan_token_key_write(secret.get(), &out, nullptr), FAN_ESTATE);
    EXPECT_EQ(fan_token_key_publish(secret.get(), "a", &out, nullptr), FAN_ESTATE);
    EXPECT_EQ(out.size, 0u);
}

} // namespace
