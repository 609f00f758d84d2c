#include "token/base64url.h"

#include <gtest/gtest.h>

#include <string>

namespace
{

std::string encode(const std::string &bytes)
{
    std::string text(FAN_BASE64URL_ENCODED_MAX(bytes.size()), '?');
    const size_t n = fan_base64url_encode(bytes.data(), bytes.size(), &text[0]);
    EXPECT_LT(n, text.size());
    EXPECT_EQ(text[n], '\0');
    text.resize(n);
    return text;
}

bool decode(const std::string &text, std::string *bytes)
{
    std::string out(FAN_BASE64URL_DECODED_MAX(text.size()), '?');
    size_t n = 0;
    if (!fan_base64url_decode(text.data(), text.size(),
                              reinterpret_cast<unsigned char *>(&out[0]), &n))
        return false;
    EXPECT_LE(n, out.size());
    *bytes = out.substr(0, n);
    return true;
}

/* RFC 4648 section 10, without the padding, and RFC 7515 appendix C */
TEST(Base64url, KnowsTheStandardsExamples)
{
    EXPECT_EQ(encode(""), "");
    EXPECT_EQ(encode("f"), "Zg");
    EXPECT_EQ(encode("fo"), "Zm8");
    EXPECT_EQ(encode("foo"), "Zm9v");
    EXPECT_EQ(encode("foob"), "Zm9vYg");
    EXPECT_EQ(encode("foobar"), "Zm9vYmFy");
    EXPECT_EQ(encode("\x03\xec\xff\xe0\xc1"), "A-z_4ME");
}

TEST(Base64url, ReadsWhatItWrites)
{
    std::string bytes, back;
    for (int i = 0; i < 300; i++) {
        ASSERT_TRUE(decode(encode(bytes), &back));
        ASSERT_EQ(back, bytes);
        bytes.push_back(static_cast<char>(i * 37));
    }
}

TEST(Base64url, RefusesEveryOtherSpelling)
{
    std::string bytes;
    for (const char *text : { "Z", "Zm9vY", "Zg==", "Zm8=", "Z+==", "Zm9v\n", "Zm 9v",
                              "+A", "/w", "Zh", "Zm9", "A-z_4MF", "\xc3\xa9" })
        EXPECT_FALSE(decode(text, &bytes)) << text;
    EXPECT_FALSE(decode(std::string("Zm\0v", 4), &bytes));
}

} // namespace
