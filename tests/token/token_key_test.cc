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
    EXPECT_EQ(fan_token_key_alg(secret_key(std::string(32, 's')).get()), FAN_TOKEN_HS256);
}

TEST(TokenKey, RefusesNumbersThatAreNoKeys)
{
    fan_token_key *key = nullptr;
    fan_err err = {};
    const std::string jwk = rs_jwk;
    const size_t digits = jwk.find("\"n\":\"") + 5;
    const std::string good_n =
                          decoded(jwk.substr(digits, jwk.find('"', digits) - digits)),
                      good_e("\1\0\1", 3);
    EXPECT_EQ(fan_token_key_new_rsa(&key, bytes(good_n), bytes(good_e), &err), FAN_OK)
        << err.text;
    fan_token_key_free(key);
    key = nullptr;
    for (const std::string &e :
         { std::string(), std::string(3, '\0'), std::string("\1"), std::string("\4"),
           std::string(9, '\1'), std::string("\1\0\2", 3) })
        EXPECT_EQ(fan_token_key_new_rsa(&key, bytes(good_n), bytes(e), nullptr),
                  FAN_EINVAL);
    for (size_t n : { 0u, 1u, 128u, 255u, 1026u, 5000u }) {
        err = {};
        EXPECT_EQ(fan_token_key_new_rsa(&key, bytes(std::string(n, '\x91')),
                                        bytes(good_e), &err),
                  FAN_EINVAL);
        EXPECT_NE(std::string(err.text).find("2048 to 8192"), std::string::npos)
            << err.text;
    }
    for (size_t n : { 0u, 31u, 33u, 57u })
        EXPECT_EQ(fan_token_key_new_ed25519(&key, bytes(std::string(n, 'x')), nullptr),
                  FAN_EINVAL);
    EXPECT_EQ(key, nullptr);
}

TEST(SigningKey, ReadsBackWhatItWrites)
{
    const Key ed = made_key(FAN_TOKEN_EDDSA);
    for (const Key *pair : { &rsa_pair(), &ed }) {
        const Key &made = *pair;
        fan_buf pem = FAN_BUF_INIT(8192);
        fan_err err = {};
        ASSERT_EQ(fan_signing_key_write(made.get(), &pem, &err), FAN_OK) << err.text;
        fan_token_key *read = nullptr;
        ASSERT_EQ(fan_signing_key_read(&read, { pem.data, pem.size }, &err), FAN_OK)
            << err.text;
        const Key back(read, fan_token_key_free);
        EXPECT_EQ(fan_token_key_alg(read), fan_token_key_alg(made.get()));
        EXPECT_EQ(published(back, "a"), published(made, "a"));
        EXPECT_TRUE(fan_token_key_verify(made.get(), bytes("text"),
                                         bytes(signature_of(back, "text"))));
        fan_buf_clear(&pem);
    }
}

TEST(SigningKey, RefusesWhatIsNoKey)
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
        EXPECT_EQ(fan_signing_key_read(&key, bytes(text), &err), FAN_EFORMAT) << text;
    EXPECT_EQ(fan_signing_key_make(&key, FAN_TOKEN_HS256, nullptr), FAN_EINVAL);
    EXPECT_EQ(key, nullptr);
    fan_buf out = FAN_BUF_INIT(8192);
    const Key secret = secret_key(std::string(32, 's'));
    EXPECT_EQ(fan_signing_key_write(secret.get(), &out, nullptr), FAN_ESTATE);
    EXPECT_EQ(fan_signing_key_publish(secret.get(), "a", &out, nullptr), FAN_ESTATE);
    EXPECT_EQ(out.size, 0u);
}

TEST(TokenKey, KnowsOnlyItsOwnSignatures)
{
    const Key ed = made_key(FAN_TOKEN_EDDSA), secret = secret_key(std::string(40, 'k'));
    for (const Key *each : { &rsa_pair(), &ed, &secret }) {
        const Key &key = *each;
        const std::string good = signature_of(key, "text");
        EXPECT_TRUE(fan_token_key_verify(key.get(), bytes("text"), bytes(good)));
        EXPECT_FALSE(fan_token_key_verify(key.get(), bytes("texT"), bytes(good)));
        EXPECT_FALSE(fan_token_key_verify(key.get(), bytes("text"), bytes("")));
        EXPECT_FALSE(fan_token_key_verify(key.get(), bytes("text"), bytes(good + "x")));
        for (size_t i = 0; i < good.size(); i += 7) {
            std::string bad = good;
            bad[i] = static_cast<char>(bad[i] ^ 1);
            EXPECT_FALSE(fan_token_key_verify(key.get(), bytes("text"), bytes(bad))) << i;
        }
    }
}

} // namespace
