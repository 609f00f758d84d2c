#include "token/jws.h"

#include "tests/token/token_samples.h"

namespace
{

using namespace samples;

const char *issuer(const Json &claims)
{
    return claims ? json_string_value(json_object_get(claims.get(), "iss")) : "(refused)";
}

TEST(Jws, KnowsTheStandardsTokens)
{
    EXPECT_STREQ(issuer(verified(hs_token, secret_set(decoded(hs_secret)))), "joe");
    EXPECT_STREQ(issuer(verified(rs_token, key_set(rs_jwk))), "joe");
    /* the third one's payload is no JSON, which is looked at behind its signature */
    std::string why, bad = ed_token;
    EXPECT_FALSE(verified(ed_token, key_set(ed_jwk), &why));
    EXPECT_NE(why.find("payload is malformed"), std::string::npos) << why;
    bad[bad.size() - 3] ^= 1;
    EXPECT_FALSE(verified(bad, key_set(ed_jwk), &why));
    EXPECT_NE(why.find("no accepted key"), std::string::npos) << why;
}

TEST(Jws, TakesWhatIsSignedAndNothingElse)
{
    const Key key = made_key(FAN_TOKEN_EDDSA);
    const Set set = key_set(published(key, "k"));
    const std::string good = token_of(key, R"({"alg":"EdDSA"})", R"({"iss":"me"})");
    EXPECT_STREQ(issuer(verified(good, set)), "me");
    std::string why;
    for (size_t i = 0; i < good.size(); i++) {
        std::string bad = good;
        bad[i] = bad[i] == 'A' ? 'B' : 'A';
        EXPECT_FALSE(verified(bad, set, &why)) << i;
        EXPECT_NE(why, "");
        EXPECT_FALSE(verified(good.substr(0, i), set)) << i;
    }
}

TEST(Jws, RefusesHeadersByWhatTheyDemand)
{
    const Key key = made_key(FAN_TOKEN_EDDSA);
    const Set set = key_set(published(key, "k"));
    std::string why;
    for (const char *header :
         { R"({"alg":"EdDSA","typ":"JWT"})",
           R"({"alg":"EdDSA","typ":"at+jwt","kid":"k"})",
           R"({"alg":"EdDSA","typ":"application/AT+JWT","x5u":"https://a.example"})",
           R"({"alg":"EdDSA","jku":"https://a.example/keys","x5c":["AAAA"],"jwk":{}})" })
        EXPECT_TRUE(verified(token_of(key, header, "{}"), set, &why)) << header << why;
    const struct {
        const char *header, *why;
    } bad[] = {
        { R"({"alg":"none"})", "algorithm" },
        { R"({"alg":"NONE"})", "algorithm" },
        { R"({"alg":"eddsa"})", "algorithm" },
        { R"({"alg":"ES256"})", "algorithm" },
        { R"({"alg":["EdDSA"]})", "algorithm" },
        { R"({"typ":"JWT"})", "algorithm" },
        { R"({"alg":"HS256"})", "no accepted key" },
        { R"({"alg":"RS256"})", "no accepted key" },
        { R"({"alg":"EdDSA","kid":"other"})", "no accepted key" },
        { R"({"alg":"EdDSA","kid":7})", "key id" },
        { R"({"alg":"EdDSA","crit":["exp"],"exp":1})", "extensions" },
        { R"({"alg":"EdDSA","crit":["b64"],"b64":false})", "extensions" },
        { R"({"alg":"EdDSA","zip":"DEF"})", "extensions" },
        { R"({"alg":"EdDSA","typ":"dpop+jwt"})", "type" },
        { R"({"alg":"EdDSA","typ":7})", "type" },
        { R"({"alg":"EdDSA","alg":"none"})", "header is malformed" },
        { R"(["EdDSA"])", "header is malformed" },
        { R"("EdDSA")", "header is malformed" },
        { "", "header is malformed" },
    };
    for (const auto &row : bad) {
        EXPECT_FALSE(verified(token_of(key, row.header, "{}"), set, &why)) << row.header;
        EXPECT_NE(why.find(row.why), std::string::npos) << row.header << ": " << why;
    }
}

/* The classic: the published RSA key, as text, is taken for the secret of HS256. */
TEST(Jws, DoesNotTakeAPublicKeyForASecret)
{
    const Key &key = rsa_pair();
    const std::string jwk = published(key, "k");
    const Set set = key_set(jwk);
    for (const std::string &secret : { jwk, "{\"keys\":[" + jwk + "]}" })
        EXPECT_FALSE(verified(token_of(secret, R"({"alg":"HS256"})", "{}"), set));
    /* nor one algorithm's name on another's signature, whichever keys there are */
    const std::string as_rsa = token_of(key, R"({"alg":"HS256"})", "{}");
    EXPECT_FALSE(verified(as_rsa, set));
    EXPECT_FALSE(verified(as_rsa, secret_set(std::string(32, 's'))));
}

/* The key that a header brings along is the attacker's own. */
TEST(Jws, DoesNotTakeKeysFromAHeader)
{
    const Key own = made_key(FAN_TOKEN_EDDSA), other = made_key(FAN_TOKEN_EDDSA);
    const Set set = key_set(published(own, "k"));
    EXPECT_FALSE(verified(
        token_of(other, R"({"alg":"EdDSA","jwk":)" + published(other, "o") + "}", "{}"),
        set));
}

TEST(Jws, KnowsOnlyItsOwnSignatures)
{
    const Key ed = made_key(FAN_TOKEN_EDDSA);
    const std::string secret(FAN_TOKEN_SECRET_MAX, 'k');
    const std::pair<const char *, Set> rows[] = {
        { R"({"alg":"RS256"})", key_set(published(rsa_pair(), "a")) },
        { R"({"alg":"EdDSA"})", key_set(published(ed, "a")) },
        { R"({"alg":"HS256"})", secret_set(secret) },
    };
    for (const auto &row : rows) {
        const std::string text = encoded(row.first) + "." + encoded("{}");
        const std::string good = &row == rows       ? signature_of(rsa_pair(), text)
                                 : &row == rows + 1 ? signature_of(ed, text)
                                                    : signature_of(secret, text);
        const auto holds = [&](const std::string &signature) {
            return bool(verified(text + "." + encoded(signature), row.second));
        };
        EXPECT_TRUE(holds(good)) << row.first;
        EXPECT_FALSE(holds(good + "x"));
        EXPECT_FALSE(holds(good.substr(1)));
        EXPECT_FALSE(holds(std::string(1, '\0') + good));
        EXPECT_FALSE(holds(std::string(good.size(), '\0')));
        for (size_t i = 0; i < good.size(); i += 7) {
            std::string bad = good;
            bad[i] = static_cast<char>(bad[i] ^ 1);
            EXPECT_FALSE(holds(bad)) << i;
        }
    }
}

TEST(Jws, RefusesMalformedTokens)
{
    const Key key = made_key(FAN_TOKEN_EDDSA);
    const Set set = key_set(published(key, "k"));
    const std::string header = R"({"alg":"EdDSA"})", good = token_of(key, header, "{}");
    std::string why;
    for (const std::string &token :
         { std::string(), std::string("."), std::string(".."), std::string("..."),
           good + ".", good + "." + good, "." + good, good + "=", good + " ", " " + good,
           good.substr(0, good.find_last_of('.')),
           good.substr(0, good.find_last_of('.') + 1),
           std::string(good).insert(3, 1, '\0'), std::string(100, '.') })
        EXPECT_FALSE(verified(token, set)) << token;
    for (const char *payload : { "", "[]", "7", "{\"iss\":\"a\",\"iss\":\"b\"}",
                                 "{\"a\":1}x", "{\"iss\":\"\xff\"}" }) {
        EXPECT_FALSE(verified(token_of(key, header, payload), set, &why)) << payload;
        EXPECT_NE(why.find("payload is malformed"), std::string::npos) << why;
    }
    EXPECT_FALSE(
        verified(token_of(key, header, "{" + std::string(9000, ' ') + "}"), set, &why));
    EXPECT_NE(why.find("at most 8192"), std::string::npos) << why;
}

TEST(Mint, MakesTokensThatHold)
{
    const Key key = made_key(FAN_TOKEN_EDDSA);
    const Set set = key_set(published(key, "k"));
    const char *const more[] = { "team=blue", "empty=", "note=a=b" };
    const fan_mint mint = {
        "https://issuer", "api", "me", "read", "k", more, 3, 1000, 60
    };
    fan_buf token = FAN_BUF_INIT(FAN_JWS_BYTES_MAX);
    fan_err err = {};
    ASSERT_EQ(fan_mint_token(&mint, key.get(), &token, &err), FAN_OK) << err.text;
    const Json claims = verified(std::string(token.data, token.size), set);
    ASSERT_TRUE(claims);
    const auto text = [&](const char *name) {
        return std::string(json_string_value(json_object_get(claims.get(), name)));
    };
    EXPECT_EQ(text("iss") + text("aud") + text("sub") + text("scope"),
              "https://issuerapimeread");
    EXPECT_EQ(text("team") + text("empty") + text("note"), "bluea=b");
    EXPECT_EQ(text("jti").size(), 32u);
    EXPECT_EQ(json_integer_value(json_object_get(claims.get(), "exp")), 1060);
    EXPECT_EQ(json_integer_value(json_object_get(claims.get(), "nbf")), 1000);
    fan_buf_clear(&token);
}

TEST(Mint, RefusesClaimsThatItCannotWrite)
{
    const Key key = made_key(FAN_TOKEN_EDDSA);
    fan_buf token = FAN_BUF_INIT(FAN_JWS_BYTES_MAX);
    const std::string large = "large=" + std::string(FAN_JWS_BYTES_MAX, 'x');
    for (const char *claim :
         { "sub=you", "exp=9", "noequals", "=value", "bad=\xff", large.c_str() }) {
        const fan_mint mint = { "i", "a", "me", nullptr, nullptr, &claim, 1, 1000, 60 };
        fan_err err = {};
        EXPECT_NE(fan_mint_token(&mint, key.get(), &token, &err), FAN_OK) << claim;
        EXPECT_STRNE(err.text, "");
    }
    EXPECT_EQ(token.size, 0u);
}

} // namespace
