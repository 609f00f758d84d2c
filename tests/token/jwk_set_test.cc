#include "token/jwk_set.h"

#include "tests/token/token_samples.h"

namespace
{

using namespace samples;

std::string refusal(const std::string &json)
{
    Set set(fan_jwk_set_new(), fan_jwk_set_free);
    fan_err err = {};
    EXPECT_NE(fan_jwk_set_read(set.get(), bytes(json), &err), FAN_OK) << json;
    return err.text;
}

std::string with(std::string jwk, const std::string &member)
{
    return jwk.insert(1, member + ",");
}

TEST(JwkSet, PassesOverKeysForOtherUses)
{
    const std::string ed = ed_jwk, rs = rs_jwk;
    for (const std::string &jwk :
         { with(ed, R"("use":"enc")"), with(rs, R"("alg":"RS512")"),
           with(rs, R"("alg":"HS256")"), with(ed, R"("key_ops":["sign"])"),
           std::string(R"({"kty":"EC","crv":"P-256","x":"AA","y":"AA"})"),
           std::string(R"({"kty":"OKP","crv":"X25519","x":"AA"})"), std::string("{}") })
        EXPECT_EQ(fan_jwk_set_size(key_set(jwk).get()), 0u) << jwk;
    EXPECT_EQ(fan_jwk_set_size(key_set(with(ed, R"("use":"sig","alg":"EdDSA")") + "," +
                                       with(rs, R"("key_ops":["verify"],"alg":"RS256")"))
                                   .get()),
              2u);
}

TEST(JwkSet, SaysWhatIsWrongAndWhere)
{
    const std::string ed = ed_jwk, rs = rs_jwk;
    EXPECT_NE(refusal("nonsense").find("line 1"), std::string::npos);
    for (const char *json : { "[]", "{}", "{\"keys\":{}}" })
        EXPECT_NE(refusal(json).find("an array \"keys\""), std::string::npos) << json;
    const std::string second = "{\"keys\":[" + ed + ",";
    EXPECT_NE(refusal(second + "7]}").find("keys[1]: expected a JSON object"),
              std::string::npos);
    EXPECT_NE(refusal(second + R"({"kty":"RSA","e":"AQAB"}]})")
                  .find("keys[1]: cannot read \"n\""),
              std::string::npos);
    EXPECT_NE(refusal(second + R"({"kty":"RSA","e":"AQAB","n":"AA=="}]})")
                  .find("keys[1]: cannot read \"n\""),
              std::string::npos);
    EXPECT_NE(refusal(second + with(rs, R"("kid":7)") + "]}").find("\"kid\""),
              std::string::npos);
    EXPECT_NE(
        refusal(R"({"keys":[{"kty":"OKP","crv":"Ed25519","x":"AAAA"}]})").find("3 bytes"),
        std::string::npos);
    EXPECT_NE(refusal(R"({"keys":[{"kty":"RSA","e":"AQAB","n":")" +
                      std::string(1367, 'w') + "\"}]}")
                  .find("8192"),
              std::string::npos);
    EXPECT_NE(refusal(R"({"keys":[{"kty":"RSA","e":"AQAB","n":")" +
                      std::string(9999, 'w') + "\"}]}")
                  .find("up to 1025 bytes"),
              std::string::npos);
    EXPECT_NE(refusal(std::string(FAN_JWK_SET_BYTES_MAX + 1, ' ')).find("at most"),
              std::string::npos);
}

TEST(JwkSet, RefusesSecretsAndPrivateKeys)
{
    const std::string ed = ed_jwk;
    for (const std::string &jwk :
         { with(ed, R"("d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A")"),
           std::string(R"({"kty":"oct","k":"c2VjcmV0c2VjcmV0"})") }) {
        const std::string text = refusal("{\"keys\":[" + jwk + "]}");
        EXPECT_NE(text.find("private or shared"), std::string::npos) << text;
        EXPECT_EQ(text.find("nWGx"), std::string::npos);
        EXPECT_EQ(text.find("c2Vj"), std::string::npos);
    }
}

TEST(JwkSet, HoldsSoManyKeys)
{
    std::string keys = ed_jwk;
    for (int i = 1; i < FAN_JWK_SET_KEYS_MAX; i++)
        keys += std::string(",") + ed_jwk;
    EXPECT_EQ(fan_jwk_set_size(key_set(keys).get()), size_t{ FAN_JWK_SET_KEYS_MAX });
    EXPECT_NE(
        refusal("{\"keys\":[" + keys + "," + ed_jwk + "]}").find("more than 32 keys"),
        std::string::npos);
}

TEST(JwkSet, TakesTheKeyThatATokenNames)
{
    const Key first = made_key(FAN_TOKEN_EDDSA), second = made_key(FAN_TOKEN_EDDSA);
    const Set set = key_set(published(first, "one") + "," + published(second, "two"));
    const auto holds = [&](const std::string &header) {
        return bool(verified(token_of(second, header, "{}"), set));
    };
    EXPECT_TRUE(holds(R"({"alg":"EdDSA","kid":"two"})"));
    EXPECT_TRUE(holds(R"({"alg":"EdDSA"})"));
    EXPECT_FALSE(holds(R"({"alg":"EdDSA","kid":"one"})"));
    EXPECT_FALSE(holds(R"({"alg":"EdDSA","kid":"three"})"));
    EXPECT_FALSE(holds(R"({"alg":"RS256","kid":"two"})"));
}

/* A certificate or an address beside the numbers stands for another key. */
TEST(JwkSet, TakesTheNumbersOfAKeyAlone)
{
    const Key key = made_key(FAN_TOKEN_EDDSA);
    const std::string good = token_of(key, R"({"alg":"EdDSA"})", "{}");
    for (const char *member :
         { R"("x5u":"https://a.example/other.pem")", R"("x5c":["bm9uc2Vuc2U="])",
           R"("x5c":"nonsense")", R"("x5t":7)", R"("oth":[])" })
        EXPECT_TRUE(verified(good, key_set(with(published(key, "k"), member)))) << member;
}

} // namespace
