#include "token/base64url.h"

#include "tests/token/token_samples.h"

namespace
{

bool decode(const std::string &text, std::string *bytes)
{
    const size_t room = FAN_BASE64URL_DECODED_MAX(text.size());
    std::string out(room + 64, '?');
    size_t n = 0;
    const bool good = fan_base64url_decode(
        text.data(), text.size(), reinterpret_cast<unsigned char *>(&out[0]), &n);
    EXPECT_EQ(out.substr(room), std::string(64, '?')) << text;
    if (!good) return false;
    EXPECT_LE(n, room);
    *bytes = out.substr(0, n);
    return true;
}

/* RFC 4648 section 10, without the padding, and RFC 7515 appendix C */
TEST(Base64url, KnowsTheStandardsExamples)
{
    const std::pair<const char *, const char *> rows[] = {
        { "Zg", "f" },
        { "Zm8", "fo" },
        { "Zm9v", "foo" },
        { "Zm9vYg", "foob" },
        { "Zm9vYmFy", "foobar" },
        { "A-z_4ME", "\x03\xec\xff\xe0\xc1" },
    };
    std::string bytes;
    for (const auto &row : rows) {
        EXPECT_TRUE(decode(row.first, &bytes)) << row.first;
        EXPECT_EQ(bytes, row.second);
    }
}

TEST(Base64url, ReadsAllBytesAtAllLengths)
{
    std::string bytes, back;
    for (int i = 0; i < 300; i++) {
        bytes.push_back(static_cast<char>(i * 37));
        ASSERT_TRUE(decode(samples::encoded(bytes), &back));
        ASSERT_EQ(back, bytes);
    }
    EXPECT_TRUE(decode(std::string(FAN_BASE64URL_DIGITS_MAX, 'A'), &back));
    EXPECT_FALSE(decode(std::string(FAN_BASE64URL_DIGITS_MAX + 1, 'A'), &back));
}

TEST(Base64url, RefusesEveryOtherSpelling)
{
    std::string bytes;
    for (const char *text : { "", "Z", "Zm9vY", "Zg==", "Zm8=", "Z+==", "Zm9v\n", "Zm 9v",
                              "+A", "/w", "Zh", "Zm9", "A-z_4MF", "\xc3\xa9" })
        EXPECT_FALSE(decode(text, &bytes)) << text;
    EXPECT_FALSE(decode(std::string("Zm\0v", 4), &bytes));
}

} // namespace
