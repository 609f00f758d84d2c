// Bytes of requests as JSON strings, and times as events hold them.
#include "local_lambda/json_text.h"
#include "tests/local_lambda/made_json.h"

#include <gtest/gtest.h>

namespace
{

std::string text(const std::string &bytes)
{
    MadeJson value(fan_json_text(bytes.data(), bytes.size()));
    EXPECT_TRUE(json_is_string(value.value));
    return std::string(json_string_value(value.value), json_string_length(value.value));
}

TEST(JsonText, KeepsUtf8)
{
    for (const std::string &s :
         { std::string(), std::string("plain"), std::string("gr\xc3\xbc\xc3\x9f"),
           std::string("a\0b", 3), std::string("\xf0\x9f\x98\x80") }) {
        EXPECT_TRUE(fan_utf8_valid(s.data(), s.size()));
        EXPECT_EQ(text(s), s);
    }
}

TEST(JsonText, ReplacesWhatIsNoUtf8)
{
    EXPECT_EQ(text("a\xff"
                   "b"),
              "a\xef\xbf\xbd"
              "b");
    EXPECT_EQ(text("\xc3"), "\xef\xbf\xbd");
    EXPECT_EQ(text("\xe2\x82"), "\xef\xbf\xbd\xef\xbf\xbd");
    // too long a form, a surrogate, beyond the last character
    for (const char *s :
         { "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80" }) {
        EXPECT_FALSE(fan_utf8_valid(s, strlen(s)));
        EXPECT_EQ(text(s).size(), 3 * strlen(s));
    }
}

TEST(JsonText, EncodesBytes)
{
    MadeJson value(fan_json_base64("\xff\x00", 2));
    EXPECT_STREQ(json_string_value(value.value), "/wA=");
}

TEST(TimeLog, LooksAsInEvents)
{
    char at[FAN_TIME_LOG_MAX];
    EXPECT_STREQ(fan_time_log(1584039838123456789, at), "12/Mar/2020:19:03:58 +0000");
    EXPECT_STREQ(fan_time_log(0, at), "01/Jan/1970:00:00:00 +0000");
}

} // namespace
