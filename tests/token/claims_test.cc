#include "token/claims.h"

#include <gtest/gtest.h>
#include <jansson.h>

#include <memory>
#include <string>

namespace
{

using Json = std::unique_ptr<json_t, decltype(&json_decref)>;

const int64_t now_s = 1000;
const fan_claim_rules rules = { "https://issuer", "api other-api", "read write", 30 };

Json parse(const std::string &text)
{
    Json value(json_loads(text.c_str(), 0, nullptr), json_decref);
    EXPECT_TRUE(value) << text;
    return value;
}

/* Why not; "" when the claims hold. `more` replaces members of a good token. */
std::string refusal(const std::string &more)
{
    Json claims = parse(R"({"iss":"https://issuer","aud":"api","sub":"me","exp":1010})");
    Json changed = parse("{" + more + "}");
    json_object_update(claims.get(), changed.get());
    fan_err err = {};
    const fan_status st = fan_claims_check(claims.get(), &rules, now_s, &err);
    EXPECT_EQ(st == FAN_OK, err.text[0] == '\0');
    return err.text;
}

TEST(Claims, TakeWhatIsExpected)
{
    for (const char *more : { "", R"("aud":"other-api")", R"("aud":["x","api"])",
                              R"("exp":971)", R"("exp":970.5)", R"("nbf":1030)",
                              R"("iat":1030.0)", R"("nbf":0,"iat":-1)", R"("exp":9e15)" })
        EXPECT_EQ(refusal(more), "") << more;
}

TEST(Claims, RefuseWhatIsNot)
{
    const struct {
        const char *more, *why;
    } rows[] = {
        { R"("iss":"https://issuer/")", "issuer" },
        { R"("iss":"https://ISSUER")", "issuer" },
        { R"("iss":["https://issuer"])", "issuer" },
        { R"("iss":null)", "issuer" },
        { R"("aud":"ap")", "audience" },
        { R"("aud":"api other-api")", "audience" },
        { R"("aud":["x",7,""])", "audience" },
        { R"("aud":[])", "audience" },
        { R"("aud":"")", "audience" },
        { R"("aud":null)", "audience" },
        { R"("aud":{"api":"api"})", "audience" },
        { R"("sub":"")", "subject" },
        { R"("sub":7)", "subject" },
        { R"("exp":970)", "expired" },
        { R"("exp":0)", "expired" },
        { R"("exp":-9e300)", "expired" },
        { R"("exp":"1010")", "no expiry" },
        { R"("exp":true)", "no expiry" },
        { R"("exp":null)", "no expiry" },
        { R"("nbf":1031)", "\"nbf\" is in the future" },
        { R"("nbf":"0")", "\"nbf\" is no number" },
        { R"("iat":1030.5)", "\"iat\" is in the future" },
        { R"("iat":null)", "\"iat\" is no number" },
    };
    for (const auto &row : rows)
        EXPECT_NE(refusal(row.more).find(row.why), std::string::npos)
            << row.more << ": " << refusal(row.more);
}

TEST(Claims, QuoteNothingOfTheToken)
{
    EXPECT_EQ(refusal(R"("iss":"evil\nline")").find("evil"), std::string::npos);
    EXPECT_EQ(refusal(R"("aud":"evil")").find("evil"), std::string::npos);
}

TEST(Claims, MustHaveAllScopes)
{
    const auto has = [](const char *text) {
        return fan_claims_have_scopes(parse(text).get(), &rules);
    };
    EXPECT_TRUE(has(R"({"scope":"read write"})"));
    EXPECT_TRUE(has(R"({"scope":"admin write  read"})"));
    EXPECT_TRUE(has(R"({"scp":["write","read"]})"));
    EXPECT_TRUE(has(R"({"scope":["write","read"]})"));
    for (const char *text :
         { R"({})", R"({"scope":"read"})", R"({"scope":"readwrite"})",
           R"({"scope":"reader write"})", R"({"scope":"READ WRITE"})", R"({"scope":7})",
           R"({"scope":{"read":"write"}})", R"({"scope":"","scp":"read write"})",
           R"({"scp":["read",["write"]]})" })
        EXPECT_FALSE(has(text)) << text;
    const fan_claim_rules none = { "i", "a", "", 0 };
    EXPECT_TRUE(fan_claims_have_scopes(parse("{}").get(), &none));
}

} // namespace
