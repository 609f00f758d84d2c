// When a token says that it ends.
#include "invoke/jwt_expiry.h"

#include "tests/invoke/make_jwt.h"

#include <gtest/gtest.h>

namespace
{
int64_t Expiry(const std::string &token)
{
    int64_t ns = -1;
    return fan_jwt_expiry(token.data(), token.size(), &ns) ? ns : -1;
}
} // namespace

TEST(JwtExpiry, ReadsTheClaim)
{
    EXPECT_EQ(INT64_C(1700000000000000000), Expiry(MakeJwt(R"({"exp":1700000000})")));
    EXPECT_EQ(INT64_C(1500000000), Expiry(MakeJwt(R"({"a":[1],"exp":1.5,"b":{}})")));
    EXPECT_EQ(0, Expiry(MakeJwt(R"({"exp":0})")));
}

TEST(JwtExpiry, KnowsBothAlphabets)
{
    // '>' and '?' come out as '-' and '_' of base64url
    const std::string token = MakeJwt(R"({"a":">>>???","exp":7})");
    EXPECT_NE(std::string::npos, token.find_first_of("-_"));
    EXPECT_EQ(INT64_C(7000000000), Expiry(token));
}

TEST(JwtExpiry, IsUnknownForAllElse)
{
    for (const char *claims :
         { "", "{}", "[]", R"({"exp":"7"})", R"({"exp":-1})", R"({"exp":1e10})",
           R"({"exp":null})", R"({"nested":{"exp":7}})", R"({"exp":7)" })
        EXPECT_EQ(-1, Expiry(MakeJwt(claims))) << claims;
    for (const char *token : { "", ".", "..", "...", "opaque", "a.b", "a.b.c.d", "a.!.c",
                               "a.eyJleHAiOjd9.c.d", ".eyJleHAiOjd9" })
        EXPECT_EQ(-1, Expiry(token)) << token;
    EXPECT_EQ(-1, Expiry("a." + std::string(FAN_JWT_MAX, 'A') + ".c"));
}
