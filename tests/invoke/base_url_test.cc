#include "invoke/base_url.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

TEST(BaseUrl, TakesAddressesApart)
{
    fan_base_url u;
    ASSERT_EQ(FAN_OK, fan_base_url_parse(&u, "http://127.0.0.1:9000", nullptr));
    EXPECT_FALSE(u.tls);
    EXPECT_TRUE(u.loopback);
    EXPECT_STREQ("127.0.0.1:9000", u.host);
    EXPECT_STREQ("http://127.0.0.1:9000", u.origin);
    EXPECT_STREQ("", u.path);
    ASSERT_EQ(FAN_OK, fan_base_url_parse(
                          &u, "https://lambda.us-east-1.amazonaws.com:443/", nullptr));
    EXPECT_TRUE(u.tls);
    EXPECT_FALSE(u.loopback);
    EXPECT_STREQ("lambda.us-east-1.amazonaws.com", u.host) << "as clients send it";
    ASSERT_EQ(FAN_OK, fan_base_url_parse(&u, "https://x.example/prod/", nullptr));
    EXPECT_STREQ("/prod", u.path);
    ASSERT_EQ(FAN_OK, fan_base_url_parse(&u, "http://[::1]:80", nullptr));
    EXPECT_TRUE(u.loopback);
    EXPECT_STREQ("[::1]", u.host);
}

TEST(BaseUrl, KnowsLoopback)
{
    fan_base_url u;
    for (const char *text :
         { "http://localhost", "http://LOCALHOST:1", "http://127.1.2.3" }) {
        ASSERT_EQ(FAN_OK, fan_base_url_parse(&u, text, nullptr));
        EXPECT_TRUE(u.loopback) << text;
    }
    for (const char *text :
         { "http://127.0.0.1.example.com", "http://localhost.example" }) {
        ASSERT_EQ(FAN_OK, fan_base_url_parse(&u, text, nullptr));
        EXPECT_FALSE(u.loopback) << text;
    }
}

TEST(BaseUrl, RefusesWhatIsNone)
{
    for (const char *text :
         { "", "127.0.0.1:80", "ftp://x", "http://", "http://:80", "http://x:0",
           "http://x:", "http://x:65536", "http://x:8o", "http://u@x", "http://u:p@x/",
           "http://x/?q", "http://x/#f", "http://x y", "http://x/a b",
           "http://x\r\nHost: y", "file:///etc" }) {
        fan_base_url u;
        fan_err err{};
        EXPECT_EQ(FAN_EINVAL, fan_base_url_parse(&u, text, &err)) << text;
        EXPECT_NE(nullptr, strstr(err.text, "is not an address")) << err.text;
    }
    fan_base_url u;
    EXPECT_EQ(FAN_EINVAL, fan_base_url_parse(
                              &u, ("http://" + std::string(500, 'a')).c_str(), nullptr));
    EXPECT_EQ(
        FAN_EINVAL,
        fan_base_url_parse(&u, ("http://a/" + std::string(500, 'a')).c_str(), nullptr));
}

TEST(UrlEncoding, KeepsTheUnreservedOnly)
{
    char out[64] = "/";
    EXPECT_TRUE(fan_url_append_encoded(out, sizeof out, "aZ09-._~ $:/%\xc3\xa9"));
    EXPECT_STREQ("/aZ09-._~%20%24%3A%2F%25%C3%A9", out);
    char small[4] = "";
    EXPECT_FALSE(fan_url_append_encoded(small, sizeof small, "a:"));
    EXPECT_TRUE(fan_url_append_encoded(small, sizeof small, "bc"));
}

TEST(UrlAppend, TakesWhatFitsAndNothingElse)
{
    char out[6] = "ab";
    EXPECT_TRUE(fan_url_append(out, sizeof out, "cde"));
    EXPECT_STREQ("abcde", out);
    EXPECT_TRUE(fan_url_append(out, sizeof out, ""));
    EXPECT_FALSE(fan_url_append(out, sizeof out, "f"));
    EXPECT_STREQ("abcde", out);
}
